"""How each theme goes with losing and with large deals, beside what else goes with them.

`resonance.deals.win_loss` makes the claims, from accounts alone. Here are the odds of losing
where segment, amount and the number of calls are held still, and whether a theme sits on larger
or smaller deals. Both are counted in accounts, both correct for the number of themes, and
neither says what causes what.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import mannwhitneyu

from resonance.deals import FALSE_DISCOVERIES, adjusted, who_voiced
from resonance.firth import Effect, firth_effect
from resonance.records import Findings
from resonance.score import account_of, account_of_deal, amounts_by_account

FEWEST_ON_A_SIDE = 5  # accounts that voiced it, that did not, that were won, that were lost

Size = Literal[
    "raised more often on larger deals",
    "raised more often on smaller deals",
    "no evidence of a difference",
    "not enough deals",
]


@dataclass(frozen=True, slots=True)
class HeldStill:
    """Odds of losing where a theme was voiced, at the same segment, amount and number of calls.

    The odds of losing are multiplied by `odds_ratio`; `low` and `high` bound it at 95 %, and the
    far bound of a theme that splits won from lost cleanly is at least so far. `p_value` is
    corrected for the number of themes. All four are None where there are not enough deals, or
    where those who voiced it are exactly a segment, so that nothing tells the two apart.
    """

    theme_id: str
    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class DealSize:
    """Whether a theme is voiced on larger or smaller deals, won, lost and open alike.

    `median` is the middle amount of the accounts that voiced it, `median_others` that of the
    other accounts heard from; None where no amount is known. `p_value` is corrected for the
    number of themes, None where there are not enough deals.
    """

    theme_id: str
    n_accounts: int
    median: float | None
    median_others: float | None
    p_value: float | None
    verdict: Size


def held_still(findings: Findings) -> list[HeldStill]:
    """Odds of losing by Firth's logistic regression, in the order of `findings.themes`.

    Accounts that were heard from and whose deal is closed. Held still are: the segment, where
    at least `FEWEST_ON_A_SIDE` of them are in it; the logarithm of the amount, an unknown one
    taken as the median; the number of calls. Themes are tested where those who voiced it, those
    who did not, won and lost are `FEWEST_ON_A_SIDE` at least.
    """
    heard, voiced = who_voiced(findings)
    closed = sorted(account for account, outcome in heard.items() if outcome != "open")
    lost = np.array([heard[account] == "lost" for account in closed], dtype=bool)
    beside = _beside(findings, closed)
    effects = {
        theme_id: effect
        for theme_id, who in voiced.items()
        if (effect := _effect(np.array([a in who for a in closed], dtype=bool), beside, lost))
    }
    p_values = adjusted([effect.p_value for effect in effects.values()])
    corrected = dict(zip(effects, p_values, strict=True))
    return [
        HeldStill(theme_id, effect.odds_ratio, effect.low, effect.high, corrected[theme_id])
        if (effect := effects.get(theme_id))
        else HeldStill(theme_id)
        for theme_id in voiced
    ]


def deal_sizes(findings: Findings) -> list[DealSize]:
    """Amounts where each theme was voiced against amounts elsewhere, in the themes' order.

    The test is that of Mann and Whitney (1947), on accounts heard from whose amount is known;
    at least `FEWEST_ON_A_SIDE` have to be on either side.
    """
    heard, voiced = who_voiced(findings)
    amounts = {a: x for a, x in amounts_by_account(findings.deals).items() if a in heard}
    sides = {theme_id: _sides(amounts, who) for theme_id, who in voiced.items()}
    tested = [t for t, both in sides.items() if min(map(len, both)) >= FEWEST_ON_A_SIDE]
    p_values = adjusted([float(mannwhitneyu(*sides[theme_id]).pvalue) for theme_id in tested])
    corrected = dict(zip(tested, p_values, strict=True))
    return [
        _deal_size(theme_id, *both, corrected.get(theme_id)) for theme_id, both in sides.items()
    ]


def _effect(voiced: np.ndarray, beside: np.ndarray, lost: np.ndarray) -> Effect | None:
    smallest = min((side.sum() for side in (voiced, ~voiced, lost, ~lost)), default=0)
    if smallest < FEWEST_ON_A_SIDE:
        return None
    columns = np.column_stack([voiced, beside])
    if np.linalg.matrix_rank(_centred(columns)) < columns.shape[1]:
        return None
    return firth_effect(columns, lost)


def _beside(findings: Findings, accounts: Sequence[str]) -> np.ndarray:
    """What is held still: (n_accounts, n_columns), each column with something of its own."""
    if not accounts:
        return np.zeros((0, 0))
    amounts = amounts_by_account(findings.deals)
    known = [amounts[account] for account in accounts if account in amounts]
    usual = float(np.median(known)) if known else 1.0
    calls = Counter(account_of(findings.calls, findings.deals).values())
    columns = [
        [math.log(amounts.get(account, usual)) for account in accounts],
        [float(calls[account]) for account in accounts],
        *_segments(findings, accounts),
    ]
    kept = np.zeros((len(accounts), 0))
    for column in columns:
        wider = np.column_stack([kept, column])
        if np.linalg.matrix_rank(_centred(wider)) == wider.shape[1]:
            kept = wider
    return kept


def _segments(findings: Findings, accounts: Sequence[str]) -> list[list[float]]:
    """A column for each segment that enough accounts are in, but the commonest."""
    by_account = {
        account_of_deal(deal): deal.segment
        for deal in sorted(findings.deals, key=lambda deal: deal.deal_id)
    }
    sizes = Counter(by_account[account] for account in accounts)
    ranked = sorted(sizes, key=lambda segment: (-sizes[segment], segment))
    chosen = [segment for segment in ranked[1:] if sizes[segment] >= FEWEST_ON_A_SIDE]
    return [[float(by_account[a] == segment) for a in accounts] for segment in chosen]


def _centred(columns: np.ndarray) -> np.ndarray:
    return columns - columns.mean(axis=0)


def _sides(amounts: Mapping[str, float], who: set[str]) -> tuple[list[float], list[float]]:
    """Amounts of those who voiced it and of the others, smallest first."""
    return (
        sorted(amount for account, amount in amounts.items() if account in who),
        sorted(amount for account, amount in amounts.items() if account not in who),
    )


def _deal_size(
    theme_id: str, own: Sequence[float], others: Sequence[float], p_value: float | None
) -> DealSize:
    median = float(np.median(own)) if own else None
    elsewhere = float(np.median(others)) if others else None
    verdict: Size = "no evidence of a difference"
    if p_value is None or median is None or elsewhere is None:
        verdict = "not enough deals"
    elif p_value <= FALSE_DISCOVERIES:
        larger = median > elsewhere
        verdict = (
            "raised more often on larger deals" if larger else "raised more often on smaller deals"
        )
    return DealSize(theme_id, len(own), median, elsewhere, p_value, verdict)
