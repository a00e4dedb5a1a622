"""What every reader makes of a file: its title, and its text as blocks in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resonance.sources.text import visible

# Titles that programs give to files nobody has named.
NAMELESS = re.compile(
    r"(untitled|title|word document|powerpoint presentation|(document|presentation)\d*"
    r"|slide \d+|microsoft (word|powerpoint) - .*|\(?unspecified\)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or heading.

    `level` is 0 for text and 1 (the title) to 6 for a heading; a heading without text ends the
    section above it. Where `line` is given, each newline in `text` ends a line of the source.
    """

    text: str
    level: int = 0
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """`title` is what the file calls itself, "" where it does not."""

    title: str
    blocks: tuple[Block, ...]


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


def first_title(*candidates: str) -> str:
    """The first that says something; names given by a program say nothing."""
    lines = map(one_line, candidates)
    return next((line for line in lines if line and not NAMELESS.fullmatch(line)), "")


def first_heading(blocks: Iterable[Block], deepest: int = 6) -> str:
    """Text of the first heading of at most this level, "" for none."""
    return next((b.text for b in blocks if 1 <= b.level <= deepest and b.text.strip()), "")


def row_text(cells: Iterable[str]) -> str:
    """A table's row on one line."""
    return " | ".join(cell for cell in map(one_line, cells) if cell)
