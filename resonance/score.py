"""What matters and what is answered: demand, resonance, focus, gaps.

A theme's demand is its share of what prospects voiced. An asset's resonance, from 0 to 100,
is the share of that demand which it answers: for each theme it answers, the theme's demand
times the relevance. All of it is counted in accounts, so that one talkative prospect is one; and
a theme is answered once, by the asset as a whole, so that saying it again adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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
    """Which account voiced which theme in which call, and how much that counts.

    `by_call` is (n_calls, n_themes), 0 where the call never voiced the theme and positive where
    it did; `account_rows` (n_calls,), in rising order, has the row in `accounts` of each call.
    Accounts, themes and the calls of an account are sorted by name.
    """

    accounts: tuple[str, ...]
    theme_ids: tuple[str, ...]
    by_call: np.ndarray
    account_rows: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """(n_accounts, n_themes): what the account's call that counts most for the theme counts."""
        return np.maximum.reduceat(self.by_call, self._starts) if self.accounts else self.by_call

    @cached_property
    def demand(self) -> dict[str, float]:
        """Share of all that was voiced, by theme; the shares sum to 1."""
        totals = self.weights.sum(axis=0)
        return dict(zip(self.theme_ids, (totals / totals.sum()).tolist(), strict=True))

    @cached_property
    def resampled_demand(self) -> np.ndarray | None:
        """Shares (n_resamples, n_themes), had other accounts called, and in other calls.

        None where there are too few accounts. Accounts are drawn with replacement, then calls
        of each, from a seeded generator: what an account with one call would have voiced in
        another is not known, but where there are several they tell (Davison and Hinkley 1997,
        3.8). Drawing accounts alone gives intervals that are too narrow.
        """
        n_accounts = len(self.accounts)
        if n_accounts < FEWEST_ACCOUNTS:
            return None
        chance = np.random.default_rng(0)
        drawn = chance.multinomial(n_accounts, [1 / n_accounts] * n_accounts, size=N_RESAMPLES)
        totals = np.zeros((N_RESAMPLES, len(self.theme_ids)))
        for own, times in zip(np.split(self.by_call, self._starts[1:]), drawn.T, strict=True):
            if len(own) == 1:
                totals += times[:, None] * own
                continue
            resample = np.repeat(np.arange(N_RESAMPLES), times)
            calls = chance.integers(len(own), size=(len(resample), len(own)))
            np.add.at(totals, resample, own[calls].max(axis=1))
        return totals / totals.sum(axis=1, keepdims=True)

    @property
    def _starts(self) -> np.ndarray:
        return np.searchsorted(self.account_rows, np.arange(len(self.accounts)))


def account_of(calls: Iterable[Call], deals: Iterable[Deal]) -> dict[str, str]:
    """The account of each call, by call id.

    Its deal's account, else its own, else whoever is behind the deal, else the call by itself.
    """
    by_deal = {deal.deal_id: deal.account for deal in deals}
    return {call.call_id: _account(call, by_deal.get(call.deal_id, "")) for call in calls}


def account_of_deal(deal: Deal) -> str:
    """The deal's account, else the deal by itself."""
    return deal.account or f"deal {deal.deal_id}"


def amounts_by_account(deals: Iterable[Deal]) -> dict[str, float]:
    """What each account's deals come to; an amount of nothing is taken as not known."""
    amounts: dict[str, float] = {}
    for deal in sorted(deals, key=lambda d: d.deal_id):
        if deal.amount and deal.amount > 0:
            account = account_of_deal(deal)
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
    keys = sorted(
        {
            (account[s.call_id], s.call_id, s.theme_id)
            for s in statements
            if s.theme_id and s.call_id in account
        }
    )
    accounts, theme_ids = (tuple(sorted({key[at] for key in keys})) for at in (0, 2))
    call_keys = sorted({key[:2] for key in keys})
    row, column, place = (
        {key: at for at, key in enumerate(named)} for named in (call_keys, theme_ids, accounts)
    )
    account_rows = np.array([place[a] for a, _ in call_keys], dtype=int)
    by_call = np.zeros((len(call_keys), len(theme_ids)))
    if keys:
        size = _by_amount(accounts, amounts_by_account(deals), settings.by_amount)
        latest = max((d for d in dates.values() if d), default=None)
        recent = _by_recency([dates[call_id] for _, call_id, _ in keys], latest, settings)
        stages = stage_of_calls(calls, deals) if settings.by_stage else {}
        recent *= _by_stage([stages.get(call_id) for _, call_id, _ in keys], settings.by_stage)
        by_call[[row[key[:2]] for key in keys], [column[t] for _, _, t in keys]] = recent
        by_call *= size[account_rows, None]
    return Voiced(accounts, theme_ids, by_call, account_rows)


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
    low, high = _interval(who.resampled_demand, answered)
    return tuple(
        _score(
            asset.asset_id,
            who.demand,
            dict(zip(who.theme_ids, answered[i].tolist(), strict=True)),
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
    demand: Mapping[str, float],
    answered: Mapping[str, float],
    passage_themes: Sequence[str],
    low: float | None,
    high: float | None,
) -> Score:
    points = {t: 100 * demand[t] * relevance for t, relevance in answered.items() if relevance}
    tenths = in_tenths(points)
    ranked = sorted(tenths, key=lambda theme_id: (-points[theme_id], theme_id))
    resonance = sum(tenths.values()) / 10
    return Score(
        asset_id,
        resonance=resonance,
        parts=tuple(
            Part(t, tenths[t] / 10, demand=round(demand[t], 6), relevance=answered[t])
            for t in ranked
        ),
        focus=sum(map(bool, passage_themes)) / max(len(passage_themes), 1),
        low=None if low is None else min(round(low, 1), resonance),
        high=None if high is None else max(round(high, 1), resonance),
        best_theme_id=ranked[0] if ranked else "",
    )


def _interval(
    demand: np.ndarray | None, answered: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Bounds of each asset's resonance when others might have called.

    demand   : (n_resamples, n_themes), shares, or None; answered : (n_assets, n_themes) in [0, 1]
    returns  : two of (n_assets,), in points, by the percentile bootstrap; None without `demand`
    """
    if demand is None:
        return None, None
    low, high = np.quantile(100 * demand @ answered.T, INTERVAL, axis=0)
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
