"""resonance trends: which themes are rising, and which fade."""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option


@click.command()
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Each theme by month: accounts that voiced it, of all that were heard from.

    Rising and fading are said only where a test that corrects for the number of themes
    finds them; a theme with too few calls says so.
    """
    from resonance.cli.show import themes as show
    from resonance.cli.show.tables import console
    from resonance.deals import trends

    findings = open_workspace(ctx).findings()
    found = trends(findings)
    if as_json:
        echo_json([asdict(trend) for trend in found])
        return
    console().print(show.trend_table(findings, found))
