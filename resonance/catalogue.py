"""Short names of what sellers meet in any trade, and which of them a theme may be called by.

`weights/catalogue.csv` is written by hand: for each category the worries or wants that come up
whatever is sold. The voice space was learned so that what prospects say lies close to a line
that says what they mean; so a name is looked up there.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from resonance.categories import shipped_weights
from resonance.embed import Encoder
from resonance.records import Statement
from resonance.space import readings

FILE = "catalogue.csv"
FACES = {"objection": "problem: ", "need": "want: "}  # as its encoder learned them
HUB = 0.5  # of a name's similarity to all that was said that is taken off that to the theme's own
ABOUT = 1.0  # spreads by which a name gains if all of the theme is of its category
BROAD = 0.6  # spreads by which a broad name gains
N_BROAD = 3  # of each category
# Spreads over the mean of all names, past which a name stands out: of some 270 drawn by chance
# the best comes to 2.9.
STANDS_OUT = 3.0


class Entry(NamedTuple):
    """A name that a theme of this kind may have, and the category it speaks of.

    One that is `broad` says it in general, and is less wrong where it is not quite right.
    """

    kind: str
    category: str
    name: str
    broad: bool


@cache
def catalogue() -> tuple[Entry, ...]:
    """All names; those of a category stand together, its broad ones first."""
    needs = shipped_weights()["need_categories"].tolist()
    before = Counter[str]()
    found = []
    lines = (files("resonance") / "weights" / FILE).read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        about = row["category"]
        kind = "need" if about in needs else "objection"
        found.append(Entry(kind, about, row["name"], before[about] < N_BROAD))
        before[about] += 1
    return tuple(found)


def names_from_catalogue(
    statements: Sequence[Statement],
    labels: np.ndarray,
    encoder: Encoder,
    taken: AbstractSet[str] = frozenset(),
) -> dict[int, str]:
    """The name of each theme for which one stands out, by label; no two have the same.

    labels  : (n_statements,), the theme of each statement, negative for none
    encoder : of the voice space
    taken   : names that are not to be had, in lower case

    A name is held against a theme by its mean similarity to the theme's statements, less half of
    that to all statements of the kind, for some names are near to everything; in spreads over
    all names of the kind, so that nothing hangs on the encoder's own scale. To this comes the
    share of the theme's statements that are of the name's category, and a little for a broad name.
    Names are given out so that themes and names go together best in all (Kuhn 1955, "The
    Hungarian method").
    """
    from scipy.optimize import linear_sum_assignment

    found: dict[int, str] = {}
    for kind in FACES:
        rows = [row for row, statement in enumerate(statements) if statement.kind == kind]
        entries = [
            entry
            for entry in catalogue()
            if entry.kind == kind and entry.name.casefold() not in taken
        ]
        themes = sorted(label for label in set(labels[rows].tolist()) if label >= 0)
        themes = [label for label in themes if _kind(statements, labels == label) == kind]
        if not themes:
            continue
        alone, after = readings([statements[row] for row in rows], encoder)
        names = encoder.encode([FACES[kind] + entry.name for entry in entries])
        near = (alone + after) @ names.T / 2
        fit = np.stack(
            [
                _fit(near, own, Counter(statements[rows[at]].category for at in own), entries)
                for own in (np.flatnonzero(labels[rows] == label) for label in themes)
            ]
        )
        pairs = zip(*linear_sum_assignment(fit, maximize=True), strict=True)
        found |= {themes[t]: entries[e].name for t, e in pairs if fit[t, e] >= STANDS_OUT}
    return found


def _kind(statements: Sequence[Statement], members: np.ndarray) -> str:
    """What most of them are."""
    kinds = Counter(statements[row].kind for row in np.flatnonzero(members).tolist())
    return min(kinds, key=lambda kind: (-kinds[kind], kind))


def _fit(
    near: np.ndarray, own: np.ndarray, about: Counter[str], entries: Sequence[Entry]
) -> np.ndarray:
    """How well each name (n_entries,) goes with the statements in the rows `own` of `near`."""
    lead = near[own].mean(axis=0) - HUB * near.mean(axis=0)
    lead = (lead - lead.mean()) / max(float(lead.std()), 1e-9)
    share = np.array([about[entry.category] / len(own) for entry in entries])
    broad = np.array([entry.broad for entry in entries])
    return np.round(lead + ABOUT * share + BROAD * broad, 4)
