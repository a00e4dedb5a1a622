"""A few quotes of each theme → what else is of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from scipy.special import softmax

from resonance.neighbours import unit

# Chosen on the industries of corpora/voices, each encoded by weights that never saw it.
WARMTH = 0.08  # of the shares in which a statement counts for several themes
BORROWED = 5.0  # quotes' worth of other statements in each theme's centre
ROUNDS = 10
RIDGE = 1.0
BESIDE = 0.5  # weight of the ridge regression beside the centres
# Chosen on corpora/talks/unheard, every theme seeded in turn; docs/experiments-themes.md.
HOLDS = 0.2  # of a seed's quotes: so many in one theme, and the seed is made of that
NEAR = 0.8  # of a theme's reach


def share_out(vectors: np.ndarray, quotes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How well each statement goes with each theme: (n_statements, n_themes), the best is highest.

    vectors : (n_statements, n_dims), of length 1, of one kind
    quotes  : (n_quotes, n_dims), in the same space
    labels  : (n_quotes,), the theme of each quote, from 0; every theme has one at least

    Two views are added up, each at unit spread. Similarity to the theme's centre, which its
    quotes and the statements like them make together (expectation–maximisation from the quotes,
    after Nigam et al. 2000, "Text classification from labeled and unlabeled documents"); and
    ridge regression of the labels on the quotes, which weighs what tells the themes apart.
    """
    given = np.eye(labels.max() + 1)[labels]
    own = given.T @ quotes
    centres = unit(own)
    for _ in range(ROUNDS):
        shares = softmax(vectors @ centres.T / WARMTH, axis=1)
        shares *= BORROWED / np.maximum(shares.sum(axis=0), BORROWED)
        centres = unit(own + shares.T @ vectors)
    weights = np.linalg.solve(
        quotes @ quotes.T + RIDGE * np.eye(len(quotes)), given - given.mean(axis=0)
    )
    return _spread(vectors @ centres.T) + BESIDE * _spread(vectors @ quotes.T @ weights)


def like_seed(
    vectors: np.ndarray,
    theme_ids: Sequence[str],
    quotes: np.ndarray,
    exemplars: Mapping[str, Sequence[int]],
    claimed: Collection[str],
    reach: float,
) -> list[int]:
    """Rows of the statements that go with a seeded theme rather than with one there is.

    A theme that was found and holds some of the quotes is what the seed is made of, and gives it
    all that is near; the others are its rivals, and give what is more like the seed than them.

    vectors   : (n_statements, n_dims), of length 1, of one kind
    theme_ids : of each statement now, "" for none
    quotes    : (n_quotes, n_dims), of the seed
    exemplars : rows of the most central statements of each theme, which speak for it as the
                quotes do for the seed
    claimed   : themes that a user made or pinned; they are always rivals
    reach     : similarity to the centre of a theme that most statements of it have
    returns   : the likest first
    """
    centre = unit(quotes.sum(axis=0))
    lies_in = Counter(theme_ids[row] for row in (vectors @ quotes.T).argmax(axis=0))
    rivals = {
        theme_id: rows
        for theme_id, rows in exemplars.items()
        if theme_id in claimed or lies_in[theme_id] < HOLDS * len(quotes)
    }
    of = [n for n, own in enumerate(rivals.values(), start=1) for _ in own]
    spoken = np.vstack([quotes, *(vectors[own] for own in rivals.values())])
    scores = share_out(vectors, spoken, np.array([0] * len(quotes) + of))
    lead = scores[:, 0] - scores[:, 1:].max(axis=1) if rivals else vectors @ centre
    is_rivals = np.array([theme_id in rivals for theme_id in theme_ids])
    chosen = np.flatnonzero((lead > 0) & (is_rivals | (vectors @ centre >= NEAR * reach)))
    return chosen[np.argsort(-np.round(lead[chosen], 6), kind="stable")].tolist()


def _spread(scores: np.ndarray) -> np.ndarray:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return centred / max(float(centred.std()), 1e-9) if len(scores) else centred
