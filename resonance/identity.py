"""Labels → theme ids that last, and how surely a theme comes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

NOISE = -1
LEAST_SHARED = 0.25  # of an old theme's statements, to be that theme still
SHARE = 0.8  # of the calls in each resample
N_RESAMPLES = 10


def carry_ids(
    former: Mapping[str, str], labels: Mapping[str, int], next_theme: int
) -> tuple[dict[int, str], int]:
    """Theme id of each label: an old one where the theme lives on, otherwise the next number.

    former     : theme id ("T1", "T2", …; "" for none) of each statement before, by statement id
    labels     : label of each statement now, -1 for none
    next_theme : number of the next new theme. An id is never used twice
    returns    : the id of each label, and the number after the last one given out

    Old and new are paired so that they share the most statements in all (Kuhn 1955, "The
    Hungarian method"); a theme with less than a quarter of the old one's statements is another.
    New ids go to the biggest theme first, then by its first statement id.
    """
    members: dict[int, list[str]] = defaultdict(list)
    for statement_id in sorted(labels):
        if labels[statement_id] != NOISE:
            members[labels[statement_id]].append(statement_id)
    new = sorted(members, key=lambda label: (-len(members[label]), members[label]))
    old = sorted({theme for theme in former.values() if theme}, key=lambda t: (len(t), t))
    column = {theme: at for at, theme in enumerate(old)}
    survived = Counter(former.get(statement_id, "") for statement_id in labels)
    shared = np.zeros((len(new), len(old)), dtype=int)
    for row, label in enumerate(new):
        lived = Counter(former.get(statement_id, "") for statement_id in members[label])
        for theme in lived.keys() & column.keys():
            if lived[theme] >= LEAST_SHARED * survived[theme]:
                shared[row, column[theme]] = lived[theme]
    rows, columns = linear_sum_assignment(shared, maximize=True)
    ids = {new[r]: old[c] for r, c in zip(rows, columns, strict=True) if shared[r, c]}
    for label in new:
        if label not in ids:
            ids[label] = f"T{next_theme}"
            next_theme += 1
    return ids, next_theme


def stability(
    labels: np.ndarray,
    calls: Sequence[Hashable],
    refit: Callable[[np.ndarray], np.ndarray],
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
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
    rng = np.random.default_rng(random_state)
    n_drawn = max(1, round(SHARE * len(names)))
    found = np.full((n_resamples, labels.max(initial=NOISE) + 1), np.nan)
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
