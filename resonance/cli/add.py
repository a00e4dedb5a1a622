"""resonance add: read without analysing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resonance.cli.common import (
    echo_intakes,
    echo_problems,
    open_workspace,
    progress,
    quiet_option,
    workspace_option,
)

if TYPE_CHECKING:
    from resonance.store import RecordKind


@click.command()
@click.argument("kind", type=click.Choice(["calls", "assets", "deals"]))
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    type=click.Path(exists=True, path_type=Path),
)
@workspace_option
@quiet_option
@click.pass_context
def command(ctx: click.Context, kind: RecordKind, paths: tuple[Path, ...], quiet: bool) -> None:
    """Read calls, assets or deals into the store, to be analysed by the next run.

    \b
    resonance add calls downloads/2026-10-02_acme.vtt
    """
    from resonance import pipeline

    with progress(quiet) as step:
        intake = pipeline.read(open_workspace(ctx), kind, paths, progress=step)
    echo_problems(intake.problems)
    echo_intakes([intake])
