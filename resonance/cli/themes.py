"""resonance themes: what prospects voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option
from resonance.errors import InputError

if TYPE_CHECKING:
    from resonance.factors import Factors
    from resonance.records import Theme


@click.group(invoke_without_command=True)
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What prospects voice, most voiced first. `themes show T4` for one of them."""
    if ctx.invoked_subcommand:
        return
    from resonance.cli import show
    from resonance.factors import demand_factors

    workspace = open_workspace(ctx)
    findings = workspace.findings()
    themes = show.by_demand(findings)
    if as_json:
        factors = demand_factors(findings, workspace.settings.demand)
        echo_json([_with_factors(theme, factors) for theme in themes])
        return
    show.console().print(show.theme_table(findings, themes, title="What prospects voice"))


@command.command("show")
@click.argument("theme_id", metavar="ID")
@workspace_option
@json_option
@click.pass_context
def show_one(ctx: click.Context, theme_id: str, as_json: bool) -> None:
    """One theme: every quote with its call, and the assets that answer it."""
    from resonance.cli import show
    from resonance.factors import demand_factors

    workspace = open_workspace(ctx)
    findings = workspace.findings()
    theme = next((t for t in findings.themes if t.theme_id == theme_id.upper()), None)
    if theme is None:
        known = ", ".join(t.theme_id for t in findings.themes)
        raise InputError(f"There is no theme {theme_id!r}; there are {known or 'none yet'}.")
    factors = demand_factors(findings, workspace.settings.demand)
    if as_json:
        said = [s for s in findings.statements if s.theme_id == theme.theme_id]
        matches = [m for m in findings.matches if m.theme_id == theme.theme_id]
        echo_json(
            _with_factors(theme, factors)
            | {"statements": [asdict(s) for s in said], "matches": [asdict(m) for m in matches]}
        )
        return
    show.theme(findings, theme, factors.get(theme.theme_id))


def _with_factors(theme: Theme, factors: Mapping[str, Factors]) -> dict[str, Any]:
    own = factors.get(theme.theme_id)
    return asdict(theme) | {"factors": asdict(own) if own else None}
