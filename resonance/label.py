"""Themes → names, keyphrases and exemplars, from the prospects' own words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from resonance.categories import CategoryModel
from resonance.embed import Encoder
from resonance.naming import candidates, rank
from resonance.neighbours import unit
from resonance.records import Statement
from resonance.terms import lemma, says_something, surface

NOISE = -1
N_KEYPHRASES = 6
N_EXEMPLARS = 5
LONGEST = 3  # words in a phrase
OFTEN = 0.4  # share of a word's statements that say it in one phrase, to name the phrase
MOSTLY = 0.5  # share of a theme's statements, then and now, with which it keeps its name
ONCE = 0.5  # weight of a word that only one statement says
CUE = 0.4  # weight of a word's part in its category, beside its log-odds
PRIOR = 50.0  # words' worth of belief that a theme talks as everybody does
LONGEST_QUOTE = 8  # words of a quote that stands for a name
STEM = 5  # letters; words that begin alike are not both keyphrases

PLACEHOLDER = re.compile(r"\[[a-z]+(?:-\d+)?\]")
STAND_IN = "someone"  # keeps the sentence's grammar where a placeholder stood
UNSAFE = re.compile(r"[^\w\s'’&$%.,!?/+-]")

# How a seller says each category.
HEADS = {
    "price_value": "Price",
    "timing_priority": "Timing",
    "authority_process": "Who signs",
    "status_quo": "Status quo",
    "competitor_incumbent": "Current supplier",
    "integration_tech": "Integration",
    "security_privacy": "Security",
    "compliance_legal": "Compliance",
    "adoption_people": "Adoption",
    "implementation_effort": "Rollout effort",
    "vendor_trust": "Trust in us",
    "product_gap": "Missing feature",
    "contract_terms": "Contract terms",
    "data_migration_quality": "Data and migration",
    "visibility_reporting": "Visibility",
    "save_time_automation": "Saving time",
    "reduce_errors_risk": "Fewer errors",
    "compliance_proof": "Proof",
    "grow_revenue": "More revenue",
    "cut_cost": "Lower cost",
    "customer_experience": "Customer experience",
    "mobility_collaboration": "Mobile and shared work",
    "integration_need": "Connected systems",
    "scale_multi_site": "Many sites",
    "support_onboarding": "Support",
    "speed_alerts": "Speed and alerts",
    "control_customisation": "Control",
}

Key = tuple[str, ...]  # lemmas of a phrase


class Said(NamedTuple):
    """A phrase in one statement: its lemmas, and its words as they were said."""

    key: Key
    surface: str


def name_themes(
    statements: Sequence[Statement],
    labels: np.ndarray,
    embeddings: np.ndarray,
    nlp: Language,
    *,
    encoder: Encoder,
    former: Mapping[int, str] | None = None,
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Name, keyphrases and exemplars of each theme, in the order of the labels.

    labels     : (n_statements,), -1 = no theme
    embeddings : (n_statements, n_dims), unit rows
    encoder    : tells how near a phrase is to what the statements mean
    former     : by label, the name that a theme keeps, as `kept_names` tells
    returns    : for each label, a name that no other theme has; up to six keyphrases; the ids
                 of up to five statements, the most central first. Plain text, whatever was said

    A name is what most of the theme is about and a phrase of its own: "Price: paying a full
    login for part-timers". Of all that its prospects say, it is the phrase that is nearer than the
    others to this theme and further from the rest, by the encoder and by its words. Words are
    ranked by how much more the theme says them than all others do, by log-odds with an
    informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words"), and by how
    much they speak for its category in other industries.
    """
    labels = np.asarray(labels)
    docs = list(nlp.pipe(_plain(statement.text) for statement in statements))
    said = [sorted(set(_phrases(doc))) for doc in docs]
    everywhere = _counts(said)
    model = CategoryModel()
    known = sorted(set(labels.tolist()) - {NOISE})
    centres = _centres(statements, labels, known, encoder)
    found = []
    for number, label in enumerate(known):
        rows = _central_first(np.flatnonzero(labels == label), statements, embeddings)
        members = [statements[row] for row in rows]
        category = _commonest(Counter(statement.category for statement in members))
        own = [said[row] for row in rows]
        cues = model.cues(category)
        phrases = keyphrases(own, everywhere, cues)[:N_KEYPHRASES]
        offers = [set(candidates(docs[row], statements[row].kind)) for row in rows]
        head = HEADS.get(category, "")
        about = f"{head}, {category.replace('_', ' ')}"
        telling = _telling(own, everywhere, cues)
        nearest = rank(offers, telling, centres, number, about, encoder)
        found.append((label, head, phrases, nearest, members))
    names = _names(
        [
            (head, [*nearest, *phrases, _quote(members[0])], (former or {}).get(label, ""))
            for label, head, phrases, nearest, members in found
        ]
    )
    return [
        (name, tuple(phrases), _exemplars(members))
        for name, (_, _, phrases, _, members) in zip(names, found, strict=True)
    ]


