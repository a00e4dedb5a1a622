"""resonance evaluate: figures against gold labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resonance.cli.common import echo_json, json_option, progress, quiet_option

if TYPE_CHECKING:
    from rich.table import Table

    from resonance.evaluate import Figures, Section


HINT = (
    "Of a peer with several seeds the lowest, mean and highest figure is shown. What each "
    "figure means is in docs/evaluation.md, and in what --markdown writes."
)


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--no-peers", is_flag=True, help="Leave BERTopic, k-means and raw cosine out.")
@click.option(
    "--markdown",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures to this file too, with the command that made them.",
)
@click.option("-v", "--verbose", is_flag=True, help="Also list what leaked, and what was mistaken.")
@quiet_option
@json_option
def command(
    corpus: Path, no_peers: bool, markdown: Path | None, verbose: bool, quiet: bool, as_json: bool
) -> None:
    """Compare what is found in CORPUS with its gold labels.

    CORPUS is a folder of the shape of corpora/tallyroot: calls/, assets/, calls.csv,
    assets.csv, deals.csv, and the labels in gold/. It is analysed in a workspace of its own.

    \b
    resonance evaluate corpora/tallyroot
    """
    from resonance.evaluate import evaluate
    from resonance.evaluate.wording import page
    from resonance.report.write import write_whole

    with progress(quiet) as step:
        figures = evaluate(corpus, peers=not no_peers, progress=step)
    if markdown:
        write_whole(page(figures, _command(corpus, no_peers, markdown)).encode(), markdown)
    if as_json:
        echo_json(figures.to_dict())
        return
    _show(figures, verbose)


def _command(corpus: Path, no_peers: bool, markdown: Path) -> str:
    parts = ["resonance evaluate", corpus.as_posix(), "--markdown", markdown.as_posix()]
    return " ".join([*parts, "--no-peers"] if no_peers else parts)


def _show(figures: Figures, verbose: bool) -> None:
    from resonance.cli.show.tables import console

    out = console()
    for section in figures.sections:
        out.print(section.title, style="bold", markup=False)
        out.print(_table(section))
    for note in (HINT, *figures.notes):
        out.print(note, markup=False)
    for name, items in figures.lists.items() if verbose else ():
        out.print(f"\n{name}: {len(items)}", style="bold", markup=False)
        for item in items:
            out.print(f"  {item}", markup=False)


def _table(section: Section) -> Table:
    from rich import box
    from rich.table import Table

    from resonance.evaluate.wording import ours, peer

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    for name in ("ours", *section.peers):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in section.figures:
        table.add_row(figure.name, ours(figure), *(peer(figure, n) for n in section.peers))
    return table
