"""What goes with a theme that a user describes by quotes."""

from __future__ import annotations

import numpy as np
import pytest

from resonance.neighbours import unit
from resonance.seeds import like_seed

PRICE, TRUST, TIME = 0, 1, 2
MEANT = np.repeat([PRICE, TRUST, TIME], 6)
REACH = 0.6


@pytest.fixture
def vectors():
    chance = np.random.default_rng(0)
    return unit(np.eye(8)[MEANT] + chance.normal(scale=0.12, size=(len(MEANT), 8)))


def of_quotes(vectors, quoted, themes, exemplars, claimed=()):
    return set(like_seed(vectors, themes, vectors[quoted], exemplars, claimed, REACH))


def test_a_found_theme_that_holds_the_quotes_gives_what_is_like_them(vectors):
    themes = ["T1"] * 12 + ["T2"] * 6  # T1 was found of price and trust together
    exemplars = {"T1": [2, 3, 8, 9], "T2": [13, 14]}
    moved = of_quotes(vectors, [0, 1], themes, exemplars)
    assert moved == set(np.flatnonzero(MEANT == PRICE))


def test_a_theme_that_a_user_made_gives_less(vectors):
    themes = ["T1"] * 12 + ["T2"] * 6
    exemplars = {"T1": [2, 3, 4, 5], "T2": [13, 14]}
    given = of_quotes(vectors, [0, 1], themes, exemplars)
    kept = of_quotes(vectors, [0, 1], themes, exemplars, claimed={"T1"})
    assert kept < given


def test_what_is_of_no_theme_joins_only_where_it_is_near(vectors):
    themes = [""] * 18
    assert of_quotes(vectors, [0, 1], themes, {}) == set(np.flatnonzero(MEANT == PRICE))


def test_the_likest_come_first(vectors):
    rows = like_seed(vectors, [""] * 18, vectors[[0, 1]], {}, (), -1.0)
    likeness = vectors[rows] @ unit(vectors[[0, 1]].sum(axis=0))
    assert np.diff(likeness).max() <= 1e-6
