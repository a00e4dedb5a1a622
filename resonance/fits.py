"""The themes at a fit, and between fits: what goes on under which id.

A fit is a function of the statements and of what users confirmed, alone; what stood before lends
it only its ids. Between fits nothing moves, and what is new joins what stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from resonance.curate import NONE, Curation
from resonance.identity import FIRM, carry_ids, stability, transitions
from resonance.neighbours import unit
from resonance.records import Kind, Statement
from resonance.standing import (
    Ground,
    Standing,
    new_place,
    number,
    place,
    survey,
    take_over,
    themes_of,
)
from resonance.themes import NOISE, ThemeModel

KINDS: tuple[Kind, ...] = ("need", "objection")
MOST_RESAMPLED = 5000  # statements; of more, ten refits would take longer than the fit
MOST_UNFITTED = 0.25  # of the statements; past it the themes are fitted anew. Ours, not measured
FEWEST_ACCOUNTS = 3  # that voice a theme for it to emerge between fits


@dataclass(frozen=True, eq=False)
class Said:
    """Statements, the vector of each (n_statements, n_dims) and the account that said it.

    `quotes` has (n_quotes, n_dims) for each seeded theme.
    """

    statements: Sequence[Statement]
    vectors: np.ndarray
    accounts: Sequence[str]
    quotes: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Settled:
    """What stands, the number of the next new theme, and the theme of each statement.

    `before` is the theme that each statement known before had under the same edits, those that
    are gone too. `fitted` is whether it was by a fit.
    """

    standing: Standing
    next_theme: int
    themes: Mapping[str, str]
    before: Mapping[str, str]
    fitted: bool


def settle(
    said: Said,
    former: Standing,
    curation: Curation,
    *,
    space: str,
    min_theme_size: int,
    next_theme: int,
    refit: bool = False,
) -> Settled:
    """The themes with what is new, fitted anew where too much is, or where asked or needed.

    said   : sorted by id
    former : what earlier fits and placings left
    space  : stands for all that the vectors hang on; where it changed, all is fitted anew
    """
    ids = [s.statement_id for s in said.statements]
    known = take_over(former.placed, said.statements)
    placed = {s.statement_id: new_place(s) for s in said.statements} | known
    now = replace(former, placed=placed)
    next_theme = max(next_theme, curation.highest + 1)
    n_unfitted = sum(not placed[i].fitted for i in ids)
    places = (placed[i] for i in ids)
    unmade = any(p.fitted and p.theme_id and not curation.theme_now(p.theme_id) for p in places)
    too_new = n_unfitted > MOST_UNFITTED * len(ids)
    must_fit = refit or unmade or too_new or former.space != space
    if must_fit:
        now, next_theme = _fit_anew(said, now, curation, space, min_theme_size, next_theme)
    else:
        fresh = placed.keys() - known.keys()
        now, next_theme = _add(said, now, curation, fresh, min_theme_size, next_theme)
    return Settled(
        now,
        next_theme,
        themes_of(now.placed, curation, ids),
        themes_of(known, curation, known),
        must_fit,
    )


def _fit_anew(
    said: Said,
    now: Standing,
    curation: Curation,
    space: str,
    min_theme_size: int,
    next_theme: int,
) -> tuple[Standing, int]:
    """Themes of all statements, under the ids of those they go on from.

    What a user confirmed comes out together, under the id that the user gave it.
    """
    ids = [s.statement_id for s in said.statements]
    origins = [now.placed[i].origin for i in ids]
    bound = [curation.confirmed.get(o, curation.anchors.get(o)) for o in origins]
    seeded = {theme_id: seed.kind for theme_id, seed in curation.seeds.items()}
    kind_of = seeded | {theme_id: ground.kind for theme_id, ground in now.grounds.items()}
    kinds = [
        kind_of.get(to, s.kind) if to else s.kind
        for s, to in zip(said.statements, bound, strict=True)
    ]

    def fit(rows: np.ndarray) -> np.ndarray:
        return _fit(
            [said.statements[row] for row in rows],
            said.vectors[rows],
            [bound[row] for row in rows],
            [kinds[row] for row in rows],
            min_theme_size,
        )

    labels = fit(np.arange(len(ids)))
    given = {label: to for label, to in zip(labels.tolist(), bound, strict=True) if to}
    taken = set(given.values())
    before = themes_of(now.placed, curation, ids)
    free = {label for label in labels.tolist() if label != NOISE} - given.keys()
    carried, next_theme = carry_ids(
        {i: NONE if before[i] in taken else before[i] for i in ids},
        {i: at if at in free else NOISE for i, at in zip(ids, labels.tolist(), strict=True)},
        next_theme,
        _near(said, labels, kinds, free, now.grounds, taken | curation.redirects.keys()),
    )
    theme_at = {NOISE: NONE} | given | carried
    found = {i: theme_at[label] for i, label in zip(ids, labels.tolist(), strict=True)}
    edited = {
        i
        for i, origin in zip(ids, origins, strict=True)
        if origin in curation.confirmed or origin in curation.likened
    }
    # What lies under a user's edits stays there, for the day on which they are undone.
    under = Counter(now.placed[i].theme_id for i in edited)
    resting = {theme_id for theme_id, n in under.items() if n >= min_theme_size}
    standing = {*found.values(), *curation.redirects, *curation.pinned, *curation.seeds, *resting}
    went = {t.theme_id: t.others[0] for t in transitions(before, found) if t.change == "absorbed"}

    def kept(theme_id: str) -> str:
        if not curation.theme_now(theme_id):
            return NONE
        return theme_id if theme_id in standing else went.get(theme_id, NONE)

    placed = {i: replace(place, theme_id=kept(place.theme_id)) for i, place in now.placed.items()}
    for i in ids:
        theme_id = placed[i].theme_id if i in edited else found[i]
        placed[i] = replace(placed[i], theme_id=theme_id, fitted=True)
    grounds = {
        t: replace(g, rests=t not in standing)
        for t, g in now.grounds.items()
        if _fits(g, said.vectors)
    }
    fitted = Standing(space, placed, grounds)
    steady = _stability([s.call_id for s in said.statements], labels, fit)
    measured = {theme_at[label]: firm for label, firm in steady.items()}
    surveyed = survey(said.statements, said.vectors, fitted, curation, said.quotes)
    grounds = {t: replace(g, steady=measured.get(t)) for t, g in surveyed.items()}
    return replace(fitted, grounds=grounds), next_theme


def _fits(ground: Ground, vectors: np.ndarray) -> bool:
    """Whether it lies in the space of the vectors; gists give that other dimensions."""
    return ground.centre.shape == vectors.shape[1:]


def _near(
    said: Said,
    labels: np.ndarray,
    kinds: Sequence[Kind],
    free: set[int],
    grounds: Mapping[str, Ground],
    taken: set[str],
) -> dict[str, dict[int, float]]:
    """Similarity of each old theme's centre, resting or not, to each new one's of its kind."""
    rows = {label: np.flatnonzero(labels == label) for label in sorted(free)}
    centres = {label: unit(said.vectors[own].sum(axis=0)) for label, own in rows.items()}
    return {
        theme_id: {
            label: float(centre @ ground.centre)
            for label, centre in centres.items()
            if kinds[rows[label][0]] == ground.kind
        }
        for theme_id, ground in grounds.items()
        if theme_id not in taken and _fits(ground, said.vectors)
    }


def _add(
    said: Said,
    now: Standing,
    curation: Curation,
    fresh: AbstractSet[str],
    min_theme_size: int,
    next_theme: int,
) -> tuple[Standing, int]:
    """What is new goes to the themes that stand; what fits none may become one.

    fresh : ids of the statements that were never placed
    """
    grounds = survey(said.statements, said.vectors, now, curation, said.quotes)
    placed = dict(now.placed)
    rows = [
        row
        for row, s in enumerate(said.statements)
        if (s.statement_id in fresh or not curation.theme_now(placed[s.statement_id].theme_id))
        and (s.statement_id in fresh or placed[s.statement_id].theme_id)
    ]
    own = [said.statements[row] for row in rows]
    for s, theme_id in zip(
        own, place(own, said.vectors[rows], grounds, curation.denied), strict=True
    ):
        placed[s.statement_id] = replace(placed[s.statement_id], theme_id=theme_id)
    now = replace(now, placed=placed, grounds=grounds)
    themes = themes_of(placed, curation, [s.statement_id for s in said.statements])
    if any(not themes[i] for i in fresh):
        now, next_theme = _emerge(said, now, curation, themes, min_theme_size, next_theme)
    return now, next_theme


def _emerge(
    said: Said,
    now: Standing,
    curation: Curation,
    themes: Mapping[str, str],
    min_theme_size: int,
    next_theme: int,
) -> tuple[Standing, int]:
    """New themes of what is in none, where enough accounts voice them and they are firm."""
    left = [
        row
        for row, s in enumerate(said.statements)
        if not themes[s.statement_id]
        and now.placed[s.statement_id].origin not in curation.confirmed
    ]
    own = [said.statements[row] for row in left]

    def fit(rows: np.ndarray) -> np.ndarray:
        chosen = [own[row] for row in rows]
        free = [None] * len(chosen)
        vectors = said.vectors[[left[row] for row in rows]]
        return _fit(chosen, vectors, free, [s.kind for s in chosen], min_theme_size)

    labels = fit(np.arange(len(own)))
    steady = _stability([s.call_id for s in own], labels, fit)
    placed = dict(now.placed)
    firm: dict[str, float] = {}
    for label in sorted(steady):
        rows = np.flatnonzero(labels == label)
        accounts = {said.accounts[left[row]] for row in rows}
        if steady[label] < FIRM or len(accounts) < FEWEST_ACCOUNTS:
            continue
        theme_id = f"T{next_theme}"
        next_theme += 1
        firm[theme_id] = steady[label]
        for row in rows:
            i = own[row].statement_id
            placed[i] = replace(placed[i], theme_id=theme_id, fitted=True)
    now = replace(now, placed=placed)
    grounds = survey(said.statements, said.vectors, now, curation, said.quotes)
    return replace(
        now, grounds={t: replace(g, steady=firm.get(t, g.steady)) for t, g in grounds.items()}
    ), next_theme


def _fit(
    statements: Sequence[Statement],
    vectors: np.ndarray,
    bound: Sequence[str | None],
    kinds: Sequence[Kind],
    min_theme_size: int,
) -> np.ndarray:
    """Labels (n_statements,); those of one kind follow on those of the other.

    bound : the theme that a user's edits bind each statement to, NONE to no theme, None for free
    kinds : among which each is grouped; that of the theme it is bound to, else its own
    """
    labels = np.full(len(statements), NOISE)
    for kind in KINDS:
        rows = np.array(
            [r for r, own in enumerate(kinds) if own == kind and bound[r] != NONE], dtype=int
        )
        if not len(rows):
            continue
        own = ThemeModel(min_theme_size=min_theme_size).fit_predict(
            vectors[rows],
            [number(to) if (to := bound[row]) else NOISE for row in rows],
            groups=[statements[row].call_id for row in rows],
        )
        labels[rows] = np.where(own == NOISE, NOISE, own + labels.max() + 1)
    return labels


def _stability(
    calls: Sequence[str], labels: np.ndarray, refit: Callable[[np.ndarray], np.ndarray]
) -> dict[int, float]:
    """How surely each theme comes back without a fifth of the calls; {} for very many."""
    if len(labels) > MOST_RESAMPLED:
        return {}
    measured = stability(labels, calls, refit)
    return {label: round(float(s), 4) for label, s in enumerate(measured) if not np.isnan(s)}
