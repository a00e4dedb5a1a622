"""The words of a text, and where a word stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"\[(?:(?:prospect|vendor|speaker|person)-\d+|email|phone|address)\]")
# With hyphens and apostrophes within, but without "'s", "'ll" and the like at the end.
_WITHIN = r"(?!(?:s|m|ve|ll|d|re)\b)[^\W\d_]+"
_WORD = re.compile(rf"[^\W\d_]+(?:['-]{_WITHIN})*", re.IGNORECASE)
_PART = re.compile(rf"[^\W\d_]+(?:'{_WITHIN})*", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.!?:;…\n•\"“(\[|–—]|\s[-*~>+])\s*$")


def words_of(text: str) -> Iterator[re.Match[str]]:
    """The words of a text without accents, compounds whole, and none in a placeholder."""
    taken = [match.span() for match in _PLACEHOLDER.finditer(text)]
    for match in _WORD.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield match


def parts_of(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The words that a compound is made of."""
    return _PART.finditer(text, start, end)


def opens_sentence(text: str, start: int) -> bool:
    """Whether a word stands where any word has a capital."""
    return bool(_OPENING.search(text[max(0, start - 12) : start]))
