"""What is worth asking a user about the themes: a click each, and the next fit learns from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Literal

import numpy as np

from resonance.curate import Curation
from resonance.neighbours import unit
from resonance.records import Statement, Theme

ROUNDS = 20
# Ours, not measured: a question too many costs a click, and its answer is kept.
ALIKE = 0.8  # of the less cohesive theme's cohesion, from which two look like one
UNLIKE = 0.4  # of the less cohesive half's, up to which one looks like two
FEWEST = 4  # statements that can be two themes
QUOTES = 3

About = Literal["pair", "two", "unsure"]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be answered yes or no.

    pair   : do `themes` say the same? `quotes` are of the first, `other_quotes` of the second
    two    : is the one of `themes` two, `statements` and `others`? with quotes of both
    unsure : is the one of `statements` of the first of `themes`? with quotes of that theme

    `question_id` is the same for the same question. `quotes` are ids of statements.
    """

    question_id: str
    about: About
    text: str
    themes: tuple[str, ...]
    statements: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    other_quotes: tuple[str, ...] = ()


def questions(
    themes: Sequence[Theme],
    statements: Sequence[Statement],
    vectors: np.ndarray,
    curation: Curation,
    origins: Mapping[str, str],
) -> tuple[Question, ...]:
    """All that is worth asking, a pair, a theme and a statement in turn, the most telling first.

    statements : with their theme; vectors : (n_statements, n_dims), of length 1
    origins    : the id by which the log knows each statement
    """
    theme_of = np.array([s.theme_id for s in statements])
    rows = {t.theme_id: np.flatnonzero(theme_of == t.theme_id) for t in themes}
    known = {t.theme_id: t for t in themes}
    in_turn = zip_longest(
        _pairs(known, vectors, rows, curation),
        _twos(known, statements, vectors, rows, curation),
        _unsure(known, statements, vectors, rows, curation, origins),
    )
    return tuple(question for three in in_turn for question in three if question)


def halves(vectors: np.ndarray) -> np.ndarray:
    """Which of the statements (n_statements,) are the smaller of the two parts they fall into.

    vectors : (n_statements, n_dims), of length 1. Spherical 2-means, begun from the two sides of
              the axis along which they differ most
    """
    centred = vectors - vectors.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    found = _two_means(vectors, centred @ axis > 0, np.zeros_like(vectors[0]))
    return ~found if found.sum() > len(found) / 2 else found


