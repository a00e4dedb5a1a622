"""Themes → names, keyphrases and exemplars."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, count
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from resonance.catalogue import names_from_catalogue
from resonance.categories import CategoryModel
from resonance.embed import Encoder
from resonance.neighbours import unit
from resonance.records import Statement

NOISE = -1
N_KEYPHRASES = 6
N_EXEMPLARS = 5
LONGEST = 3  # words in a phrase
OFTEN = 0.4  # share of a word's statements that say it in one phrase, to name the phrase
ONCE = 0.5  # weight of a word that only one statement says
CUE = 0.4  # weight of a word's part in its category, beside its log-odds
PRIOR = 50.0  # words' worth of belief that a theme talks as everybody does
LONGEST_QUOTE = 8  # words of a quote that stands for a name
LONGEST_ACRONYM = 4
STEM = 5  # letters; words that begin alike are not both keyphrases

PLACEHOLDER = re.compile(r"\[[a-z]+(?:-\d+)?\]")
STAND_IN = "someone"  # keeps the sentence's grammar where a placeholder stood
UNSAFE = re.compile(r"[^\w\s'’&$%.,!?/+-]")
NAMED = {"PERSON", "DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "QUANTITY", "PERCENT"}
# Words that say nothing of what is voiced, whatever is sold.
EMPTY_WORDS = """
    answer bit boy call case company dad daughter day deal end example fact fella folk girl guy half
    hour husband idea kid kind lady look lot man meeting minute mom month morning name number okay
    one part people person place point question reason rest someone son sort start stuff thing time
    vendor way week wife woman word work yeah year
"""
CALENDAR = (*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr)
EMPTY = frozenset(EMPTY_WORDS.split()) | {name.lower() for name in CALENDAR}

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
    encoder: Encoder,
    nlp: Language,
    standing: Mapping[int, str] | None = None,
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Name, keyphrases and exemplars of each theme, in the order of the labels.

    labels     : (n_statements,), -1 = no theme
    embeddings : (n_statements, n_dims), unit rows
    encoder    : of the voice space
    standing   : names that stand, by label; the others are found
    returns    : for each label, a name that no other theme has; up to six keyphrases; the ids
                 of up to five statements, the most central first. Plain text, whatever was said

    A name is one that sellers know, where one of the catalogue stands out: "Won't connect to
    their system". Else it is what most of the theme is about and its two most telling words:
    "Contract terms: fee and renewal". Words are ranked by how much more the theme says them than
    all others do, by log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn
    2008, "Fightin' Words"), and by how much they speak for its category in other industries.
    """
    labels = np.asarray(labels)
    said = phrases([statement.text for statement in statements], nlp)
    everywhere = _counts(said)
    model = CategoryModel()
    found = []
    for label in sorted(set(labels.tolist()) - {NOISE}):
        rows = central_first(np.flatnonzero(labels == label), statements, embeddings)
        members = [statements[row] for row in rows]
        category = commonest(Counter(statement.category for statement in members))
        own = [said[row] for row in rows]
        telling = keyphrases(own, everywhere, model.cues(category))[:N_KEYPHRASES]
        found.append((label, HEADS.get(category, ""), telling, members))
    given = dict(standing or {})
    taken = {name.casefold() for name in given.values()}
    open_ = np.where(np.isin(labels, list(given)), NOISE, labels)
    given |= names_from_catalogue(statements, open_, encoder, taken)
    taken = {name.casefold() for name in given.values()}
    own_words = [
        (head, telling, _quote(members[0]))
        for label, head, telling, members in found
        if label not in given
    ]
    left = iter(_names(own_words, taken))
    return [
        (given[label] if label in given else next(left), tuple(telling), _exemplars(members))
        for label, _, telling, members in found
    ]


def phrases(texts: Sequence[str], nlp: Language) -> list[list[Said]]:
    """The phrases of each text that say something, each once, sorted."""
    docs = nlp.pipe(_plain(text) for text in texts)
    return [sorted(set(_phrases(doc))) for doc in docs]


def keyphrases(
    said: Sequence[Sequence[Said]], everywhere: Counter[Key], cues: Mapping[str, float]
) -> list[str]:
    """The theme's phrases as said most often, the most telling first, none saying it twice.

    said       : the phrases of each of its statements
    everywhere : in how many statements of any theme each phrase is
    cues       : weight of a word for the theme's category
    """
    here = _counts(said)
    surfaces: dict[Key, Counter[str]] = defaultdict(Counter)
    for phrase in (phrase for each in said for phrase in each):
        surfaces[phrase.key][phrase.surface] += 1
    telling = {}
    for key, odds in log_odds(here, everywhere).items():
        if len(key) == 1:
            cue = max(cues.get(word.lower(), 0.0) for word in (*surfaces[key], *key))
            telling[key] = (odds + CUE * max(cue, 0.0)) * (ONCE if here[key] == 1 else 1)
    chosen: list[str] = []
    stems: set[str] = set()
    for word in sorted(telling, key=lambda key: (-telling[key], key)):
        longest = _longer(word, here)
        own = {lemma[:STEM] for lemma in longest}
        if telling[word] > 0 and stems.isdisjoint(own):
            chosen.append(commonest(surfaces[longest]))
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


