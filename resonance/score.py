"""What matters and what is answered: demand, resonance, focus, gaps.

A theme's demand is its share of what prospects voiced. An asset's resonance, from 0 to 100,
is the share of that demand which it answers: for each theme it answers, the theme's demand
times the relevance. All of it is counted in accounts, so that one talkative prospect is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from resonance import config
from resonance.records import Asset, Call, Deal, Match, Part, Score, Statement, Theme
from resonance.stage import stage_of_calls

FEWEST_ACCOUNTS = 10
N_RESAMPLES = 2000
INTERVAL = (0.05, 0.95)
WINSOR = (0.05, 0.95)
LEAST_WEIGHT = 1e-9
FIRST_DAY = 0.5  # weight of a mention on the day the deal was opened, beside 1 when it closed


@dataclass(frozen=True, eq=False)
class Voiced:
    """Which account voiced which theme, and how much that counts.

    `weights` is (n_accounts, n_themes), 0 where the account never voiced the theme, and
    positive where it did; rows and columns are sorted by name.
    """

    accounts: tuple[str, ...]
    theme_ids: tuple[str, ...]
    weights: np.ndarray

    @property
    def demand(self) -> dict[str, float]:
        """Share of all that was voiced, by theme; the shares sum to 1."""
        totals = self.weights.sum(axis=0)
        return dict(zip(self.theme_ids, (totals / totals.sum()).tolist(), strict=True))


def account_of(calls: Iterable[Call], deals: Iterable[Deal]) -> dict[str, str]:
    """The account of each call, by call id.

    Its deal's account, else its own, else whoever is behind the deal, else the call by itself.
    """
    by_deal = {deal.deal_id: deal.account for deal in deals}
    return {call.call_id: _account(call, by_deal.get(call.deal_id, "")) for call in calls}


def amounts_by_account(deals: Iterable[Deal]) -> dict[str, float]:
    """What each account's deals come to; an amount of nothing is taken as not known."""
    amounts: dict[str, float] = {}
    for deal in sorted(deals, key=lambda d: d.deal_id):
        if deal.amount and deal.amount > 0:
            account = deal.account or f"deal {deal.deal_id}"
            amounts[account] = amounts.get(account, 0.0) + deal.amount
    return amounts


def voiced(
    statements: Iterable[Statement],
    calls: Sequence[Call],
    deals: Sequence[Deal],
    settings: config.Demand,
) -> Voiced:
    """Who voiced what, weighted as `settings` asks.

    `by_amount` blends from every account alike (0) to each by its amount over the mean (1),
    amounts cut off at the 5th and 95th percentile; an unknown amount is the median.
    `by_recency` blends from whenever (0) to a weight that halves with every `half_life_days`
    between the account's last mention of the theme and the latest call of all (1); a
    mention without a date is as old as the median one. `by_stage` blends from whenever (0) to a
    weight that grows from a half to the whole as the deal goes on (1), by the account's latest
    mention in its deal (`resonance.stage`); an unknown stage is the median one.
    """
    account = account_of(calls, deals)
    dates = {call.call_id: call.date for call in calls}
    stages = stage_of_calls(calls, deals) if settings.by_stage else {}
    last: dict[tuple[str, str], date | None] = {}
    furthest: dict[tuple[str, str], float] = {}
    for statement in statements:
        if not statement.theme_id or statement.call_id not in account:
            continue
        key = account[statement.call_id], statement.theme_id
        last[key] = _later(last.get(key), dates[statement.call_id])
        if (stage := stages.get(statement.call_id)) is not None:
            furthest[key] = max(stage, furthest.get(key, 0.0))
    accounts = tuple(sorted({a for a, _ in last}))
    theme_ids = tuple(sorted({t for _, t in last}))
    weights = np.zeros((len(accounts), len(theme_ids)))
    if not last:
        return Voiced(accounts, theme_ids, weights)
    keys = sorted(last)
    rows = np.searchsorted(accounts, [a for a, _ in keys])
    columns = np.searchsorted(theme_ids, [t for _, t in keys])
    size = _by_amount(accounts, amounts_by_account(deals), settings.by_amount)
    latest = max((d for d in dates.values() if d), default=None)
    weights[rows, columns] = size[rows] * _by_recency([last[k] for k in keys], latest, settings)
    weights[rows, columns] *= _by_stage([furthest.get(k) for k in keys], settings.by_stage)
    return Voiced(accounts, theme_ids, weights)


def demand(
    statements: Iterable[Statement],
    calls: Sequence[Call],
    deals: Sequence[Deal],
    settings: config.Demand,
) -> dict[str, float]:
    """Each voiced theme's share of all that was voiced; sums to 1, {} where nothing was."""
    return voiced(statements, calls, deals, settings).demand


