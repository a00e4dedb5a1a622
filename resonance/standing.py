"""Themes that stand: what belongs to them, how far they reach, and what joins them.

A fit makes the themes; after it they stand. What was put in a theme stays there, what is new
goes to the nearest theme within its reach, and what is left over becomes a theme only when it
is firm. A user's edits lie over all of it and are part of none of it, so that undoing one
leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from resonance.curate import NONE, Curation
from resonance.neighbours import unit
from resonance.records import Kind, Statement

FEWEST = 3  # statements from which a theme's own reach can be told
REACH = 0.05  # quantile of its statements' similarities at which a theme ends
SAME = 0.5  # Jaccard similarity of its statements then and now, for a theme to keep its name


@dataclass(frozen=True, slots=True)
class Placed:
    """Where fits and placings put a statement, whatever edits say.

    `fitted` is whether it was part of a fit. `origin` is the id by which edits know it, that of
    the statement it took over from where its call was edited; `words` stand for its call and text.
    `named` is the theme that it was of when that theme was given its name.
    """

    theme_id: str
    fitted: bool
    origin: str
    words: str
    named: str = NONE


@dataclass(frozen=True, eq=False)
class Ground:
    """Where a theme lies: its centre (n_dims,), at length 1, and the least similarity to it.

    `steady` is the theme's stability at its last fit, None where it was not measured. A theme
    that `rests` was not found by the last fit: nothing joins it, and it may be found again.
    `name` is the one that was found for it, "" for none yet, whatever a user calls it.
    """

    kind: Kind
    centre: np.ndarray
    reach: float
    steady: float | None = None
    rests: bool = False
    name: str = ""


@dataclass(frozen=True, eq=False)
class Standing:
    """What is kept of fits and placings. `space` stands for all that the vectors hang on."""

    space: str = ""
    placed: Mapping[str, Placed] = field(default_factory=dict)
    grounds: Mapping[str, Ground] = field(default_factory=dict)


def take_over(placed: Mapping[str, Placed], statements: Iterable[Statement]) -> dict[str, Placed]:
    """What is known of the statements, those of an edited call by their words.

    A statement whose id is new takes the place of one that is gone and had the same words in
    the same call. What is gone and has no heir stays known, should it come back.
    """
    now = {s.statement_id: _words(s) for s in statements}
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for statement_id in sorted(placed.keys() - now.keys(), reverse=True):
        gone[placed[statement_id].words].append(statement_id)
    known = dict(placed)
    for statement_id in sorted(now.keys() - placed.keys()):
        if before := gone[now[statement_id]]:
            known[statement_id] = known.pop(before.pop())
    return known


def new_place(statement: Statement) -> Placed:
    """That of a statement never seen before."""
    return Placed(NONE, False, statement.statement_id, _words(statement))


def themes_of(
    placed: Mapping[str, Placed], curation: Curation, statement_ids: Iterable[str]
) -> dict[str, str]:
    """Theme of each statement as a user sees it, NONE for none: the edits over the placings."""
    return {s: _theme_of(placed[s], curation) for s in statement_ids}


def _theme_of(place: Placed, curation: Curation) -> str:
    if place.origin in curation.confirmed:
        return curation.confirmed[place.origin]
    theme_id = curation.likened.get(place.origin) or curation.theme_now(place.theme_id)
    return NONE if theme_id in curation.denied.get(place.origin, ()) else theme_id


def standing_names(standing: Standing, themes: Mapping[str, str]) -> dict[str, str]:
    """Names of the themes that hold much the same statements as when they were given them.

    themes : theme of each statement now, NONE for none

    Of themes with one name, where one is back that had gone, the oldest keeps it.
    """
    was: defaultdict[str, set[str]] = defaultdict(set)
    now: defaultdict[str, set[str]] = defaultdict(set)
    for statement_id, place in standing.placed.items():
        was[place.named].add(statement_id)
    for statement_id, theme_id in themes.items():
        now[theme_id].add(statement_id)
    kept: dict[str, str] = {}
    for theme_id in sorted(standing.grounds, key=number):
        name, then, here = standing.grounds[theme_id].name, was[theme_id], now[theme_id]
        is_same = here and len(then & here) >= SAME * len(then | here)
        if name and is_same and name not in kept.values():
            kept[theme_id] = name
    return kept


def give_names(standing: Standing, themes: Mapping[str, str], names: Mapping[str, str]) -> Standing:
    """What stands, with new names and the statements that the themes have as they are given."""

    def named(statement_id: str, place: Placed) -> str:
        theme_id = themes.get(statement_id, NONE)
        if theme_id in names:
            return theme_id
        return NONE if place.named in names else place.named

    placed = {i: replace(place, named=named(i, place)) for i, place in standing.placed.items()}
    grounds = {
        theme_id: replace(ground, name=names.get(theme_id, ground.name))
        for theme_id, ground in standing.grounds.items()
    }
    return replace(standing, placed=placed, grounds=grounds)


def survey(
    statements: Sequence[Statement],
    vectors: np.ndarray,
    standing: Standing,
    curation: Curation,
    quotes: Mapping[str, np.ndarray],
) -> dict[str, Ground]:
    """Where each theme lies, by what a fit or a user put in it; what is placed later moves none.

    vectors : (n_statements, n_dims), of length 1
    quotes  : (n_quotes, n_dims) for each seeded theme

    A theme with nothing of its own left stays where it lay, and rests where an edit took it.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, statement in enumerate(statements):
        place = standing.placed[statement.statement_id]
        if place.fitted or place.origin in curation.confirmed or place.origin in curation.likened:
            rows[_theme_of(place, curation)].append(row)
    rows.pop(NONE, None)
    found = {
        theme_id: replace(ground, rests=ground.rests or theme_id in curation.redirects)
        for theme_id, ground in standing.grounds.items()
    }
    for theme_id in sorted({*rows, *quotes}):
        own = vectors[rows[theme_id]]
        if theme_id in quotes:
            own = np.vstack([own, quotes[theme_id]])
        former = standing.grounds.get(theme_id)
        found[theme_id] = Ground(
            _kind(theme_id, former, curation, [statements[row] for row in rows[theme_id]]),
            unit(own.sum(axis=0)),
            _reach(own),
            former.steady if former else None,
            name=former.name if former else "",
        )
    usual = float(np.median([g.reach for g in found.values() if g.reach > -1] or [-1.0]))
    return {
        theme_id: ground if ground.reach > -1 else replace(ground, reach=usual)
        for theme_id, ground in sorted(found.items(), key=lambda item: number(item[0]))
    }


