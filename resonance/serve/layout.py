"""Where themes and statements stand on the map: the same place every time.

Themes that are alike stand near each other: classical scaling of the cosines between their mean
vectors (Torgerson 1952), then pushed apart until no two overlap. Within a theme the most typical
statement stands in the middle and the others around it, in the order in which they are less so
(Vogel's spiral, 1979); in which direction says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

GOLDEN = np.pi * (3 - np.sqrt(5))
DOT = 1.0  # between neighbours within a theme; every other length follows
MARGIN = 5.0  # room for a name
STEPS = 300
WIDTH = 1.4  # the map is wider than high
SPREAD = 1.15  # how far apart similar themes begin, against what their circles need


@dataclass(frozen=True, eq=False)
class Circle:
    """A theme on the map: its middle, its radius, and `rows` of its statements with their places.

    `places` is (n_rows, 2), most typical first.
    """

    x: float
    y: float
    radius: float
    rows: tuple[int, ...]
    places: np.ndarray


def arrange(groups: Sequence[np.ndarray], *, most: int) -> list[Circle]:
    """A circle for each theme.

    groups : (n_statements, n_dims) unit vectors of each theme
    most   : dots on the whole map; of more, each theme shows its share, the most typical
    """
    if not groups:
        return []
    share = min(1.0, most / sum(map(len, groups)))
    centres = np.stack([_unit(group.mean(axis=0, dtype=float)) for group in groups])
    typical = [np.argsort(-(g @ c), kind="stable") for g, c in zip(groups, centres, strict=True)]
    shown = [order[: max(1, round(share * len(order)))] for order in typical]
    radii = np.array([DOT * np.sqrt(len(rows)) + DOT for rows in shown])
    middles = _apart(_scaled(centres, radii), radii)
    return [
        Circle(
            float(x),
            float(y),
            float(r),
            tuple(rows.tolist()),
            np.array([x, y]) + _spiral(len(rows)),
        )
        for (x, y), r, rows in zip(middles, radii, shown, strict=True)
    ]


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _scaled(centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """(n, 2): distances as like the centres' as two dimensions allow, on a floor that fits all."""
    n = len(centres)
    squared = 2 - 2 * np.clip(centres @ centres.T, -1, 1)
    middle = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * middle @ squared @ middle)
    places = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0))
    if places.shape[1] < 2:
        places = np.hstack([places, np.zeros((n, 2 - places.shape[1]))])
    for axis in range(2):  # an eigenvector has no sign of its own
        if places[np.abs(places[:, axis]).argmax(), axis] < 0:
            places[:, axis] *= -1
    floor = np.sqrt((radii**2).sum())
    places[:, 0] *= WIDTH
    return places * (SPREAD * floor / max(float(np.abs(places).max()), 1e-9))


def _apart(places: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Push circles that overlap away from each other, a little at a time."""
    places = places.copy()
    wanted = radii[:, None] + radii[None, :] + MARGIN
    np.fill_diagonal(wanted, 0)
    # Two at one place have no direction to part in: each has one of its own.
    angle = np.arange(len(radii)) * GOLDEN
    nudge = 1e-3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    places += nudge
    for _ in range(STEPS):
        away = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((away**2).sum(axis=2))
        overlap = np.maximum(wanted - distance, 0)
        if not (overlap > 1e-6).any():
            break
        places += 0.25 * (away * (overlap / np.maximum(distance, 1e-9))[:, :, None]).sum(axis=1)
    return places


def _spiral(n: int) -> np.ndarray:
    step = np.arange(n)
    radius = DOT * np.sqrt(step)
    return np.stack([radius * np.cos(step * GOLDEN), radius * np.sin(step * GOLDEN)], axis=1)
