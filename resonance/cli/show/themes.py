"""Themes: what is voiced, one of them whole, over time, and what nobody answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from resonance.cli.show.assets import asset_table
from resonance.cli.show.tables import console, empty_table, quotes_of, shorten
from resonance.identity import evidence
from resonance.records import Findings, Theme
from resonance.report import words
from resonance.report.words import money
from resonance.score import gaps

if TYPE_CHECKING:
    from resonance.deals import Month, Trend
    from resonance.factors import Factors

MATCHES_SHOWN = 8
BARS = " ▁▂▃▄▅▆▇█"


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
    table = empty_table("How far our marketing answers it")
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


def theme_table(findings: Findings, themes: Iterable[Theme], *, title: str) -> Table:
    """Id, name with its most central quote, kind, calls, accounts and the amount of their deals."""
    quotes = quotes_of(findings)
    table = empty_table(title)
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


def trend_table(findings: Findings, found: Sequence[Trend]) -> Table:
    """A bar a month, each theme's share of the accounts heard from in it; and the last in full."""
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = empty_table("Accounts that voiced it, of those heard from, by month")
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
