"""Labels → theme ids that last, what became of each theme, and how surely it comes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

NOISE = -1
# LEAST_SHARED, SAME_PLACE and MOST are ours, not measured; FIRM and DISSOLVED are Hennig's.
LEAST_SHARED = 0.25  # of an old theme's statements, to be that theme still
SHARE = 0.8  # of the calls in each resample
N_RESAMPLES = 10
FIRM, DISSOLVED = 0.75, 0.5  # stability above and below which Hennig calls a theme so
FEW_ACCOUNTS = 3  # voiced by fewer, a theme may be chance
SAME_PLACE = 0.8  # similarity of the centres of two themes that share nothing else
MOST = 0.5  # of a theme's statements, to have gone somewhere

Change = Literal["survived", "grew", "split", "absorbed", "emerged", "faded"]
Badge = Literal["stable", "shaky", "one-off", ""]


@dataclass(frozen=True, slots=True)
class Transition:
    """What became of a theme.

    survived, grew : it is there still, with `n_after` statements instead of `n_before`
    split          : so it is, and `others` are new themes made of a part of it
    absorbed       : it is no more; most of it went to `others[0]`
    emerged        : it is new
    faded          : it is no more, and no one theme has most of it
    """

    change: Change
    theme_id: str
    others: tuple[str, ...] = ()
    n_before: int = 0
    n_after: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """A run that changed themes: when (ISO, UTC), by a fit or not, and what became of them.

    `version` is the number of the last entry of the edit log that it knew.
    """

    number: int
    when: str
    fitted: bool
    version: int
    transitions: tuple[Transition, ...]


def badge(stability: float | None) -> Badge:
    """What a theme's stability says in a word; "" where it was not measured.

    The bounds are those of Hennig 2007: at 0.75 a theme is firm, under 0.5 it dissolves.
    """
    if stability is None:
        return ""
    return "stable" if stability >= FIRM else "shaky" if stability >= DISSOLVED else "one-off"


def evidence(stability: float | None, n_accounts: int) -> str:
    """How firm a theme is: its badge, and that few accounts voice it where few do."""
    few = "few accounts" if n_accounts < FEW_ACCOUNTS else ""
    return ", ".join(filter(None, [badge(stability), few]))


def transitions(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Transition, ...]:
    """What became of every theme there was, and which ones are new.

    before, after : theme id of each statement then and now, "" for none
    returns       : one for each id of either, but for the new ids of a split, by number
    """
    were, are = (Counter(filter(None, themes.values())) for themes in (before, after))
    flows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for statement_id in before.keys() & after.keys():
        flows[before[statement_id]][after[statement_id]] += 1
    found = []
    parts: set[str] = set()
    for theme_id in sorted(were, key=_number):
        flow = flows[theme_id]
        n_left = flow.total()
        sizes = were[theme_id], are[theme_id]
        if theme_id in are:
            new = [t for t in flow if t and t not in were and flow[t] >= LEAST_SHARED * n_left]
            parts |= set(new)
            change: Change = "split" if new else "grew" if sizes[1] > sizes[0] else "survived"
            found.append(Transition(change, theme_id, tuple(sorted(new, key=_number)), *sizes))
            continue
        heir = min(flow, key=lambda t: (-flow[t], t), default="")
        if heir and flow[heir] >= MOST * n_left:
            found.append(Transition("absorbed", theme_id, (heir,), *sizes))
        else:
            found.append(Transition("faded", theme_id, (), *sizes))
    new_ids = sorted(are.keys() - were.keys() - parts, key=_number)
    return (*found, *(Transition("emerged", new, n_after=are[new]) for new in new_ids))


def carry_ids(
    former: Mapping[str, str],
    labels: Mapping[str, int],
    next_theme: int,
    near: Mapping[str, Mapping[int, float]] | None = None,
) -> tuple[dict[int, str], int]:
    """Theme id of each label: an old one where the theme lives on, otherwise the next number.

    former     : theme id ("T1", "T2", …; "" for none) of each statement before, by statement id
    labels     : label of each statement now, -1 for none
    next_theme : number of the next new theme. An id is never used twice
    near       : similarity of each old theme's centre to that of each label
    returns    : the id of each label, and the number after the last one given out

    Old and new are paired so that they share the most statements in all (Kuhn 1955, "The
    Hungarian method"); a theme with less than a quarter of the old one's statements is another.
    Of pairs that share as many the nearer one counts, and so does one that shares none because
    all of the old theme's statements are gone. New ids go to the biggest theme first, then by its
    first statement id.
    """
    from scipy.optimize import linear_sum_assignment  # a check reads themes and needs no SciPy

    near = near or {}
    members: dict[int, list[str]] = defaultdict(list)
    for statement_id in sorted(labels):
        if labels[statement_id] != NOISE:
            members[labels[statement_id]].append(statement_id)
    new = sorted(members, key=lambda label: (-len(members[label]), members[label]))
    old = sorted({t for t in (*former.values(), *near) if t}, key=_number)
    column = {theme: at for at, theme in enumerate(old)}
    survived = Counter(former.get(statement_id, "") for statement_id in labels)
    shared = np.zeros((len(new), len(old)))
    for row, label in enumerate(new):
        lived = Counter(former.get(statement_id, "") for statement_id in members[label])
        for theme in lived.keys() & column.keys():
            if lived[theme] >= LEAST_SHARED * survived[theme]:
                shared[row, column[theme]] = lived[theme]
        for theme, similarity in near.items():
            alike = similarity.get(label, 0.0)
            if shared[row, column[theme]] or (alike >= SAME_PLACE and not survived[theme]):
                shared[row, column[theme]] += max(alike, 0.0) / (2 * len(new))
    rows, columns = linear_sum_assignment(shared, maximize=True)
    ids = {new[r]: old[c] for r, c in zip(rows, columns, strict=True) if shared[r, c]}
    for label in new:
        if label not in ids:
            ids[label] = f"T{next_theme}"
            next_theme += 1
    return ids, next_theme


def _number(theme_id: str) -> tuple[int, str]:
    return len(theme_id), theme_id


def stability(
    labels: np.ndarray, calls: Sequence[Hashable], refit: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """How surely each theme comes back when a fifth of the calls is left out, in [0, 1].

    The mean, over resamples, of the theme's best Jaccard similarity with a theme found there
    (Hennig 2007, "Cluster-wise assessment of cluster stability"; above 0.75 is a firm theme,
    below 0.5 a dissolved one). NaN for a theme none of whose statements was ever drawn.

    labels : (n_statements,), -1 = no theme
    calls  : (n_statements,), the call of each
    refit  : rows (n_rows,) → labels (n_rows,) of a model fitted to these rows alone
    """
    labels = np.asarray(labels)
    names, call_of = np.unique(np.asarray(calls), return_inverse=True)
    rng = np.random.default_rng(0)
    n_drawn = max(1, round(SHARE * len(names)))
    found = np.full((N_RESAMPLES, labels.max(initial=NOISE) + 1), np.nan)
    for resample in found:
        drawn = rng.choice(len(names), n_drawn, replace=False)
        rows = np.flatnonzero(np.isin(call_of, drawn))
        again = refit(rows)
        for label in np.setdiff1d(labels[rows], NOISE):
            resample[label] = _best_jaccard(labels[rows] == label, again)
    drawn_at_all = ~np.isnan(found)
    times = drawn_at_all.sum(axis=0)
    total = np.where(drawn_at_all, found, 0).sum(axis=0)
    return np.divide(total, times, out=np.full(len(times), np.nan), where=times > 0)


def _best_jaccard(members: np.ndarray, again: np.ndarray) -> float:
    """Best Jaccard similarity of the members with one theme of a refit."""
    themes = np.setdiff1d(again[members], NOISE)
    both = [np.sum(members & (again == theme)) for theme in themes]
    either = [np.sum(members | (again == theme)) for theme in themes]
    return max((b / e for b, e in zip(both, either, strict=True)), default=0.0)
