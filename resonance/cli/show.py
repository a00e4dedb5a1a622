"""Findings as tables that fit a terminal of 80 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from resonance.curate import NONE, Edit, describe
from resonance.identity import Revision, Transition, evidence
from resonance.records import Asset, Findings, Score, Theme
from resonance.report import words
from resonance.report.words import NOT_ENOUGH, money
from resonance.score import gaps

if TYPE_CHECKING:
    from resonance.backtest import Outcome
    from resonance.deals import Month, Trend, WinLoss
    from resonance.entries import SeedPreview, SplitPreview
    from resonance.factors import Factors
    from resonance.jargon import Jargon
    from resonance.leads import Lead, Standing
    from resonance.odds import DealSize, HeldStill
    from resonance.reasons import LossReason
    from resonance.reply import Reply
    from resonance.review import Question
    from resonance.upkeep import Upkeep
    from resonance.voice import Explanation

QUOTE_LENGTH = 110
MATCHES_SHOWN = 8
PREVIEW_SHOWN = 5
BAR_LENGTH = 30
BARS = " ▁▂▃▄▅▆▇█"


def console() -> Console:
    return Console(highlight=False)


def quotes_of(findings: Findings) -> dict[str, str]:
    """Text of each statement, by id."""
    return {s.statement_id: s.text for s in findings.statements}


def shorten(text: str) -> str:
    """The text on one line, cut at a word where a table has no room for more."""
    return words.shorten(text, QUOTE_LENGTH)


def summary(findings: Findings) -> None:
    """What a run ends with: themes, assets, gaps."""
    out = console()
    if not findings.themes:
        out.print(
            f"{words.count(len(findings.statements), 'statement')} in "
            f"{words.count(len(findings.calls), 'call')}: "
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


def transition_list(findings: Findings, found: Sequence[Transition], *, fitted: bool) -> None:
    """What a run made of the themes there were, a line each but for those that stayed."""
    names = {theme.theme_id: theme.name for theme in (*findings.themes, *findings.hidden)}
    told = [
        f"{_change(t)}: {name}" if (name := names.get(t.theme_id)) else _change(t)
        for t in found
        if t.change != "survived"
    ]
    stayed = sum(t.change == "survived" for t in found)
    head = "The themes were fitted anew" if fitted else "The themes stand"
    console().print(
        Text(f"{head}: {stayed} as they were" + (", and" if told else "."), style="bold")
    )
    for line in told:
        console().print(Text(f"  {line}"))


def _change(t: Transition) -> str:
    match t.change:
        case "grew":
            return f"{t.theme_id} grew from {t.n_before} statements to {t.n_after}"
        case "split":
            return f"{t.theme_id} split, {' and '.join(t.others)} left it"
        case "absorbed":
            return f"{t.theme_id} is {t.others[0]} now"
        case "emerged":
            return f"{t.theme_id} emerged with {t.n_after} statements"
        case "faded":
            return f"{t.theme_id} faded, it had {t.n_before} statements"
        case "survived":
            return f"{t.theme_id} stayed"


def edit_list(edits: Sequence[Edit], stands: frozenset[int], revisions: Sequence[Revision]) -> None:
    """What users and runs made of the themes, in the order in which it was done."""
    out = console()
    runs = list(revisions)
    for edit in edits:
        while runs and runs[0].version < edit.number:
            _revision(out, runs.pop(0))
        line = Text(f"{edit.number:>4}  {edit.when[:16]}  {edit.who}: {describe(edit)}")
        if edit.number not in stands:
            line.stylize("strike")
            line.append("  (undone)")
        out.print(line)
    for run in runs:
        _revision(out, run)


def _revision(out: Console, run: Revision) -> None:
    what = "fitted" if run.fitted else "added to"
    changes = ", ".join(_change(t) for t in run.transitions if t.change != "survived")
    stayed = sum(t.change == "survived" for t in run.transitions)
    told = "; ".join(filter(None, [f"{what}, {stayed} as they were", changes]))
    out.print(Text(f"   ·  {run.when[:16]}  {told}", style="dim"))


def split_preview(found: SplitPreview) -> None:
    """Both parts of a theme, with the quotes that most set them apart."""
    out = console()
    parts = (("Would stay", found.stay), ("Would leave", found.leave))
    for head, statements in parts:
        out.print(Text(f"{head} ({len(statements)})", style="bold"))
        for statement in statements[:PREVIEW_SHOWN]:
            out.print(Text(f"  {statement.statement_id}  “{shorten(statement.text)}”"))


def seed_preview(findings: Findings, found: SeedPreview) -> None:
    """How many statements would move, from where, and the likest of them."""
    out = console()
    names = {theme.theme_id: theme.name for theme in (*findings.themes, *findings.hidden)}
    n = len(found.statements)
    out.print(Text(f"“{found.name}” ({found.kind}) would hold {n} statements", style="bold"))
    for theme_id, moved in sorted(found.moved_from.items(), key=lambda item: (-item[1], item[0])):
        where = "no theme" if theme_id == NONE else f"{theme_id} {names[theme_id]}"
        out.print(Text(f"  {moved} from {where}"))
    for statement in found.statements[:PREVIEW_SHOWN]:
        out.print(Text(f"  {statement.statement_id}  “{shorten(statement.text)}”"))


def question(findings: Findings, asked: Question) -> None:
    """The question with the quotes that it is about."""
    out = console()
    quotes = quotes_of(findings)
    out.print(Text(asked.text, style="bold"))
    if asked.about == "unsure":
        out.print(Text(f"  “{quotes[asked.statements[0]]}”"))
    heads = {
        "pair": asked.themes,
        "two": ("these", "those"),
        "unsure": ("what is of it",),
    }[asked.about]
    for head, own in zip(heads, (asked.quotes, asked.other_quotes), strict=False):
        for statement_id in own:
            out.print(Text(f"  {head}: “{shorten(quotes[statement_id])}”", style="dim"))


def theme(
    findings: Findings,
    chosen: Theme,
    theme_of: Mapping[str, str],
    factors: Factors | None = None,
) -> None:
    """One theme with all its quotes, and how far each asset answers it.

    theme_of : of each statement, hidden or not
    """
    out = console()
    calls = {call.call_id: call for call in findings.calls}
    said = {
        s.statement_id: s
        for s in findings.statements
        if theme_of[s.statement_id] == chosen.theme_id
    }
    central = [said[i] for i in chosen.exemplars if i in said]
    others = [s for s in said.values() if s.statement_id not in chosen.exemplars]
    out.print(Text(f"{chosen.theme_id}  {chosen.name}", style="bold"))
    out.print(
        f"{chosen.kind} · {chosen.category} · {chosen.n_statements} statements in "
        f"{chosen.n_calls} calls of {chosen.n_accounts} accounts · {chosen.demand:.0%} of demand"
        + (f" · {firm}" if (firm := evidence(chosen.stability, chosen.n_accounts)) else "")
    )
    if factors:
        out.print(demand_line(factors))
    for statement in [*central, *others]:
        call = calls[statement.call_id]
        said_by = [str(call.date or ""), call.account, statement.speaker, statement.statement_id]
        who = " · ".join(filter(None, said_by))
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


def demand_line(factors: Factors) -> str:
    """What a theme's demand is made of, and its rank beside that under equal weights."""
    parts = {"amount": factors.amount, "recency": factors.recency, "stage": factors.stage}
    shown = "".join(f" × {name} {value:.2f}" for name, value in parts.items())
    alike = f"{factors.rank_equal}, {factors.demand_equal:.0%}, if every account counts alike"
    return f"demand: {factors.n_accounts} accounts{shown} · rank {factors.rank} ({alike})"


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
    table = _table("Words of ours that no prospect uses")
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


