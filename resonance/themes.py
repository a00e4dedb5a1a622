"""Embeddings → themes: groups of statements that voice the same objection or need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from resonance.errors import InputError
from resonance.neighbours import Edges, communities, neighbour_graph, smooth, unit
from resonance.space import theme_space

__all__ = ["NOISE", "ThemeModel", "theme_space"]

NOISE = -1
FEWEST = 10  # statements; in fewer nobody can tell a theme from chance
N_SMOOTH = 8
N_NEAR = 15
RESOLUTIONS = (0.5, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0, 2.5, 3.2, 4.0)
PULL = 0.1  # of the usual number of themes on the choice of how many
MOST_ALONE = 0.2
FENCE = 3.0  # interquartile ranges
MOST_ROUNDS = 20
FEWEST_CALLS = 2  # that voice a theme, where there are more than that


class ThemeModel(ClusterMixin, TransformerMixin, BaseEstimator):
    """Group statements that say the same thing.

    Each vector is smoothed over its neighbours; communities of the neighbour graph, at several
    resolutions, are settled by k-means; the grouping with the best silhouette is kept, where
    numbers of themes far from √(n/2) count for less. A statement that is nearer to all that
    was said than to its own theme, or much further from it than others are, is left alone.

    The result is the same for the same statements in any order.

    Parameters
    ----------
    min_theme_size : int, default=5
        Fewest statements a theme may hold, unless a user's own labels make it.
    random_state : int, RandomState instance or None, default=0
        Seed of the community detection.

    Attributes
    ----------
    labels_ : ndarray of shape (n_statements,)
        Theme of each statement; the largest theme is 0; -1 is none. All are -1 when there are
        fewer than 10 statements, or fewer than twice `min_theme_size`.
    centroids_ : ndarray of shape (n_themes, n_dims)
        Mean of each theme's vectors, at length 1.
    n_features_in_ : int
        Dimensions of the embeddings.
    """

    def __init__(self, min_theme_size: int = 5, random_state: Any = 0):
        self.min_theme_size = min_theme_size
        self.random_state = random_state

    def fit(
        self, X: ArrayLike, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> ThemeModel:
        """Find the themes.

        X      : embeddings (n_statements, n_dims), compared by cosine
        y      : (n_statements,), labels that a user has confirmed, -1 where unknown. Statements
                 with the same label come out together, those with different labels apart
        groups : (n_statements,), the call of each. A theme is voiced in two of them at least
        """
        rows = validate_data(self, X, dtype=[np.float64, np.float32])
        confirmed = _codes(y, len(rows), "y")
        said_in = _codes(groups, len(rows), "groups")
        rows = unit(rows.astype(np.float32))
        # A statement made twice is one point: where it lies does not depend on how often.
        # The points are sorted, so that no order of rows, nor of calls, is left to matter.
        table = np.column_stack([rows, confirmed.astype(np.float32)])
        table, point_of = np.unique(table, axis=0, return_inverse=True)
        points, seeds, point_of = table[:, :-1], table[:, -1].astype(int), point_of.ravel()
        labels = seeds
        if len(rows) >= max(FEWEST, 2 * self.min_theme_size):
            support = _Support(point_of, said_in, self.min_theme_size)
            seed = int(check_random_state(self.random_state).randint(2**31 - 1))
            labels = _group(points, seeds, support, seed)
        labels = _biggest_first(labels, point_of)
        self.labels_ = labels[point_of]
        self.centroids_ = _centres(points, labels, labels.max(initial=NOISE) + 1)
        return self

    def fit_predict(
        self, X: ArrayLike, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> np.ndarray:
        """Find the themes and give `labels_`; the arguments are those of `fit`."""
        return self.fit(X, y, groups).labels_

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Similarity (n_statements, n_themes) to each theme's centroid, in [-1, 1]."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return unit(rows) @ self.centroids_.T.astype(rows.dtype)


@dataclass(frozen=True)
class _Support:
    """How many statements, from how many calls, stand behind each label of the points."""

    point_of: np.ndarray  # (n_statements,), the point of each
    calls: np.ndarray  # (n_statements,), the call of each; NOISE where calls are not known
    fewest: int

    def sizes(self, labels: np.ndarray) -> np.ndarray:
        """Statements (n_labels,) of each label."""
        said = labels[self.point_of]
        return np.bincount(said[said != NOISE], minlength=labels.max() + 1)

    def weak(self, labels: np.ndarray) -> np.ndarray:
        """Labels in use that too few statements or calls stand behind, the smallest first."""
        sizes = self.sizes(labels)
        is_weak = (sizes > 0) & (sizes < self.fewest)
        if self.calls.max() >= FEWEST_CALLS:
            pairs = np.unique(np.column_stack([labels[self.point_of], self.calls]), axis=0)
            n_calls = np.bincount(pairs[:, 0], minlength=len(sizes))
            is_weak |= (sizes > 0) & (n_calls < FEWEST_CALLS)
        found = np.flatnonzero(is_weak)
        return found[np.argsort(sizes[found], kind="stable")]


def _codes(values: ArrayLike | None, n_rows: int, name: str) -> np.ndarray:
    """Whole numbers from 0 for the distinct values, NOISE where unknown."""
    if values is None:
        return np.full(n_rows, NOISE)
    given = np.asarray(values)
    if given.shape != (n_rows,):
        raise InputError(f"{name} has shape {given.shape}; give one value for each statement.")
    codes = np.full(n_rows, NOISE)
    known = given != NOISE
    codes[known] = np.unique(given[known], return_inverse=True)[1]
    return codes


def _group(points: np.ndarray, seeds: np.ndarray, support: _Support, seed: int) -> np.ndarray:
    """Label (n_points,) of the best grouping, NOISE for what belongs nowhere."""
    if len(points) == 1:
        return np.zeros(1, dtype=int)
    smoothed = smooth(points, N_SMOOTH)
    graph = _tied(neighbour_graph(smoothed, N_NEAR), seeds)
    usual = np.sqrt(len(points) / 2)
    best, best_merit = np.zeros(len(points), dtype=int), -np.inf
    for resolution in RESOLUTIONS:
        found = communities(graph, len(points), resolution, seed)
        labels = _settle(smoothed, _seeded(smoothed, found, seeds), seeds, support)
        n_themes = len(np.unique(labels))
        merit = _silhouette(smoothed, labels) - PULL * np.log(n_themes / usual) ** 2
        if merit > best_merit:
            best, best_merit = labels, merit
    return _leave_alone(points, best, seeds, support)


def _tied(graph: Edges, seeds: np.ndarray) -> Edges:
    """The graph with no edge between seeds of different labels, and seeds of one label tied."""
    one, other = seeds[graph.rows].T
    kept = (one == other) | (one == NOISE) | (other == NOISE)
    chains = [np.flatnonzero(seeds == label) for label in range(seeds.max() + 1)]
    ties = [np.column_stack([chain[:-1], chain[1:]]) for chain in chains]
    rows = np.concatenate([graph.rows[kept], *ties])
    weights = np.concatenate([graph.weights[kept], *(np.ones(len(tie)) for tie in ties)])
    rows, first = np.unique(rows[::-1], axis=0, return_index=True)
    return Edges(rows, weights[::-1][first])


def _seeded(points: np.ndarray, found: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Communities as labels: those of the seeds first, the communities without any after them.

    A community with seeds of several labels is shared out among them.
    """
    n_confirmed = seeds.max() + 1
    labels = np.unique(found, return_inverse=True)[1] + n_confirmed
    centres = _centres(points, seeds, n_confirmed)
    for label in np.unique(labels[seeds != NOISE]):
        members = np.flatnonzero(labels == label)
        present = np.setdiff1d(seeds[members], NOISE)
        labels[members] = present[(points[members] @ centres[present].T).argmax(axis=1)]
    return np.where(seeds == NOISE, labels, seeds)


