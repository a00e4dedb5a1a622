"""What to do about the assets there are: update, retire, stop adding to, look at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.stats import mannwhitneyu

from resonance.deals import FALSE_DISCOVERIES, adjusted
from resonance.records import Asset, Findings, Match

FEWEST_ASSETS = 3
TIMES_DEMAND = 2.0
FEWEST_CALLS = 5  # before it was published, and since


@dataclass(frozen=True, slots=True)
class Update:
    """An asset that names a theme without answering it: the nearest to one more answer.

    `quote` is what prospects say, `passage` where the asset comes near; `is_gap` where no
    other asset answers the theme either.
    """

    asset_id: str
    theme_id: str
    demand: float
    relevance: float
    quote: str
    passage: str
    is_gap: bool


@dataclass(frozen=True, slots=True)
class OverServed:
    """A theme with far more of our answers than of what is voiced, both shares in [0, 1]."""

    theme_id: str
    asset_ids: tuple[str, ...]
    share_of_answers: float
    demand: float


@dataclass(frozen=True, slots=True)
class Stale:
    """An asset that answers how a theme was put before it was published better than since.

    `before` and `since` are the mean similarity, in [-1, 1], of its best passage to what was
    said in the calls of each time. `p_value` is corrected for the number of answers tested.
    """

    asset_id: str
    theme_id: str
    published: date
    n_calls_before: int
    n_calls_since: int
    before: float
    since: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Advice on all assets.

    `update` comes by demand, at most one for each asset; `retire` has the ids of assets that
    neither answer nor name anything voiced. `n_tested` answers could be tested for staleness.
    """

    update: tuple[Update, ...]
    retire: tuple[str, ...]
    over_served: tuple[OverServed, ...]
    stale: tuple[Stale, ...]
    n_tested: int


def upkeep(
    findings: Findings, statement_vectors: np.ndarray, passage_vectors: Sequence[np.ndarray]
) -> Upkeep:
    """Advice from the last analysis and its vectors.

    statement_vectors : (n_statements, n_dims); passage_vectors : (n_passages, n_dims) each
    """
    touched = {m.asset_id for m in findings.matches if m.verdict != "silent"}
    tested = _tested(findings, statement_vectors, passage_vectors)
    corrected = adjusted([stale.p_value for stale in tested])
    stale = [
        replace(each, p_value=float(p_value))
        for each, p_value in zip(tested, corrected, strict=True)
        if p_value < FALSE_DISCOVERIES
    ]
    return Upkeep(
        _updates(findings),
        tuple(sorted(a.asset_id for a in findings.assets if a.asset_id not in touched)),
        _over_served(findings),
        tuple(sorted(stale, key=lambda each: (each.p_value, each.asset_id, each.theme_id))),
        len(tested),
    )


def _updates(findings: Findings) -> tuple[Update, ...]:
    demand = {theme.theme_id: theme.demand for theme in findings.themes}
    answered = {m.theme_id for m in findings.matches if m.verdict == "answers"}
    named = [m for m in findings.matches if m.verdict == "names" and m.theme_id in demand]
    named.sort(key=lambda m: (-demand[m.theme_id] * m.relevance, m.asset_id, m.theme_id))
    first: dict[str, Match] = {}
    for match in named:
        first.setdefault(match.asset_id, match)
    return tuple(
        Update(
            m.asset_id,
            m.theme_id,
            demand[m.theme_id],
            m.relevance,
            m.quote,
            m.passage,
            m.theme_id not in answered,
        )
        for m in first.values()
    )


def _over_served(findings: Findings) -> tuple[OverServed, ...]:
    answering: dict[str, list[str]] = defaultdict(list)
    for match in findings.matches:
        if match.verdict == "answers":
            answering[match.theme_id].append(match.asset_id)
    n_answers = sum(map(len, answering.values()))
    found = [
        OverServed(
            theme.theme_id,
            tuple(sorted(answering[theme.theme_id])),
            len(answering[theme.theme_id]) / n_answers,
            theme.demand,
        )
        for theme in findings.themes
        if len(answering.get(theme.theme_id, ())) >= FEWEST_ASSETS
    ]
    over = [each for each in found if each.share_of_answers >= TIMES_DEMAND * each.demand]
    return tuple(sorted(over, key=lambda each: (-each.share_of_answers, each.theme_id)))


def _tested(
    findings: Findings, statement_vectors: np.ndarray, passage_vectors: Sequence[np.ndarray]
) -> list[Stale]:
    """Every answer with enough calls before and since, with its p-value by itself.

    Mann and Whitney's test, one-sided, on the calls' means: what is said twice in a call is
    said once.
    """
    when = {call.call_id: call.date for call in findings.calls if call.date}
    rows: dict[str, list[int]] = defaultdict(list)
    for row, statement in enumerate(findings.statements):
        if statement.call_id in when:
            rows[statement.theme_id].append(row)
    place = {asset.asset_id: i for i, asset in enumerate(findings.assets)}
    found = []
    for match in sorted(findings.matches, key=lambda m: (m.asset_id, m.theme_id)):
        asset: Asset = findings.assets[place[match.asset_id]]
        own = rows.get(match.theme_id, [])
        if match.verdict != "answers" or asset.published is None or not own:
            continue
        nearest = (statement_vectors[own] @ passage_vectors[place[asset.asset_id]].T).max(axis=1)
        by_call: dict[str, list[float]] = defaultdict(list)
        for row, near in zip(own, nearest.tolist(), strict=True):
            by_call[findings.statements[row].call_id].append(near)
        means = {call_id: float(np.mean(sorted(near))) for call_id, near in by_call.items()}
        before = sorted(m for call_id, m in means.items() if when[call_id] <= asset.published)
        since = sorted(m for call_id, m in means.items() if when[call_id] > asset.published)
        if min(len(before), len(since)) < FEWEST_CALLS:
            continue
        p_value = float(mannwhitneyu(since, before, alternative="less").pvalue)
        found.append(
            Stale(
                asset.asset_id,
                match.theme_id,
                asset.published,
                len(before),
                len(since),
                round(float(np.mean(before)), 4),
                round(float(np.mean(since)), 4),
                p_value,
            )
        )
    return found
