"""Who is near whom: exact nearest neighbours, smoothing over them, communities among them.

Everything works on rows of length 1 in a given order and is the same every time for it.
Memory grows with n_rows × n_near, never with n_rows².
"""

from __future__ import annotations

from typing import NamedTuple

import graspologic_native
import numpy as np

BLOCK_CELLS = 20_000_000  # similarities held at once, 80 MB
WEAKEST = 1e-3  # weight of an edge between rows that have nothing in common
ONE_WAY = 0.5  # weight of a neighbour that does not return it
RANDOMNESS = 1e-3  # of the Leiden method; its authors' default is 1e-2
ROUNDS = 4
TRIALS = 5  # of which the best counts, so that less hangs on the seed


class Edges(NamedTuple):
    """An undirected graph: `rows` (n_edges, 2), each pair once, sorted, and their weights."""

    rows: np.ndarray
    weights: np.ndarray


def unit(rows: np.ndarray) -> np.ndarray:
    """The rows at length 1; a row of zeros stays as it is."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.where(length == 0, 1, length)


def nearest(rows: np.ndarray, n_near: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and similarities (n_rows, n_near) of the most similar others, the nearest first."""
    n_rows = len(rows)
    n_near = min(n_near, n_rows - 1)
    near = np.empty((n_rows, n_near), dtype=np.int64)
    similarity = np.empty((n_rows, n_near), dtype=rows.dtype)
    step = max(1, BLOCK_CELLS // n_rows)
    for start in range(0, n_rows, step):
        block = rows[start : start + step] @ rows.T
        own = np.arange(len(block))
        block[own, own + start] = -np.inf
        found = np.argpartition(-block, n_near - 1, axis=1)[:, :n_near]
        values = np.take_along_axis(block, found, axis=1)
        order = np.lexsort((found, -values), axis=1)
        near[start : start + step] = np.take_along_axis(found, order, axis=1)
        similarity[start : start + step] = np.take_along_axis(values, order, axis=1)
    return near, similarity


def smooth(rows: np.ndarray, n_near: int) -> np.ndarray:
    """Each row moved half-way to the mean of its neighbours, weighted by similarity.

    What one sentence words oddly, the sentences near it word plainly: the centres of themes
    stand out more clearly from a smoothed cloud.
    """
    near, similarity = nearest(rows, n_near)
    weights = similarity.clip(0)
    weights = weights / (weights.sum(axis=1, keepdims=True) + 1e-9)
    moved = np.zeros_like(rows)
    for column in range(near.shape[1]):
        moved += weights[:, [column]] * rows[near[:, column]]
    return unit((rows + moved) / 2)


def neighbour_graph(rows: np.ndarray, n_near: int) -> Edges:
    """Edges between each row and its nearest, at their similarity; half where one-way."""
    near, similarity = nearest(rows, n_near)
    sources = np.repeat(np.arange(len(rows)), near.shape[1])
    pairs = np.sort(np.column_stack([sources, near.ravel()]), axis=1)
    edges, first, times = np.unique(pairs, axis=0, return_index=True, return_counts=True)
    weights = similarity.ravel()[first].clip(WEAKEST)
    return Edges(edges, np.where(times == 2, weights, ONE_WAY * weights))


def communities(graph: Edges, n_rows: int, resolution: float, seed: int) -> np.ndarray:
    """Label (n_rows,) of each row's community: modularity by the Leiden method.

    Traag, Waltman and van Eck 2019, "From Louvain to Leiden". The higher the resolution,
    the more communities.
    """
    if not len(graph.rows):
        return np.arange(n_rows)
    edges = [
        (str(one), str(other), weight)
        for (one, other), weight in zip(graph.rows.tolist(), graph.weights.tolist(), strict=True)
    ]
    _, found = graspologic_native.leiden(
        edges=edges,
        starting_communities=None,
        resolution=resolution,
        randomness=RANDOMNESS,
        iterations=ROUNDS,
        use_modularity=True,
        seed=seed,
        trials=TRIALS,
    )
    alone = n_rows  # no edge, so a community of its own
    return np.array([found.get(str(row), alone + row) for row in range(n_rows)])
