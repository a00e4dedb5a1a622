"""Which asset answers what prospects voice, and how sure that is."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance.comparison import MAX_PAIRED, MAX_QUOTES, compare
from resonance.errors import InputError, ModelError
from resonance.evaluate.corpus import read_corpus
from resonance.evaluate.measures import calibration_error, ranking
from resonance.evaluate.themes import in_gold_themes
from resonance.judgement import load_weights
from resonance.known import encode_passages, encode_statements
from resonance.matching import match_assets, passage_text
from resonance.ownwords import Quoted
from resonance.records import Asset, Passage, Statement
from resonance.relevance import RelevanceModel
from resonance.sources import read_assets
from resonance.sources.files import digest

N_DIMS = 384


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unit(seed, n_rows):
    vectors = np.random.default_rng(seed).normal(size=(n_rows, N_DIMS)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def said_about(theme, n_rows, seed):
    vectors = theme + 1.2 * unit(1000 + seed, n_rows)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def statement(number, text, theme_id):
    return Statement(
        f"S{number:04}",
        "C1",
        "c1.vtt",
        turn=number,
        start_s=None,
        speaker="prospect-1",
        speaker_role="prospect",
        kind="objection",
        category="price_value",
        confidence=0.9,
        text=text,
        theme_id=theme_id,
    )


@pytest.fixture(scope="module")
def gold(tallyroot, encoder):
    """Tallyroot's gold themes as statements, its assets, and the vectors of both."""
    corpus = read_corpus(tallyroot)
    statements = in_gold_themes(corpus.themed)
    assets = read_assets(tallyroot / "assets", ruler=encoder).items
    vectors = encode_passages(encoder, assets, Quoted(said.text for said in statements))
    return statements, encode_statements(encoder, statements), assets, vectors


@pytest.fixture(scope="module")
def matching(gold):
    statements, statement_vectors, assets, passage_vectors = gold
    return match_assets(assets, passage_vectors, statements, statement_vectors)


def grades_and_relevance(tallyroot, assets, matches):
    name = {
        row["file"].removeprefix("assets/"): row["asset_id"]
        for row in rows(tallyroot / "assets.csv")
    }
    source = {asset.asset_id: asset.source for asset in assets}
    grade = {
        (row["asset_id"], row["theme_id"]): int(row["grade"])
        for row in rows(tallyroot / "gold" / "relevance.csv")
    }
    shape = len(assets), len(matches) // len(assets)
    grades = [grade[name[source[m.asset_id]], m.theme_id] for m in matches]
    return np.reshape(grades, shape), np.reshape([m.relevance for m in matches], shape)


def test_with_the_right_themes_tallyroots_answers_are_found(tallyroot, gold, matching):
    grades, relevance = grades_and_relevance(tallyroot, gold[2], matching.matches)
    figures = ranking(grades, relevance)
    assert figures["of"] == 17
    assert figures["best asset right"] >= 16
    assert figures["average precision"] >= 0.8
    assert figures["AUC"] >= 0.95
    assert calibration_error(grades >= 2, relevance) <= 0.03


def test_what_is_said_to_answer_mostly_does(tallyroot, gold, matching):
    grades, _ = grades_and_relevance(tallyroot, gold[2], matching.matches)
    said = np.array([m.verdict == "answers" for m in matching.matches]).reshape(grades.shape)
    assert said.sum() >= 20
    assert (grades[said] >= 2).mean() >= 0.75


def test_fluff_answers_nothing_and_none_of_its_passages_does(tallyroot, gold, matching):
    fluff = {"finance-function-of-tomorrow", "five-traits-cfo", "thinking-about-you"}
    ids = {a.asset_id for a in gold[2] if a.source.rpartition("/")[2].partition(".")[0] in fluff}
    assert len(ids) == 3
    assert not [m for m in matching.matches if m.asset_id in ids and m.verdict == "answers"]
    assert not any(theme for asset_id in ids for theme in matching.passage_themes[asset_id])


def test_the_passage_that_proves_an_answer_counts_as_answering(gold, matching):
    n_answers = 0
    for match in matching.matches:
        if match.verdict == "answers":
            n_answers += 1
            assert matching.passage_themes[match.asset_id][match.passage_row]
    assert n_answers


