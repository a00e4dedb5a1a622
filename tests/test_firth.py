"""Logistic regression that stays finite."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from resonance.firth import firth_effect


@st.composite
def cases(draw):
    """Columns (n, 3), the first yes or no, and outcomes of both kinds."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(14, 40))
    columns = np.column_stack([rng.random(n) < 0.4, rng.normal(size=n), rng.random(n) < 0.5])
    columns[:2, 0], columns[2:4, 2] = (0, 1), (0, 1)
    happened = rng.random(n) < expit(draw(st.sampled_from([0, 1.5, 4])) * columns[:, 0] - 0.5)
    happened[:2] = (False, True)
    return columns.astype(float), happened


@settings(max_examples=25)
@given(cases())
def test_an_effect_lies_in_its_interval_and_is_sure_just_where_that_leaves_out_none(case):
    found = firth_effect(*case)
    assert 0 < found.low < found.odds_ratio < found.high
    assert math.isfinite(found.odds_ratio)
    assert 0 < found.p_value <= 1
    if abs(found.p_value - 0.05) > 1e-4:
        assert (found.p_value < 0.05) == (not found.low <= 1 <= found.high)


@settings(max_examples=15)
@given(cases())
def test_losing_and_winning_are_mirror_images(case):
    columns, happened = case
    lost, won = firth_effect(columns, happened), firth_effect(columns, ~happened)
    assert won.odds_ratio == pytest.approx(1 / lost.odds_ratio, rel=1e-3)
    assert (1 / won.high, 1 / won.low) == pytest.approx((lost.low, lost.high), rel=1e-2)
    assert won.p_value == pytest.approx(lost.p_value, rel=1e-3)


@settings(max_examples=15)
@given(cases(), st.floats(0.01, 100))
def test_other_columns_may_be_in_any_unit(case, unit):
    columns, happened = case
    scaled = columns * [1, unit, 1] + [0, 7, 0]
    one, other = firth_effect(columns, happened), firth_effect(scaled, happened)
    assert other.odds_ratio == pytest.approx(one.odds_ratio, rel=1e-3)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-3)


@pytest.mark.parametrize("n", [12, 30, 200])
def test_a_column_that_splits_the_outcomes_cleanly_has_a_finite_effect(n):
    split = np.arange(n) < n // 2
    found = firth_effect(split[:, None].astype(float), split)
    # Alone, Firth's odds are those of the table with half a case added to each cell.
    assert found.odds_ratio == pytest.approx(((n / 2 + 0.5) / 0.5) ** 2, rel=1e-4)
    assert math.isfinite(found.high)
    assert found.low > 1
    assert found.p_value < 0.001


def test_a_column_that_does_nothing_is_told_so():
    column = np.tile([0.0, 0.0, 1.0, 1.0], 10)[:, None]
    found = firth_effect(column, np.tile([False, True], 20))
    assert found.odds_ratio == pytest.approx(1, abs=1e-6)
    assert found.p_value == pytest.approx(1, abs=1e-6)


def test_on_many_balanced_cases_it_agrees_with_ordinary_logistic_regression():
    rng = np.random.default_rng(0)
    columns = np.column_stack([rng.random(20_000) < 0.5, rng.normal(size=20_000)]).astype(float)
    happened = rng.random(20_000) < expit(columns @ [0.7, -0.4] - 0.2)
    design = np.column_stack([columns, np.ones(20_000)])
    sign = np.where(happened, 1, -1)
    plain = minimize(lambda b: np.logaddexp(0, -sign * (design @ b)).sum(), np.zeros(3))
    likely = expit(design @ plain.x)
    covariance = np.linalg.inv(design.T @ (design * (likely * (1 - likely))[:, None]))
    found = firth_effect(columns, happened)
    assert math.log(found.odds_ratio) == pytest.approx(plain.x[0], abs=1e-3)
    spread = (math.log(found.high) - math.log(found.low)) / (2 * 1.959964)
    assert spread == pytest.approx(math.sqrt(covariance[0, 0]), rel=1e-2)


def test_it_agrees_with_another_implementation():
    """Figures of firthmodels 0.8.2 (FirthLogisticRegression, lrt, conf_int "pl")."""
    x = np.array([0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1], dtype=float)
    z = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3], dtype=float)
    y = np.array([0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1], dtype=bool)
    found = firth_effect(np.column_stack([x, z]), y)
    figures = [math.log(found.odds_ratio), math.log(found.low), math.log(found.high)]
    assert [*figures, found.p_value] == pytest.approx(
        (2.477026, 0.426972, 5.212041, 0.016336), abs=1e-4
    )


def test_where_nothing_can_be_compared_it_says_why():
    column = np.arange(8.0)[:, None]
    with pytest.raises(ValueError, match="outcomes are the same"):
        firth_effect(column, np.ones(8, dtype=bool))
    with pytest.raises(ValueError, match="sum of the others"):
        firth_effect(np.hstack([column, 2 * column]), np.arange(8) > 3)
