"""What every reader makes of a file: its title, and its text as blocks in reading order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# A line break that the author made inside a block (<br>), as against the end of a source line.
BREAK = "\u2028"

INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x2060, 0xFEFF, *range(0x0E), *range(0x0E, 0x20)], None
) | {ord("\t"): " ", ord("\n"): "\n", 0x0B: BREAK, 0x0C: "\n"}

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


def visible(text: str) -> str:
    """Text without characters that nobody sees, and with ligatures taken apart; newlines stay."""
    if text.isascii():
        return text.translate(INVISIBLE)
    text = text.encode("utf-8", "ignore").decode("utf-8")  # half a pair is no character
    text = "".join(
        unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in text
    )
    return text.translate(INVISIBLE)


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
