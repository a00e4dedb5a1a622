"""resonance gaps: what prospects voice and no asset answers."""

from __future__ import annotations

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option


@click.command()
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Themes that no asset answers, most voiced first."""
    from resonance.cli import show
    from resonance.score import gaps

    findings = open_workspace(ctx).findings()
    missing = gaps(findings.themes, findings.matches)
    if as_json:
        echo_json(missing)
        return
    show.gap_list(findings, missing)
