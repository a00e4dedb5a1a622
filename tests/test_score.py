"""Demand, resonance, gaps: what a score means, and that it adds up."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance import score
from resonance.config import Demand
from resonance.factors import demand_factors
from resonance.records import Asset, Call, Deal, Findings, Match, Passage, Statement, Theme
from resonance.stage import stage_of_calls

EVERYONE_ALIKE = Demand()


def call(call_id, account="", deal_id="", on=None):
    return Call(call_id, f"{call_id}.vtt", (), account=account, deal_id=deal_id, date=on)


def said(call_id, theme_id, text="It costs too much."):
    return Statement(
        f"{call_id}-{theme_id}-{text}",
        call_id,
        f"{call_id}.vtt",
        turn=0,
        start_s=None,
        speaker="prospect-1",
        speaker_role="prospect",
        kind="objection",
        category="price_value",
        confidence=0.9,
        text=text,
        theme_id=theme_id,
    )


def asset(asset_id, n_passages=1):
    return Asset(asset_id, f"{asset_id}.md", asset_id, (Passage("…"),) * n_passages)


def answers(asset_id, theme_id, relevance=1.0):
    return Match(asset_id, theme_id, relevance, "answers")


def theme(theme_id, demand=0.1):
    return Theme(theme_id, "need", "save_time", theme_id, (), (), 1, 1, 1, 0.0, demand)


def resonance_of(calls, statements, matches, passage_themes=None, assets=None, deals=()):
    who = score.voiced(statements, calls, deals, EVERYONE_ALIKE)
    assets = assets or [asset(name) for name in sorted({m.asset_id for m in matches})]
    return score.score_assets(assets, matches, who, passage_themes or {})


def test_one_account_that_repeats_itself_counts_once():
    calls = [call("c1", "Orlo"), call("c2", "Orlo"), call("c3", "Wexley")]
    statements = [said("c1", "T1"), said("c1", "T1", "Too dear."), said("c2", "T1")]
    shares = score.voiced([*statements, said("c3", "T2")], calls, [], EVERYONE_ALIKE).demand
    assert shares == {"T1": 0.5, "T2": 0.5}


def test_calls_on_one_deal_are_one_account_and_a_call_alone_is_its_own():
    calls = [call("c1", deal_id="D1"), call("c2", "orlo fixtures", "D1"), call("c3"), call("c4")]
    accounts = score.account_of(calls, [Deal("D1", "Orlo Fixtures")])
    assert accounts["c1"] == accounts["c2"] == "Orlo Fixtures"
    assert len(set(accounts.values())) == 3


def test_calls_on_a_deal_that_no_table_explains_still_belong_together():
    accounts = score.account_of([call("c1", deal_id="D1"), call("c2", deal_id="D1")], [])
    assert accounts["c1"] == accounts["c2"]


def test_accounts_whose_names_differ_in_what_is_not_printed_are_two():
    calls = [call("c1", "Orlo"), call("c2", "Orlo\0"), call("c3", "Wexley")]
    statements = [said("c1", "T1"), said("c2", "T2"), said("c3", "T2")]
    shares = score.voiced(statements, calls, [], EVERYONE_ALIKE).demand
    assert shares == {"T1": pytest.approx(1 / 3), "T2": pytest.approx(2 / 3)}


def test_statements_outside_every_theme_make_no_demand():
    assert score.voiced([said("c1", "")], [call("c1")], [], EVERYONE_ALIKE).demand == {}


def test_by_amount_a_theme_of_the_large_deals_weighs_more():
    calls = [call(f"c{i}", deal_id=f"D{i}") for i in range(4)]
    deals = [Deal(f"D{i}", f"A{i}", amount=10_000 * (i + 1)) for i in range(4)]
    statements = [
        said("c0", "small"),
        said("c1", "small"),
        said("c2", "large"),
        said("c3", "large"),
    ]
    alike = score.voiced(statements, calls, deals, EVERYONE_ALIKE).demand
    by_amount = score.voiced(statements, calls, deals, Demand(by_amount=1)).demand
    half = score.voiced(statements, calls, deals, Demand(by_amount=0.5)).demand
    assert alike["large"] == 0.5 < half["large"] < by_amount["large"] < 0.75


def test_an_account_without_an_amount_weighs_like_the_median():
    calls = [call(f"c{i}", deal_id=f"D{i}") for i in range(4)]
    deals = [Deal(f"D{i}", f"A{i}", amount=a) for i, a in enumerate([100, 200, 300, None])]
    statements = [said(f"c{i}", f"T{i}") for i in range(4)]
    shares = score.voiced(statements, calls, deals, Demand(by_amount=1)).demand
    assert shares["T3"] == pytest.approx(shares["T1"])


def test_by_recency_half_the_weight_is_gone_after_a_half_life():
    latest = date(2026, 9, 1)
    calls = [call("old", on=latest - timedelta(days=90)), call("new", on=latest)]
    statements = [said("old", "T1"), said("new", "T2")]
    shares = score.voiced(statements, calls, [], Demand(by_recency=1, half_life_days=90)).demand
    assert shares["T2"] / shares["T1"] == pytest.approx(2)


def test_calls_without_dates_can_still_be_weighted_by_recency():
    shares = score.voiced([said("c1", "T1")], [call("c1")], [], Demand(by_recency=1)).demand
    assert shares == {"T1": 1.0}


OPENED, CLOSED = date(2026, 1, 1), date(2026, 4, 11)  # a hundred days


@pytest.mark.parametrize(
    ("deal", "on", "stage"),
    [
        (Deal("D", "A", "won", created=OPENED, closed=CLOSED), date(2026, 1, 26), 0.25),
        (Deal("D", "A", "lost", created=OPENED, closed=CLOSED), CLOSED, 1.0),
        (Deal("D", "A", "won", created=OPENED, closed=CLOSED), date(2025, 12, 1), 0.0),
        (Deal("D", "A", "won", created=OPENED, closed=CLOSED), date(2026, 9, 1), 1.0),
        (Deal("D", "A", "open", created=date(2026, 3, 2)), date(2026, 4, 21), 0.5),
        (Deal("D", "A", "open", created=date(2026, 3, 2), closed=CLOSED), date(2026, 4, 21), 0.5),
        (Deal("D", "A", "won", closed=CLOSED), CLOSED, None),
        (Deal("D", "A", "won", created=OPENED), CLOSED, None),
        (Deal("D", "A", "won", created=CLOSED, closed=OPENED), CLOSED, None),
        (Deal("D", "A", "won", created=OPENED, closed=CLOSED), None, None),
    ],
)
def test_the_stage_of_a_call_is_the_share_of_its_deal_that_had_gone_by(deal, on, stage):
    usual = Deal("other", "B", "lost", created=OPENED, closed=CLOSED)
    found = stage_of_calls([call("c1", deal_id="D", on=on)], [deal, usual])
    assert found.get("c1") == (None if stage is None else pytest.approx(stage))


def test_an_open_deal_has_no_stage_where_none_was_ever_closed():
    deals = [Deal("D", "A", created=OPENED)]
    assert stage_of_calls([call("c1", deal_id="D", on=CLOSED)], deals) == {}


def test_by_stage_a_mention_at_the_close_counts_twice_one_at_the_opening():
    deals = [Deal(d, d, "won", created=OPENED, closed=CLOSED) for d in ("D1", "D2", "D3")]
    calls = [
        call("early", deal_id="D1", on=OPENED),
        call("late", deal_id="D2", on=CLOSED),
        call("both", deal_id="D3", on=OPENED),
        call("again", deal_id="D3", on=CLOSED),
    ]
    statements = [said("early", "T1"), said("late", "T2"), said("both", "T3"), said("again", "T3")]
    shares = score.voiced(statements, calls, deals, Demand(by_stage=1)).demand
    assert shares["T2"] == pytest.approx(2 * shares["T1"])
    assert shares["T3"] == pytest.approx(shares["T2"])
    undated = [*calls, call("unknown")]
    shares = score.voiced(
        [*statements, said("unknown", "T4")], undated, deals, Demand(by_stage=1)
    ).demand
    assert shares["T4"] == pytest.approx(0.75 * shares["T2"])  # the median of 0, 0, 1 and 1


def test_the_factors_of_a_theme_multiply_to_its_demand_and_its_equal_rank_stands_beside():
    deals = [
        Deal(f"D{i}", f"A{i}", "won", amount=1000.0 * 3**i, created=OPENED, closed=CLOSED)
        for i in range(4)
    ]
    calls = [call(f"c{i}", deal_id=f"D{i}", on=OPENED + timedelta(days=30 * i)) for i in range(4)]
    statements = [said("c0", "T1"), said("c1", "T1"), said("c2", "T1"), said("c3", "T2")]
    settings = Demand(by_amount=1, by_recency=0.7, by_stage=1)
    found = demand_factors(Findings(tuple(calls), tuple(statements), deals=tuple(deals)), settings)
    weight = {t: f.n_accounts * f.amount * f.recency * f.stage for t, f in found.items()}
    shares = score.voiced(statements, calls, deals, settings).demand
    assert {t: w / sum(weight.values()) for t, w in weight.items()} == pytest.approx(shares)
    assert found["T2"].amount > 1 > found["T1"].amount
    assert found["T1"].recency < found["T2"].recency
    assert found["T1"].stage < found["T2"].stage < 1
    assert [(found[t].rank, found[t].rank_equal) for t in ("T1", "T2")] == [(2, 1), (1, 2)]
    assert found["T1"].demand_equal == 0.75
    alike = demand_factors(Findings(tuple(calls), tuple(statements)), EVERYONE_ALIKE)
    assert {(f.amount, f.recency, f.stage, f.rank - f.rank_equal) for f in alike.values()} == {
        (1.0, 1.0, 1.0, 0)
    }
    assert demand_factors(Findings(), EVERYONE_ALIKE) == {}


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=40),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(1e-3, 1e4),
)
def test_demand_sums_to_one_whatever_the_weights_and_the_order(
    pairs, amount, recency, stage, half_life
):
    calls = [
        call(f"c{i}", deal_id=f"D{i % 5}", on=date(2026, 1, 1) + timedelta(days=40 * i))
        for i in range(13)
    ]
    deals = [
        Deal(f"D{i}", f"A{i}", "won", amount=7.0**i, created=OPENED, closed=CLOSED)
        for i in range(5)
    ]
    statements = [said(f"c{c}", f"T{t}") for c, t in pairs]
    settings = Demand(
        by_amount=amount, by_recency=recency, by_stage=stage, half_life_days=half_life
    )
    shares = score.voiced(statements, calls, deals, settings).demand
    assert sum(shares.values()) == pytest.approx(1)
    assert all(share > 0 for share in shares.values())
    assert shares == score.voiced(statements[::-1], calls[::-1], deals[::-1], settings).demand


def test_an_asset_that_answers_half_of_what_is_voiced_resonates_at_fifty():
    calls = [call("c1"), call("c2")]
    statements = [said("c1", "T1"), said("c2", "T2")]
    (found,) = resonance_of(calls, statements, [answers("A", "T1")])
    assert (found.resonance, found.best_theme_id) == (50.0, "T1")
    assert [(p.theme_id, p.points) for p in found.parts] == [("T1", 50.0)]


def test_naming_a_theme_earns_nothing():
    matches = [Match("A", "T1", 0.4, "names")]
    (found,) = resonance_of([call("c1")], [said("c1", "T1")], matches)
    assert (found.resonance, found.parts, found.best_theme_id) == (0.0, (), "")


def test_focus_is_the_share_of_passages_that_answer_something():
    (found,) = resonance_of(
        [call("c1")], [said("c1", "T1")], [answers("A", "T1")], {"A": ["T1", "", "", "T1"]}
    )
    assert found.focus == 0.5


@given(st.lists(st.tuples(st.integers(1, 8), st.floats(0.5, 1)), min_size=1, max_size=25))
def test_the_parts_shown_add_up_to_the_resonance_shown(themes):
    statements = [
        said(f"c{i}-{t}", f"T{t:02}") for t, (n, _) in enumerate(themes) for i in range(n)
    ]
    calls = [call(s.call_id) for s in statements]
    matches = [answers("A", f"T{t:02}", p) for t, (_, p) in enumerate(themes)]
    (found,) = resonance_of(calls, statements, matches)
    assert sum(Decimal(str(p.points)) for p in found.parts) == Decimal(str(found.resonance))
    assert 0 <= found.resonance <= 100
    assert found.low is None or found.low <= found.resonance <= found.high


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 100), max_size=20))
def test_rounding_moves_no_part_by_a_tenth_of_a_point(points):
    tenths = score.in_tenths(points)
    assert all(abs(tenths[name] - 10 * value) < 1 + 1e-9 for name, value in points.items())
    assert abs(sum(tenths.values()) - 10 * sum(points.values())) <= 0.5 + 1e-6


def test_with_few_accounts_there_is_no_interval():
    nine = [call(f"c{i}") for i in range(9)]
    statements = [said(c.call_id, f"T{i % 2}") for i, c in enumerate(nine)]
    (few,) = resonance_of(nine, statements, [answers("A", "T0")])
    assert few.low is few.high is None
    ten = [*nine, call("c9")]
    (enough,) = resonance_of(ten, [*statements, said("c9", "T1")], [answers("A", "T0")])
    assert 0 < enough.low < enough.resonance < enough.high < 100


@pytest.mark.parametrize("n_accounts", [20, 60])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(n_accounts, monkeypatch):
    monkeypatch.setattr(score, "N_RESAMPLES", 400)
    chance = np.random.default_rng(1)
    answered = np.array([[0.9, 0, 0, 0.7, 0, 0.6, 0, 0]])
    usual = np.array([0.3, 0.25, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05])
    everybody = called(20_000, usual, chance)
    truth = 100 * answered[0] @ list(everybody.demand.values())
    n_covered = 0
    for _ in range(200):
        low, high = score._interval(called(n_accounts, usual, chance).resampled_demand, answered)
        n_covered += low[0] <= truth <= high[0]
    assert 0.85 <= n_covered / 200 <= 0.95


def called(n_accounts, usual, chance):
    """Accounts that differ in what they care about, each heard in one call or several."""
    cares = chance.beta(3 * usual, 3 * (1 - usual), size=(n_accounts, len(usual)))
    account = np.repeat(np.arange(n_accounts), chance.integers(1, 5, size=n_accounts))
    voiced = chance.random((len(account), len(usual))) < cares[account]
    heard = voiced.any(axis=1)
    names, rows = np.unique(account[heard], return_inverse=True)
    themes = tuple(f"T{t}" for t in range(len(usual)))
    return score.Voiced(tuple(map(str, names)), themes, voiced[heard].astype(float), rows)


def test_an_account_counts_as_much_as_its_call_that_counts_most():
    latest = date(2026, 9, 1)
    calls = [
        call("old", "Orlo", on=latest - timedelta(days=90)),
        call("new", "Orlo", on=latest),
        call("other", "Wexley", on=latest),
    ]
    statements = [said("old", "T1"), said("new", "T1"), said("other", "T2")]
    shares = score.voiced(statements, calls, [], Demand(by_recency=1, half_life_days=90)).demand
    assert shares == {"T1": 0.5, "T2": 0.5}


def test_the_ledger_says_what_each_part_is_made_of():
    calls = [call("c1"), call("c2"), call("c3")]
    statements = [said("c1", "T1"), said("c2", "T1"), said("c3", "T2")]
    (found,) = resonance_of(calls, statements, [answers("A", "T1", 0.9), answers("A", "T2", 0.6)])
    assert [p.theme_id for p in found.parts] == ["T1", "T2"]
    for part in found.parts:
        assert part.points == pytest.approx(100 * part.demand * part.relevance, abs=0.1)
    assert found.reach == pytest.approx(1)


def test_scores_do_not_depend_on_the_order_of_anything():
    calls = [call(f"c{i}") for i in range(14)]
    statements = [said(f"c{i}", f"T{i % 3}") for i in range(14)]
    matches = [answers("A", "T0", 0.8), answers("B", "T1", 0.7), answers("B", "T2", 0.9)]
    one = resonance_of(calls, statements, matches)
    other = resonance_of(calls[::-1], statements[::-1], matches[::-1])
    assert one == other


def test_a_theme_that_no_asset_answers_is_a_gap_and_the_most_voiced_comes_first():
    themes = [theme("T1", 0.2), theme("T2", 0.5), theme("T3", 0.3)]
    matches = [answers("A", "T1"), Match("A", "T2", 0.4, "names")]
    assert score.gaps(themes, matches) == ["T2", "T3"]
