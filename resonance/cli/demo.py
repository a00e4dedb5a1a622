"""resonance demo: the whole job on a made-up company."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import (
    announce,
    echo_intakes,
    echo_problems,
    progress,
    quiet_option,
    workspace_option,
)

# Kept apart from a workspace of the user's own.
WORKSPACE = Path("resonance-demo")


@click.command()
@workspace_option
@quiet_option
@click.pass_context
def command(ctx: click.Context, quiet: bool) -> None:
    """See it at work on Tallyroot: 58 calls, 24 assets, 41 deals, all of them made up.

    Works in ./resonance-demo unless --workspace names another folder.
    """
    from resonance import pipeline
    from resonance.cli.show import themes as show
    from resonance.demo import corpus
    from resonance.report import write_report
    from resonance.workspace import Workspace

    sources = (each.get_parameter_source("workspace") for each in (ctx, ctx.find_root()))
    given = any(source is not click.core.ParameterSource.DEFAULT for source in sources)
    workspace = Workspace(ctx.obj if given else WORKSPACE, on_wait=announce)
    tallyroot = corpus()
    with progress(quiet) as step:
        outcome = pipeline.run(
            workspace,
            calls=[tallyroot / "calls"],
            assets=[tallyroot / "assets"],
            deals=tallyroot / "deals.csv",
            progress=step,
            announce=announce,
        )
    echo_problems(outcome.problems, more_in="the report")
    echo_intakes(outcome.intakes)
    show.summary(outcome.findings)
    report = workspace.path / "report.html"
    write_report(workspace, report)
    click.echo(f"The report: {report}")
    click.echo(f"Next: resonance -w {workspace.path} check DRAFT, or: resonance --help")