def test_evidence_is_a_passage_of_the_asset_and_a_quote_of_the_theme(gold, matching):
    quotes = {(s.theme_id, s.text) for s in gold[0]}
    assets = {asset.asset_id: asset for asset in gold[2]}
    for match in matching.matches:
        assert assets[match.asset_id].passages[match.passage_row].text == match.passage
        assert (match.theme_id, match.quote) in quotes


def test_the_order_of_assets_passages_and_statements_changes_nothing(gold, matching):
    statements, statement_vectors, assets, passage_vectors = gold
    turned = match_assets(
        [
            Asset(a.asset_id, a.source, a.title, tuple(reversed(a.passages)))
            for a in reversed(assets)
        ],
        [vectors[::-1] for vectors in reversed(passage_vectors)],
        statements[::-1],
        statement_vectors[::-1],
    )

    def said(found):
        return {
            (m.asset_id, m.theme_id): (m.relevance, m.verdict, m.passage, m.quote)
            for m in found.matches
        }

    assert said(turned) == said(matching)
    for asset_id, themes in matching.passage_themes.items():
        assert turned.passage_themes[asset_id] == themes[::-1]


def test_a_draft_is_judged_much_alike_whichever_other_assets_exist(gold):
    statements, statement_vectors, assets, passage_vectors = gold
    all_matches = match_assets(assets, passage_vectors, statements, statement_vectors).matches
    half = slice(0, 12)
    few = match_assets(assets[half], passage_vectors[half], statements, statement_vectors).matches
    relevance = {(m.asset_id, m.theme_id): m.relevance for m in all_matches}
    moved = [abs(m.relevance - relevance[m.asset_id, m.theme_id]) for m in few]
    assert np.mean(moved) < 0.03


def test_adding_a_passage_that_answers_raises_the_relevance(voices, encoder):
    quotes, answers, fluff = read_industry(voices / "pos-cafes", encoder)
    model = RelevanceModel()
    (before,) = model.from_embeddings(quotes, [fluff]).probability
    for theme, answer in enumerate(answers):
        draft = np.concatenate([fluff, answer[None]])
        (after,) = model.from_embeddings(quotes, [draft]).probability
        assert after[theme] > before[theme]


def read_industry(folder, encoder):
    said = [json.loads(line) for line in (folder / "statements.jsonl").open(encoding="utf-8")]
    written = [json.loads(line) for line in (folder / "passages.jsonl").open(encoding="utf-8")]
    answers = {row["theme_id"]: row["text"] for row in written if row["grade"] == 3}
    names = sorted(answers)
    quotes = [
        encoder.encode([row["text"] for row in said if row["theme_id"] == name][:6])
        for name in names
    ]
    fluff = [row["text"] for row in written if row["grade"] == 0]
    return quotes, encoder.encode([answers[name] for name in names]), encoder.encode(fluff)


def test_one_asset_and_one_theme_are_enough(encoder):
    quotes = [["It costs more than we could ever save.", "The price is out of our reach."]]
    passages = [
        ["What does it cost? 90 euros a month, and most customers save four times that."],
        ["Our team spent a sunny afternoon planting trees by the river."],
    ]
    model = RelevanceModel(encoder)
    (answer,), (fluff,) = (model.predict_proba(quotes, [asset])[0] for asset in passages)
    assert 0 < 10 * fluff < answer < 1


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=5),
    st.lists(st.integers(1, 6), min_size=1, max_size=5),
    st.integers(0, 10**6),
)
def test_relevance_is_a_probability_for_any_workspace(n_quotes, n_passages, seed):
    quotes = [unit(seed + i, n) for i, n in enumerate(n_quotes)]
    passages = [unit(seed + 100 + i, n) for i, n in enumerate(n_passages)]
    found = RelevanceModel().from_embeddings(quotes, passages)
    assert found.probability.shape == (len(n_passages), len(n_quotes))
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    assert (found.touched >= found.probability).all()
    assert (found.passage < np.array(n_passages)[:, None]).all()
    assert (found.quote < np.array(n_quotes)[None, :]).all()
    assert [each.shape for each in found.by_passage] == [(n, len(n_quotes)) for n in n_passages]


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6))
def test_nothing_added_to_an_asset_takes_from_what_it_answers(n_before, n_added, seed):
    quotes, others = [unit(seed + i, 4) for i in range(3)], [unit(seed + 9, 3)]
    passages = unit(seed + 5, n_before + n_added)
    before, after = (
        RelevanceModel().from_embeddings(quotes, [own, *others]).probability[0]
        for own in (passages[:n_before], passages)
    )
    assert (after >= before - 1e-9).all()


