"""Resonance beside clicks, leads and revenue."""

from dataclasses import replace

import numpy as np
import pytest

from resonance.backtest import backtest, partial_rank_correlation
from resonance.records import Asset, Findings, Passage, Score

CLICKS = "clicks per impression"


def marketing(seed, effect, n_assets=36, n_campaigns=9):
    """Assets whose clicks go with their resonance by so much, and with channel and exposure."""
    rng = np.random.default_rng(seed)
    campaign = rng.permutation(np.arange(n_assets) % n_campaigns)
    channel = rng.integers(3, size=n_assets)
    resonance = np.maximum(rng.normal(size=n_assets), 0)
    impressions = np.round(np.exp(rng.normal(9, 1, size=n_assets)))
    logs = effect * resonance + 0.6 * channel - 0.2 * np.log(impressions)
    logs += rng.normal(0, 0.5, size=n_assets) + rng.normal(0, 0.3, size=n_campaigns)[campaign]
    clicks = impressions * 0.05 * np.exp(logs)
    assets = tuple(
        Asset(
            f"A{i:02}", f"{i}.md", f"Asset {i}", (Passage("It pays."),), f"Campaign {campaign[i]}",
            f"channel {channel[i]}", impressions=float(impressions[i]), clicks=float(clicks[i]),
        )
        for i in range(n_assets)
    )  # fmt: skip
    scores = tuple(
        Score(a.asset_id, round(10 * float(r), 1), (), 0.5)
        for a, r in zip(assets, resonance, strict=True)
    )
    return Findings(assets=assets, scores=scores)


def outcome(findings, name=CLICKS, n_resamples=200):
    return next(row for row in backtest(findings, n_resamples) if row.name == name)


def test_clicks_that_go_with_resonance_are_found_higher():
    found = outcome(marketing(seed=1, effect=1.5))
    assert found.verdict == "higher"
    assert 0 < found.low < found.correlation < found.high
    assert found.median_high > found.median_low
    assert (found.n_assets, found.n_campaigns) == (36, 9)


def test_clicks_that_go_against_it_are_found_lower():
    found = outcome(marketing(seed=1, effect=-1.5))
    assert found.verdict == "lower"
    assert found.low < found.correlation < found.high < 0


def test_where_nothing_goes_together_there_is_mostly_no_evidence():
    verdicts = [outcome(marketing(seed, effect=0.0), n_resamples=100).verdict for seed in range(30)]
    assert verdicts.count("no evidence") >= 25


def test_what_only_exposure_or_channel_explains_is_no_correlation():
    rng = np.random.default_rng(0)
    exposure = np.exp(rng.normal(size=60))
    channels = np.repeat(["mail", "page", "post"], 20)
    scores = 20 * np.repeat([0, 1, 2], 20) + rng.normal(size=60)
    rates = 20 * np.repeat([0, 1, 2], 20) + rng.normal(size=60)
    one = np.full(60, "all")
    assert partial_rank_correlation(scores, rates, exposure, one) > 0.8
    assert abs(partial_rank_correlation(scores, rates, exposure, channels)) < 0.3
    more, less = exposure + 0.01 * scores, -exposure + 0.01 * rates
    assert partial_rank_correlation(more, less, np.ones(60), one) < -0.8
    assert abs(partial_rank_correlation(more, less, exposure, channels)) < 0.3


@pytest.mark.parametrize(
    "change",
    [
        lambda found: replace(found, assets=found.assets[:9]),
        lambda found: replace(
            found, assets=tuple(replace(a, campaign="Spring") for a in found.assets)
        ),
        lambda found: replace(found, assets=tuple(replace(a, clicks=None) for a in found.assets)),
        lambda found: replace(found, assets=tuple(replace(a, impressions=0) for a in found.assets)),
        lambda found: replace(found, scores=tuple(replace(s, resonance=0) for s in found.scores)),
        lambda found: Findings(),
    ],
)
def test_with_too_little_to_compare_nothing_is_said(change):
    found = outcome(change(marketing(seed=1, effect=1.5)))
    assert found.verdict == "not enough assets"
    assert found.correlation is None


def test_the_order_of_assets_changes_nothing():
    found = marketing(seed=2, effect=0.4)
    turned = replace(found, assets=found.assets[::-1], scores=found.scores[::-1])
    assert backtest(turned, 50) == backtest(found, 50)


def test_results_that_nobody_counted_are_left_open_and_the_others_told():
    rows = {row.name: row.verdict for row in backtest(marketing(seed=1, effect=1.5), 100)}
    assert rows["leads per click"] == "not enough assets" != rows[CLICKS]
