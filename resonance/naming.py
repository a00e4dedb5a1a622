"""What a theme could be called: phrases of two to six words that its prospects say.

A noun with what describes it ("full login for part-timers"), or a verb with its object ("retyping
every invoice"). The verb of a need stands as a wish ("see stock in one place"), that of an
objection as the matter ("moving old records"): a name is not to ask for what is objected to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc, Token

from resonance.embed import Encoder
from resonance.records import Kind
from resonance.terms import NAMED, lemma, says_something, surface

FEWEST, MOST = 2, 6  # words
MOST_ENCODED = 60  # phrases of a theme
BY_CATEGORY = 0.3  # weight of being near the category, beside being near the theme
SAID_ONCE = 0.1  # what a phrase loses where no word of it is in two statements
MOST_BEFORE = 4  # words that belong to a noun and stand before it
ARTICLES = {"a", "an", "the"}
DETERMINERS = {*ARTICLES, "every", "each", "no", "all", "both", "another"}
DESCRIBES = {"compound", "amod", "nmod", "nummod"}
PREPOSITION_WORDS = """
    about across after against as at before behind between by for from in into of off on onto out
    over per through to under until up with within without
"""
# Verbs that say how somebody speaks or feels, or next to nothing, whatever is sold.
LIGHT = """
    ask be become begin believe care come do end feel get go guess happen hate have hear hope keep
    let like look love make mean need say seem start stop talk tell think try want wonder worry
"""
# Verbs of several syllables that double their last letter before "-ing".
DOUBLE = """
    admit begin commit control forget occur overrun permit prefer refer regret replan rerun reset
    resubmit submit transfer unplug
"""
PREPOSITIONS, LIGHT_VERBS, DOUBLED = (
    frozenset(words.split()) for words in (PREPOSITION_WORDS, LIGHT, DOUBLE)
)
ONE_SYLLABLE = re.compile(r"(?:qu|[^aeiou]*)[aeiou][bdgklmnprtvz]")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Candidate(NamedTuple):
    """A phrase that could be a name, and the lemmas in it that say something."""

    text: str
    lemmas: tuple[str, ...]


def candidates(doc: Doc, kind: Kind) -> Iterator[Candidate]:
    """What a statement of that kind offers as a name for its theme."""
    for token in doc:
        found = _by_verb(token, kind) if token.pos_ == "VERB" else _by_noun(token)
        for words, tokens in found:
            lemmas = tuple(lemma(each) for each in tokens if says_something(each))
            if FEWEST <= len(words.split()) <= MOST and lemmas:
                yield Candidate(words, lemmas)


def rank(
    offers: Sequence[Iterable[Candidate]],
    telling: Mapping[str, float],
    centres: np.ndarray,
    own: int,
    about: str,
    encoder: Encoder,
) -> list[str]:
    """The texts, the best name first.

    offers  : of each statement of the theme
    telling : how much each word tells of the theme, by its lemma
    centres : (n_themes, n_dims), unit rows, where the themes lie; `own` is the row of this one
    about   : its category in words

    Of the phrases with the most telling words, `MOST_ENCODED` of hundreds, the best lies near its
    theme and far from the others, near what the theme is about, and is not of words that only
    one statement has: prospects talk in pictures, and a picture by itself names nothing.
    """
    times = Counter(word for each in offers for word in {w for c in each for w in c.lemmas})
    lemmas = {c.text: c.lemmas for c in sorted({c for each in offers for c in each})}
    words = {
        text: sum(max(telling.get(w, 0.0), 0.0) for w in own_words) / len(own_words)
        for text, own_words in lemmas.items()
    }
    chosen = sorted(words, key=lambda text: (-words[text], text))[:MOST_ENCODED]
    if not chosen:
        return []
    vectors = encoder.encode([*chosen, about])
    near = vectors[:-1] @ centres.T
    others = np.delete(near, own, axis=1)
    score = near[:, own] - (others.mean(axis=1) if others.size else 0.0)
    score += BY_CATEGORY * (vectors[:-1] @ vectors[-1])
    score -= SAID_ONCE * np.array([max(times[w] for w in lemmas[text]) < 2 for text in chosen])
    ranked = dict(zip(chosen, np.round(score, 6).tolist(), strict=True))
    return sorted(chosen, key=lambda text: (-ranked[text], text))


def gerund(verb: str) -> str:
    """The -ing form of a verb.

    >>> [gerund(verb) for verb in ("pay", "move", "see", "tie", "plan", "control", "need")]
    ['paying', 'moving', 'seeing', 'tying', 'planning', 'controlling', 'needing']
    """
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    doubles = verb in DOUBLED or ONE_SYLLABLE.fullmatch(verb)
    return f"{verb}{verb[-1]}ing" if doubles else f"{verb}ing"


def _by_noun(noun: Token) -> Iterator[tuple[str, list[Token]]]:
    own = _with_what_describes_it(noun)
    if not own or not says_something(noun):
        return
    if own[0].lower_ in ARTICLES:
        own = own[1:]
    yield surface(own), own
    more = _prepositional(noun)
    if more and more[0].i == noun.i + 1:
        yield surface([*own, *more]), [*own, *more]


def _by_verb(verb: Token, kind: Kind) -> Iterator[tuple[str, list[Token]]]:
    if not WORD.fullmatch(verb.text) or not verb.is_alpha or lemma(verb) in LIGHT_VERBS:
        return
    said = gerund(lemma(verb)) if kind == "objection" else lemma(verb)
    for rest in _complements(verb):
        yield f"{said} {surface(rest)}", [verb, *rest]


def _complements(verb: Token) -> Iterator[list[Token]]:
    """What the verb is done to, and that with what stands right behind it."""
    after = [child for child in verb.children if child.i > verb.i]
    noun = next((child for child in after if child.dep_ == "dobj"), None)
    if noun is None:
        if more := _prepositional(verb):
            yield more
        return
    own = _with_what_describes_it(noun)
    if not own or not says_something(noun):
        return
    particles = [child for child in after if child.dep_ == "prt"][:1]
    together = sorted([*particles, *own], key=lambda token: token.i)
    yield together
    more = _prepositional(noun) or _prepositional(verb)
    if more and more[0].i == together[-1].i + 1:
        yield [*together, *more]


def _with_what_describes_it(noun: Token) -> list[Token]:
    """The noun and the words right before it that belong to it; none where it cannot be named."""
    if noun.pos_ not in ("NOUN", "PROPN") or not _is_sayable(noun):
        return []
    phrase = [noun]
    for token in reversed(list(noun.doc[max(0, noun.i - MOST_BEFORE) : noun.i])):
        if token.head not in phrase:
            break
        if token.dep_ == "det" and token.lower_ in DETERMINERS:
            return [token, *phrase]
        if token.dep_ not in DESCRIBES or not _is_sayable(token):
            break
        phrase.insert(0, token)
    return phrase


def _prepositional(token: Token) -> list[Token]:
    """The first preposition behind a word and the noun that it leads to; [] for none."""
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in PREPOSITIONS and child.i > token.i:
            for noun in child.children:
                if noun.dep_ == "pobj" and says_something(noun):
                    phrase = _with_what_describes_it(noun)
                    return [child, *phrase] if phrase else []
    return []


def _is_sayable(token: Token) -> bool:
    return bool(WORD.fullmatch(token.text)) and token.ent_type_ not in NAMED
