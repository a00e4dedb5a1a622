"""Where themes and statements stand on the map: the same place every time.

Themes that are alike stand near each other: classical scaling of the cosines between their mean
vectors (Torgerson 1952), then pushed apart until no two overlap. Within a theme the most typical
statement stands in the middle and the others around it, in the order in which they are less so
(Vogel's spiral, 1979); in which direction says nothing. Names go where no other name is: the first
in the list above its circle, each next one at the nearest place that is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from unicodedata import east_asian_width

import numpy as np

GOLDEN = np.pi * (3 - np.sqrt(5))
DOT = 1.0  # between neighbours within a theme; every other length follows
MARGIN = 8.0  # room for a name
STEPS = 300
WIDTH = 1.4  # the map is wider than high
LETTER = 2.1  # the size of a name's letters, as the style sheet has it
LINES = 3  # a name is at most so far from its circle, unless there is no room at all
NARROW = 0.58  # width of most letters, in sizes; generous, since nobody knows the font
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


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map: the middle of its line, and half the width and height of its box."""

    text: str
    x: float
    y: float
    half_width: float
    half_height: float

    def meets(self, other: Label) -> bool:
        return (
            abs(self.x - other.x) < self.half_width + other.half_width
            and abs(self.y - other.y) < self.half_height + other.half_height
        )

    def covers(self, circle: Circle) -> bool:
        """Whether it lies over some of a circle."""
        across = max(abs(self.x - circle.x) - self.half_width, 0.0)
        along = max(abs(self.y - circle.y) - self.half_height, 0.0)
        return across**2 + along**2 < circle.radius**2


def arrange(groups: Iterable[np.ndarray], *, most: int) -> list[Circle]:
    """A circle for each theme.

    groups : (n_statements, n_dims) unit vectors of each theme; no two are needed at once
    most   : dots on the whole map; of more, each theme shows its share, the most typical
    """
    means: list[np.ndarray] = []
    typical: list[np.ndarray] = []
    for group in groups:
        means.append(_unit(group.mean(axis=0, dtype=float)))
        typical.append(np.argsort(-(group @ means[-1]), kind="stable"))
    if not means:
        return []
    centres = np.stack(means)
    share = min(1.0, most / sum(map(len, typical)))
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


def labels(circles: Sequence[Circle], names: Sequence[str]) -> list[Label]:
    """Where the name of each circle stands: beside it, and over no other name.

    The first of the list choose first: near, over as few other circles as can be, then nearest.
    """
    placed: list[Label] = []
    for own, name in zip(circles, names, strict=True):
        others = [circle for circle in circles if circle is not own]
        near = _free((each for line in range(LINES) for each in _beside(own, name, line)), placed)
        far = _free((each for line in count(LINES) for each in _beside(own, name, line)), placed)
        best = min(near, key=lambda each: sum(map(each.covers, others)), default=None)
        placed.append(best or next(far))
    return placed


def _free(places: Iterator[Label], taken: Sequence[Label]) -> Iterator[Label]:
    return (each for each in places if not any(each.meets(other) for other in taken))


def _beside(circle: Circle, name: str, line: int) -> Iterator[Label]:
    """Above a circle, below it, to its right and to its left, that many lines away."""
    wide = sum(1.0 if east_asian_width(letter) in "WF" else NARROW for letter in name) * LETTER / 2
    high = 0.65 * LETTER
    away = circle.radius + high + 0.3 + line * 2 * high
    yield Label(name, circle.x, circle.y - away, wide, high)
    yield Label(name, circle.x, circle.y + away, wide, high)
    aside = circle.radius + wide + 0.5
    for row in {line: None, -line: None}:
        y = circle.y + row * 2 * high
        yield Label(name, circle.x + aside, y, wide, high)
        yield Label(name, circle.x - aside, y, wide, high)


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