def central_first(
    rows: np.ndarray, statements: Sequence[Statement], embeddings: np.ndarray
) -> list[int]:
    """Rows by similarity to their centre times how surely they voice it: what stands for a theme
    should leave no doubt that it is an objection or a need at all."""
    centre = unit(embeddings[rows].sum(axis=0))
    sure = np.array([statements[row].confidence for row in rows])
    weight = dict(zip(rows.tolist(), np.round(embeddings[rows] @ centre * sure, 6), strict=True))
    said = {row: (statements[row].text, statements[row].statement_id) for row in weight}
    return sorted(weight, key=lambda row: (-weight[row], *said[row]))


def distinct(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, of those that say the same in the same words the first alone."""
    first: dict[str, Statement] = {}
    for statement in statements:
        first.setdefault(" ".join(statement.text.casefold().split()), statement)
    return list(first.values())


def commonest(times: Counter[str]) -> str:
    return min(times, key=lambda text: (-times[text], len(text), text))


def _counts(said: Sequence[Sequence[Said]]) -> Counter[Key]:
    return Counter(key for each in said for key in {phrase.key for phrase in each})


def _exemplars(members: Sequence[Statement]) -> tuple[str, ...]:
    """Ids of the first few."""
    return tuple(statement.statement_id for statement in distinct(members)[:N_EXEMPLARS])


def _plain(text: str) -> str:
    """Text without placeholders, markup or control characters."""
    text = unicodedata.normalize("NFKC", PLACEHOLDER.sub(STAND_IN, text))
    return " ".join(UNSAFE.sub(" ", text).split())


def _phrases(doc: Doc) -> Iterator[Said]:
    """Nouns that say something, phrases that end in one, and verbs with their object."""
    for token in doc:
        if token.pos_ not in ("NOUN", "PROPN") or not _says_something(token):
            continue
        yield Said((_lemma(token),), _surface([token]))
        phrase = _noun_phrase(token)
        if len(phrase) > 1:
            yield Said(tuple(map(_lemma, phrase)), _surface(phrase))
        verb = token.head
        if token.dep_ == "dobj" and verb.pos_ == "VERB" and _says_something(verb):
            yield Said((_lemma(verb), *map(_lemma, phrase)), _surface([verb, *phrase]))


def _noun_phrase(head: Token) -> list[Token]:
    """The noun and the words right before it that belong to it, three at most."""
    phrase = [head]
    for token in reversed(list(head.doc[max(0, head.i - LONGEST + 1) : head.i])):
        belongs = token.head in phrase and token.dep_ in ("compound", "amod", "nmod")
        if not (belongs and _says_something(token)):
            break
        phrase.insert(0, token)
    return phrase


def _says_something(token: Token) -> bool:
    return (
        token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ")
        and token.ent_type_ not in NAMED
        and token.is_alpha
        and len(token) > 2
        and not token.is_stop
        and _lemma(token) not in EMPTY
    )


def _lemma(token: Token) -> str:
    return token.lemma_.lower()


def _surface(tokens: Sequence[Token]) -> str:
    """The words as said, without capitals that are neither a name's nor an acronym's."""
    return " ".join(token.lower_ if _is_dressed_up(token) else token.text for token in tokens)


def _is_dressed_up(token: Token) -> bool:
    is_loud = token.is_upper and len(token) > LONGEST_ACRONYM
    return is_loud or bool(token.is_sent_start and token.is_title and token.pos_ != "PROPN")


def _longer(word: Key, here: Counter[Key]) -> Key:
    """The phrase in which the word is mostly said, if there is one; otherwise the word."""
    longer = [key for key in here if len(key) > 1 and word[0] in key and here[key] > 1]
    best = max(longer, key=lambda key: (here[key], len(key), key), default=word)
    return best if here[best] >= OFTEN * here[word] else word


def _names(found: Sequence[tuple[str, Sequence[str], str]], taken: set[str]) -> list[str]:
    """A name not `taken` for each theme: its head and two phrases, else one, else a quote."""
    taken = set(taken)
    names = []
    for head, phrases, quote in found:
        fresh = [phrase for phrase in phrases if phrase[:STEM].lower() not in head.lower()]
        pairs = (" and ".join(pair) for pair in combinations(fresh, 2))
        words = [*pairs, *fresh, quote]
        choices = [f"{head}: {text}" if head else text for text in words if text] or [head]
        numbered = (f"{choices[0] or 'Theme'} {number}" for number in count(2))
        possible = (_sentence_case(text) for text in chain(choices, numbered) if text)
        name = next(text for text in possible if text.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _quote(statement: Statement) -> str:
    """The first words of a statement."""
    words = _plain(PLACEHOLDER.sub(" ", statement.text)).split()
    return " ".join(words[:LONGEST_QUOTE]) + ("…" if len(words) > LONGEST_QUOTE else "")


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
