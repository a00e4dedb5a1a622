"""Gong's responses, and every other JSON that holds who said what."""

import json
from datetime import date

import pytest

from resonance.records import Party, Turn
from resonance.sources.calls import dialogue, gong
from resonance.sources.calls.parts import Unreadable

TRANSCRIPT = {
    "requestId": "x",
    "callTranscripts": [
        {
            "callId": "77",
            "transcript": [
                {
                    "speakerId": "1",
                    "topic": None,
                    "sentences": [{"start": 1500, "end": 2000, "text": "Hi."}],
                },
                {
                    "speakerId": "2",
                    "sentences": [
                        {"start": 4180, "end": 5000, "text": "Too dear."},
                        {"start": 5100, "end": 6000, "text": "We wait."},
                    ],
                },
                {"speakerId": "3", "sentences": None},
                {"speakerId": "4", "sentences": [{"start": None, "text": "Hm."}]},
            ],
        }
    ],
}
EXTENSIVE = {
    "calls": [
        {
            "metaData": {"id": "77", "title": "Acme", "started": "2026-01-20T23:30:00-08:00"},
            "context": [
                {
                    "system": "Salesforce",
                    "objects": [
                        {
                            "objectType": "Account",
                            "objectId": "001",
                            "fields": [{"name": "Name", "value": "Acme"}],
                        },
                        {"objectType": "Opportunity", "objectId": "D02", "fields": None},
                    ],
                }
            ],
            "parties": [
                {"speakerId": "1", "name": "Maya Ortiz", "affiliation": "Internal", "title": "AE"},
                {
                    "speakerId": "2",
                    "name": "Dana Berg",
                    "emailAddress": "d@acme.example",
                    "affiliation": "External",
                },
                {
                    "speakerId": "4",
                    "name": None,
                    "emailAddress": "who@x.example",
                    "affiliation": "Unknown",
                },
                {"speakerId": None, "name": "Lou Silent", "affiliation": "External"},
            ],
        }
    ]
}


def test_gong_speakers_are_joined_with_their_names_and_sides():
    (call,) = gong.read(TRANSCRIPT, gong.read_details(EXTENSIVE)).calls
    assert call.turns == (
        Turn("Maya Ortiz", "Hi.", start_s=1.5),
        Turn("Dana Berg", "Too dear. We wait.", start_s=4.18),
        Turn("who@x.example", "Hm."),
    )
    assert (call.record_id, call.title, call.deal_id, call.account) == ("77", "Acme", "D02", "Acme")
    assert call.date == date(2026, 1, 20)
    assert call.parties == (
        Party("Maya Ortiz", "vendor", title="AE", speaker_id="1", role_from="affiliation"),
        Party("Dana Berg", "prospect", "d@acme.example", speaker_id="2", role_from="affiliation"),
        Party("who@x.example", email="who@x.example", speaker_id="4"),
        Party("Lou Silent", "prospect", role_from="affiliation"),
    )


def test_gong_without_its_companion_is_read_and_reported():
    harvest = gong.read([TRANSCRIPT], {})
    assert [turn.speaker for turn in harvest.calls[0].turns] == ["1", "2", "4"]
    assert "nothing says who speaks" in harvest.flaws[0].reason


def test_one_bad_entry_of_a_companion_leaves_the_others():
    mixed = {"calls": [{"metaData": {"id": None}}, 7, *EXTENSIVE["calls"]]}
    assert gong.is_extensive(mixed)
    assert gong.read_details(mixed).keys() == {"77"}


@pytest.mark.parametrize(
    "transcripts", [5, [{"transcript": 5}], [{"transcript": [{"sentences": "x"}]}]]
)
def test_what_only_looks_like_gong_is_refused(transcripts):
    with pytest.raises(Unreadable, match="not as Gong writes"):
        gong.read({"callTranscripts": transcripts}, {})


