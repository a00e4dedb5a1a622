"""resonance run: read, analyse, summarise."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import (
    announce,
    echo_intakes,
    echo_json,
    echo_problems,
    json_option,
    open_workspace,
    progress,
    quiet_option,
    source_options,
    workspace_option,
)


@click.command()
@source_options
@click.option("--refit", is_flag=True, help="Fit the themes anew, though little is new.")
@workspace_option
@quiet_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    calls: tuple[Path, ...],
    assets: tuple[Path, ...],
    deals: Path | None,
    refit: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read calls and marketing, find the themes, score every asset.

    Run it again whenever there is more: only what is new is read and heard, and the themes
    stand: T12 means the same for ever. They are fitted anew when more than a quarter of what was
    said is new to them, or with --refit, and what became of each is told. With no paths it
    takes those of resonance.toml, or analyses what was added before.

    \b
    resonance run --calls exports/gong --calls notes/ --assets website/ --deals deals.csv
    """
    from resonance import pipeline
    from resonance.cli.show.edits import transition_list
    from resonance.cli.show.themes import summary

    workspace = open_workspace(ctx)
    with progress(quiet or as_json) as step:
        outcome = pipeline.run(
            workspace,
            calls=calls,
            assets=assets,
            deals=deals,
            refit=refit,
            progress=step,
            announce=announce,
        )
    if as_json:
        echo_json(outcome.to_dict())
        return
    echo_problems(outcome.problems, more_in="--json")
    echo_intakes(outcome.intakes)
    if any(transition.n_before for transition in outcome.transitions):
        transition_list(outcome.findings, outcome.transitions, fitted=outcome.fitted)
    summary(outcome.findings)
