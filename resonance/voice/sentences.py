"""Turns cut into sentences, whether they were said or typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

LONGEST = 45  # words without a full stop after which the parser alone decides

_LINE = re.compile(r"\s*\n\s*")
_TYPED = re.compile(r"\s*(?:\n|;(?=\s))\s*")  # reps end a thought with a line or a semicolon
_BULLET = re.compile(r"^\s*(?:[-*•·~>–—→]+|\(?\d{1,2}[.)])\s+")
_ENDED = re.compile(r"""[.!?…]["')\]”’]*$""")
_ENDS_WITHIN = re.compile(r"""[.!?…]["')\]”’]*\s""")


def split(texts: Sequence[str], nlp: Language, *, is_note: bool) -> list[list[str]]:
    """Sentences of each turn in order, white space collapsed, marks of lists left out.

    The parser's breaks count where the words before them end in a full stop, a question or an
    exclamation mark, for it breaks at pauses too. A transcript without any is left to it.
    """
    cut = _TYPED if is_note else _LINE
    lines = [(row, _bare(line)) for row, text in enumerate(texts) for line in cut.split(text)]
    found: list[list[str]] = [[] for _ in texts]
    docs = nlp.pipe([line for _, line in lines if _is_long(line)], disable=["ner"])
    for row, line in lines:
        if line:
            found[row] += _sentences(next(docs)) if _is_long(line) else [line]
    return found


def _bare(line: str) -> str:
    return " ".join(_BULLET.sub("", line).split())


def _is_long(line: str) -> bool:
    """Whether there may be more than one sentence in it."""
    return bool(_ENDS_WITHIN.search(line)) or len(line.split()) > LONGEST


def _sentences(doc: Doc) -> list[str]:
    starts = [sentence.start_char for sentence in doc.sents]
    parts = [doc.text[a:b].strip() for a, b in pairwise([*starts, len(doc.text)])]
    found: list[str] = []
    for part in filter(None, parts):
        if found and not _ENDED.search(found[-1]) and len(found[-1].split()) < LONGEST:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found
