"""Plain text: paragraphs between empty lines, items of a list, and short lines as headings."""

from __future__ import annotations

import re

from resonance.sources.assets.blocks import Block, Document, first_heading, first_title
from resonance.sources.files import decode

ITEM = re.compile(r"\s*([-*•–▪]|\d{1,2}[.)])\s+\S")
RULE = re.compile(r"\s*([-=_*~#])\1{2,}\s*")
CLOSING = ".,;:!?…-–)\"'”’"
HEADING_WORDS = 10


def read(data: bytes) -> Document:
    found = [
        Block(b.text, 1 if i == 0 else 2, b.place, b.line) if _is_heading(b.text) else b
        for i, b in enumerate(paragraphs(decode(data)))
    ]
    return Document(first_title(first_heading(found)), tuple(found))


def paragraphs(text: str) -> list[Block]:
    """Each paragraph and each item of a list, with the line it begins on."""
    found: list[tuple[int, list[str]]] = []
    open_paragraph = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or RULE.fullmatch(line):
            open_paragraph = False
        elif open_paragraph and not ITEM.match(line):
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
            open_paragraph = True
    return [Block("\n".join(lines), 0, f"line {at}", at) for at, lines in found]


def _is_heading(text: str) -> bool:
    """A short line by itself that ends no sentence and is no list item."""
    short = "\n" not in text and len(text.split()) <= HEADING_WORDS
    return short and text.strip()[-1] not in CLOSING and not ITEM.match(text)
