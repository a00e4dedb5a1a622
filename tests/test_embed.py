"""The encoder: what it is equal to, and what its vectors must not depend on."""

import json
import random
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance import adapter, engine, minilm
from resonance.adapter import Change
from resonance.embed import Encoder
from resonance.errors import InputError, MissingExtra, ModelError
from resonance.evaluate.corpus import read_corpus
from resonance.evaluate.measures import same_theme_near
from resonance.minilm import MiniLM
from resonance.sources.files import digest
from resonance.training.corpus import hashes

SAID = [
    "It's too expensive for what it does.",
    "We simply have no budget before April.",
    "Who on our side would have to approve this?",
    "Ça coûte 20 000 €, naïve as that sounds.",
    "予算がありません。",
    "👍👍 fine by me",
    "...",
    "",
]
WORDS = ["price", "budget", "migration", "vendor", "the", "of", "our", "and", "approve", "renewal"]


def speech(n_words: int, seed: int = 0) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n_words))


def needs(package: str):
    return pytest.mark.skipif(find_spec(package) is None, reason=f"{package} is not installed")


@pytest.fixture(scope="module")
def sentence_transformer():
    library = pytest.importorskip(
        "sentence_transformers", reason="sentence_transformers is not installed"
    )
    return library.SentenceTransformer(str(MiniLM().folder), device="cpu", local_files_only=True)


def test_two_ways_to_say_no_money_are_closer_than_no_money_and_no_time(encoder):
    vectors = encoder.encode(
        ["We can't afford it.", "It's too expensive for us.", "The dog barked all night."]
    )
    similarity = vectors @ vectors.T
    assert similarity[0, 1] > similarity[0, 2] + 0.3


def test_a_statement_becomes_a_row_of_length_one(encoder):
    vectors = encoder.encode([*SAID, speech(400)])
    assert vectors.shape == (len(SAID) + 1, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_statements_make_no_rows(encoder):
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.n_tokens([]) == []


def test_vectors_are_those_of_sentence_transformers(encoder, sentence_transformer):
    lengths = (*range(1, 30), 60, 120, 253, 254, 255, 256, 257, 400)
    texts = SAID + [speech(n, seed=n) for n in lengths] + ["x" * 5000, "price\n\n\tof\0it"]
    expected = sentence_transformer.encode(texts, normalize_embeddings=True)
    vectors = encoder.encode(texts)
    assert np.einsum("ij,ij->i", vectors, expected).min() > 0.99999
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


def test_a_statement_and_what_was_before_it_are_read_as_a_pair(encoder, sentence_transformer):
    before = [speech(n + 1, seed=n) for n in range(len(SAID))]
    expected = sentence_transformer.encode(
        list(zip(before, SAID, strict=True)), normalize_embeddings=True
    )
    np.testing.assert_allclose(encoder.encode(SAID, before), expected, atol=2e-6)


def test_a_named_model_gives_the_vectors_of_the_same_default_one(encoder, sentence_transformer):
    named = Encoder(model=str(MiniLM().folder))
    texts = [*SAID, speech(400)]
    np.testing.assert_allclose(named.encode(texts), encoder.encode(texts), atol=2e-6)
    assert named.n_tokens(texts) == encoder.n_tokens(texts)
    assert named.max_tokens == encoder.max_tokens
    assert named.name != encoder.name


def test_a_named_model_keeps_the_end_of_what_was_said_before(sentence_transformer):
    named = Encoder(model=str(MiniLM().folder))
    text, before = speech(100, seed=1), speech(400, seed=2)
    kept = " ".join(before.split()[-154:])  # the window less the text and the two marks
    joined = named.encode([text], [before])
    np.testing.assert_allclose(joined, named.encode([f"{kept} {text}"]), atol=2e-6)


@needs("onnx")
def test_the_shipped_graph_is_the_one_its_script_builds():
    from resonance.training.graph import build_graph

    assert engine.GRAPH.read_bytes() == build_graph()


def test_vectors_do_not_hang_on_the_order_of_calls(encoder):
    texts = SAID + [speech(n % 40, seed=n) for n in range(120)]
    vectors = encoder.encode(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    assert np.array_equal(encoder.encode([texts[i] for i in order]), vectors[order])


def test_a_statement_has_the_same_vector_alone_and_in_company(encoder):
    texts = SAID + [speech(n, seed=n) for n in (3, 9, 9, 9, 20, 20, 90, 300)]
    before = ["", *(speech(n, seed=-n) for n in range(len(texts) - 1))]
    vectors = encoder.encode(texts, before)
    for i in range(len(texts)):
        assert np.array_equal(encoder.encode([texts[i]], [before[i]])[0], vectors[i])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6), st.data())
