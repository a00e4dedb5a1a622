"""Where a passage stands in the text file it was read from, to the column."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
LONGEST_GAP = 200  # characters of markup between two words, as of a link's address
UNREAD = re.compile(r"</?[A-Za-z][^<>]*>|\]\([^()\n]*\)")  # tags, and addresses of Markdown's links


@dataclass(frozen=True, slots=True)
class Region:
    """Lines and columns from 1; `end_column` is that after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


def find_region(source: str, line: int, text: str) -> Region:
    """The part of the source from the first word of the text to its last.

    source : the file, its line ends "\\n"; line : the one the text begins on
    text   : without the source's markup. A word that the source spells otherwise (an entity)
             is passed over; where none is found the region is the whole line
    """
    source = UNREAD.sub(lambda markup: re.sub(r"[^\n]", " ", markup[0]), source)
    start = _offset(source, line)
    spans = []
    at = start
    for word in WORD.findall(text):
        pattern = re.compile(rf"(?<![^\W_]){word}(?![^\W_])")
        if found := pattern.search(source, at, at + len(word) + LONGEST_GAP):
            spans.append(found.span())
            at = found.end()
    if not spans:
        return Region(line, 1, line, len(source[start:].partition("\n")[0]) + 1)
    return Region(*_place(source, spans[0][0]), *_place(source, spans[-1][1]))


def _offset(source: str, line: int) -> int:
    """Where a line begins."""
    return sum(len(each) + 1 for each in source.split("\n")[: line - 1])


def _place(source: str, offset: int) -> tuple[int, int]:
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)
