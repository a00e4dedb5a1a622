"""Assets: what they answer, what to do about them, what to send, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from resonance.cli.show.tables import console, empty_table, p_value, shorten
from resonance.records import Asset, Findings, Score
from resonance.report.words import NOT_ENOUGH

if TYPE_CHECKING:
    from resonance.backtest import Outcome
    from resonance.jargon import Jargon
    from resonance.reply import Reply
    from resonance.upkeep import Upkeep


def asset(findings: Findings, score: Score) -> None:
    """One asset: the ledger of its resonance, with the evidence for each part."""
    out = console()
    names = {theme.theme_id: theme.name for theme in findings.themes}
    matches = {m.theme_id: m for m in findings.matches if m.asset_id == score.asset_id}
    chosen = next(a for a in findings.assets if a.asset_id == score.asset_id)
    out.print(Text(f"{chosen.asset_id}  {chosen.title}", style="bold"))
    out.print(
        f"resonance {interval(score)} of 100 · reach {score.reach:.0%} of what is voiced · "
        f"focus {score.focus:.0%} of {len(chosen.passages)} passages"
    )
    if score.low is None:
        out.print(Text(f"how sure: {NOT_ENOUGH}", style="dim"))
    for part in score.parts:
        match = matches[part.theme_id]
        made_of = f"{part.demand:.1%} of what is voiced × {part.relevance:.2f}"
        out.print(Text(f"{part.points:5.1f}  {part.theme_id} {names[part.theme_id]}  = {made_of}"))
        out.print(Text(f"       they say  “{shorten(match.quote)}”", style="dim"))
        out.print(Text(f"       we say    “{shorten(match.passage)}”", style="dim"))
    out.print(f"{score.resonance:5.1f}  in all")
    named = [m for m in matches.values() if m.verdict == "names"]
    for match in sorted(named, key=lambda m: (-m.relevance, m.theme_id)):
        out.print(Text(f"  names without answering: {match.theme_id} {names[match.theme_id]}"))


def asset_table(findings: Findings, *, title: str) -> Table:
    """Resonance with its interval, the asset, what it answers best, and its focus."""
    assets = {asset.asset_id: asset for asset in findings.assets}
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = empty_table(title)
    table.add_column("resonance", justify="right")
    table.add_column("asset", ratio=3)
    table.add_column("answers best", ratio=3)
    table.add_column("focus", justify="right")
    for score in sorted(findings.scores, key=lambda s: (-s.resonance, s.asset_id)):
        table.add_row(
            interval(score),
            _label(assets[score.asset_id]),
            _best(score, names),
            f"{score.focus:.0%}",
        )
    return table


def interval(score: Score) -> str:
    """ "12.3 (8–17)"; the number alone where there are not enough calls for an interval."""
    if score.low is None or score.high is None:
        return f"{score.resonance:.1f}"
    return f"{score.resonance:.1f} ({score.low:.0f}–{score.high:.0f})"


def _best(score: Score, names: dict[str, str]) -> Text:
    if not score.best_theme_id:
        return Text("nothing that was voiced", style="dim")
    return Text(f"{score.best_theme_id} {names[score.best_theme_id]}")


def _label(asset: Asset) -> Text:
    return Text(asset.title or asset.source)


def upkeep(findings: Findings, found: Upkeep, unsaid: Sequence[Jargon]) -> None:
    """Advice on all assets, a paragraph for each kind of it."""
    out = console()
    names = {theme.theme_id: theme.name for theme in findings.themes}
    titles = {asset.asset_id: f"{asset.asset_id} {_label(asset)}" for asset in findings.assets}
    out.print(Text("Update: near an answer, most voiced first", style="bold"))
    for each in found.update:
        gap = ", which no asset answers" if each.is_gap else ""
        about = f"names {each.theme_id} {names[each.theme_id]} without answering{gap}"
        out.print(Text(f"  {titles[each.asset_id]}\n    {about} ({each.demand:.1%} of demand)"))
        out.print(Text(f"    they say  “{shorten(each.quote)}”", style="dim"))
        out.print(Text(f"    we say    “{shorten(each.passage)}”", style="dim"))
    if not found.update:
        out.print("  none")
    out.print(Text("\nRetire, or write anew: neither answers nor names what is voiced", "bold"))
    out.print(Text("\n".join(f"  {titles[asset_id]}" for asset_id in found.retire) or "  none"))
    out.print(Text("\nOver-served: many answers for little demand", style="bold"))
    for theme in found.over_served:
        share = f"{theme.share_of_answers:.0%} of our answers, {theme.demand:.1%} of demand"
        out.print(Text(f"  {theme.theme_id} {names[theme.theme_id]}: {share}"))
        out.print(Text(f"    {', '.join(theme.asset_ids)}", style="dim"))
    if not found.over_served:
        out.print("  none")
    out.print(Text("\nStale: the words have moved since it was published", style="bold"))
    for old in found.stale:
        about = f"{old.theme_id} {names[old.theme_id]}, {old.published}, {p_value(old.p_value)}"
        out.print(Text(f"  {titles[old.asset_id]}\n    {about}"))
    if not found.stale:
        out.print(f"  none, of {found.n_tested} answers with enough calls before and since")
    if unsaid:
        out.print(jargon_table(unsaid))


def jargon_table(unsaid: Sequence[Jargon]) -> Table:
    """Our words that nobody says, each beside the nearest that prospects do."""
    table = empty_table("Words of ours that no prospect uses")
    table.add_column("we write", ratio=1)
    table.add_column("assets", justify="right")
    table.add_column("the nearest they say", ratio=1)
    table.add_column("accounts", justify="right")
    table.add_column("alike", justify="right")
    for word in unsaid:
        table.add_row(
            Text(word.ours),
            str(word.n_assets),
            Text(word.theirs),
            str(word.n_accounts),
            f"{word.similarity:.2f}",
        )
    return table


def reply(found: Reply) -> None:
    """The theme, how often it is voiced and how its deals went, and the passages to send."""
    out = console()
    theme, deals = found.theme, found.deals
    out.print(Text(f"{theme.theme_id}  {theme.name}", style="bold"))
    out.print(
        f"{theme.kind} · voiced by {theme.n_accounts} accounts in {theme.n_calls} calls · "
        f"deals: {deals.won} won, {deals.lost} lost, {deals.open} open"
    )
    out.print(Text(f"someone else put it so: “{shorten(found.quote)}”", style="dim"))
    for passage in found.passages:
        head = f"\n{passage.title} ({passage.place}) · relevance {passage.relevance:.2f}"
        out.print(Text(head, style="bold"))
        out.print(Text(passage.text))


def outcomes(found: Sequence[Outcome]) -> None:
    """What may be said of each result, in a sentence with its interval."""
    out = console()
    out.print(Text("Does resonance go with results?", style="bold"))
    for row in found:
        about = f"{row.n_assets} assets, {row.n_campaigns} campaigns"
        if row.correlation is None:
            out.print(Text(f"\n{row.name.capitalize()}: not enough assets to say ({about})."))
            continue
        claim = {
            "higher": "higher for assets that answer more of what is voiced",
            "lower": "lower for assets that answer more of what is voiced",
        }.get(row.verdict, "no evidence that it goes with resonance")
        figures = f"rank correlation {row.correlation:+.2f}, 95 % {row.low:+.2f} to {row.high:+.2f}"
        out.print(Text(f"\n{row.name.capitalize()}: {claim} ({figures}; {about})."))
        if row.median_high is not None and row.median_low is not None:
            middle = f"{rate(row.median_high)} against {rate(row.median_low)}"
            out.print(Text(f"  Middle rate over the middle resonance and under: {middle}", "dim"))
    out.print(
        "\nChannel and exposure are held still. Of four intervals at 95 %, one misses the truth "
        "by chance in about one case of five."
    )


def rate(value: float) -> str:
    """0.0523 as "5.2 %", 13.4 as "13.4"."""
    return f"{value:.1%}".replace("%", " %") if value < 1 else f"{value:,.1f}"
