"""resonance deals: how themes go with winning and losing."""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option


@click.command()
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Each theme on won, lost and open deals, counted in accounts.

    "Raised more often in lost deals" is said only where Fisher's exact test, corrected for
    the number of themes, finds it. It never says that a theme costs a deal.
    """
    from resonance.cli import show
    from resonance.deals import win_loss

    findings = open_workspace(ctx).findings()
    found = win_loss(findings)
    if as_json:
        echo_json([asdict(row) for row in found])
        return
    show.console().print(show.win_loss_table(findings, found))
