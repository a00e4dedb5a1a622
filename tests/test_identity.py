"""A theme keeps its id while its statements stay together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance.identity import Transition, carry_ids, evidence, stability, transitions
from resonance.themes import NOISE

PARTITIONS = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(-1, 4))


def members(**themes: str) -> dict[str, str]:
    return {statement: theme for theme, said in themes.items() for statement in said}


def labelled(*themes: str) -> dict[str, int]:
    return {statement: label for label, said in enumerate(themes) for statement in said}


def test_at_the_first_fit_the_biggest_theme_is_t1():
    assert carry_ids({}, labelled("ab", "cdefg", "hij"), 1) == ({1: "T1", 2: "T2", 0: "T3"}, 4)


def test_themes_of_one_size_are_numbered_by_their_first_statement():
    assert carry_ids({}, {"z": 0, "y": 0, "b": 1, "a": 1}, 1)[0] == {1: "T1", 0: "T2"}


def test_a_theme_keeps_its_id_when_statements_come_and_go():
    former = members(T1="abcde", T2="fghi")
    assert carry_ids(former, labelled("fghxyz", "abcdw"), 3) == ({1: "T1", 0: "T2"}, 3)


def test_when_a_theme_splits_the_larger_part_keeps_the_id():
    ids, following = carry_ids(members(T1="abcdefgh"), labelled("abc", "defgh"), 2)
    assert ids == {1: "T1", 0: "T2"}
    assert following == 3


def test_when_themes_merge_the_id_of_the_larger_lives_on():
    ids, following = carry_ids(members(T1="abc", T2="defgh"), labelled("abcdefgh"), 3)
    assert (ids, following) == ({0: "T2"}, 3)


def test_ids_are_paired_to_keep_the_most_statements_in_all():
    # The first new theme shares most with T1, but only T1 can go to the second.
    former = members(T1="abcdefgh", T2="ijk")
    ids, _ = carry_ids(former, labelled("abcijk", "defgh"), 3)
    assert ids == {0: "T2", 1: "T1"}


def test_a_single_stray_statement_does_not_hand_its_id_on():
    now = labelled("avwxyz") | dict.fromkeys("bcdefgh", NOISE)
    assert carry_ids(members(T1="abcdefgh"), now, 2) == ({0: "T2"}, 3)


def test_an_id_that_died_is_not_given_again():
    ids, following = carry_ids(members(T1="abc", T2="def"), labelled("abc"), 3)
    assert (ids, following) == ({0: "T1"}, 3)
    ids, following = carry_ids(members(T1="abc"), labelled("abc", "def"), following)
    assert (ids, following) == ({0: "T1", 1: "T3"}, 4)


def test_statements_in_no_theme_carry_nothing():
    former = {"a": "", "b": "T1"}
    assert carry_ids(former, {"a": 0, "b": NOISE}, 2) == ({0: "T2"}, 3)


@given(PARTITIONS, PARTITIONS)
def test_ids_are_distinct_and_the_same_themes_again_keep_theirs(before, after):
    first, following = carry_ids({}, before, 1)
    former = {s: first.get(label, "") for s, label in before.items()}
    assert carry_ids(former, before, following) == (first, following)
    ids, last = carry_ids(former, after, following)
    assert set(ids) == set(after.values()) - {NOISE}
    assert len(set(ids.values())) == len(ids)
    new = set(ids.values()) - set(first.values())
    assert new == {f"T{number}" for number in range(following, last)}


@given(PARTITIONS)
def test_ids_do_not_depend_on_the_order_of_the_statements(labels):
    turned = dict(reversed(labels.items()))
    assert carry_ids({}, labels, 1) == carry_ids({}, turned, 1)


def test_a_theme_that_always_comes_back_is_stable_and_a_chance_one_is_not():
    truth = np.repeat([0, 1, 2, 3], 10)
    calls = np.arange(40) % 10

    def refit(rows: np.ndarray) -> np.ndarray:
        """Finds the first two themes again, and halves of the others that change with the draw."""
        drawn = truth[rows]
        return np.where(drawn < 2, drawn, 2 + (rows * 7 + rows.sum()) % 3)

    firm = stability(truth, calls, refit)
    assert firm[:2] == pytest.approx(1)
    assert (firm[2:] < 0.5).all()


def test_a_statement_left_alone_counts_against_the_theme_it_left():
    truth = np.zeros(10, dtype=int)
    firm = stability(truth, np.arange(10), lambda rows: np.where(rows % 2, NOISE, 0))
    assert 0.4 < firm[0] < 0.6


def test_stability_is_the_same_every_time():
    truth = np.arange(30) % 3
    calls = [f"c{i % 6}" for i in range(30)]

    def refit(rows: np.ndarray) -> np.ndarray:
        return (truth[rows] + rows % 2) % 3

    assert (stability(truth, calls, refit) == stability(truth, calls, refit)).all()


def test_a_theme_whose_statements_are_all_gone_hands_its_id_to_the_one_in_its_place():
    former = {"gone": "T1", "a": "T2"}
    ids, following = carry_ids(former, labelled("xyz", "abc"), 3, {"T1": {0: 0.9, 1: 0.2}})
    assert (ids, following) == ({0: "T1", 1: "T2"}, 3)
    assert carry_ids(former, labelled("xyz", "abc"), 3, {"T1": {0: 0.7}})[0] == {0: "T3", 1: "T2"}


def test_of_two_that_share_as_many_the_nearer_keeps_the_id():
    near = {"T1": {0: 0.1, 1: 0.9}}
    assert carry_ids(members(T1="abcd"), labelled("ab", "cd"), 2, near)[0] == {0: "T2", 1: "T1"}


def test_what_became_of_each_theme_is_told_once():
    before = members(T1="abcdefgh", T2="ijk", T3="lmn", T4="opqr", T5="st")
    after = members(T1="abcdeijk", T6="fgh", T3="lmnx", T5="st", T7="uvwyz") | {"o": ""}
    assert transitions(before, after) == (
        Transition("split", "T1", ("T6",), 8, 8),
        Transition("absorbed", "T2", ("T1",), 3, 0),
        Transition("grew", "T3", (), 3, 4),
        Transition("faded", "T4", (), 4, 0),
        Transition("survived", "T5", (), 2, 2),
        Transition("emerged", "T7", (), 0, 5),
    )


@given(PARTITIONS, PARTITIONS)
def test_every_theme_there_was_or_is_has_its_transition(before, after):
    first, following = carry_ids({}, before, 1)
    was = {s: first.get(label, "") for s, label in before.items()}
    ids, _ = carry_ids(was, after, following)
    now = {s: ids.get(label, "") for s, label in after.items()}
    found = transitions(was, now)
    told = {t.theme_id for t in found} | {other for t in found for other in t.others}
    assert told == ({*was.values(), *now.values()} - {""})
    assert len({t.theme_id for t in found}) == len(found)


def test_a_theme_says_in_words_how_firm_it_is():
    assert [evidence(s, 9) for s in (0.8, 0.6, 0.3, None)] == ["stable", "shaky", "one-off", ""]
    assert evidence(0.9, 2) == "stable, few accounts"
