"""From calls to what their prospects voice."""

import pytest

from resonance import VoiceModel
from resonance.records import Call, Turn
from resonance.voice import find_statements
from resonance.voice.model import N_CONTEXT


@pytest.fixture(scope="module")
def find(voice_encoder, nlp):
    model = VoiceModel(voice_encoder, nlp)
    return lambda *turns, channel="call": find_statements(
        [Call("C1", "c.vtt", turns, channel=channel)], model, nlp
    )[0]


DEAR = "It is far more than we can pay this year."


def test_a_prospect_who_objects_is_heard(find):
    vendor = Turn("vendor-1", "What do you make of the quote?", "vendor", 1.0)
    (statement,) = find(vendor, Turn("prospect-1", DEAR, "prospect", 5.0))
    assert (statement.kind, statement.turn, statement.start_s) == ("objection", 1, 5.0)
    assert statement.text == DEAR
    assert statement.before == vendor.text
    assert 0 < statement.confidence <= 1
    assert statement.theme_id == ""


@pytest.mark.parametrize("role", ["vendor", "unknown"])
def test_the_same_words_of_a_vendor_or_a_stranger_are_no_statement(find, role):
    assert find(Turn("x-1", DEAR, role)) == []


def test_sentences_of_one_turn_do_not_overlap(find):
    text = f"{DEAR} And my team has no time for a rollout before summer. Nice weather today."
    found = find(Turn("prospect-1", text, "prospect"))
    assert found
    places = [text.index(s.text) for s in found]
    ends = [at + len(s.text) for at, s in zip(places, found, strict=True)]
    assert all(end <= at for end, at in zip(ends, places[1:], strict=False))
    assert not any("weather" in s.text for s in found)


def test_each_line_of_a_note_stands_by_itself(find):
    note = (
        "- says the price is more than they can pay\n- wants approvals by phone while on the road"
    )
    kinds = [s.kind for s in find(Turn("", note, "prospect"), channel="note")]
    assert kinds == ["objection", "need"]


def test_of_what_goes_before_in_a_turn_only_what_is_read_is_kept(voice_encoder, nlp):
    class Listening(VoiceModel):
        def predict_proba(self, texts, before=None, lead=None):
            self.leads = lead
            return super().predict_proba(texts, before, lead)

    model = Listening(voice_encoder, nlp)
    lines = [f"Branch {n} has a till of its own." for n in range(20)]
    find_statements([Call("C1", "c.txt", (Turn("", "\n".join(lines), "prospect"),))], model, nlp)
    assert max(len(lead.split()) for lead in model.leads) == N_CONTEXT
    assert " ".join(lines[:-1]).endswith(model.leads[-1])


def test_the_same_words_said_twice_are_two_statements(find):
    asked = Turn("vendor-1", "What do you make of the quote?", "vendor")
    objected = Turn("prospect-1", DEAR, "prospect")
    ids = [s.statement_id for s in find(asked, objected, asked, objected)]
    assert len(set(ids)) == 2
    assert ids == [s.statement_id for s in find(asked, objected, asked, objected)]


def test_a_call_without_prospects_gives_nothing(find):
    assert find() == []
