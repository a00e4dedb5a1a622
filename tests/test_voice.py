"""Is it an objection, a need, or neither?"""

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from resonance import VoiceModel
from resonance.errors import InputError
from resonance.training.corpus import hashes
from resonance.voice import explain
from resonance.voice.model import load_weights

SAID = [
    "It is far more than we can pay.",
    "I want my drivers to sign on the phone, without coming back to the depot.",
    "We have two offices, one in Leeds.",
]


@pytest.fixture(scope="module")
def model(voice_encoder, nlp) -> VoiceModel:
    return VoiceModel(voice_encoder, nlp)


def test_plain_cases_are_told_apart(model):
    assert model.predict(SAID) == ["objection", "need", "none"]


def test_probabilities_sum_to_one_and_do_not_hang_on_the_company_a_text_is_in(model):
    together = model.predict_proba(SAID)
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)
    alone = np.vstack([model.predict_proba([text]) for text in reversed(SAID)])
    assert (alone[::-1] == together).all()


def test_what_was_said_before_counts(model):
    said = ["Not before spring."]
    asked = model.predict_proba(said, ["When could you start?"])
    assert (asked != model.predict_proba(said)).any()


def test_a_category_is_one_of_its_kind(model, voices):
    rows = map(json.loads, (voices / "iam-banks" / "statements.jsonl").open(encoding="utf-8"))
    listed = {(row["kind"], row["category"]) for row in rows}
    texts = ["Legal will never sign a three-year term."] * 2
    objection, need = model.predict_category(texts, ["objection", "need"])
    assert objection == "contract_terms"
    assert ("need", need) in listed
    assert model.predict_category(["Fine."], ["none"]) == [""]


def test_nothing_said_gives_no_rows(model):
    assert model.predict_proba([]).shape == (0, 3)


def test_texts_and_what_was_said_before_must_be_as_many(model):
    with pytest.raises(InputError):
        model.predict_proba(SAID, ["only one"])


def test_objections_and_needs_of_an_industry_never_seen_are_found(tallyroot, model):
    """A floor under docs/evaluation.md, which has the figures; here without what came before."""
    import csv

    def read(name):
        return list(csv.DictReader((tallyroot / "gold" / f"{name}.csv").open(encoding="utf-8")))

    said = [(row["text"], True) for row in read("statements")]
    said += [(row["text"], False) for row in read("negatives") if row["side"] == "prospect"]
    texts, truth = zip(*said, strict=True)
    found = [kind != "none" for kind in model.predict(texts)]
    probability = 1 - model.predict_proba(texts)[:, 1]
    assert f1_score(truth, found) > 0.83
    assert roc_auc_score(truth, probability) > 0.88


def test_the_words_that_speak_for_an_objection_are_named(model):
    found = explain(model, "Honestly, it is far too expensive for a shop like ours.")
    assert (found.kind, found.category) == ("objection", "price_value")
    weights = dict(found.words)
    assert "expensive" in sorted(weights, key=weights.__getitem__)[-2:]
    assert found.before == 0


def test_nothing_said_cannot_be_explained(model):
    with pytest.raises(InputError):
        explain(model, " \n")


def test_what_led_up_to_it_in_its_turn_counts(model):
    said = ["And then it starts all over again."]
    after = model.predict_proba(said, lead=["Every Monday I type four hundred of them in by hand."])
    assert (after != model.predict_proba(said)).any()


def test_the_weights_were_made_from_the_corpora_that_are_here():
    from importlib.resources import files

    manifest = json.loads((files("resonance") / "weights" / "voice.json").read_text("utf-8"))
    assert manifest["inputs"] == hashes()
    assert load_weights().name
