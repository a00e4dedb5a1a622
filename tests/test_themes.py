"""Statements become themes: the same ones whatever the order, and none forced on a stranger."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from resonance.categories import CategoryModel
from resonance.errors import InputError
from resonance.evaluate.corpus import read_corpus
from resonance.evaluate.themes import gold_statements
from resonance.neighbours import nearest, neighbour_graph, smooth, unit
from resonance.records import Statement
from resonance.space import theme_space
from resonance.themes import NOISE, ThemeModel

N_DIMS = 40


def crowd(sizes: list[int], spread: float = 0.5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Statements (n, N_DIMS) around as many directions as there are sizes, and their theme."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(len(sizes), N_DIMS)))
    truth = np.repeat(np.arange(len(sizes)), sizes)
    noise = unit(rng.normal(size=(len(truth), N_DIMS)))
    return unit(centres[truth] + spread * noise).astype(np.float32), truth


def same_groups(one: np.ndarray, other: np.ndarray) -> bool:
    return adjusted_rand_score(one, other) == 1.0


def voiced(voices: Path, industry: str) -> tuple[list[Statement], list[str]]:
    lines = (voices / industry / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["theme_id"]]
    statements = [
        Statement(
            f"s{i:03}", f"c{i % 20}", "", 0, None, "prospect-1", "prospect", row["kind"],
            row["category"], 1.0, row["text"], row["before"], row["text"],
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip
    return statements, [row["theme_id"] for row in rows]


@parametrize_with_checks([ThemeModel()])
def test_theme_model_is_an_estimator_as_scikit_learn_has_them(estimator, check):
    check(estimator)


def test_statements_that_say_the_same_thing_share_a_theme_and_their_number_is_found():
    embeddings, truth = crowd([30, 25, 20, 15, 12, 10])
    assert same_groups(ThemeModel().fit_predict(embeddings), truth)


def test_the_biggest_theme_comes_first():
    embeddings, truth = crowd([12, 30, 20])
    labels = ThemeModel().fit_predict(embeddings)
    assert [truth[labels == label][0] for label in range(3)] == [1, 2, 0]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_themes_do_not_depend_on_the_order_of_the_statements(seed):
    embeddings, _ = crowd([20, 14, 9, 7], spread=1.2, seed=seed)
    calls = np.random.default_rng(seed).integers(0, 12, len(embeddings))
    order = np.random.default_rng(seed + 1).permutation(len(embeddings))
    first = ThemeModel().fit(embeddings, groups=calls)
    again = ThemeModel().fit(embeddings[order], groups=calls[order])
    assert first.labels_[order].tolist() == again.labels_.tolist()
    assert first.centroids_.tobytes() == again.centroids_.tobytes()


def test_a_statement_made_forty_times_does_not_split_from_those_that_mean_the_same():
    embeddings, truth = crowd([20, 20, 20])
    crowded = np.vstack([embeddings, np.repeat(embeddings[:1], 40, axis=0)])
    labels = ThemeModel().fit_predict(crowded)
    assert same_groups(labels[:60], truth)
    assert set(labels[60:]) == {labels[0]} == {0}


def test_fewer_than_ten_statements_have_no_themes():
    embeddings, _ = crowd([5, 4])
    model = ThemeModel(min_theme_size=2).fit(embeddings)
    assert model.labels_.tolist() == [NOISE] * 9
    assert model.transform(embeddings).shape == (9, 0)


def test_thirty_statements_have_a_few_themes():
    embeddings, truth = crowd([12, 10, 8], spread=0.7)
    assert same_groups(ThemeModel().fit_predict(embeddings), truth)


def test_no_theme_is_smaller_than_was_asked_for():
    embeddings, _ = crowd([30, 20, 4, 3], spread=0.8)
    labels = ThemeModel(min_theme_size=7).fit_predict(embeddings)
    assert min(np.bincount(labels[labels != NOISE])) >= 7


def test_what_belongs_nowhere_is_left_alone_but_never_more_than_a_fifth():
    embeddings, _ = crowd([30, 30, 30])
    strangers = unit(np.random.default_rng(3).normal(size=(6, N_DIMS))).astype(np.float32)
    labels = ThemeModel().fit_predict(np.vstack([embeddings, strangers]))
    assert np.mean(labels[-6:] == NOISE) > 0.5
    assert not (labels[:-6] == NOISE).any()
    nothing_shared = unit(np.random.default_rng(4).normal(size=(100, N_DIMS)))
    assert np.mean(ThemeModel().fit_predict(nothing_shared) == NOISE) <= 0.2


def test_what_one_prospect_says_over_and_over_is_no_theme_of_the_corpus():
    embeddings, truth = crowd([20, 20, 8])
    calls = np.arange(48) % 15
    calls[truth == 2] = 99
    alone = ThemeModel().fit_predict(embeddings)
    assert set(alone[truth == 2]).isdisjoint(alone[truth != 2])
    labels = ThemeModel().fit_predict(embeddings, groups=calls)
    for label in set(labels) - {NOISE}:
        assert len(set(calls[labels == label])) > 1


def test_confirmed_quotes_hold_together_and_keep_apart():
    embeddings, truth = crowd([25, 25, 25], spread=1.0)
    confirmed = np.full(75, -1)
    confirmed[[0, 1, 2]] = 7  # a user splits the first theme …
    confirmed[[10, 11, 12]] = 8
    confirmed[[30, 31, 55, 56]] = 9  # … and joins the other two
    labels = ThemeModel().fit_predict(embeddings, y=confirmed)
    found = [set(labels[confirmed == label]) for label in (7, 8, 9)]
    assert all(len(each) == 1 and NOISE not in each for each in found)
    assert len(set.union(*found)) == 3
    joined = labels == labels[30]
    assert np.mean(truth[joined] > 0) > 0.9


def test_confirmed_quotes_draw_their_like():
    embeddings, truth = crowd([40, 40], spread=1.6, seed=5)
    confirmed = np.full(80, -1)
    confirmed[[0, 1, 2, 3, 4]], confirmed[[40, 41, 42, 43, 44]] = 0, 1
    labels = ThemeModel().fit_predict(embeddings, y=confirmed)
    rest = confirmed == -1
    right = (labels == labels[0]) & (truth == 0) | (labels == labels[40]) & (truth == 1)
    assert right[rest].mean() > 0.6


def test_labels_of_another_length_are_refused():
    embeddings, _ = crowd([10, 10])
    with pytest.raises(InputError, match="groups has shape"):
        ThemeModel().fit(embeddings, groups=["a"])


def test_a_statement_is_most_similar_to_the_centroid_of_its_theme():
    embeddings, _ = crowd([20, 20, 20])
    model = ThemeModel().fit(embeddings)
    similarity = model.transform(embeddings)
    assert similarity.shape == (60, 3)
    assert (similarity.argmax(axis=1) == model.labels_).all()
    assert clone(model).get_params() == model.get_params()


def test_neighbours_found_in_blocks_are_the_nearest(monkeypatch):
    rows = crowd([30, 30])[0]
    whole = nearest(rows, 5)
    monkeypatch.setattr("resonance.neighbours.BLOCK_CELLS", 7 * 60)
    in_blocks = nearest(rows, 5)
    similarity = rows @ rows.T
    np.fill_diagonal(similarity, -2)
    assert (whole[0] == np.argsort(-similarity, axis=1)[:, :5]).all()
    assert (whole[0] == in_blocks[0]).all()


def test_an_edge_weighs_half_where_only_one_end_calls_the_other_near():
    rows = unit(np.array([[1, 0], [1, 0.1], [1, 0.5]], dtype=np.float32))
    graph = neighbour_graph(rows, 1)
    assert graph.rows.tolist() == [[0, 1], [1, 2]]
    assert graph.weights == pytest.approx([rows[0] @ rows[1], rows[1] @ rows[2] / 2])


def test_smoothing_draws_a_theme_together():
    embeddings, truth = crowd([30, 30], spread=1.0)
    before, after = embeddings, smooth(embeddings, 8)

    def spread(rows: np.ndarray) -> float:
        return 1 - float((rows[truth == 0] @ rows[truth == 0].T).mean())

    assert spread(after) < 0.5 * spread(before)


def test_the_space_tells_themes_it_never_saw_apart_better_than_the_words_alone(
    tallyroot, encoder, voice_encoder
):
    said = read_corpus(tallyroot).themed
    truth = [each.label.theme_id for each in said]
    objections = [row for row, each in enumerate(said) if each.label.kind == "objection"]
    statements = [gold_statements(said)[row] for row in objections]
    calls = [s.call_id for s in statements]
    space = theme_space(statements, voice_encoder)
    words = encoder.encode([s.text for s in statements])
    by_space = ThemeModel().fit_predict(space, groups=calls)
    by_words = ThemeModel().fit_predict(words, groups=calls)
    truth = [truth[row] for row in objections]
    found = adjusted_rand_score(truth, by_space)
    assert found > adjusted_rand_score(truth, by_words) + 0.05
    assert np.linalg.norm(space, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_the_other_statements(voices, voice_encoder):
    statements, _ = voiced(voices, "pos-cafes")
    alone = theme_space(statements[3:4], voice_encoder)
    among = theme_space(statements[:8], voice_encoder)
    assert alone[0] == pytest.approx(among[3], abs=1e-6)


def test_the_rest_of_a_long_note_does_not_make_two_statements_alike(voices, voice_encoder):
    statements, _ = voiced(voices, "pos-cafes")
    one, other = statements[0], statements[60]
    chatter = " ".join(s.text for s in statements[100:160])
    note = f"{one.text} {chatter} {other.text}"
    apart = theme_space([one, other], voice_encoder)
    shared = theme_space([replace(one, context=note), replace(other, context=note)], voice_encoder)
    assert shared[0] @ shared[1] < apart[0] @ apart[1] + 0.15


def test_objections_and_needs_share_no_category():
    model = CategoryModel()
    both = model.predict_proba(["It costs too much."] * 2, ["objection", "need"], ["", ""])
    n_objections = len(model.classes_["objection"])
    assert both.sum(axis=1) == pytest.approx(1)
    assert not both[0, n_objections:].any()
    assert not both[1, :n_objections].any()


def test_a_plain_worry_about_price_is_one_of_price():
    model = CategoryModel()
    probability = model.predict_proba(["The fee is more than our budget."], ["objection"], [""])
    assert model.classes_["objection"][probability.argmax()] == "price_value"


def test_no_statements_have_an_empty_space(voice_encoder):
    assert len(theme_space([], voice_encoder)) == 0
