"""resonance backtest: does resonance go with results?"""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option


@click.command()
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Whether assets that answer more of what is voiced get more clicks, leads and revenue.

    Needs impressions, clicks, leads or revenue in `assets.csv`. Rates are compared by rank,
    with channel and exposure held still; intervals come from resampling whole campaigns. It
    says what went together, and never what caused it.
    """
    from resonance.backtest import backtest
    from resonance.cli.show import assets as show

    found = backtest(open_workspace(ctx).findings())
    if as_json:
        echo_json([asdict(outcome) for outcome in found])
        return
    show.outcomes(found)