HI, DEAR = "Hi.", "Too dear."
FORMS = {
    "fireflies": {
        "data": {
            "transcript": {
                "id": "F1",
                "title": "Acme",
                "date": 1767312000000,
                "participants": ["dana.berg@acme.example", "silent@acme.example"],
                "speakers": [{"id": 0, "name": "Maya Ortiz"}, {"id": 1, "name": "Dana Berg"}],
                "summary": {"keywords": ["price"]},
                "sentences": [
                    {
                        "text": HI,
                        "start_time": "1.5",
                        "speaker_id": 0,
                        "speaker_name": "Maya Ortiz",
                    },
                    {"text": DEAR, "start_time": 4, "speaker_id": 1, "speaker_name": None},
                ],
            }
        }
    },
    "hubspot": {
        "engagementId": 123,
        "transcriptCreateUtterances": [
            {"speaker": {"id": "0", "name": "Maya Ortiz"}, "text": HI, "startTimeMillis": 1500},
            {
                "speaker": {"id": "1", "name": "Dana Berg", "email": "dana.berg@acme.example"},
                "text": DEAR,
                "startTimeMillis": 4000,
            },
        ],
    },
    "spans before the talk": {
        "topic_list": [{"topic": "price", "relevant_text_span": [["1", "2"]]}],
        "meeting_transcripts": [
            {"speaker": "Maya Ortiz", "content": "{vocalsound} Hi.", "timestamp": "00:01.5"},
            {"speaker": "Dana Berg", "content": DEAR, "timestamp": "00:04"},
        ],
    },
    "pairs": {"scenario": {"flow": "x"}, "original": [["Maya Ortiz", HI], ["Dana Berg", DEAR]]},
}


@pytest.mark.parametrize("form", FORMS)
def test_utterances_are_found_under_any_usual_name(form):
    (call,) = dialogue.read(json.loads(json.dumps(FORMS[form])))
    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("Maya Ortiz", HI),
        ("Dana Berg", DEAR),
    ]
    if form != "pairs":
        assert [turn.start_s for turn in call.turns] == [1.5, 4.0]


def test_times_beyond_a_day_are_milliseconds():
    turns = [
        {"speaker": "Maya Ortiz", "text": HI, "start": 1500},
        {"speaker": "Dana Berg", "text": DEAR, "start": 90_000},
    ]
    (call,) = dialogue.read({"utterances": turns})
    assert [turn.start_s for turn in call.turns] == [1.5, 90.0]


def test_fireflies_gives_id_title_date_and_addresses():
    (call,) = dialogue.read(FORMS["fireflies"])
    assert (call.record_id, call.title, call.date) == ("F1", "Acme", date(2026, 1, 2))
    assert [(party.name, party.email) for party in call.parties] == [
        ("Maya Ortiz", ""),
        ("Dana Berg", "dana.berg@acme.example"),
        ("silent@acme.example", "silent@acme.example"),
    ]


def test_google_meet_counts_from_its_first_entry():
    entry = {
        "name": "conferenceRecords/a/entries/0",
        "participant": "conferenceRecords/a/participants/0",
    }
    other = {**entry, "participant": "conferenceRecords/a/participants/1"}
    (call,) = dialogue.read(
        {
            "transcriptEntries": [
                {**entry, "text": HI, "startTime": "2026-03-09T15:30:01.240000+00:00"},
                {**other, "text": DEAR, "startTime": "2026-03-09T15:30:04.690Z"},
            ]
        }
    )
    assert [(turn.speaker, turn.start_s) for turn in call.turns] == [
        ("Participant 0", 0.0),
        ("Participant 1", 3.45),
    ]
    assert call.date == date(2026, 3, 9)


def test_a_source_that_says_the_side_is_believed():
    turns = [
        {"speaker_role": "Agent", "utterance": HI},
        {"speaker_role": "Customer", "utterance": DEAR},
    ]
    (call,) = dialogue.read({"dialogue_id": "4", "turns": turns})
    assert [(p.name, p.role, p.role_from) for p in call.parties] == [
        ("Agent", "vendor", "label"),
        ("Customer", "prospect", "label"),
    ]


def test_a_list_of_dialogues_is_several_calls():
    turns = [{"speaker": 1, "text": HI}, {"speaker": 2, "text": DEAR}]
    calls = dialogue.read(
        [{"dialogue_id": "a", "turns": turns}, {"dialogue_id": "b", "turns": turns}, 3]
    )
    assert [call.record_id for call in calls] == ["a", "b"]
    assert calls[0].turns[0].speaker == "Speaker 1"


@pytest.mark.parametrize(
    "document",
    [
        None,
        5,
        "text",
        [],
        {},
        {"a": {"b": [1, 2]}},
        {"assets": [{"name": "x", "title": "y"}]},
        [[["1", "2"]]],
    ],
)
def test_json_without_speech_is_refused(document):
    with pytest.raises(Unreadable, match="what was said by whom"):
        dialogue.read(document)


@pytest.mark.parametrize(
    "start", [float("nan"), float("inf"), True, [], "soon", 10**400, "2026-13-01"]
)
def test_a_start_that_is_no_time_is_left_out(start):
    (call,) = dialogue.read({"turns": [{"speaker": "Dana", "text": DEAR, "start": start}]})
    assert call.turns == (Turn("Dana", DEAR),)
