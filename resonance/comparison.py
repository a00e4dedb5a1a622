"""Quotes set beside passages, before any judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

MAX_QUOTES = 200  # of a theme; of more, that many are taken, evenly spread
MAX_PAIRED = 200  # passages of an asset; of more, those nearest to any theme
MAX_IN_THREES = 30  # likewise; 30 passages make 4,060 threes, 200 a million
PARTS_AT_A_TIME = 4096
HEAD = 4  # columns


@dataclass(frozen=True, eq=False)
class Comparison:
    """Quotes set beside passages, before any judgement.

    A part of an asset is one of its passages, two or three. `similarity` (n_parts, n_themes) is
    the mean over quotes of the cosine of the part's passage that is nearest; `starts` (n_assets,)
    the row of each asset's first part. `by_piece` (n_pieces, n_themes) is the same for each
    distinct passage alone. `pieces` are those passages, in an order of their own; `rows` has the
    pieces of each asset's passages, `parts` (3, n_parts) those of each part. `centres` (n_themes,
    n_dims) are the means of the themes' quotes, of which there are `n_quotes` (n_themes,), each
    distinct one counted once.
    """

    similarity: np.ndarray
    starts: np.ndarray
    by_piece: np.ndarray
    passage: np.ndarray
    quote: np.ndarray
    pieces: np.ndarray
    rows: tuple[np.ndarray, ...]
    parts: np.ndarray
    centres: np.ndarray
    n_quotes: np.ndarray


def compare(
    quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray], proof: np.ndarray
) -> Comparison:
    """Similarity of every part of an asset to every theme, and the passage and quote that prove it.

    The passage is the one most similar to the theme's quotes on average, its mean over all
    themes taken off, with what `proof` says of it added: a passage that describes the problem
    is as near to the quotes as one that answers them. Its quote is the most similar, each
    quote's mean over all passages taken off.
    """
    pieces, rows = _distinct(passages)
    kept = [spread(group) for group in quotes]
    n_quotes = np.array([len(k) for k in kept])
    centres = np.stack([q[k].mean(axis=0) for q, k in zip(quotes, kept, strict=True)])
    bonus = pieces @ (proof - ordered_mean(centres))
    mean_piece = pieces.mean(axis=0)
    parts, starts = _parts(pieces @ centres.T, rows)
    similarity = np.empty((parts.shape[1], len(quotes)))
    by_piece = np.empty((len(pieces), len(quotes)))
    passage = np.empty((len(passages), len(quotes)), dtype=int)
    quote = np.empty_like(passage)
    own, firsts = np.concatenate(rows), np.cumsum([0, *map(len, rows[:-1])])
    for t, (group, keep) in enumerate(zip(quotes, kept, strict=True)):
        cosine = group[keep] @ pieces.T
        similarity[:, t] = of_parts(cosine, parts)
        by_piece[:, t] = cosine.mean(axis=0, dtype=float)
        passage[:, t] = _first_best((by_piece[:, t] + bonus)[own], own, firsts)
        nearest = keep[(cosine - (group[keep] @ mean_piece)[:, None]).argmax(axis=0)]
        quote[:, t] = nearest[own[firsts + passage[:, t]]]
    return Comparison(
        similarity, starts, by_piece, passage, quote, pieces, rows, parts, centres, n_quotes
    )


def of_parts(cosine: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Mean over quotes of the nearest passage of each part.

    cosine  : (n_quotes, n_pieces); parts : (3, n_parts) of pieces
    returns : (n_parts,)
    """
    blocks = np.split(parts, range(PARTS_AT_A_TIME, parts.shape[1], PARTS_AT_A_TIME), axis=1)
    nearest = (np.maximum.reduce([cosine[:, pieces] for pieces in block]) for block in blocks)
    return np.concatenate([cosines.mean(axis=0, dtype=float) for cosines in nearest])


def ordered_mean(values: np.ndarray) -> np.ndarray:
    """The mean over rows, the same to the last bit in whatever order they come."""
    return np.sort(values, axis=0).mean(axis=0)


def _distinct(passages: Sequence[np.ndarray]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """All passages once, sorted by content, and the rows there of each asset's passages."""
    pieces, row = np.unique(np.concatenate(passages), axis=0, return_inverse=True)
    ends = np.cumsum([len(group) for group in passages])[:-1]
    return pieces, tuple(np.split(row.ravel(), ends))


def _parts(by_piece: np.ndarray, rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Every one, two and three passages of an asset: pieces (3, n_parts), one of them again where
    they are fewer; and each asset's first part.

    by_piece : (n_pieces, n_themes)
    """
    nearest = (by_piece - by_piece.mean(axis=1, keepdims=True)).max(axis=1)
    parts = []
    for own in rows:
        distinct = np.unique(own)
        ranked = distinct[np.argsort(-nearest[distinct], kind="stable")]
        paired, close = np.sort(ranked[:MAX_PAIRED]), np.sort(ranked[:MAX_IN_THREES])
        first, second = paired[np.stack(np.triu_indices(len(paired)))]
        threes = np.array(list(combinations(close, 3)), dtype=int).reshape(-1, 3)
        parts.append(np.concatenate([np.stack([first, second, second]), threes.T], axis=1))
    return np.concatenate(parts, axis=1), np.cumsum([0, *(p.shape[1] for p in parts[:-1])])


def spread(quotes: np.ndarray) -> np.ndarray:
    """Rows of at most MAX_QUOTES distinct quotes, sorted by content, evenly spread over them."""
    first = _first_of_each(quotes)
    if len(first) <= MAX_QUOTES:
        return first
    return first[np.linspace(0, len(first) - 1, MAX_QUOTES).round().astype(int)]


def _first_of_each(rows: np.ndarray) -> np.ndarray:
    """Where each distinct row is first, sorted by content, as `np.unique` has it.

    Rows that differ almost always do so in the first few columns, and these sort far sooner.
    """
    head = rows[:, :HEAD]
    order = np.lexsort(head.T[::-1])
    again = (rows[order[1:]] == rows[order[:-1]]).all(axis=1)
    if ((head[order[1:]] == head[order[:-1]]).all(axis=1) != again).any():
        return np.unique(rows, axis=0, return_index=True)[1]
    return order[np.concatenate([[True], ~again])]


def _first_best(worth: np.ndarray, own: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Row in each asset of its passage that is worth most; of equals, the first by content.

    worth  : (n_passages,), of the passages of all assets end to end; own : their pieces
    firsts : (n_assets,), where in them each asset begins
    """
    order = np.lexsort((own, -worth, np.repeat(firsts, np.diff([*firsts, len(own)]))))
    return order[firsts] - firsts
