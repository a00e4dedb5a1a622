"""Findings as tables that fit a terminal of 80 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from resonance.deals import Trend, WinLoss
from resonance.records import Asset, Findings, Score, Theme
from resonance.reply import Reply
from resonance.score import gaps

QUOTE_LENGTH = 110
MATCHES_SHOWN = 8
BARS = " ▁▂▃▄▅▆▇█"


def console() -> Console:
    return Console(highlight=False)


def quotes_of(findings: Findings) -> dict[str, str]:
    """Text of each statement, by id."""
    return {s.statement_id: s.text for s in findings.statements}


def money(amount: float) -> str:
    """41,500 as "42k", 1,240,000 as "1.2M"."""
    if amount >= 1e6:
        return f"{amount / 1e6:.1f}M"
    return f"{amount / 1e3:.0f}k" if amount >= 1e3 else f"{amount:.0f}"


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """The text on one line, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0] + "…"


def summary(findings: Findings) -> None:
    """What a run ends with: themes, assets, gaps."""
    out = console()
    if not findings.themes:
        out.print(
            f"{len(findings.statements)} statements in {len(findings.calls)} calls: "
            f"too few that are alike to make a theme of. Add calls and run again."
        )
        return
    out.print(theme_table(findings, by_demand(findings), title="What prospects voice"))
    if findings.assets:
        out.print(asset_table(findings, title="What our marketing answers"))
        gap_list(findings, gaps(findings.themes, findings.matches))


def by_demand(findings: Findings) -> list[Theme]:
    """Themes, most voiced first."""
    return sorted(findings.themes, key=lambda theme: (-theme.demand, theme.theme_id))


def gap_list(findings: Findings, missing: Sequence[str]) -> None:
    """The themes that no asset answers."""
    themes = {theme.theme_id: theme for theme in findings.themes}
    title = "Gaps: voiced, and answered by no asset"
    if missing:
        console().print(theme_table(findings, [themes[i] for i in missing], title=title))
    else:
        console().print("No gaps: every theme is answered by some asset.")


def theme(findings: Findings, chosen: Theme) -> None:
    """One theme with all its quotes, and how far each asset answers it."""
    out = console()
    calls = {call.call_id: call for call in findings.calls}
    said = {s.statement_id: s for s in findings.statements if s.theme_id == chosen.theme_id}
    central = [said[i] for i in chosen.exemplars if i in said]
    others = [s for s in said.values() if s.statement_id not in chosen.exemplars]
    out.print(Text(f"{chosen.theme_id}  {chosen.name}", style="bold"))
    out.print(
        f"{chosen.kind} · {chosen.category} · {chosen.n_statements} statements in "
        f"{chosen.n_calls} calls of {chosen.n_accounts} accounts · {chosen.demand:.0%} of demand"
    )
    for statement in [*central, *others]:
        call = calls[statement.call_id]
        who = " · ".join(filter(None, [str(call.date or ""), call.account, statement.speaker]))
        out.print(Text(f"  “{statement.text}”"), Text(f"    {who}", style="dim"), sep="\n")
    titles = {asset.asset_id: asset.title for asset in findings.assets}
    table = _table("How far our marketing answers it")
    table.add_column("relevance", justify="right")
    table.add_column("asset", ratio=1)
    table.add_column("passage", ratio=2)
    matches = [m for m in findings.matches if m.theme_id == chosen.theme_id]
    for match in sorted(matches, key=lambda m: (-m.relevance, m.asset_id))[:MATCHES_SHOWN]:
        table.add_row(
            f"{match.relevance:.2f} {match.verdict}",
            Text(titles[match.asset_id]),
            Text(shorten(match.passage)),
        )
    out.print(table)


