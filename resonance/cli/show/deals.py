"""Deals and leads beside what was voiced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from resonance.cli.show.tables import console, empty_table, p_value, shorten
from resonance.records import Findings
from resonance.report.words import money

if TYPE_CHECKING:
    from resonance.deals import WinLoss
    from resonance.leads import Lead, Standing
    from resonance.odds import DealSize, HeldStill
    from resonance.reasons import LossReason


def win_loss_table(
    findings: Findings, found: Sequence[WinLoss], beside: Sequence[HeldStill]
) -> Table:
    """Accounts that voiced each theme and their amounts, most with losing first.

    `beside` has, in the same order, the odds of losing with the rest held still.
    """
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = empty_table("Accounts that voiced it, and their amounts, by how their deals went")
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
    table = empty_table(title)
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
    table = empty_table("Where deals stand, by what was voiced")
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


def odds(ratio: float) -> str:
    """0.034 as "0.03", 4.37 as "4.4", 57.2 as "57", all that is larger than 99 as ">99"."""
    if ratio > 99:
        return ">99"
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
