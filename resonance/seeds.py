"""A few quotes of each theme → what else is of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import softmax

from resonance.neighbours import unit

# Chosen on the industries of corpora/voices, each encoded by weights that never saw it.
WARMTH = 0.08  # of the shares in which a statement counts for several themes
BORROWED = 5.0  # quotes' worth of other statements in each theme's centre
ROUNDS = 10
RIDGE = 1.0
BESIDE = 0.5  # weight of the ridge regression beside the centres


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
    reach: float,
) -> list[int]:
    """Rows of the statements that go with a seeded theme rather than with one there is.

    vectors   : (n_statements, n_dims), of length 1, of one kind
    theme_ids : of each statement now, "" for none; one of none must be within `reach` of the seed
    quotes    : (n_quotes, n_dims), of the seed
    exemplars : rows of the most central statements of each theme, which speak for it as the
                quotes do for the seed
    returns   : the likest first
    """
    rows = [row for own in exemplars.values() for row in own]
    of = [n for n, own in enumerate(exemplars.values(), start=1) for _ in own]
    spoken = np.vstack([quotes, vectors[rows]])
    scores = share_out(vectors, spoken, np.array([0] * len(quotes) + of))
    lead = scores[:, 0] - scores[:, 1:].max(axis=1, initial=-np.inf)
    if not of:
        lead = vectors @ unit(quotes.sum(axis=0))
    within = vectors @ unit(quotes.sum(axis=0)) >= reach
    has_theme = np.array([bool(theme_id) for theme_id in theme_ids])
    chosen = np.flatnonzero((lead > 0) & (has_theme | within))
    return chosen[np.argsort(-np.round(lead[chosen], 6), kind="stable")].tolist()


def _spread(scores: np.ndarray) -> np.ndarray:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return centred / max(float(centred.std()), 1e-9) if len(scores) else centred