def halves_by(vectors: np.ndarray, quotes: np.ndarray) -> np.ndarray:
    """Which of the statements (n_statements,) are like the quotes rather than like the rest.

    quotes : (n_quotes, n_dims), in the space of the vectors
    """
    like = unit(quotes.sum(axis=0))
    nearest = np.argsort(-np.round(vectors @ like, 6), kind="stable")
    first = np.zeros(len(vectors), dtype=bool)
    first[nearest[: max(1, len(vectors) // 4)]] = True
    return _two_means(vectors, first, like)


def _two_means(vectors: np.ndarray, part: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    """The part after 2-means; the anchor weighs as much in its centre as all that is in it."""
    for _ in range(ROUNDS):
        if part.all() or not part.any():
            break
        one = unit(unit(vectors[part].sum(axis=0)) + anchor)
        other = unit(vectors[~part].sum(axis=0))
        again = vectors @ one > vectors @ other
        if (again == part).all():
            break
        part = again
    return part


def _pairs(
    themes: Mapping[str, Theme],
    vectors: np.ndarray,
    rows: Mapping[str, np.ndarray],
    curation: Curation,
) -> list[Question]:
    found = []
    for one, other in combinations(themes.values(), 2):
        both = frozenset((one.theme_id, other.theme_id))
        if one.kind != other.kind or both in curation.apart:
            continue
        alike = _alike(vectors[rows[one.theme_id]], vectors[rows[other.theme_id]])
        if alike >= ALIKE:
            first, second = sorted((one, other), key=lambda t: (-t.n_statements, t.theme_id))
            question = Question(
                f"pair:{first.theme_id}:{second.theme_id}",
                "pair",
                f"Do {_called(first)} and {_called(second)} say the same?",
                (first.theme_id, second.theme_id),
                quotes=first.exemplars[:QUOTES],
                other_quotes=second.exemplars[:QUOTES],
            )
            found.append((-round(alike, 6), question.question_id, question))
    return [question for *_, question in sorted(found)]


def _twos(
    themes: Mapping[str, Theme],
    statements: Sequence[Statement],
    vectors: np.ndarray,
    rows: Mapping[str, np.ndarray],
    curation: Curation,
) -> list[Question]:
    found = []
    for theme_id, theme in themes.items():
        own = rows[theme_id]
        if len(own) < FEWEST or theme_id in curation.together | curation.pinned:
            continue
        part = halves(vectors[own])
        if not 1 < part.sum() < len(own) - 1:
            continue
        alike = _alike(vectors[own][part], vectors[own][~part])
        if alike <= UNLIKE:
            leave, stay = (_central(own[which], vectors, statements) for which in (part, ~part))
            question = Question(
                f"two:{theme_id}",
                "two",
                f"Is {_called(theme)} two themes?",
                (theme_id,),
                stay,
                leave,
                stay[:QUOTES],
                leave[:QUOTES],
            )
            found.append((round(alike, 6), question.question_id, question))
    return [question for *_, question in sorted(found)]


def _unsure(
    themes: Mapping[str, Theme],
    statements: Sequence[Statement],
    vectors: np.ndarray,
    rows: Mapping[str, np.ndarray],
    curation: Curation,
    origins: Mapping[str, str],
) -> list[Question]:
    """The statements that lie nearer to another theme of their kind than to their own."""
    if not themes:
        return []
    sums = {theme_id: vectors[rows[theme_id]].sum(axis=0) for theme_id in themes}
    near = vectors @ unit(np.stack(list(sums.values()))).T
    kinds = np.array([theme.kind for theme in themes.values()])
    column = {theme_id: at for at, theme_id in enumerate(themes)}
    found = []
    for row, statement in enumerate(statements):
        theme = themes.get(statement.theme_id)
        if theme is None or origins[statement.statement_id] in curation.confirmed:
            continue
        own = float(vectors[row] @ unit(sums[theme.theme_id] - vectors[row]))
        others = kinds == theme.kind
        others[column[theme.theme_id]] = False
        lead = own - float(near[row, others].max(initial=-1.0))
        if lead < 0:
            question = Question(
                f"unsure:{statement.statement_id}:{theme.theme_id}",
                "unsure",
                f"Does this belong to {_called(theme)}?",
                (theme.theme_id,),
                (statement.statement_id,),
                quotes=theme.exemplars[:QUOTES],
            )
            found.append((round(lead, 6), question.question_id, question))
    return [question for *_, question in sorted(found)]


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """Mean similarity between two groups, over that within the less cohesive of them."""
    across = float(one.mean(axis=0) @ other.mean(axis=0))
    within = min(_cohesion(one), _cohesion(other))
    return across / max(within, 1e-6)


def _cohesion(own: np.ndarray) -> float:
    """Mean similarity of two of the statements; 1 for a single one."""
    n = len(own)
    total = own.sum(axis=0)
    return float((total @ total - n) / (n * (n - 1))) if n > 1 else 1.0


def _central(
    own: np.ndarray, vectors: np.ndarray, statements: Sequence[Statement]
) -> tuple[str, ...]:
    """Ids of the statements, the most central first."""
    centre = unit(vectors[own].sum(axis=0))
    near = np.round(vectors[own] @ centre, 6)
    ids = [statements[row].statement_id for row in own]
    return tuple(ids[at] for at in np.lexsort((ids, -near)))


def _called(theme: Theme) -> str:
    return f"{theme.theme_id} “{theme.name}”"