def _settle(
    points: np.ndarray, labels: np.ndarray, seeds: np.ndarray, support: _Support
) -> np.ndarray:
    """Labels after k-means, in which no theme is too weak to stand unless seeds made it."""
    allowed = np.ones(labels.max() + 1, dtype=bool)
    while True:
        labels = _k_means(points, labels, seeds, allowed)
        weak = [label for label in support.weak(labels) if label > seeds.max()]
        if not weak or len(np.unique(labels)) == 1:
            return labels
        allowed[weak[: (len(weak) + 1) // 2]] = False


def _k_means(
    points: np.ndarray, labels: np.ndarray, seeds: np.ndarray, allowed: np.ndarray
) -> np.ndarray:
    """Spherical k-means from these labels, into the allowed ones.

    Seeds are held fast, and weigh as much in their theme's centre as all its other points.

    Seeded as in Basu, Banerjee and Mooney 2002, "Semi-supervised clustering by seeding".
    """
    anchors = _centres(points, seeds, len(allowed))
    for _ in range(MOST_ROUNDS):
        in_use = np.bincount(labels, minlength=len(allowed)) > 0
        kept = np.flatnonzero(allowed & in_use)
        centres = unit(_centres(points, labels, len(allowed)) + anchors)[kept]
        near = np.where(seeds == NOISE, kept[(points @ centres.T).argmax(axis=1)], seeds)
        if (near == labels).all():
            break
        labels = near
    return labels


def _silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette by cosine distance, in [-1, 1]; -1 for a single theme.

    Exact without pairs: a point's mean distance to a theme follows from the theme's sum.
    """
    labels = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(labels)
    if not 1 < len(sizes) < len(points):
        return -1.0
    at = np.arange(len(points)), labels
    similarity = points @ _sums(points, labels, len(sizes)).T
    others = np.maximum(sizes[labels] - 1, 1)
    within = 1 - (similarity[at] - 1) / others
    distance = 1 - similarity / sizes
    distance[at] = np.inf
    beside = distance.min(axis=1)
    widths = (beside - within) / np.maximum(np.maximum(within, beside), 1e-9)
    return float(np.where(sizes[labels] > 1, widths, 0).mean())


def _leave_alone(
    points: np.ndarray, labels: np.ndarray, seeds: np.ndarray, support: _Support
) -> np.ndarray:
    """The labels with NOISE for points that are in no theme.

    They are nearer to all the others than to those of their theme, or further from their theme
    than Tukey's fence around what is usual. The furthest first, up to a fifth of the statements,
    and none that its theme cannot spare.
    """
    own = (points * unit(_sums(points, labels, labels.max() + 1)[labels] - points)).sum(axis=1)
    lead = own - (points * unit(points.sum(axis=0) - points)).sum(axis=1)
    low, high = np.quantile(own, (0.25, 0.75))
    lead = np.minimum(lead, own - (low - FENCE * (high - low)))
    times = np.bincount(support.point_of)
    sizes = support.sizes(labels)
    spare = int(MOST_ALONE * len(support.point_of))
    labels = labels.copy()
    for point in np.argsort(lead, kind="stable"):
        if lead[point] >= 0:
            break
        label, n = labels[point], times[point]
        if seeds[point] == NOISE and n <= spare and sizes[label] - n >= support.fewest:
            labels[point] = NOISE
            sizes[label] -= n
            spare -= n
    return labels


def _biggest_first(labels: np.ndarray, point_of: np.ndarray) -> np.ndarray:
    """The labels from 0, by number of statements, then by where their first point sorts."""
    used, first = np.unique(labels, return_index=True)
    first = first[used != NOISE]
    used = used[used != NOISE]
    sizes = np.bincount(labels[point_of] + 1, minlength=labels.max() + 2)[used + 1]
    rank = np.full(labels.max() + 2, NOISE)  # its last entry is that of NOISE
    rank[used[np.lexsort((first, -sizes))]] = np.arange(len(used))
    return rank[labels]


def _sums(points: np.ndarray, labels: np.ndarray, n_labels: int) -> np.ndarray:
    """Sum (n_labels, n_dims) of the points of each label; NOISE is in none."""
    rows = np.flatnonzero(labels != NOISE)
    ones = np.ones(len(rows), dtype=points.dtype)
    return csr_array((ones, (labels[rows], rows)), shape=(n_labels, len(points))) @ points


def _centres(points: np.ndarray, labels: np.ndarray, n_labels: int) -> np.ndarray:
    """Mean (n_labels, n_dims) of the points of each label, at length 1."""
    return unit(_sums(points, labels, n_labels))