def test_any_text_at_all_has_a_vector_and_keeps_it(encoder, texts, data):
    vectors = encoder.encode(texts)
    assert np.isfinite(vectors).all()
    shuffled = data.draw(st.permutations(range(len(texts))))
    assert np.array_equal(encoder.encode([texts[i] for i in shuffled]), vectors[list(shuffled)])


def test_what_the_rep_asked_changes_what_a_yes_means(encoder):
    yes_price, yes_demo, yes = encoder.encode(
        ["Yes."] * 3, ["Is the price the problem?", "Did you like the demo?", ""]
    )
    price = encoder.encode(["It is too expensive."])[0]
    assert price @ yes_price > price @ yes_demo + 0.1
    assert np.array_equal(yes, encoder.encode(["Yes."])[0])


def test_a_long_question_before_never_cuts_the_statement():
    model = MiniLM()
    text, before = model.word_pieces([speech(200, seed=1), speech(400, seed=2)])
    pieces = model.join(before, text)
    assert len(pieces.ids) == model.max_tokens
    assert pieces.ids[pieces.n_before : -1].tolist() == text.tolist()
    assert pieces.ids[1 : pieces.n_before - 1].tolist() == before[-53:].tolist()


def test_a_statement_that_fills_the_window_is_read_without_what_was_before(encoder):
    long = speech(300)
    assert np.array_equal(encoder.encode([long], ["Why?"]), encoder.encode([long]))


def test_the_end_of_a_text_beyond_the_window_is_not_seen_and_n_tokens_tells(encoder):
    fits, too_long = speech(200), speech(200) + " " + speech(200, seed=1)
    n_fits, n_too_long = encoder.n_tokens([fits, too_long])
    assert n_fits <= encoder.max_tokens < n_too_long
    same = encoder.encode([speech(300), speech(300) + " and no budget"])
    assert np.array_equal(same[0], same[1])


def test_progress_counts_every_statement_even_those_said_twice(encoder):
    done: list[int] = []
    texts = ["too expensive"] * 5 + [speech(n) for n in range(1, 60)]
    encoder.encode(texts, progress=done.append)
    assert sum(done) == len(texts)
    assert len(done) > 1


def test_one_statement_in_place_of_a_list_is_refused(encoder):
    with pytest.raises(InputError, match="put it in a list"):
        encoder.encode("too expensive")


def test_befores_that_do_not_match_the_statements_are_refused(encoder):
    with pytest.raises(InputError, match="2 texts but 1 befores"):
        encoder.encode(["yes", "no"], ["Is it too dear?"])


def test_the_name_tells_whose_vectors_they_are_without_opening_a_file():
    assert Encoder().name == "all-MiniLM-L6-v2/base/53aa51172d14"


def test_the_voice_space_brings_statements_of_one_theme_closer(encoder, voice_encoder, tallyroot):
    said = read_corpus(tallyroot).themed
    gold, texts = [each.label.theme_id for each in said], [each.label.text for each in said]
    voice, base = voice_encoder.encode(texts), encoder.encode(texts)
    assert same_theme_near(gold, voice) > same_theme_near(gold, base) + 0.02


