"""Which words are names: lists made by resonance/training/names.py, and the dictionary."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, cast

from spacy.language import Language

NAMES = "names.json"

_FORMS = {"s": "", "es": "", "ed": "e", "ing": "e", "er": "e", "ers": "e", "ly": ""}
_CONTRACTED = re.compile(  # as typed without the apostrophe
    r"(?:there|that|what|who|he|she|it|here|where|how|let)s|(?:they|we|you)(?:re|ve|ll)|"
    r"(?:do|does|did|is|was|are|were|has|have|had|wo|ca|would|could|should)n'?t|[a-z]+n't"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names and words, all in lower case and without accents.

    `names` are first names that are hardly ever anything else; `words_too` are first names that
    are words, places or times as well ("mark", "georgia", "june"), `common` those among them
    that are everyday words, `popular` those that many people bear; `surnames` are surnames that
    are words ("price"). `words` is the dictionary.
    """

    names: frozenset[str]
    words_too: frozenset[str]
    common: frozenset[str]
    popular: frozenset[str]
    surnames: frozenset[str]
    words: frozenset[str]

    def may_be_name(self, word: str) -> bool:
        """Whether people may bear a word: it is in no dictionary, or is a name too."""
        return not self.is_word(word) or word in self.words_too or word in self.surnames

    def is_word(self, word: str) -> bool:
        """Whether the dictionary has the word, or what it is a form of."""
        if _CONTRACTED.fullmatch(word):
            return True
        if word in self.names:
            return False
        if word in self.words_too or word in self.words:
            return True
        stems = ((word.removesuffix(end), e) for end, e in _FORMS.items() if word.endswith(end))
        return any(
            len(s) > 2 and (s in self.words or (e and s + e in self.words)) for s, e in stems
        )


def plain(text: str) -> str:
    """The text without its letters' accents and with straight apostrophes; as long as the text."""
    return text if text.isascii() else "".join(map(_bare, text))


@cache
def load_lexicon(nlp: Language) -> Lexicon:
    """The shipped names, and the dictionary of the pipeline's lemmatiser."""
    lists = json.loads((files("resonance") / "weights" / NAMES).read_text(encoding="utf-8"))
    words = {*lists["words"], *nlp.Defaults.stop_words, *chain(*lemmas(nlp).values())}
    return Lexicon(
        names=frozenset(lists["names"]),
        words_too=frozenset(lists["words_too"]),
        common=frozenset(lists["common"]),
        popular=frozenset(lists["popular"]),
        surnames=frozenset(lists["surnames"]),
        words=frozenset(words),
    )


def lemmas(nlp: Language) -> dict[str, list[str]]:
    """The words that the pipeline's lemmatiser knows, by part of speech."""
    lemmatizer = cast(Any, nlp.get_pipe("lemmatizer"))
    index = lemmatizer.lookups.get_table("lemma_index")
    return {kind: list(index[kind]) for kind in ("noun", "verb", "adj", "adv")}


@cache
def _bare(letter: str) -> str:
    if letter in "’‘ʼ":
        return "'"
    return unicodedata.normalize("NFKD", letter)[0] if letter.isalpha() else letter