def score_assets(
    assets: Iterable[Asset],
    matches: Iterable[Match],
    who: Voiced,
    passage_themes: Mapping[str, Sequence[str]],
) -> tuple[Score, ...]:
    """Resonance, its parts, its interval and the focus of every asset, in the order given.

    `passage_themes` has, for each asset id, the theme that each of its passages answers,
    "" for none.
    """
    assets = tuple(assets)
    row = {asset.asset_id: i for i, asset in enumerate(assets)}
    column = {theme_id: j for j, theme_id in enumerate(who.theme_ids)}
    answered = np.zeros((len(assets), len(column)))
    for match in matches:
        if match.verdict == "answers" and match.asset_id in row and match.theme_id in column:
            answered[row[match.asset_id], column[match.theme_id]] = match.relevance
    low, high = _interval(who.weights, answered)
    shares = np.array(list(who.demand.values()))
    return tuple(
        _score(
            asset.asset_id,
            dict(zip(who.theme_ids, 100 * shares * answered[i], strict=True)),
            passage_themes.get(asset.asset_id, ()),
            None if low is None else low[i],
            None if high is None else high[i],
        )
        for i, asset in enumerate(assets)
    )


def gaps(themes: Iterable[Theme], matches: Iterable[Match]) -> list[str]:
    """Ids of the themes that no asset answers, most voiced first."""
    answered = {match.theme_id for match in matches if match.verdict == "answers"}
    unanswered = [theme for theme in themes if theme.theme_id not in answered]
    return [t.theme_id for t in sorted(unanswered, key=lambda t: (-t.demand, t.theme_id))]


def in_tenths(points: Mapping[str, float]) -> dict[str, int]:
    """Round to tenths of a point so that the rounded parts sum to the rounded whole.

    The tenths that plain cutting off would lose go to the largest remainders (Hamilton's
    method); ties by name.
    """
    exact = {name: 10 * value for name, value in points.items()}
    tenths = {name: int(value) for name, value in exact.items()}
    missing = round(sum(sorted(exact.values()))) - sum(tenths.values())
    by_remainder = sorted(exact, key=lambda name: (tenths[name] - exact[name], name))
    for name in by_remainder[:missing]:
        tenths[name] += 1
    return tenths


def _score(
    asset_id: str,
    points: Mapping[str, float],
    passage_themes: Sequence[str],
    low: float | None,
    high: float | None,
) -> Score:
    tenths = in_tenths({theme_id: value for theme_id, value in points.items() if value > 0})
    ranked = sorted(tenths, key=lambda theme_id: (-points[theme_id], theme_id))
    resonance = sum(tenths.values()) / 10
    return Score(
        asset_id,
        resonance=resonance,
        parts=tuple(Part(theme_id, tenths[theme_id] / 10) for theme_id in ranked),
        focus=sum(map(bool, passage_themes)) / max(len(passage_themes), 1),
        low=None if low is None else min(round(low, 1), resonance),
        high=None if high is None else max(round(high, 1), resonance),
        best_theme_id=ranked[0] if ranked else "",
    )


def _interval(
    weights: np.ndarray, answered: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Bounds of each asset's resonance when other accounts might have called.

    weights  : (n_accounts, n_themes), answered : (n_assets, n_themes) in [0, 1]
    returns  : two of (n_assets,), in points; None where there are too few accounts

    The percentile bootstrap over accounts, from a seeded generator.
    """
    n_accounts = len(weights)
    if n_accounts < FEWEST_ACCOUNTS:
        return None, None
    uniform = np.full(n_accounts, 1 / n_accounts)
    counts = np.random.default_rng(0).multinomial(n_accounts, uniform, size=N_RESAMPLES)
    totals = counts @ weights
    resonance = 100 * (totals / totals.sum(axis=1, keepdims=True)) @ answered.T
    low, high = np.quantile(resonance, INTERVAL, axis=0)
    return low, high


def _by_amount(
    accounts: Sequence[str], amounts: Mapping[str, float], strength: float
) -> np.ndarray:
    known = [amounts[a] for a in accounts if a in amounts]
    if not known or not strength:
        return np.ones(len(accounts))
    middle = float(np.median(known))
    filled = np.array([amounts.get(a, middle) for a in accounts])
    cut = np.clip(filled, *np.quantile(known, WINSOR))
    return (1 - strength) + strength * cut / cut.mean()


def _by_recency(
    mentions: Sequence[date | None], latest: date | None, settings: config.Demand
) -> np.ndarray:
    if latest is None or not settings.by_recency:
        return np.ones(len(mentions))
    ages = np.array([np.nan if d is None else (latest - d).days for d in mentions])
    ages = np.nan_to_num(ages, nan=float(np.nanmedian(ages)) if np.isfinite(ages).any() else 0.0)
    decay = np.maximum(0.5 ** (ages / settings.half_life_days), LEAST_WEIGHT)
    return (1 - settings.by_recency) + settings.by_recency * decay


def _by_stage(stages: Sequence[float | None], strength: float) -> np.ndarray:
    known = [stage for stage in stages if stage is not None]
    if not known:
        return np.ones(len(stages))
    middle = float(np.median(known))
    filled = np.array([middle if stage is None else stage for stage in stages])
    return (1 - strength) + strength * (FIRST_DAY + (1 - FIRST_DAY) * filled)


def _account(call: Call, of_deal: str) -> str:
    if of_deal or call.account:
        return of_deal or call.account
    return f"deal {call.deal_id}" if call.deal_id else f"call {call.call_id}"


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)
