"""What themes do over time, and how they go with winning and losing.

Counted in accounts, so that one talkative prospect is one. Both questions are asked of every
theme at once, so both correct for asking often: the false discovery rate is held at
`FALSE_DISCOVERIES` (Benjamini and Hochberg 1995). Nothing here says what causes what: deals
that are won have often had more calls, and so more occasion to voice anything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from scipy.stats import false_discovery_control, fisher_exact

from resonance.records import Deal, Findings, Theme
from resonance.score import account_of, account_of_deal, amounts_by_account

Direction = Literal["rising", "steady", "fading", "not enough calls"]
Association = Literal[
    "raised more often in lost deals",
    "raised more often in won deals",
    "no evidence of a difference",
    "not enough deals",
]

FALSE_DISCOVERIES = 0.05
Z_95 = 1.959963984540054

# Below these a trend would be a few accidents.
FEWEST_MONTHS = 3
FEWEST_ACCOUNTS_HEARD = 20
FEWEST_ACCOUNTS_VOICED = 5

# Small corpora need many permutations to tell small p-values apart, and can afford them.
MOST_PERMUTATIONS = 99_999
FEWEST_PERMUTATIONS = 9_999
CELLS = 50_000_000
CELLS_AT_A_TIME = 1_000_000


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a theme: how many accounts voiced it, of all that were heard from.

    `month` is "2026-06". `low` and `high` bound the share in [0, 1] at 95 % (Wilson); all
    three are None where no account was heard from.
    """

    month: str
    n_voiced: int
    n_heard: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A theme over the months, from the first call of all to the last.

    `p_value` is adjusted for the number of themes; None where there are not enough calls.
    """

    theme_id: str
    direction: Direction
    p_value: float | None
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class WinLoss:
    """A theme on won, lost and open deals.

    `won`, `lost` and `open` count the accounts that voiced it, the amounts are those
    accounts' deals; `all_won` and `all_lost` count all accounts heard from. `odds_ratio`
    is by how much the odds of losing are multiplied where it was voiced; `low` and `high`
    bound it at 95 %. `p_value` is adjusted for the number of themes;
    None where there are not enough deals.
    """

    theme_id: str
    won: int
    lost: int
    open: int
    all_won: int
    all_lost: int
    amount_won: float
    amount_lost: float
    amount_open: float
    odds_ratio: float
    low: float
    high: float
    p_value: float | None
    verdict: Association


def trends(findings: Findings) -> list[Trend]:
    """Whether each theme is voiced by more or fewer of the accounts heard from, month by month.

    An account that was heard from in a month voiced the theme then or did not; the statistic
    is that of Cochran (1954) and Armitage (1955), the sum of the months in which it was
    voiced. Its distribution without a trend comes from exchanging whole accounts, among
    those heard from in equally many months, because an account that said it once may well
    say it again. Calls without a date are left out. In the order of `findings.themes`.
    """
    heard, voiced = _heard_and_voiced(findings)
    tested = [theme_id for theme_id in voiced if _enough(heard, voiced[theme_id])]
    slopes, p_values = _trend_test(heard, [voiced[theme_id] for theme_id in tested])
    found = dict(zip(tested, zip(slopes, adjusted(p_values), strict=True), strict=True))
    return [
        Trend(
            theme.theme_id,
            *_direction(found.get(theme.theme_id)),
            months=_months(heard, voiced[theme.theme_id]),
        )
        for theme in findings.themes
    ]


def by_month(findings: Findings) -> dict[str, tuple[Month, ...]]:
    """The months of each theme as `trends` has them, without asking whether it rises or fades."""
    heard, voiced = _heard_and_voiced(findings)
    return {theme_id: _months(heard, voiced[theme_id]) for theme_id in voiced}


def win_loss(findings: Findings) -> list[WinLoss]:
    """Whether each theme was raised more often where the deal was lost, or where it was won.

    Fisher's exact test on accounts that were heard from and whose deal is closed. A theme
    that so few of them voiced that no split could come out significant is not tested at all
    (Tarone 1990, before Benjamini-Hochberg as Gilbert 2005); it says "not enough deals".
    The odds ratio has half an account added to every cell (Haldane 1956), its interval is
    Woolf's (1955) on those. In the order of `findings.themes`.
    """
    heard, voiced = who_voiced(findings)
    amounts = amounts_by_account(findings.deals)
    tables = {theme_id: _table(heard, voiced[theme_id]) for theme_id in voiced}
    tested = _testable(tables)
    p_values = [float(fisher_exact(tables[theme_id]).pvalue) for theme_id in tested]
    corrected = dict(zip(tested, adjusted(p_values), strict=True))
    return [
        _win_loss(theme, heard, voiced[theme.theme_id], amounts, corrected.get(theme.theme_id))
        for theme in findings.themes
    ]


def who_voiced(findings: Findings) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The outcome of each account with a deal that was heard from, and who voiced each theme."""
    account = account_of(findings.calls, findings.deals)
    outcomes = _outcomes(findings.deals)
    heard = {a: outcomes[a] for a in set(account.values()) if a in outcomes}
    voiced: dict[str, set[str]] = {theme.theme_id: set() for theme in findings.themes}
    for s in findings.statements:
        if s.theme_id in voiced and account.get(s.call_id) in heard:
            voiced[s.theme_id].add(account[s.call_id])
    return heard, voiced


