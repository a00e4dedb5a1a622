"""What every list shares: the console, the look of a table, a quote on a line."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from resonance.records import Findings
from resonance.report import words

QUOTE_LENGTH = 110


def console() -> Console:
    return Console(highlight=False)


def empty_table(title: str) -> Table:
    """An empty one, as wide as the terminal."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )


def quotes_of(findings: Findings) -> dict[str, str]:
    """Text of each statement, by id."""
    return {s.statement_id: s.text for s in findings.statements}


def shorten(text: str) -> str:
    """The text on one line, cut at a word where a table has no room for more."""
    return words.shorten(text, QUOTE_LENGTH)


def p_value(value: float | None) -> str:
    """ "p 0.036", "p <0.001", "" for none."""
    if value is None:
        return ""
    return "p <0.001" if value < 0.0005 else f"p {value:.3f}"
