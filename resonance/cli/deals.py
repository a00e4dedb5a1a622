"""resonance deals: how themes go with winning and losing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option

if TYPE_CHECKING:
    from resonance.reasons import LossReason
    from resonance.records import Findings


@click.command()
@workspace_option
@click.option("--reasons", is_flag=True, help="Every lost deal: the typed reason, what was voiced.")
@json_option
@click.pass_context
def command(ctx: click.Context, reasons: bool, as_json: bool) -> None:
    """Each theme on won, lost and open deals, counted in accounts, most with losing first.

    "Raised more often in lost deals" is said only where Fisher's exact test, corrected for
    the number of themes, finds it. It never says that a theme costs a deal. The odds of losing
    beside it hold segment, amount and number of calls still (Firth's logistic regression).

    Below stand the themes that are voiced on larger or smaller deals, and the lost deals for
    which the rep typed a reason that their prospects never voiced, or voiced less than other
    things. A typed reason is read by common words such as "price" or "timing"; where it has
    none of them, "no theme is near".
    """
    from resonance.reasons import loss_reasons

    findings = open_workspace(ctx).findings()
    typed = loss_reasons(findings)
    if not reasons:
        _themes(findings, typed, as_json=as_json)
    elif as_json:
        echo_json([asdict(row) for row in typed])
    else:
        _reasons(findings, typed)


def _themes(findings: Findings, typed: list[LossReason], *, as_json: bool) -> None:
    from resonance.cli.show import deals as show
    from resonance.cli.show.tables import console
    from resonance.deals import win_loss
    from resonance.odds import deal_sizes, held_still

    found, held, sizes = win_loss(findings), held_still(findings), deal_sizes(findings)
    if as_json:
        rows = zip(found, held, sizes, strict=True)
        echo_json(
            [asdict(w) | {"held_still": asdict(h), "deal_size": asdict(s)} for w, h, s in rows]
        )
        return
    out = console()
    out.print(show.win_loss_table(findings, found, held))
    show.deal_size_list(findings, sizes)
    differ = [row for row in typed if row.differs]
    if differ:
        title = "\nLost deals whose typed reason and prospects differ"
        out.print(show.loss_reason_table(findings, differ, title=title))
    if typed:
        out.print(f"resonance deals --reasons lists all {len(typed)} lost deals.")


def _reasons(findings: Findings, typed: list[LossReason]) -> None:
    from resonance.cli.show import deals as show
    from resonance.cli.show.tables import console

    title = "Lost deals: the typed reason, and what their prospects voiced"
    console().print(show.loss_reason_table(findings, typed, title=title))