def adjusted(p_values: Sequence[float] | np.ndarray) -> list[float]:
    """P-values corrected for how many they are, by Benjamini and Hochberg (1995)."""
    return false_discovery_control(p_values).tolist() if len(p_values) else []


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Interval of a share at 95 %, in [0, 1] (Wilson 1927); `trials` is at least 1."""
    share = successes / trials
    shrink = 1 + Z_95**2 / trials
    middle = (share + Z_95**2 / (2 * trials)) / shrink
    half = Z_95 / shrink * math.sqrt(share * (1 - share) / trials + (Z_95 / (2 * trials)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _heard_and_voiced(
    findings: Findings,
) -> tuple[set[tuple[str, int]], dict[str, set[tuple[str, int]]]]:
    """The accounts heard from in each month, and those that voiced each theme."""
    account = account_of(findings.calls, findings.deals)
    when = {c.call_id: _month_number(c.date) for c in findings.calls if c.date}
    heard = {(account[call_id], month) for call_id, month in when.items()}
    voiced: dict[str, set[tuple[str, int]]] = {theme.theme_id: set() for theme in findings.themes}
    for s in findings.statements:
        if s.theme_id in voiced and s.call_id in when:
            voiced[s.theme_id].add((account[s.call_id], when[s.call_id]))
    return heard, voiced


def _month_number(day: date) -> int:
    return 12 * day.year + day.month - 1


def _enough(heard: Iterable[tuple[str, int]], voiced: Iterable[tuple[str, int]]) -> bool:
    return (
        len({month for _, month in heard}) >= FEWEST_MONTHS
        and len({account for account, _ in heard}) >= FEWEST_ACCOUNTS_HEARD
        and len({account for account, _ in voiced}) >= FEWEST_ACCOUNTS_VOICED
    )


def _months(heard: set[tuple[str, int]], voiced: set[tuple[str, int]]) -> tuple[Month, ...]:
    all_heard = Counter(month for _, month in heard)
    all_voiced = Counter(month for _, month in voiced)
    months = []
    for number in range(min(all_heard), max(all_heard) + 1) if all_heard else ():
        n_heard, n_voiced = all_heard[number], all_voiced[number]
        low, high = wilson(n_voiced, n_heard) if n_heard else (None, None)
        share = n_voiced / n_heard if n_heard else None
        name = f"{number // 12:04}-{number % 12 + 1:02}"
        months.append(Month(name, n_voiced, n_heard, share, low, high))
    return tuple(months)


def _direction(found: tuple[float, float] | None) -> tuple[Direction, float | None]:
    if found is None:
        return "not enough calls", None
    slope, p_value = found
    if p_value > FALSE_DISCOVERIES:
        return "steady", p_value
    return ("rising" if slope > 0 else "fading"), p_value


def _trend_test(
    heard: set[tuple[str, int]], voiced: Sequence[set[tuple[str, int]]]
) -> tuple[np.ndarray, np.ndarray]:
    """Slope and two-sided p-value of each theme, by a seeded permutation of accounts.

    returns : two of (n_themes,); a slope above 0 is rising
    """
    months: dict[str, list[int]] = {}
    for account, month in sorted(heard):
        months.setdefault(account, []).append(month)
    rng = np.random.default_rng(0)
    affordable = CELLS // max(len(heard), 1)
    n_permutations = min(MOST_PERMUTATIONS, max(FEWEST_PERMUTATIONS, affordable))
    observed = np.zeros(len(voiced))
    permuted = np.zeros((n_permutations, len(voiced)))
    for length in sorted({len(each) for each in months.values()}):
        alike = [account for account in months if len(months[account]) == length]
        times = np.array([months[account] for account in alike], dtype=float)
        said = np.array(
            [[(a, month) in theme for theme in voiced] for a in alike for month in months[a]],
            dtype=float,
        ).reshape(times.size, len(voiced))
        observed += times.ravel() @ said
        step = max(1, CELLS_AT_A_TIME // times.size)
        for start in range(0, n_permutations, step):
            n = min(step, n_permutations - start)
            order = rng.permuted(np.tile(np.arange(len(alike)), (n, 1)), axis=1)
            permuted[start : start + n] += times[order].reshape(n, -1) @ said
    above = (permuted >= observed).sum(axis=0)
    below = (permuted <= observed).sum(axis=0)
    p_values = 2 * (np.minimum(above, below) + 1) / (n_permutations + 1)
    return observed - permuted.mean(axis=0), np.minimum(p_values, 1.0)


def _outcomes(deals: Iterable[Deal]) -> dict[str, str]:
    """What became of each account: the outcome of the deal that closed last, else open."""
    outcomes: dict[str, str] = {}
    for deal in sorted(deals, key=_closing):
        outcomes[account_of_deal(deal)] = deal.outcome
    return outcomes


def _closing(deal: Deal) -> tuple[bool, date, str]:
    return deal.outcome != "open", deal.closed or date.min, deal.deal_id


def _count(heard: Mapping[str, str], accounts: Iterable[str], outcome: str) -> int:
    return sum(heard[account] == outcome for account in accounts)


def _table(heard: Mapping[str, str], voiced: set[str]) -> np.ndarray:
    """Accounts with a closed deal: rows voiced, silent; columns lost, won."""
    groups = (voiced, heard.keys() - voiced)
    return np.array([[_count(heard, group, o) for o in ("lost", "won")] for group in groups])


def _testable(tables: Mapping[str, np.ndarray]) -> list[str]:
    """The themes with which a test could find anything.

    The fewest tests k for which no more than k tables could reach significance at
    1/k of the level, whatever the split of those who voiced the theme.
    """
    least = {theme_id: _least_p_value(table) for theme_id, table in tables.items()}
    for k in range(1, len(tables) + 1):
        reach = [theme_id for theme_id in tables if least[theme_id] <= FALSE_DISCOVERIES / k]
        if len(reach) <= k:
            return reach
    return []


def _least_p_value(table: np.ndarray) -> float:
    """Smallest p-value that any table with these margins has."""
    n_voiced = int(table[0].sum())
    lost, won = table.sum(axis=0).tolist()
    extremes = {max(0, n_voiced - won), min(n_voiced, lost)}
    return min(
        float(fisher_exact([[x, n_voiced - x], [lost - x, won - n_voiced + x]]).pvalue)
        for x in extremes
    )


def _win_loss(
    theme: Theme,
    heard: Mapping[str, str],
    voiced: set[str],
    amounts: Mapping[str, float],
    p_value: float | None,
) -> WinLoss:
    table = _table(heard, voiced)
    ratio, low, high = _odds(table)
    by_outcome = {
        outcome: sorted(account for account in voiced if heard[account] == outcome)
        for outcome in ("won", "lost", "open")
    }
    amount = {o: sum((amounts.get(a, 0.0) for a in by_outcome[o]), 0.0) for o in by_outcome}
    (lost, won), (silent_lost, silent_won) = table.tolist()
    verdict: Association = "no evidence of a difference"
    if p_value is None:
        verdict = "not enough deals"
    elif p_value <= FALSE_DISCOVERIES:
        more_lost = lost * silent_won > won * silent_lost
        verdict = (
            "raised more often in lost deals" if more_lost else "raised more often in won deals"
        )
    return WinLoss(
        theme.theme_id, won, lost, len(by_outcome["open"]), won + silent_won, lost + silent_lost,
        amount["won"], amount["lost"], amount["open"], ratio, low, high, p_value, verdict,
    )  # fmt: skip


def _odds(table: np.ndarray) -> tuple[float, float, float]:
    """Odds ratio of a table and its interval at 95 %."""
    cells = table + 0.5
    ratio = cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0])
    spread = math.exp(Z_95 * math.sqrt((1 / cells).sum()))
    return float(ratio), float(ratio / spread), float(ratio * spread)
