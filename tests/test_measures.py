"""Measures, by hand-computed cases and by what must hold of any."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from resonance.evaluate.measures import (
    NOISE,
    alone,
    b_cubed_f,
    calibration_error,
    clustering,
    detection,
    f_score,
    nearest_mean,
    ranking,
    right_from_quotes,
    same_sentence,
    same_theme_near,
    share,
    words,
)
from resonance.seeds import share_out

groupings = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from("abcd"), min_size=n, max_size=n),
        st.lists(st.integers(NOISE, 4), min_size=n, max_size=n),
    )
)


@pytest.mark.parametrize(
    ("gold", "found", "f1"),
    [
        ("aab", [0, 0, 1], 1.0),
        # Precision (1/3 + 1/3 + 1/3 ...) of one heap of 2 a and 1 b: (2·2/3 + 1·1/3) / 3 = 5/9;
        # recall 1; F = 2 · 5/9 / (14/9).
        ("aab", [0, 0, 0], 10 / 14),
        # All apart: precision 1, recall (2 · 1/2 + 1) / 3 = 2/3.
        ("aab", [0, 1, 2], 4 / 5),
        # Crossed pairs: every item is half pure and half whole.
        ("aabb", [0, 1, 0, 1], 1 / 2),
    ],
)
def test_b_cubed_is_the_mean_over_statements_of_how_pure_and_whole_their_theme_is(gold, found, f1):
    assert b_cubed_f(list(gold), found) == pytest.approx(f1)


@given(groupings)
def test_a_grouping_measures_the_same_whatever_its_themes_are_called_and_the_order(pair):
    gold, found = pair
    renamed = [7 - label if label != NOISE else NOISE for label in found]
    turned = clustering(gold[::-1], renamed[::-1])
    measured = clustering(gold, found)
    assert measured == pytest.approx(turned)
    assert all(0 <= measured[name] <= 1 + 1e-9 for name in ("NMI", "B-cubed F1", "left alone"))


@given(groupings)
def test_the_gold_themes_themselves_are_perfect(pair):
    gold, _ = pair
    measured = clustering(gold, ["abcd".index(theme) for theme in gold])
    assert (measured["ARI"], measured["B-cubed F1"], measured["left alone"]) == (1, 1, 0)
    assert measured["themes"] == len(set(gold))


@pytest.mark.parametrize(
    ("labels", "apart"),
    [
        ([0, 0, 1], [0, 0, 1]),
        ([NOISE, 0, NOISE, 2], [3, 0, 4, 2]),
        ([NOISE, NOISE], [0, 1]),
        ([], []),
    ],
)
def test_a_statement_left_alone_is_a_theme_of_its_own(labels, apart):
    assert alone(labels).tolist() == apart


def test_leaving_out_is_not_free():
    gold = list("aaabbb")
    kept, dropped = [0, 0, 0, 1, 1, 1], [0, 0, NOISE, 1, 1, NOISE]
    assert clustering(gold, dropped)["ARI"] < clustering(gold, kept)["ARI"] == 1
    assert clustering(gold, dropped)["ARI"] == pytest.approx(
        adjusted_rand_score(gold, [0, 0, 2, 1, 1, 3])
    )
    assert clustering(gold, dropped)["left alone"] == pytest.approx(1 / 3)


def test_nothing_to_group_cannot_be_measured():
    assert math.isnan(clustering([], [])["ARI"])
    assert clustering([], [])["themes"] == 0


def test_the_nearest_statements_are_counted_without_the_statement_itself():
    towards = np.deg2rad([0, 1, 2, 90, 91, 92])
    embeddings = np.stack([np.cos(towards), np.sin(towards)], axis=1)
    assert same_theme_near(list("aaabbb"), embeddings, n_near=2) == 1.0
    assert same_theme_near(list("ababab"), embeddings, n_near=2) == pytest.approx(2 / 6)
    assert math.isnan(same_theme_near(list("ab"), embeddings[:2], n_near=2))


def test_with_every_theme_known_by_its_quotes_the_others_go_to_the_nearest():
    towards = np.deg2rad([0, 1, 2, 3, 90, 91, 92, 93])
    embeddings = np.stack([np.cos(towards), np.sin(towards)], axis=1)
    assert right_from_quotes(list("aaaabbbb"), embeddings, 2, nearest_mean) == 1.0
    assert right_from_quotes(list("aababbba"), embeddings, 2, nearest_mean) < 1.0


@pytest.mark.filterwarnings("error")
def test_where_every_statement_is_quoted_nothing_is_left_to_be_right_about():
    embeddings = np.eye(4)
    assert math.isnan(right_from_quotes(list("aabb"), embeddings, 2, share_out))


def test_how_long_a_vector_is_does_not_make_it_near():
    embeddings = np.array([[1.0, 0], [9, 1], [0, 1], [1, 20]])
    assert same_theme_near(list("aabb"), embeddings, n_near=1) == 1.0


# Three assets (rows) and three themes: the first is answered by asset 0, the second at best
# addressed by asset 1, the third by nobody.
GRADES = np.array([[3, 0, 0], [0, 2, 1], [2, 1, 0]])


@pytest.mark.parametrize(
    ("relevance", "right"),
    [
        ([[0.9, 0.1, 0.1], [0.2, 0.8, 0.3], [0.7, 0.2, 0.1]], 2),
        # Addressed by grade 2 is not the best where another has grade 3.
        ([[0.6, 0.1, 0.1], [0.2, 0.8, 0.3], [0.7, 0.2, 0.1]], 1),
        # What the third theme says does not matter: it has no right asset.
        ([[0.9, 0.9, 0.9], [0.2, 0.8, 0.9], [0.7, 0.2, 0.9]], 1),
        # A model that cannot tell assets apart is right about none.
        ([[0.5, 0.5, 0.5], [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]], 0),
    ],
)
def test_the_best_asset_is_right_when_none_has_a_higher_grade(relevance, right):
    measured = ranking(GRADES, np.array(relevance))
    assert (measured["best asset right"], measured["of"]) == (right, 2)


def test_assets_ranked_by_grade_are_perfect_and_the_other_way_round_worst():
    assert ranking(GRADES, GRADES / 3)["AUC"] == 1
    assert ranking(GRADES, GRADES / 3)["average precision"] == 1
    assert ranking(GRADES, -GRADES / 3)["AUC"] == 0


def test_average_precision_by_hand():
    # Ranked: true, false, true → (1/1 + 2/3) / 2.
    measured = detection([True, False, True], [0.9, 0.5, 0.4])
    assert measured == {"AUC": 0.5, "average precision": pytest.approx(5 / 6)}


@pytest.mark.parametrize("truth", [[True, True], [False, False], []])
def test_where_all_is_true_or_nothing_is_there_is_nothing_to_tell_apart(truth):
    assert all(math.isnan(value) for value in detection(truth, [0.5] * len(truth)).values())


def test_a_corpus_that_no_asset_addresses_has_no_best_asset():
    measured = ranking(np.zeros((2, 3), dtype=int), np.ones((2, 3)))
    assert (measured["best asset right"], measured["of"]) == (0, 0)


@pytest.mark.parametrize(
    ("truth", "probability", "error"),
    [
        ([0, 1], [0.0, 1.0], 0.0),
        ([1, 0], [0.0, 1.0], 1.0),
        # One bin, half true, said to be 0.55.
        ([0, 1], [0.55, 0.55], 0.05),
        # Two bins of two: |0 − 0.1| / 2 + |0.5 − 0.9| / 2.
        ([0, 0, 0, 1], [0.1, 0.1, 0.9, 0.9], 0.25),
    ],
)
def test_calibration_error_is_the_gap_between_what_is_said_and_what_is(truth, probability, error):
    assert calibration_error(truth, probability) == pytest.approx(error)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1))
def test_calibration_error_stays_between_none_and_all(pairs):
    truth, probability = zip(*pairs, strict=True)
    assert 0 <= calibration_error(truth, probability) <= 1


def test_shares_of_nothing_are_not_known():
    assert share([True, False, True, True]) == 0.75
    assert math.isnan(share([]))
    assert math.isnan(calibration_error([], []))
    assert f_score(0.0, 0.0) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "[prospect-1] says it costs too much for us.",
            "Dana says it costs too much for us.",
            True,
        ),
        ("It costs too much.", "It costs too much. And we have no budget this year at all.", True),
        ("It costs too much.", "When would the audit start?", False),
        ("[person-1] [email]", "When would the audit start?", False),
    ],
)
def test_a_redacted_sentence_is_still_the_same_sentence(one, other, same):
    assert same_sentence(words(one), words(other)) is same
    assert same_sentence(words(other), words(one)) is same
