"""What an evaluation says: figures in sections, each beside its peers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """A peer's figure over its seeds; all three are equal where it was run once."""

    low: float
    mean: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(min(values), sum(values) / len(values), max(values))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. A float is a share, a rate or an index; an int a count, `of` the whole it is of.

    `value` is NaN where the corpus does not allow it to be measured. `peers` has the same
    figure of other ways to do it, by their names.
    """

    name: str
    value: float
    meaning: str
    of: int | None = None
    peers: Mapping[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """Figures about one step. `about` says what was compared with what."""

    title: str
    about: str
    figures: tuple[Figure, ...]

    @property
    def peers(self) -> tuple[str, ...]:
        """Names of all peers, in the order in which they appear."""
        return tuple(dict.fromkeys(name for figure in self.figures for name in figure.peers))


@dataclass(frozen=True, slots=True)
class Figures:
    """All of an evaluation.

    versions : of what the figures were made with, by name
    notes    : what could not be measured, and what to do about it
    lists    : what some of the counts count, by name, sorted
    """

    sections: tuple[Section, ...]
    versions: Mapping[str, str]
    notes: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, section: str, name: str) -> float:
        """A figure by the title of its section and its name. Raises KeyError for none."""
        for each in self.sections:
            for figure in each.figures:
                if (each.title, figure.name) == (section, name):
                    return figure.value
        raise KeyError((section, name))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what could not be measured is None."""
        return {
            "sections": {
                section.title: {
                    "about": section.about,
                    "figures": {f.name: _figure(f) for f in section.figures},
                }
                for section in self.sections
            },
            "versions": dict(self.versions),
            "notes": list(self.notes),
            "lists": {name: list(items) for name, items in self.lists.items()},
        }


def _figure(figure: Figure) -> dict[str, Any]:
    plain: dict[str, Any] = {"value": _plain(figure.value), "meaning": figure.meaning}
    if figure.of is not None:
        plain["of"] = figure.of
    if figure.peers:
        plain["peers"] = {
            name: {"low": _plain(s.low), "mean": _plain(s.mean), "high": _plain(s.high)}
            for name, s in figure.peers.items()
        }
    return plain


def _plain(value: float) -> float | None:
    if isinstance(value, int):
        return value
    return None if math.isnan(value) else round(value, 6)