def kept_names(
    names: Mapping[str, str], former: Mapping[str, str], present: Mapping[str, str]
) -> dict[str, str]:
    """The names that themes keep, by theme id: of those that mostly are what they were.

    names   : of the former themes, by id
    former  : theme id of each statement when they were named, by statement id, "" for none
    present : theme id of each statement now

    A theme is what it was where the statements that are in it then and now are at least half of
    all that are in it then or now.
    """
    then, now = _members(former), _members(present)
    return {
        theme_id: name
        for theme_id, name in names.items()
        if (both := len(then[theme_id] & now[theme_id]))
        and both >= MOSTLY * len(then[theme_id] | now[theme_id])
    }


def keyphrases(
    said: Sequence[Sequence[Said]], everywhere: Counter[Key], cues: Mapping[str, float]
) -> list[str]:
    """The theme's phrases as said most often, the most telling first, none saying it twice.

    said       : the phrases of each of its statements
    everywhere : in how many statements of any theme each phrase is
    cues       : weight of a word for the theme's category
    """
    here = _counts(said)
    surfaces = _surfaces(said)
    telling = _telling(said, everywhere, cues)
    chosen: list[str] = []
    stems: set[str] = set()
    for word in sorted(telling, key=lambda word: (-telling[word], word)):
        longest = _longer((word,), here)
        own = {part[:STEM] for part in longest}
        if telling[word] > 0 and stems.isdisjoint(own):
            chosen.append(_commonest(surfaces[longest]))
            stems |= own
    return chosen


def log_odds(here: Counter[Key], everywhere: Counter[Key]) -> dict[Key, float]:
    """z-score of each phrase's log-odds here against all the rest; how often, if there is none."""
    n_here, n_all = here.total(), everywhere.total()
    n_rest = n_all - n_here
    if not n_rest:
        return {key: float(n) for key, n in here.items()}
    scores = {}
    for key, n in here.items():
        prior = PRIOR * everywhere[key] / n_all
        inside, outside = n + prior, everywhere[key] - n + prior
        odds = np.log(inside / max(n_here + PRIOR - inside, 1))
        odds -= np.log(outside / max(n_rest + PRIOR - outside, 1))
        scores[key] = float(odds / np.sqrt(1 / inside + 1 / outside))
    return scores


def _telling(
    said: Sequence[Sequence[Said]], everywhere: Counter[Key], cues: Mapping[str, float]
) -> dict[str, float]:
    """How much each word tells of the theme, by its lemma."""
    here = _counts(said)
    surfaces = _surfaces(said)
    telling = {}
    for key, odds in log_odds(here, everywhere).items():
        if len(key) == 1:
            cue = max(cues.get(word.lower(), 0.0) for word in (*surfaces[key], *key))
            telling[key[0]] = (odds + CUE * max(cue, 0.0)) * (ONCE if here[key] == 1 else 1)
    return telling


def _surfaces(said: Sequence[Sequence[Said]]) -> dict[Key, Counter[str]]:
    """How each phrase was said, and how often."""
    surfaces: dict[Key, Counter[str]] = defaultdict(Counter)
    for phrase in (phrase for each in said for phrase in each):
        surfaces[phrase.key][phrase.surface] += 1
    return surfaces


def _centres(
    statements: Sequence[Statement], labels: np.ndarray, known: Sequence[int], encoder: Encoder
) -> np.ndarray:
    """(n_themes, n_dims): the mean direction of what each theme's statements mean."""
    vectors = encoder.encode([statement.text for statement in statements])
    sums = [vectors[labels == label].sum(axis=0) for label in known]
    return unit(np.stack(sums)) if sums else vectors[:0]


