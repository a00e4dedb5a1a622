"""Quotes set beside passages, before any judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAX_QUOTES = 200  # of a theme; of more, that many are taken, evenly spread


@dataclass(frozen=True, eq=False)
class Comparison:
    """Quotes set beside passages, before any judgement.

    `similarity` (n_assets, n_themes) is the mean over quotes of the best passage's cosine;
    `by_piece` (n_pieces, n_themes) the same for each distinct passage alone. `pieces` are
    those passages, in an order of their own; `rows` has the pieces of each asset's passages.
    `centres` (n_themes, n_dims) are the means of the themes' quotes, of which there are
    `n_quotes` (n_themes,), each distinct one counted once.
    """

    similarity: np.ndarray
    by_piece: np.ndarray
    passage: np.ndarray
    quote: np.ndarray
    pieces: np.ndarray
    rows: tuple[np.ndarray, ...]
    centres: np.ndarray
    n_quotes: np.ndarray


def compare(
    quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray], proof: np.ndarray
) -> Comparison:
    """Similarity of every asset to every theme, and the passage and quote that prove it.

    The passage is the one most similar to the theme's quotes on average, its mean over all
    themes taken off, with what `proof` says of it added: a passage that describes the problem
    is as near to the quotes as one that answers them. Its quote is the most similar, each
    quote's mean over all passages taken off.
    """
    pieces, rows = _distinct(passages)
    kept = [_spread(group) for group in quotes]
    n_quotes = np.array([len(k) for k in kept])
    centres = np.stack([q[k].mean(axis=0) for q, k in zip(quotes, kept, strict=True)])
    bonus = pieces @ (proof - ordered_mean(centres))
    mean_piece = pieces.mean(axis=0)
    similarity = np.empty((len(passages), len(quotes)))
    by_piece = np.empty((len(pieces), len(quotes)))
    passage = np.empty(similarity.shape, dtype=int)
    quote = np.empty(similarity.shape, dtype=int)
    for t, (group, keep) in enumerate(zip(quotes, kept, strict=True)):
        cosine = group[keep] @ pieces.T
        similarity[:, t] = best_of_each(cosine, rows).mean(axis=0, dtype=float)
        by_piece[:, t] = cosine.mean(axis=0, dtype=float)
        passage[:, t] = [_first_best(by_piece[:, t] + bonus, own) for own in rows]
        nearest = keep[(cosine - (group[keep] @ mean_piece)[:, None]).argmax(axis=0)]
        quote[:, t] = [nearest[own[p]] for own, p in zip(rows, passage[:, t], strict=True)]
    return Comparison(similarity, by_piece, passage, quote, pieces, rows, centres, n_quotes)


def best_of_each(cosine: np.ndarray, rows: Sequence[np.ndarray]) -> np.ndarray:
    """The most similar of each asset's passages.

    cosine  : (n_quotes, n_pieces); rows : for each asset, its pieces
    returns : (n_quotes, n_assets)
    """
    starts = np.cumsum([0, *(len(own) for own in rows[:-1])])
    return np.maximum.reduceat(cosine[:, np.concatenate(rows)], starts, axis=1)


def ordered_mean(values: np.ndarray) -> np.ndarray:
    """The mean over rows, the same to the last bit in whatever order they come."""
    return np.sort(values, axis=0).mean(axis=0)


def _distinct(passages: Sequence[np.ndarray]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """All passages once, sorted by content, and the rows there of each asset's passages."""
    pieces, row = np.unique(np.concatenate(passages), axis=0, return_inverse=True)
    ends = np.cumsum([len(group) for group in passages])[:-1]
    return pieces, tuple(np.split(row.ravel(), ends))


def _spread(quotes: np.ndarray) -> np.ndarray:
    """Rows of at most MAX_QUOTES distinct quotes, sorted by content, evenly spread over them."""
    _, first = np.unique(quotes, axis=0, return_index=True)
    if len(first) <= MAX_QUOTES:
        return first
    return first[np.linspace(0, len(first) - 1, MAX_QUOTES).round().astype(int)]


def _first_best(worth: np.ndarray, own: np.ndarray) -> int:
    """Row in the asset of its piece that is worth most; of equals, the first by content."""
    best = worth[own] == worth[own].max()
    return int(np.flatnonzero(best & (own == own[best].min()))[0])
