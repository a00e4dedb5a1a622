"""Statements → the vectors in which themes are clustered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from resonance.categories import CategoryModel
from resonance.embed import Encoder
from resonance.neighbours import unit
from resonance.records import Statement

REACH = 30  # words on either side of a statement that are read with it


def theme_space(
    statements: Sequence[Statement],
    encoder: Encoder,
    categories: CategoryModel | None = None,
    gists: Mapping[str, str] | None = None,
) -> np.ndarray:
    """Vectors (n_statements, n_dims), float32, rows of length 1, to be compared by cosine.

    Half of a similarity is meaning: the statement, and the words around it in its turn after
    what was said before, both in the voice space, which `encoder` must give. Half is what it is
    about: the probabilities of its kind's categories (`categories`, the shipped ones where None).
    Statements of different kinds share no category. `gists`, by statement id, are read as a third
    part of the meaning; a statement without one is read alone in its place.
    """
    if not statements:
        return np.zeros((0, 1), dtype=np.float32)
    texts = [statement.text for statement in statements]
    before = [statement.before for statement in statements]
    alone, after = readings(statements, encoder)
    kinds = [statement.kind for statement in statements]
    categories = categories or CategoryModel()
    about = categories.predict_proba(texts, kinds, before, [alone, after])
    views = [alone, after]
    if gists:
        views.append(encoder.encode([gists.get(s.statement_id, s.text) for s in statements]))
    meaning = unit(np.hstack(views))
    return unit(np.hstack([meaning, unit(about)])).astype(np.float32)


def readings(statements: Sequence[Statement], encoder: Encoder) -> tuple[np.ndarray, np.ndarray]:
    """The statements alone, and with the words around them after what was said before.

    Both (n_statements, n_dims), rows of length 1.
    """
    alone = encoder.encode([statement.text for statement in statements])
    before = [statement.before for statement in statements]
    return alone, encoder.encode([_around(statement) for statement in statements], before)


def _around(statement: Statement) -> str:
    """The statement and some words on either side of it, not the whole of a long turn.

    Two statements of one long note would otherwise look alike because they share it.
    """
    text = " ".join(statement.text.split())
    head, found, tail = " ".join(statement.context.split()).partition(text)
    if not found:
        return text
    return " ".join([*head.split()[-REACH:], text, *tail.split()[:REACH]])
