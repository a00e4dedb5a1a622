"""Figures in words: cells of a table, and the page for docs/."""

from __future__ import annotations

import math
from collections.abc import Sequence

from resonance.evaluate.figures import Figure, Figures, Section

UNKNOWN = "–"


def number(value: float) -> str:
    """A count as it is, anything else to three decimals."""
    if isinstance(value, int):
        return str(value)
    return UNKNOWN if math.isnan(value) else f"{value:.3f}"


def ours(figure: Figure) -> str:
    """The value, and the whole that a count is of."""
    value = number(figure.value)
    return value if figure.of is None else f"{value} of {figure.of}"


def peer(figure: Figure, name: str) -> str:
    """Lowest, mean and highest; the one value where there is only one; "" for none."""
    spread = figure.peers.get(name)
    if spread is None:
        return ""
    values = (spread.low, spread.mean, spread.high)
    if isinstance(figure.value, int):
        told = [f"{value:.1f}".removesuffix(".0") for value in values]
    else:
        told = [number(float(value)) for value in values]
    return told[0] if len(set(values)) == 1 or told[0] == UNKNOWN else " ".join(told)


def page(figures: Figures, command: str) -> str:
    """Everything as Markdown. The same figures give the same text."""
    parts = [
        "# Evaluation",
        "How far the analysis can be trusted, measured by running it on a corpus whose sentences,"
        " themes and assets were labelled by hand. Every figure was made by this command:",
        f"    {command}",
        "Where a peer was run with several seeds its lowest, mean and highest figure is given.",
    ]
    parts += [note.replace("\n", " ") for note in figures.notes]
    for section in figures.sections:
        parts += [f"## {section.title}", section.about, _table(section)]
    parts += ["## Made with", _rows([["what", "version"], *map(list, figures.versions.items())])]
    return "\n\n".join(parts) + "\n"


def _table(section: Section) -> str:
    header = ["figure", "resonance", *section.peers, "what it means"]
    rows = [
        [f.name, ours(f), *(peer(f, name) for name in section.peers), f.meaning]
        for f in section.figures
    ]
    return _rows([header, *rows])


def _rows(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