def explanation(found: Explanation) -> None:
    """The judgement in a line, and the text with a bar for each word that spoke for or against."""
    out = console()
    about = f" ({found.category.replace('_', ' ')})" if found.category else ""
    out.print(Text(f"{found.kind}{about}, {found.probability:.0%} sure", style="bold"))
    strongest = max(abs(weight) for _, weight in found.words) or 1.0
    width = max(len(word) for word, _ in found.words)
    for word, weight in found.words:
        bar = "█" * round(abs(weight) / strongest * BAR_LENGTH)
        against = "" if weight >= 0 else " against"
        out.print(Text(f"  {word:<{width}} {weight:+.2f} {bar}{against}"))
    if found.before:
        out.print(Text(f"  what was said before {found.before:+.2f}", style="dim"))


def trend_table(findings: Findings, found: Sequence[Trend]) -> Table:
    """A bar a month, each theme's share of the accounts heard from in it; and the last in full."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table("Accounts that voiced it, of those heard from, by month")
    table.add_column("id")
    table.add_column("theme", ratio=1)
    months = found[0].months if found else ()
    table.add_column(f"{months[0].month} →" if months else "months")
    table.add_column(f"in {months[-1].month}" if months else "", no_wrap=True)
    table.add_column("trend")
    table.add_column("p", justify="right")
    for trend in sorted(found, key=lambda t: (t.p_value is None, t.p_value or 0.0)):
        bars = "".join(
            "·" if month.share is None else BARS[math.ceil(month.share * (len(BARS) - 1))]
            for month in trend.months
        )
        p_value = "" if trend.p_value is None else f"{trend.p_value:.3f}"
        last = share_of(trend.months[-1]) if trend.months else ""
        table.add_row(
            trend.theme_id, Text(names[trend.theme_id]), bars, last, trend.direction, p_value
        )
    if months:
        table.caption = (
            "Of the last month: accounts that voiced it, of those heard from, with the 95 % "
            "interval of the share (Wilson). --json has every month."
        )
    return table


def share_of(month: Month) -> str:
    """How many of how many voiced it, and the interval of the share on a line below."""
    if month.low is None or month.high is None:
        return "nobody called"
    return f"{month.n_voiced} of {month.n_heard}\n{100 * month.low:.0f}–{100 * month.high:.0f} %"


def win_loss_table(
    findings: Findings, found: Sequence[WinLoss], beside: Sequence[HeldStill]
) -> Table:
    """Accounts that voiced each theme and their amounts, most with losing first.

    `beside` has, in the same order, the odds of losing with the rest held still.
    """
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table("Accounts that voiced it, and their amounts, by how their deals went")
    table.caption = (
        "Odds of losing where it was voiced, at the same segment, amount and number of calls, "
        "with their 95 % interval. Every p is corrected for the number of themes."
    )
    table.add_column("id")
    table.add_column("theme", ratio=3)
    for outcome in ("won", "lost", "open"):
        table.add_column(outcome, justify="right")
    table.add_column("odds of losing", justify="right")
    table.add_column("what may be said", ratio=3)
    rows = zip(found, beside, strict=True)
    for row, held in sorted(rows, key=lambda r: (-r[0].odds_ratio, r[0].theme_id)):
        table.add_row(
            row.theme_id,
            Text(names[row.theme_id]),
            f"{row.won}\n{money(row.amount_won)}",
            f"{row.lost}\n{money(row.amount_lost)}",
            f"{row.open}\n{money(row.amount_open)}",
            _held_still(held, tested=row.p_value is not None),
            ", ".join(filter(None, [row.verdict, p_value(row.p_value)])),
        )
    return table


def deal_size_list(findings: Findings, found: Sequence[DealSize]) -> None:
    """The themes that sit on larger or on smaller deals, a line or two each."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    for row in sorted(found, key=lambda r: (r.p_value or 0.0, r.theme_id)):
        if row.verdict.startswith("raised more often") and row.median and row.median_others:
            amounts = f"median {money(row.median)} against {money(row.median_others)} elsewhere"
            line = f"{names[row.theme_id]}: {row.verdict}, {amounts}, {p_value(row.p_value)}"
            console().print(Text(f"{row.theme_id} {line}"))