def test_an_answer_spread_over_three_passages_counts_in_full():
    sides = unit(7, 3)
    quotes = np.concatenate([said_about(side, 4, i) for i, side in enumerate(sides)])
    asset = np.concatenate([sides, unit(8, 5)])
    best = compare([quotes], [asset], proof=np.zeros(N_DIMS)).similarity.max()
    assert best == pytest.approx((quotes @ sides.T).max(axis=1).mean())


def test_a_book_is_judged_by_its_nearest_passages():
    about = unit(5, 2)
    book = np.concatenate([said_about(about[0], 30, 1), unit(6, 2 * MAX_PAIRED)])
    found = RelevanceModel().from_embeddings([said_about(theme, 6, 2) for theme in about], [book])
    assert found.probability[0, 0] > found.probability[0, 1]
    assert found.passage[0, 0] < 30


DENIED = "We do not support offline mode on tablets yet."
GIVEN = "We support offline mode on every tablet, so drivers work without a signal."


def test_an_asset_that_denies_what_is_asked_for_contradicts_it(encoder):
    texts = ["My drivers need it to work offline.", "There is no signal, so it must run offline."]
    statements = [statement(i, text, "T1") for i, text in enumerate(texts)]
    assets = [Asset(text, "a.md", "A", (Passage(text),)) for text in (DENIED, GIVEN)]
    vectors = [encoder.encode([asset.asset_id]) for asset in assets]
    denied, given = match_assets(assets, vectors, statements, encoder.encode(texts)).matches
    assert (denied.verdict, denied.relevance) == ("contradicts", 0.0)
    assert given.relevance > 0
    assert given.verdict != "contradicts"


def test_said_twice_or_written_twice_counts_once():
    quotes, passages = [unit(1, 5), unit(2, 5)], [unit(3, 4), unit(4, 4)]
    once = RelevanceModel().from_embeddings(quotes, passages)
    twice = RelevanceModel().from_embeddings(
        [np.concatenate([q, q]) for q in quotes], [np.concatenate([p, p]) for p in passages]
    )
    np.testing.assert_array_equal(once.probability, twice.probability)


def test_of_very_many_quotes_a_sample_spread_over_them_is_enough():
    about = unit(5, 2)
    quotes = [said_about(theme, 4 * MAX_QUOTES, seed) for seed, theme in enumerate(about)]
    passages = [said_about(theme, 3, 9) for theme in about]
    whole = RelevanceModel().from_embeddings(quotes, passages).probability
    half = RelevanceModel().from_embeddings([q[::2] for q in quotes], passages).probability
    np.testing.assert_allclose(whole, half, atol=0.02)
    assert whole[0, 0] > whole[0, 1]


def test_no_theme_or_no_asset_gives_an_empty_answer():
    assert RelevanceModel().from_embeddings([], [unit(1, 2)]).probability.shape == (1, 0)
    assert RelevanceModel().from_embeddings([unit(1, 2)], []).probability.shape == (0, 1)
    assert match_assets([], [], [], np.zeros((0, N_DIMS), np.float32)).matches == ()


def test_an_asset_without_passages_is_refused_by_name():
    with pytest.raises(InputError, match="asset in row 1 has no texts"):
        RelevanceModel().from_embeddings([unit(1, 2)], [unit(1, 2), np.zeros((0, N_DIMS))])


def test_vectors_of_another_model_are_refused():
    with pytest.raises(ModelError, match="384 dimensions"):
        RelevanceModel().from_embeddings([np.ones((2, 768))], [np.ones((2, 768))])


def test_passages_are_read_under_their_heading():
    assert passage_text(Passage("From 90 euros.", heading="What it costs")) == (
        "What it costs\nFrom 90 euros."
    )
    assert passage_text(Passage("From 90 euros.")) == "From 90 euros."


def test_the_shipped_weights_were_made_from_this_corpus_and_for_this_encoder(voices, encoder):
    manifest = json.loads(
        (voices.parents[1] / "resonance" / "weights" / "relevance.json").read_text(encoding="utf-8")
    )
    assert manifest["model"] == encoder.name == load_weights().model
    for name, expected in manifest["inputs"].items():
        assert digest((voices.parent / name).read_bytes()) == expected
