"""Logistic regression that stays finite where a handful of deals is split cleanly.

Firth (1993) adds half the logarithm of the information's determinant (Jeffreys' prior) to the
log-likelihood. Estimates then have less bias, and are finite even where a column tells the
outcomes apart without error, which sends ordinary logistic regression off to infinity. Tests and
intervals are those of Heinze and Schemper (2002): by the ratio of penalised likelihoods, because
the likelihood of few cases is too lopsided for a standard error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, log_expit
from scipy.stats import chi2

LEVEL = 0.95
MOST_STEPS = 200
LONGEST_STEP = 5.0  # of a coefficient, each column in its standard deviations
MOST_HALVINGS = 30
MOST_GROWTH = 10.0
TOLERANCE = 1e-9
FARTHEST = 64.0  # beyond this log odds ratio per standard deviation, an interval is open


@dataclass(frozen=True, slots=True)
class Effect:
    """What one unit of a column does to the odds, the other columns held still.

    The odds are multiplied by `odds_ratio`; `low` and `high` bound it at 95 % by the profile of
    the penalised likelihood; where cases are split cleanly, the far one is at least so far.
    `p_value` is that of the ratio of penalised likelihoods, with one degree of freedom.
    """

    odds_ratio: float
    low: float
    high: float
    p_value: float


def firth_effect(columns: np.ndarray, happened: np.ndarray) -> Effect:
    """The effect of the first column on whether it happened.

    columns  : (n, n_columns), finite; an intercept is added here
    happened : (n,) of bool

    Raises ValueError where all outcomes are the same, or a column is a sum of the others.
    """
    outcome = np.asarray(happened, dtype=float)
    if outcome.size == 0 or outcome.min() == outcome.max():
        raise ValueError("All outcomes are the same; there is nothing to compare.")
    design, spread = _design(np.asarray(columns, dtype=float))
    best = _fit(design, outcome, np.zeros(design.shape[1]))
    peak = _penalised(design, outcome, best)

    def fall(at: float) -> float:
        """How far the profile likelihood has fallen from its peak, doubled."""
        fits = [_fit(design, outcome, start, held=at) for start in _starts(best, at)]
        return max(0.0, 2 * (peak - max(_penalised(design, outcome, beta) for beta in fits)))

    low, high = (_end(fall, float(best[1]), side) for side in (-1.0, 1.0))
    return Effect(
        math.exp(best[1] / spread),
        _exp(low / spread),
        _exp(high / spread),
        float(chi2.sf(fall(0.0), 1)),
    )


def _design(columns: np.ndarray) -> tuple[np.ndarray, float]:
    """Intercept and standardised columns, (n, 1 + n_columns); the spread of the first column.

    The penalised likelihood is the same however columns are scaled, up to a constant.
    """
    spread = columns.std(axis=0)
    centred = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(columns)), centred])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("A column is a sum of the others; its effect cannot be told apart.")
    return design, float(spread[0])


def _fit(
    design: np.ndarray, outcome: np.ndarray, start: np.ndarray, held: float | None = None
) -> np.ndarray:
    """Coefficients (n_columns,) of the highest penalised likelihood, uphill from the start.

    The coefficient of column 1 is kept where `held` says, if it says.
    """
    free = np.array([held is None or column != 1 for column in range(design.shape[1])])
    beta = start.copy()
    if held is not None:
        beta[1] = held
    reached = _penalised(design, outcome, beta)
    for _ in range(MOST_STEPS):
        step = np.zeros_like(beta)
        step[free] = _newton(design, outcome, beta, free)
        step /= max(1.0, np.abs(step).max() / LONGEST_STEP)
        for _ in range(MOST_HALVINGS):
            after = _penalised(design, outcome, beta + step)
            if after >= reached:
                break
            step /= 2
        else:
            return beta
        beta, gained, reached = beta + step, after - reached, after
        if gained < TOLERANCE and np.abs(step).max() < math.sqrt(TOLERANCE):
            return beta
    return beta


def _starts(best: np.ndarray, held: float) -> tuple[np.ndarray, np.ndarray]:
    """Where to set out from; far out, cleanly split cases have a likelihood of several tops.

    The best coefficients as they are, and grown in proportion to the one that is held.
    """
    grown = min(max(held / best[1], 0.0), MOST_GROWTH) if best[1] else 0.0
    return best, best * grown


def _newton(
    design: np.ndarray, outcome: np.ndarray, beta: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """Fisher scoring's step of the free coefficients, towards Firth's modified score of 0."""
    likely = expit(design @ beta)
    weighted = design * np.sqrt(likely * (1 - likely))[:, None]
    basis = np.linalg.qr(weighted)[0]
    leverage = (basis**2).sum(axis=1)
    score = design.T @ (outcome - likely + leverage * (0.5 - likely))
    information = weighted[:, free].T @ weighted[:, free]
    return np.linalg.lstsq(information, score[free], rcond=None)[0]


def _penalised(design: np.ndarray, outcome: np.ndarray, beta: np.ndarray) -> float:
    """Log-likelihood, and half the logarithm of the information's determinant."""
    at = design @ beta
    weights = np.exp(log_expit(at) + log_expit(-at))
    sign, determinant = np.linalg.slogdet(design.T @ (design * weights[:, None]))
    if sign <= 0:
        return -math.inf
    return float(log_expit(np.where(outcome > 0, at, -at)).sum() + determinant / 2)


def _end(fall: Callable[[float], float], middle: float, side: float) -> float:
    """Where, on one side of the peak, the profile has fallen by the quantile of chi-squared."""
    critical = float(chi2.ppf(LEVEL, 1))
    reach = 0.25
    while fall(middle + side * reach) < critical:
        reach *= 2
        if reach > FARTHEST:
            return side * math.inf
    outer = middle + side * reach
    return float(brentq(lambda at: fall(at) - critical, middle, outer, xtol=1e-5))


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf
