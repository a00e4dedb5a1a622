"""A turn cut into sentences, whether it was said or typed."""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.language import Language

_LINE = re.compile(r"\s*\n\s*")
_TYPED = re.compile(r"\s*(?:\n|;(?=\s))\s*")  # reps end a thought with a line or a semicolon
_BULLET = re.compile(r"^\s*(?:[-*•·~>–—→]+|\(?\d{1,2}[.)])\s+")
_ENDED = re.compile(r"""[.!?…]["')\]”’]*$""")
LONGEST = 45  # words without a full stop after which the parser alone decides


def split(text: str, nlp: Language, *, is_note: bool) -> list[str]:
    """Sentences of a turn in order, white space collapsed, marks of lists left out.

    The parser's breaks count where the words before them end in a full stop, a question or an
    exclamation mark, for it breaks at pauses too. A transcript without any is left to it.
    """
    lines = (_TYPED if is_note else _LINE).split(text)
    bare = (" ".join(_BULLET.sub("", line).split()) for line in lines)
    return [sentence for line in bare if line for sentence in _sentences(line, nlp)]


def _sentences(line: str, nlp: Language) -> list[str]:
    starts = [sentence.start_char for sentence in nlp(line, disable=["ner"]).sents]
    parts = [line[a:b].strip() for a, b in pairwise([*starts, len(line)])]
    found: list[str] = []
    for part in filter(None, parts):
        if found and not _ENDED.search(found[-1]) and len(found[-1].split()) < LONGEST:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found