def _members(theme_of: Mapping[str, str]) -> defaultdict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for statement_id, theme_id in theme_of.items():
        members[theme_id].add(statement_id)
    return members


def _counts(said: Sequence[Sequence[Said]]) -> Counter[Key]:
    return Counter(key for each in said for key in {phrase.key for phrase in each})


def _central_first(
    rows: np.ndarray, statements: Sequence[Statement], embeddings: np.ndarray
) -> list[int]:
    """Rows by similarity to their centre times how surely they voice it: what stands for a theme
    should leave no doubt that it is an objection or a need at all."""
    centre = unit(embeddings[rows].sum(axis=0))
    sure = np.array([statements[row].confidence for row in rows])
    weight = dict(zip(rows.tolist(), np.round(embeddings[rows] @ centre * sure, 6), strict=True))
    said = {row: (statements[row].text, statements[row].statement_id) for row in weight}
    return sorted(weight, key=lambda row: (-weight[row], *said[row]))


def _exemplars(members: Sequence[Statement]) -> tuple[str, ...]:
    """Ids of the first few that do not say the same in the same words."""
    first: dict[str, str] = {}
    for statement in members:
        first.setdefault(" ".join(statement.text.casefold().split()), statement.statement_id)
    return tuple(first.values())[:N_EXEMPLARS]


def _plain(text: str) -> str:
    """Text without placeholders, markup or control characters."""
    text = unicodedata.normalize("NFKC", PLACEHOLDER.sub(STAND_IN, text))
    return " ".join(UNSAFE.sub(" ", text).split())


def _phrases(doc: Doc) -> Iterator[Said]:
    """Nouns that say something, phrases that end in one, and verbs with their object."""
    for token in doc:
        if token.pos_ not in ("NOUN", "PROPN") or not says_something(token):
            continue
        yield Said((lemma(token),), surface([token]))
        phrase = _noun_phrase(token)
        if len(phrase) > 1:
            yield Said(tuple(map(lemma, phrase)), surface(phrase))
        verb = token.head
        if token.dep_ == "dobj" and verb.pos_ == "VERB" and says_something(verb):
            yield Said((lemma(verb), *map(lemma, phrase)), surface([verb, *phrase]))


def _noun_phrase(head: Token) -> list[Token]:
    """The noun and the words right before it that belong to it, three at most."""
    phrase = [head]
    for token in reversed(list(head.doc[max(0, head.i - LONGEST + 1) : head.i])):
        belongs = token.head in phrase and token.dep_ in ("compound", "amod", "nmod")
        if not (belongs and says_something(token)):
            break
        phrase.insert(0, token)
    return phrase


def _longer(word: Key, here: Counter[Key]) -> Key:
    """The phrase in which the word is mostly said, if there is one; otherwise the word."""
    longer = [key for key in here if len(key) > 1 and word[0] in key and here[key] > 1]
    best = max(longer, key=lambda key: (here[key], len(key), key), default=word)
    return best if here[best] >= OFTEN * here[word] else word


def _commonest(times: Counter[str]) -> str:
    return min(times, key=lambda text: (-times[text], len(text), text))


def _names(found: Sequence[tuple[str, Sequence[str], str]]) -> list[str]:
    """A name for each theme: the one it keeps, else its head and the first phrase to be free.

    found : for each theme its head, its phrases, the best first, and the name it keeps or ""
    """
    taken = {former.casefold() for *_, former in found if former}
    names = []
    for head, phrases, former in found:
        choices = [f"{head}: {text}" if head else text for text in phrases if text] or [head]
        numbered = (f"{choices[0] or 'Theme'} {number}" for number in count(2))
        possible = (_sentence_case(text) for text in chain(choices, numbered) if text)
        name = former or next(text for text in possible if text.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _quote(statement: Statement) -> str:
    """The first words of a statement."""
    words = _plain(PLACEHOLDER.sub(" ", statement.text)).split()
    return " ".join(words[:LONGEST_QUOTE]) + ("…" if len(words) > LONGEST_QUOTE else "")


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
