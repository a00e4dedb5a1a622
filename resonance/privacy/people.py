"""Who is named in a text.

Names of those in the call are looked for in every spelling; others by a list of first names, by
what stands beside them, and by spaCy's entities where nothing speaks against a person. Names
that are words as well ("Mark", "Grace", "Price") need a capital, and a place in the sentence
where the word would not stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from resonance.privacy.clues import (
    Heard,
    acts,
    does,
    follows_first_name,
    goes_on_as_name,
    is_given_away,
    is_in_place,
    is_not_the_word,
    is_time,
    is_titled,
    overhear,
    says,
)
from resonance.privacy.entities import Entity, label_at
from resonance.privacy.known import Known
from resonance.privacy.lexicon import Lexicon
from resonance.privacy.words import opens_sentence, parts_of, words_of

Place = tuple[int, int]  # start and end of a word in a text

FOLLOWED_BY_CAPITAL = re.compile(r"\s[A-Z][a-z]")  # "Strand Auto Group", not "Price is too high"
SHORTEST_IN_CAPITALS = 4  # letters; below it may well be an abbreviation


def find_people(
    texts: Sequence[str],
    entities: Sequence[Sequence[Entity]],
    known: Known,
    lexicon: Lexicon,
) -> list[list[Place]]:
    """Places of the words that name people in each text, in order.

    texts : without accents (`lexicon.plain`), what was found before already replaced.
    entities : of each text.
    """
    finder = _Finder(known, overhear(texts, entities, known, lexicon), lexicon)
    return [list(finder.find(t, e)) for t, e in zip(texts, entities, strict=True)]


@dataclass(frozen=True, slots=True)
class _Finder:
    known: Known
    heard: Heard
    lexicon: Lexicon

    def find(self, text: str, entities: Sequence[Entity]) -> Iterator[Place]:
        words = list(words_of(text))
        named = [
            self.is_name(text, match.span(), entities)
            or (i > 0 and follows_first_name(text, words[i - 1], match, self.known, self.lexicon))
            for i, match in enumerate(words)
        ]
        for i, (one, other) in enumerate(pairwise(words)):
            if self.is_full_name(text, one, other):
                named[i] = named[i + 1] = True
        for match, is_named in zip(words, named, strict=True):
            if is_named:
                yield match.span()
            elif "-" in match[0]:
                parts = (part.span() for part in parts_of(text, *match.span()))
                yield from (part for part in parts if self.is_name(text, part, entities))

    def is_full_name(self, text: str, one: re.Match[str], other: re.Match[str]) -> bool:
        """Whether two words, one after the other, are of the name of someone in the call."""
        pair = (one[0].lower(), other[0].lower())
        is_written_so = one[0][0].isupper() or not all(map(self.lexicon.is_word, pair))
        return pair in self.known.pairs and is_written_so and text[one.end() : other.start()] == " "

    def is_name(self, text: str, place: Place, entities: Sequence[Entity]) -> bool:
        start, end = place
        word, label = text[start:end].lower(), label_at(entities, start)
        if word in self.known.sure or word in self.heard.sure:
            return True
        if word in self.lexicon.names:
            is_short = text[start:end].isupper() and end - start < SHORTEST_IN_CAPITALS
            return not is_short and not is_in_place(text, start, entities)
        if not text[start].isupper():
            return self.is_small_name(text, place)
        if word in self.known.partners or is_titled(text, start):
            return True
        is_ours = word in self.known.owners or word in self.heard.wordlike
        if is_ours and not is_time(text, start, end):
            if not opens_sentence(text, start) or FOLLOWED_BY_CAPITAL.match(text, end):
                return True
            if self.goes_by(word) and (goes_on_as_name(text, end) or does(text, end)):
                return True
        may_be = word in self.lexicon.words_too
        if (may_be or word in self.heard.wordlike) and is_given_away(
            text, start, end, self.lexicon
        ):
            return True
        return (may_be or word in self.known.owners) and is_not_the_word(
            text,
            start,
            end,
            label,
            is_common=word in self.lexicon.common,
            is_popular=word in self.lexicon.popular,
        )

    def is_small_name(self, text: str, place: Place) -> bool:
        """Whether a word in lower case, as in typed notes, is a name that is a word too."""
        word = text[slice(*place)]
        if word in self.known.partners:
            return not self.lexicon.is_word(word) or acts(text, *place)
        return self.goes_by(word) and says(text, place[1])

    def goes_by(self, word: str) -> bool:
        """Whether people here go by a word; by a surname that is a word they hardly do."""
        return word in self.known.first or word in self.heard.first
