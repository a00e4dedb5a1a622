"""The names that are known in a call before its texts are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from resonance.privacy.lexicon import Lexicon, plain
from resonance.privacy.words import words_of

_NOT_THE_NAME = re.compile(r"\([^)]*\)|\[[^\]]*\]|[|,].*|\S+@\S+")
_PARTNERS = re.compile(r"\b([A-Z][a-z]{2,})\s*(?:&|\+|\band\b)\s*([A-Z][a-z]{2,})\b")
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")
_PARTICLES = frozenset(
    [
        *("van", "von", "de", "der", "den", "la", "le", "da", "di", "del", "du", "bin", "al"),
        *("el", "ten", "ter", "st", "jr", "sr", "ii", "iii", "md", "phd", "cpa", "mba", "esq"),
    ]
)


@dataclass(frozen=True, slots=True)
class Known:
    """The words of the names in a call, in lower case without accents, and whose each is.

    `sure` ones match in any case. The rest of `owners` are words too; `first` are those among
    them that people go by. `pairs` are two words that follow each other in a name, `partners`
    surnames that make up a firm's name.
    """

    owners: Mapping[str, str]
    sure: frozenset[str]
    first: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    partners: frozenset[str]


def learn_names(named: Iterable[tuple[str, str]], firms: Iterable[str], lexicon: Lexicon) -> Known:
    """What to look for, given (owner, full name) of the people and the names of firms."""
    owners: dict[str, str] = {}
    sure: set[str] = set()
    first: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for owner, name in named:
        words = name_words(name)
        if all(lexicon.is_word(word) and word not in lexicon.words_too for word in words):
            continue  # "Customer", "Conference Room": a label, not a name
        pairs.update(pairwise(words))
        parts = [part for word in words if "-" in word for part in word.split("-")]
        for word in [*words, *parts]:
            if len(word) < 2 or word in _PARTICLES:
                continue
            owners.setdefault(word, owner)
            if not lexicon.is_word(word):
                sure.add(word)
            elif word == words[0]:
                first.add(word)
    partners = {word for firm in firms for word in _partners(firm, lexicon)}
    return Known(owners, frozenset(sure), frozenset(first), frozenset(pairs), frozenset(partners))


def name_in_address(address: str, lexicon: Lexicon) -> str:
    """ "dana.ruiz@shop.com" as "dana ruiz"; "" where it has no two words that may be a name's."""
    mailbox, at, _ = plain(address).partition("@")
    words = re.split(r"[._-]", mailbox.strip(" <").lower())
    is_name = at and len(words) > 1 and all(map(_NAME_WORD.fullmatch, words))
    return " ".join(words) if is_name and all(map(lexicon.may_be_name, words)) else ""


def name_words(name: str) -> list[str]:
    """The words of a name in lower case, a company in brackets and the like left out."""
    bare = _NOT_THE_NAME.sub(" ", plain(name))
    return [match[0].lower() for match in words_of(bare)]


def _partners(firm: str, lexicon: Lexicon) -> list[str]:
    """Surnames in a firm's name: Dorset & Vane; but not Fire & Safety."""
    return [
        word
        for match in _PARTNERS.finditer(plain(firm))
        for word in (match[1].lower(), match[2].lower())
        if not all(lexicon.is_word(each.lower()) for each in match.groups())
    ]
