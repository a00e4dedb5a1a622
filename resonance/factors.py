"""What a theme's demand is made of: accounts, amount, recency and stage, each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resonance import config
from resonance.records import Findings
from resonance.score import voiced

EVERYBODY_ALIKE = {"by_amount": 0.0, "by_recency": 0.0, "by_stage": 0.0}


@dataclass(frozen=True, slots=True)
class Factors:
    """A theme's demand in parts.

    `n_accounts` times `amount` times `recency` times `stage`, over the sum of that of all themes,
    is its demand. Each factor is a mean over its accounts, weighted by the factors before it;
    1 where it is off. `rank` is from 1, of equals by id; `demand_equal` and `rank_equal` are what
    they would be if every account counted alike.
    """

    theme_id: str
    n_accounts: int
    amount: float
    recency: float
    stage: float
    rank: int
    demand_equal: float
    rank_equal: int


def demand_factors(findings: Findings, settings: config.Demand) -> dict[str, Factors]:
    """The factors of each theme that was voiced, by its id, as `settings` asks."""
    steps = [
        settings.model_copy(update=EVERYBODY_ALIKE),
        settings.model_copy(update={"by_recency": 0.0, "by_stage": 0.0}),
        settings.model_copy(update={"by_stage": 0.0}),
        settings,
    ]
    made = [voiced(findings.statements, findings.calls, findings.deals, step) for step in steps]
    theme_ids = made[0].theme_ids
    if not theme_ids:
        return {}
    totals = [who.weights.sum(axis=0).tolist() for who in made]
    rank, rank_equal = _ranks(made[-1].demand), _ranks(made[0].demand)
    return {
        theme_id: Factors(
            theme_id,
            round(alike),
            amount=by_amount / alike,
            recency=by_recency / by_amount,
            stage=whole / by_recency,
            rank=rank[theme_id],
            demand_equal=made[0].demand[theme_id],
            rank_equal=rank_equal[theme_id],
        )
        for theme_id, alike, by_amount, by_recency, whole in zip(theme_ids, *totals, strict=True)
    }


def _ranks(demand: Mapping[str, float]) -> dict[str, int]:
    order: Sequence[str] = sorted(demand, key=lambda theme_id: (-demand[theme_id], theme_id))
    return {theme_id: number for number, theme_id in enumerate(order, start=1)}
