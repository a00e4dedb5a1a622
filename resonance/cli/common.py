"""What the commands share: options, the workspace, progress, and how problems are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from resonance.records import Findings, Problem, Theme
from resonance.report import words

if TYPE_CHECKING:
    import numpy as np

    from resonance.brief import Brief
    from resonance.card import Card
    from resonance.pipeline import Intake, Progress
    from resonance.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
Paper = TypeVar("Paper", "Brief", "Card")

PROBLEMS_SHOWN = 20


def _set_workspace(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.obj = value


# The same option on every command, so that it may stand before or after the command's name.
workspace_option = click.option(
    "-w",
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    expose_value=False,
    callback=_set_workspace,
    help="Folder with resonance.toml and the store.  [default: .]",
)
_READABLE = click.Path(exists=True, path_type=Path)


def source_options(command: F) -> F:
    """--calls, --assets and --deals."""
    for option in (
        click.option(
            "--deals", type=_READABLE, help="CSV of deals: outcome, amount, segment, loss reason."
        ),
        click.option(
            "--assets", type=_READABLE, multiple=True, help="File or folder of marketing."
        ),
        click.option(
            "--calls", type=_READABLE, multiple=True, help="File or folder of calls and notes."
        ),
    ):
        command = option(command)
    return command


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; standard output without it.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on the screen.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON for a script.")


def open_workspace(ctx: click.Context) -> Workspace:
    from resonance.workspace import Workspace

    path: Path = ctx.obj
    return Workspace(path, on_wait=announce)


def echo_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def hand_out(
    ctx: click.Context,
    theme_id: str,
    make: Callable[[Theme, Findings, np.ndarray], Paper],
    as_markdown: Callable[[Paper], str],
    output: Path | None,
    as_json: bool,
) -> None:
    """What is made of a theme to be read elsewhere: as Markdown, or as JSON on the screen."""
    from resonance.curation import shown_theme
    from resonance.known import recall
    from resonance.report.write import write_whole

    workspace = open_workspace(ctx)
    known = recall(workspace)
    theme = shown_theme(workspace, known.findings, theme_id)
    paper = make(theme, known.findings, known.statements)
    if as_json:
        echo_json(paper.to_dict())
        return
    write_whole(as_markdown(paper).encode(), output)


def echo_problems(problems: Sequence[Problem], more_in: str = "") -> None:
    """Name on standard error what could not be read or counted, and what to do about it.

    more_in : where all of it is told, for when it is too much for the screen
    """
    if not problems:
        return
    click.echo(f"{words.count(len(problems), 'thing')} to see to:", err=True)
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(f"  {problem}", err=True)
    if len(problems) > PROBLEMS_SHOWN:
        where = f" ({more_in} has all)" if more_in else ""
        click.echo(f"  … and {len(problems) - PROBLEMS_SHOWN} more{where}", err=True)


def announce(line: str) -> None:
    """Say on standard error what is about to be sent, or who is waited for."""
    click.echo(line, err=True)


def echo_intakes(intakes: Sequence[Intake]) -> None:
    """One line: how much was read, and how much had not changed."""
    told = [
        f"{words.count(intake.n_read, intake.kind.removesuffix('s'))} read"
        + (f", {words.count(intake.n_unchanged, 'file')} unchanged" if intake.n_unchanged else "")
        for intake in intakes
    ]
    if told:
        click.echo("; ".join(told) + ".")


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """A bar for each stage on standard error; nothing when quiet or not a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda stage, done, total: None
        return
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