def place(
    statements: Sequence[Statement],
    vectors: np.ndarray,
    grounds: Mapping[str, Ground],
    denied: Mapping[str, frozenset[str]],
) -> list[str]:
    """Theme of each new statement: the nearest of its kind, if within its reach; else NONE.

    denied : themes that a statement is not of, by statement id
    """
    chosen = []
    for statement, vector in zip(statements, vectors, strict=True):
        near = max(
            (
                (float(ground.centre @ vector), -number(theme_id), theme_id)
                for theme_id, ground in grounds.items()
                if ground.kind == statement.kind
                and not ground.rests
                and theme_id not in denied.get(statement.statement_id, ())
            ),
            default=(-2.0, 0, NONE),
        )
        inside = near[2] and near[0] >= grounds[near[2]].reach
        chosen.append(near[2] if inside else NONE)
    return chosen


def number(theme_id: str) -> int:
    """3 for "T3"."""
    return int(theme_id[1:])


def _kind(
    theme_id: str, former: Ground | None, curation: Curation, own: Sequence[Statement]
) -> Kind:
    if former:
        return former.kind
    if theme_id in curation.seeds:
        return curation.seeds[theme_id].kind
    kinds = Counter(statement.kind for statement in own)
    return min(kinds, key=lambda kind: (-kinds[kind], kind))


def _reach(own: np.ndarray) -> float:
    """Similarity to the others' centre that all but a few of them have; -1 for too few to tell."""
    if len(own) < FEWEST:
        return -1.0
    others = unit(own.sum(axis=0) - own)
    return float(np.quantile((own * others).sum(axis=1), REACH))


def _words(statement: Statement) -> str:
    said = f"{statement.call_id}\x1f{statement.text}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
