"""resonance themes: what prospects voice, and what a user makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resonance.cli.common import (
    echo_json,
    hand_out,
    json_option,
    open_workspace,
    output_option,
    workspace_option,
)
from resonance.cli.edits import EDITS

if TYPE_CHECKING:
    from resonance.factors import Factors
    from resonance.records import Theme


@click.group(invoke_without_command=True)
@click.option("--hidden", is_flag=True, help="The themes that were hidden.")
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, hidden: bool, as_json: bool) -> None:
    """What prospects voice, most voiced first. `themes show T4` for one of them.

    An id means the same for ever. Beside each theme stands how firm it is: stable, shaky or
    one-off, by whether it comes back when a fifth of the calls is left out.

    \b
    resonance themes rename T4 "Price for small firms"
    resonance themes merge T4 T9                 T9 is T4 now
    resonance themes split T7                    a preview; --yes does it
    resonance themes seed "Audit" "quote" "quote" --about "fears the auditors"
    resonance themes review                      what is worth a yes or a no
    resonance themes undo                        any edit, to any depth
    """
    if ctx.invoked_subcommand:
        return
    from resonance.cli.show import themes as show
    from resonance.cli.show.tables import console
    from resonance.factors import demand_factors

    workspace = open_workspace(ctx)
    findings = workspace.findings()
    themes = list(findings.hidden) if hidden else show.by_demand(findings)
    if as_json:
        factors = demand_factors(findings, workspace.settings.demand)
        echo_json([_with_factors(theme, factors) for theme in themes])
        return
    title = "Hidden: neither shown nor scored" if hidden else "What prospects voice"
    console().print(show.theme_table(findings, themes, title=title))


@command.command("show")
@click.argument("theme_id", metavar="ID")
@workspace_option
@json_option
@click.pass_context
def show_one(ctx: click.Context, theme_id: str, as_json: bool) -> None:
    """One theme: every quote with its call, and the assets that answer it."""
    from resonance.cli.show import themes as show
    from resonance.curation import look_up
    from resonance.factors import demand_factors

    workspace = open_workspace(ctx)
    found = look_up(workspace, theme_id)
    findings, theme = found.findings, found.theme
    factors = demand_factors(findings, workspace.settings.demand)
    if as_json:
        said = [s for s in findings.statements if found.theme_of[s.statement_id] == theme.theme_id]
        matches = [m for m in findings.matches if m.theme_id == theme.theme_id]
        echo_json(
            _with_factors(theme, factors)
            | {"statements": [asdict(s) for s in said], "matches": [asdict(m) for m in matches]}
        )
        return
    if theme.theme_id != theme_id.strip().upper():
        click.echo(f"{theme_id.strip().upper()} is {theme.theme_id} now.", err=True)
    show.theme(findings, theme, found.theme_of, factors.get(theme.theme_id))


@command.command("card")
@click.argument("theme_id", metavar="ID")
@output_option
@workspace_option
@json_option
@click.pass_context
def card(ctx: click.Context, theme_id: str, output: Path | None, as_json: bool) -> None:
    """One theme as a battlecard in Markdown: what they say, how those deals go, what to reply."""
    from resonance.card import battlecard
    from resonance.report.markdown import card_as_markdown

    hand_out(ctx, theme_id, battlecard, card_as_markdown, output, as_json)


for edit in EDITS:
    command.add_command(edit)


def _with_factors(theme: Theme, factors: Mapping[str, Factors]) -> dict[str, Any]:
    own = factors.get(theme.theme_id)
    return asdict(theme) | {"factors": asdict(own) if own else None}