def asset(findings: Findings, score: Score) -> None:
    """One asset: the ledger of its resonance, with the evidence for each part."""
    out = console()
    names = {theme.theme_id: theme.name for theme in findings.themes}
    matches = {m.theme_id: m for m in findings.matches if m.asset_id == score.asset_id}
    chosen = next(a for a in findings.assets if a.asset_id == score.asset_id)
    out.print(Text(f"{chosen.asset_id}  {chosen.title}", style="bold"))
    out.print(
        f"resonance {interval(score)} of 100 · focus {score.focus:.0%} of "
        f"{len(chosen.passages)} passages"
    )
    for part in score.parts:
        match = matches[part.theme_id]
        out.print(Text(f"{part.points:5.1f}  {part.theme_id} {names[part.theme_id]}"))
        out.print(Text(f"       they say  “{shorten(match.quote)}”", style="dim"))
        out.print(Text(f"       we say    “{shorten(match.passage)}”", style="dim"))
    out.print(f"{score.resonance:5.1f}  in all")
    named = [m for m in matches.values() if m.verdict == "names"]
    for match in sorted(named, key=lambda m: (-m.relevance, m.theme_id)):
        out.print(Text(f"  names without answering: {match.theme_id} {names[match.theme_id]}"))


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


def trend_table(findings: Findings, found: Sequence[Trend]) -> Table:
    """A bar a month, each theme's share of the accounts heard from in it."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table("Accounts that voiced it, of those heard from, by month")
    table.add_column("id")
    table.add_column("theme", ratio=1)
    table.add_column(f"{found[0].months[0].month} →" if found and found[0].months else "months")
    table.add_column("trend")
    table.add_column("p", justify="right")
    for trend in sorted(found, key=lambda t: (t.p_value is None, t.p_value or 0.0)):
        bars = "".join(
            "·" if month.share is None else BARS[math.ceil(month.share * (len(BARS) - 1))]
            for month in trend.months
        )
        p_value = "" if trend.p_value is None else f"{trend.p_value:.3f}"
        table.add_row(trend.theme_id, Text(names[trend.theme_id]), bars, trend.direction, p_value)
    return table


def win_loss_table(findings: Findings, found: Sequence[WinLoss]) -> Table:
    """Accounts that voiced each theme, by how their deals went, and what may be said of it."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table("Accounts that voiced it, by how their deals went")
    table.add_column("id")
    table.add_column("theme", ratio=3)
    for outcome in ("won", "lost", "open"):
        table.add_column(outcome, justify="right")
    table.add_column("what may be said", ratio=2)
    table.add_column("p", justify="right")
    for row in sorted(found, key=lambda r: (r.p_value is None, r.p_value or 0.0)):
        table.add_row(
            row.theme_id,
            Text(names[row.theme_id]),
            f"{row.won}",
            f"{row.lost}",
            f"{row.open}",
            row.verdict,
            "" if row.p_value is None else f"{row.p_value:.3f}",
        )
    return table


def theme_table(findings: Findings, themes: Iterable[Theme], *, title: str) -> Table:
    """Id, name with its most central quote, kind, calls, accounts and the amount of their deals."""
    quotes = quotes_of(findings)
    table = _table(title)
    table.add_column("id")
    table.add_column("theme, and a quote", ratio=1)
    table.add_column("kind")
    table.add_column("calls", justify="right")
    table.add_column("accounts", justify="right")
    table.add_column("deals", justify="right")
    for theme in themes:
        name = Text(theme.name, style="bold")
        if theme.exemplars:
            name.append(f"\n“{shorten(quotes[theme.exemplars[0]])}”", style="not bold dim")
        table.add_row(
            theme.theme_id,
            name,
            theme.kind,
            str(theme.n_calls),
            str(theme.n_accounts),
            money(theme.amount),
        )
    return table


def asset_table(findings: Findings, *, title: str) -> Table:
    """Resonance with its interval, the asset, what it answers best, and its focus."""
    assets = {asset.asset_id: asset for asset in findings.assets}
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table(title)
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
    """ "12.3 (8–17)"; the number alone where there are too few accounts for an interval."""
    if score.low is None or score.high is None:
        return f"{score.resonance:.1f}"
    return f"{score.resonance:.1f} ({score.low:.0f}–{score.high:.0f})"


def _best(score: Score, names: dict[str, str]) -> Text:
    if not score.best_theme_id:
        return Text("nothing that was voiced", style="dim")
    return Text(f"{score.best_theme_id} {names[score.best_theme_id]}")


def _label(asset: Asset) -> Text:
    return Text(asset.title or asset.source)


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
