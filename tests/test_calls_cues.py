"""WebVTT and SRT as Zoom, Teams, Otter and caption tools write them."""

import html
from datetime import date

import pytest
from conversations import clock, conversations
from hypothesis import given

from resonance.records import Turn
from resonance.sources.calls import cues


def said(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in cues.read(text).turns]


def vtt(*payloads: str) -> str:
    """A cue a second for each payload."""
    parts = [f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{p}" for n, p in enumerate(payloads)]
    return "WEBVTT\n\n" + "\n\n".join(parts) + "\n"


def test_zoom_cues_of_one_speaker_are_one_turn_from_its_first_second():
    call = cues.read(vtt("Maya Ortiz: Hi.", "Dana Berg: Too dear.", "Dana Berg: By far.", "really"))
    assert call.turns == (
        Turn("Maya Ortiz", "Hi.", start_s=0.0),
        Turn("Dana Berg", "Too dear. By far. really", start_s=1.0),
    )
    assert [party.name for party in call.parties] == ["Maya Ortiz", "Dana Berg"]


def test_a_colon_in_speech_is_no_speaker():
    payloads = (
        "Maya Ortiz: So:",
        "the thing is: it costs",
        "Dana Berg: Order ID: 7",
        "Maya Ortiz: x",
    )
    assert said(vtt(*payloads)) == [
        ("Maya Ortiz", "So: the thing is: it costs"),
        ("Dana Berg", "Order ID: 7"),
        ("Maya Ortiz", "x"),
    ]


def test_closed_captions_name_no_speaker_even_where_someone_spells_out_fields():
    lines = ["What is it?", "Order ID: 7", "Username: dana", *["It is too dear."] * 12]
    turns = cues.read(vtt(*lines)).turns
    assert {turn.speaker for turn in turns} == {""}
    assert len(turns) > 10


def test_captions_without_speakers_are_cut_at_sentences():
    assert said(vtt("It is", "too dear.", "We", "wait.")) == [
        ("", "It is too dear."),
        ("", "We wait."),
    ]


@pytest.mark.parametrize(
    "payloads",
    [
        ("<v Maya Ortiz>Hi.</v>", "<v Dana Berg>Too dear.</v>"),
        ("<v Maya Ortiz>Hi.", "<v Dana Berg>Too dear."),
        ("<v.loud Maya Ortiz>Hi.</v>", "<v Dana Berg>Too\ndear.</v>"),
        ("<v Maya Ortiz>Hi.</v> <v Dana Berg>Too", "dear."),
        ("Maya Ortiz: Hi.\nDana Berg: Too dear.", "Maya Ortiz: ", "Dana Berg:"),
    ],
)
def test_teams_and_zoom_name_who_speaks_in_several_ways(payloads):
    assert said(vtt(*payloads)) == [("Maya Ortiz", "Hi."), ("Dana Berg", "Too dear.")]


def test_a_colon_under_voice_tags_is_speech():
    assert said(vtt("<v Dana Berg>Budget Owner: me</v>")) == [("Dana Berg", "Budget Owner: me")]


def test_company_and_pronouns_leave_the_name():
    call = cues.read(vtt("<v Maya Ortiz (Vend)>Hi</v>", "<v Dana Berg (she/her)>Hm</v>"))
    assert [(party.name, party.company) for party in call.parties] == [
        ("Maya Ortiz", "Vend"),
        ("Dana Berg", ""),
    ]


def test_teams_metadata_cues_are_read_with_their_date():
    first = '{"startDateTime":"2026-01-14T08:00:01Z","speakerName":"Dana","spokenText":"Too dear."}'
    call = cues.read(vtt(first, '{"speakerName":"Dana","spokenText":"By far."}', '{"speakerName":'))
    assert [turn.text for turn in call.turns] == ["Too dear. By far."]
    assert call.date == date(2026, 1, 14)


@pytest.mark.parametrize(
    ("time", "start"),
    [
        ("0:0:5.0 --> 0:0:6.320", 5.0),
        ("-0:0:1.500 --> 0:0:2.0", -1.5),
        ("01:05.000 --> 01:06.000 align:start position:0%", 65.0),
        ("100:00:05.000 --> 100:00:06.000", 360_005.0),
        ("00:00:05,250 --> 00:00:06,000", 5.25),
        ("00:00:05 --> ", 5.0),
        ("broken --> 00:00:06.000", None),
    ],
)
def test_times_are_read_as_people_and_tools_misspell_them(time, start):
    (turn,) = cues.read(f"WEBVTT\n\nabc/1-0\n{time}\nDana: Too dear.\n").turns
    assert turn == Turn("Dana", "Too dear.", start_s=start)


def test_comments_styles_ids_tags_and_entities_are_not_speech():
    text = (
        "WEBVTT - from the recorder\nKind: captions\n\nNOTE\nnot said\n\nSTYLE\n"
        "::cue { color: red }\n\n"
        "NOTE nor this\n\nid 7\n00:01.000 --> 00:02.000\n"
        "<c.y>Q&amp;A</c> is <00:01.500><i>x</i> < y\n\n3\n"
    )
    assert said(text) == [("", "Q&A is x < y")]


def test_what_was_said_is_kept_where_a_blank_line_cut_its_time_off():
    assert said(vtt("Dana: too dear", "Dana: now") + "\nand too late\n") == [
        ("Dana", "too dear now and too late")
    ]


def test_srt_is_read_with_or_without_blank_lines():
    spaced = (
        "1\n00:00:01,000 --> 00:00:02,000\nMaya: Hi\n\n2\n00:00:03,500 --> 00:00:04,000\nDana: No\n"
    )
    turns = (Turn("Maya", "Hi", start_s=1.0), Turn("Dana", "No", start_s=3.5))
    assert cues.read(spaced).turns == turns
    assert cues.read(spaced.replace("\n\n", "\n")).turns == turns


@given(conversations())
def test_a_zoom_transcript_reads_back_as_it_was_written(turns):
    blocks = [
        f"{n}\n{clock(t.start_s, '.')} --> 999:00:00.000\n{t.speaker}: {html.escape(t.text)}"
        for n, t in enumerate(turns, 1)
    ]
    assert list(cues.read("WEBVTT\n\n" + "\n\n".join(blocks)).turns) == turns


@given(conversations())
def test_a_teams_transcript_reads_back_as_it_was_written(turns):
    blocks = [
        f"{clock(t.start_s, '.')} --> 999:00:00.000\n<v {t.speaker}>{html.escape(t.text)}</v>"
        for t in turns
    ]
    assert list(cues.read("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").turns) == turns


@given(conversations())
def test_subtitles_read_back_as_they_were_written(turns):
    blocks = [
        f"{n}\n{clock(t.start_s, ',')} --> 999:00:00,000\n{t.speaker}: {html.escape(t.text)}\n"
        for n, t in enumerate(turns, 1)
    ]
    assert list(cues.read("\n".join(blocks)).turns) == turns