def loss_reason_table(findings: Findings, found: Sequence[LossReason], *, title: str) -> Table:
    """What the rep typed beside the objections that the account's prospects voiced most."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table(title)
    table.add_column("deal", ratio=2)
    table.add_column("the rep typed", ratio=3)
    table.add_column("they voiced most", ratio=4)
    table.add_column("what was typed was", ratio=3)
    for row in found:
        voiced = "\n".join(f"{theme_id} {names.get(theme_id, '')}" for theme_id in row.voiced)
        table.add_row(
            Text(f"{row.deal_id} {row.account}"),
            Text(shorten(row.typed)),
            Text(voiced or "no objection in a theme"),
            "\n".join([row.comparison, *(f"{name} {n}" for name, n in row.named)])
            + (f" of {row.n_objections}" if row.named else ""),
        )
    return table


def lead_table(findings: Findings, found: Sequence[Lead]) -> Table:
    """Where each deal stands, what was said, and what to send."""
    titles = {asset.asset_id: asset.title or asset.source for asset in findings.assets}
    table = _table("Where deals stand, by what was voiced")
    table.add_column("deal", ratio=3)
    table.add_column("stands", ratio=2)
    table.add_column("because they say", ratio=5)
    table.add_column("send next", ratio=3)
    for lead in found:
        amount = "" if lead.amount is None else f", {money(lead.amount)}"
        voiced = f"\nneeds {lead.n_needs}, objections {lead.n_objections}"
        quotes = "\n".join(f"“{shorten(quote.text)}”" for quote in lead.quotes)
        asset = f"{lead.asset_id} {titles.get(lead.asset_id, '')}"
        none = "no asset answers it" if lead.quotes else ""
        table.add_row(
            Text(f"{lead.deal_id} {lead.account}\n{lead.outcome}{amount}"),
            Text(lead.standing, style="bold").append(voiced if lead.quotes else "", "not bold"),
            Text(quotes, style="dim"),
            Text(asset if lead.asset_id else none),
        )
    return table


def campaign_list(found: Mapping[str, Mapping[Standing, int]]) -> None:
    """How many leads each campaign's assets are next for, a line each."""
    for campaign, standings in found.items():
        told = ", ".join(f"{n} {standing}" for standing, n in standings.items())
        console().print(Text(f"{campaign} is next for {told}"))


def _held_still(held: HeldStill, *, tested: bool) -> str:
    if held.odds_ratio is None or held.low is None or held.high is None:
        return "–"
    shown = f"{odds(held.odds_ratio)} ({odds(held.low)}–{odds(held.high)})"
    return f"{shown}\n{p_value(held.p_value)}" if tested else shown


def p_value(value: float | None) -> str:
    """ "p 0.036", "p <0.001", "" for none."""
    if value is None:
        return ""
    return "p <0.001" if value < 0.0005 else f"p {value:.3f}"


def odds(ratio: float) -> str:
    """0.034 as "0.03", 4.37 as "4.4", 57.2 as "57", all that is larger than 99 as ">99"."""
    if ratio > 99:
        return ">99"
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


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
        if firm := evidence(theme.stability, theme.n_accounts):
            name.append(f"  {firm}", style="not bold italic")
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


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
