"""Short names of what sellers meet in any trade, and which of them a theme may be called by.

`weights/catalogue.csv` is written by hand: for each category the worries or wants that come up
whatever is sold. The voice space was learned so that what prospects say lies close to a line
that says what they mean; so a name is looked up there.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
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
# Spreads past which one name that was proposed is not there by chance. It is one, and not the best
# of 270: `benchmarks/proposed_names.py` has the share of names, right and wrong, past it.
BORNE_OUT = 2.0


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
        themes = [label for label in themes if kind_of(statements, labels == label) == kind]
        if not themes:
            continue
        near = _near([statements[row] for row in rows], [entry.name for entry in entries], encoder)
        fit = np.stack(
            [
                _fit(near, own, Counter(statements[rows[at]].category for at in own), entries)
                for own in (np.flatnonzero(labels[rows] == label) for label in themes)
            ]
        )
        pairs = zip(*linear_sum_assignment(fit, maximize=True), strict=True)
        found |= {themes[t]: entries[e].name for t, e in pairs if fit[t, e] >= STANDS_OUT}
    return found


def borne_out(
    names: Mapping[int, str], statements: Sequence[Statement], labels: np.ndarray, encoder: Encoder
) -> set[int]:
    """The themes whose name, of anybody's making, lies nearer to their statements than by chance.

    names   : by label
    labels  : (n_statements,), the theme of each statement, negative for none
    encoder : of the voice space

    A name is held against its theme as one of the catalogue is, but for what is known of those:
    its lead in spreads over the mean of all the catalogue's names of the kind.
    """
    found: set[int] = set()
    for kind in FACES:
        rows = [row for row, statement in enumerate(statements) if statement.kind == kind]
        themes = [label for label in sorted(names) if kind_of(statements, labels == label) == kind]
        if not themes:
            continue
        listed = [entry.name for entry in catalogue() if entry.kind == kind]
        near = _near(
            [statements[row] for row in rows],
            [*listed, *(names[label] for label in themes)],
            encoder,
        )
        for at, label in enumerate(themes, start=len(listed)):
            lead = _lead(near, np.flatnonzero(labels[rows] == label), len(listed))
            if round(float(lead[at]), 4) >= BORNE_OUT:
                found.add(label)
    return found


def kind_of(statements: Sequence[Statement], members: np.ndarray) -> str:
    """What most of them are."""
    kinds = Counter(statements[row].kind for row in np.flatnonzero(members).tolist())
    return min(kinds, key=lambda kind: (-kinds[kind], kind))


def _near(statements: Sequence[Statement], names: Sequence[str], encoder: Encoder) -> np.ndarray:
    """Similarity of statements, all of one kind, to names: (n_statements, n_names)."""
    alone, after = readings(statements, encoder)
    face = FACES[statements[0].kind]
    return (alone + after) @ encoder.encode([face + name for name in names]).T / 2


def _lead(near: np.ndarray, own: np.ndarray, n_listed: int) -> np.ndarray:
    """How much nearer each name (n_names,) is to the rows `own` of `near` than to all, in spreads
    over the mean of the first `n_listed`."""
    lead = near[own].mean(axis=0) - HUB * near.mean(axis=0)
    listed = lead[:n_listed]
    return (lead - listed.mean()) / max(float(listed.std()), 1e-9)


def _fit(
    near: np.ndarray, own: np.ndarray, about: Counter[str], entries: Sequence[Entry]
) -> np.ndarray:
    """How well each name (n_entries,) goes with the statements in the rows `own` of `near`."""
    share = np.array([about[entry.category] / len(own) for entry in entries])
    broad = np.array([entry.broad for entry in entries])
    return np.round(_lead(near, own, len(entries)) + ABOUT * share + BROAD * broad, 4)
