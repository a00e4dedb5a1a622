"""What a passage says in words of its own.

A draft that repeats what prospects said is as near to their quotes as anything can be, and tells
them nothing; so is a list of the words they use. Neither is read where relevance is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RUN = 6  # words in a row that are in a quote too were taken from it
SHORTEST = 3  # a shorter quote is said by anybody
LISTED = 5  # words in a row without one that holds a sentence together are a list

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
# Pronouns, articles, prepositions, conjunctions, auxiliaries: no sentence goes without.
_HOLDING = """
a about after all an and are as at be because been before but by can could did do does for from
had has have he her his how i if in into is it its may more most must my no not of on one only
or our out over she should so than that the their them then there these they this those to
until up was we were what when where which while who will with without would you your i'm i've
it's that's there's they're we're we've we'll you'll you're you've don't doesn't can't won't
isn't aren't
"""
HOLDS = frozenset(_HOLDING.split())


class Quoted:
    """What was taken from these quotes, to be left out of other texts."""

    def __init__(self, quotes: Iterable[str]):
        self._runs: set[str] = set()
        for quote in quotes:
            words = [word for word, _, _ in _words(quote)]
            length = min(RUN, len(words))
            if length >= SHORTEST:
                self._runs.update(_runs(words, length))

    def left_out(self, text: str) -> str:
        """The text without every run of words that is in a quote; "" where nothing is left."""
        words = _words(text)
        taken = [False] * len(words)
        for length in range(SHORTEST, RUN + 1):
            for at, run in enumerate(_runs([word for word, _, _ in words], length)):
                if run in self._runs:
                    taken[at : at + length] = [True] * length
        if not any(taken):
            return text
        kept, end, left = [], 0, False
        for (_, start, stop), out in zip(words, taken, strict=True):
            kept.append(" " if left else text[end:start])  # marks after what is left out go too
            kept.append("" if out else text[start:stop])
            end, left = stop, out
        rest = " ".join("".join([*kept, "" if left else text[end:]]).split())
        return rest if _WORD.search(rest) else ""


def without_lists(text: str) -> str:
    """The text without the sentences and lines that only string words together."""
    sentences = _SENTENCE.split(text)
    if not any(map(_is_list, sentences)):
        return text
    return " ".join(sentence for sentence in sentences if not _is_list(sentence))


def _is_list(sentence: str) -> bool:
    words = [word for word, _, _ in _words(sentence)]
    return len(words) >= LISTED and not HOLDS.intersection(words)


def _words(text: str) -> list[tuple[str, int, int]]:
    """Every word in lower case with its place."""
    return [
        (match.group().lower().replace("’", "'"), *match.span()) for match in _WORD.finditer(text)
    ]


def _runs(words: list[str], length: int) -> list[str]:
    return [" ".join(words[at : at + length]) for at in range(len(words) - length + 1)]
