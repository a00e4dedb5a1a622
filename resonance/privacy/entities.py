"""spaCy's entities, read only where they can matter: redaction spends its time on reading them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from spacy.language import Language

from resonance.privacy.known import Known
from resonance.privacy.lexicon import Lexicon
from resonance.privacy.words import opens_sentence, words_of

Entity = tuple[int, int, str]  # start, end, label

BATCH = 64

_BOUNDARY = re.compile(r"(?<=[.!?…])\s+|\n+")


def read_entities(
    texts: Sequence[str], known: Known, lexicon: Lexicon, nlp: Language
) -> list[list[Entity]]:
    """Entities in those sentences of each text where they can tell of a person not yet known."""
    asked = [
        (row, start, text[start:end])
        for row, text in enumerate(texts)
        for start, end in _sentences(text)
        if _is_telling(text[start:end], known, lexicon)
    ]
    found: list[list[Entity]] = [[] for _ in texts]
    docs = nlp.pipe((s for _, _, s in asked), batch_size=BATCH, disable=_not_needed(nlp))
    for (row, start, _), doc in zip(asked, docs, strict=True):
        found[row] += [(start + e.start_char, start + e.end_char, e.label_) for e in doc.ents]
    return found


def _is_telling(sentence: str, known: Known, lexicon: Lexicon) -> bool:
    """Whether a sentence has a capital that is not just its own, nor a known name's."""
    for match in words_of(sentence):
        word = match[0].lower()
        if not match[0][0].isupper() or len(word) < 2 or word in known.sure:
            continue
        may_be_name = word in lexicon.words_too or word in known.owners or not lexicon.is_word(word)
        if may_be_name or not opens_sentence(sentence, match.start()):
            return True
    return False


def label_at(entities: Sequence[Entity], place: int) -> str:
    """Label of the entity that covers a place, "" for none."""
    return next((label for start, end, label in entities if start <= place < end), "")


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = [match.span() for match in _BOUNDARY.finditer(text)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return list(zip(starts, ends, strict=True))


def _not_needed(nlp: Language) -> list[str]:
    """All pipes but the recogniser, and what it listens to."""
    needed = {"ner", "transformer"}
    if nlp.has_pipe("tok2vec") and "ner" in cast(Any, nlp.get_pipe("tok2vec")).listener_map:
        needed.add("tok2vec")
    return [name for name in nlp.pipe_names if name not in needed]