def test_vectors_of_the_two_spaces_are_kept_under_names_of_their_own(encoder, voice_encoder):
    assert re.fullmatch("all-MiniLM-L6-v2/voice/[0-9a-f]{12}", voice_encoder.name)
    assert voice_encoder.name != encoder.name
    assert voice_encoder.n_tokens(SAID) == encoder.n_tokens(SAID)


def test_a_space_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="'base' or 'voice'"):
        Encoder(space="sales")
    with pytest.raises(InputError, match="only the default model"):
        Encoder(model=str(MiniLM().folder), space="voice")


def test_a_change_of_low_rank_is_added_to_its_matrix_and_to_no_other():
    weights = {"one": np.ones((3, 2), np.float32), "other": np.ones((2, 2), np.float32)}
    change = Change(np.array([[1.0], [0.0], [2.0]]), np.array([[1.0, 10.0]]))
    adapted = adapter.adapt(weights, {"one": change})
    difference = (adapted["one"] - weights["one"]) / adapter.SHARE
    np.testing.assert_allclose(difference, [[1, 10], [0, 0], [2, 20]], rtol=1e-6)
    assert adapted["other"] is weights["other"]
    assert (weights["one"] == 1).all()


def test_what_was_learned_fits_the_model(encoder):
    weights = minilm.load_verified(MiniLM().folder / "model.safetensors")
    changes = adapter.load()
    assert {name: (len(c.left), c.right.shape[1]) for name, c in changes.items()} == {
        name: weights[name].shape for name in changes
    }
    head = adapter.load_head()
    assert head.coefficients.shape == (MiniLM.n_dims + 1, len(head.classes))
    proba = np.exp(head.log_proba(encoder.encode(SAID)))
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_what_was_learned_is_from_the_corpora_that_are_here():
    manifest = json.loads(adapter.PATH.with_suffix(".json").read_text(encoding="utf-8"))
    assert manifest["weights"] == digest(adapter.PATH.read_bytes())
    assert manifest["inputs"] == hashes()


def test_encoding_loads_no_torch():
    script = (
        "import sys; from resonance import Encoder; Encoder().encode(['too expensive']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_changed_weights_are_refused(tmp_path):
    changed = tmp_path / "model.safetensors"
    shutil.copy(MiniLM().folder / "model.safetensors", changed)
    with changed.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(ModelError, match="not the model expected"):
        minilm.load_verified(changed)


def test_missing_weights_are_asked_for_with_the_line_to_run(tmp_path, monkeypatch):
    with pytest.raises(ModelError, match=re.escape(minilm.INSTALL)):
        minilm.load_verified(tmp_path / "model.safetensors")
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match=re.escape(minilm.INSTALL)):
        Encoder().encode(["too expensive"])


@pytest.mark.skipif(
    find_spec("sentence_transformers") is not None, reason="sentence_transformers is installed"
)
def test_a_named_model_without_the_extra_says_which_line_to_run():
    with pytest.raises(MissingExtra, match=r"resonance\[models\]"):
        Encoder(model="sentence-transformers/all-mpnet-base-v2").encode(["too expensive"])


@needs("sentence_transformers")
def test_a_named_model_that_is_nowhere_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no-such-model"):
        Encoder(model=str(Path(tmp_path) / "no-such-model")).encode(["too expensive"])


@needs("safetensors")
def test_weights_read_by_hand_are_those_the_library_reads(tmp_path):
    from safetensors.numpy import save_file

    rng = np.random.default_rng(0)
    saved = {
        "a": rng.normal(size=(3, 4)).astype(np.float32),
        "b": np.arange(5),
    }
    save_file(saved, tmp_path / "w.safetensors")
    read = engine.load_weights(tmp_path / "w.safetensors")
    assert read.keys() == saved.keys()
    for name in saved:
        assert read[name].dtype == saved[name].dtype
        assert np.array_equal(read[name], saved[name])
