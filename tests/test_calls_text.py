"""Plain text: labelled transcripts, and what reps type."""

from datetime import date

import pytest
from conversations import clock, conversations
from hypothesis import given
from hypothesis import strategies as st

from resonance.records import Turn
from resonance.sources.calls import labelled, notes


def said(text: str) -> list[tuple[str, str]]:
    call = labelled.read(text)
    return [(turn.speaker, turn.text) for turn in call.turns]


CONVERSATION = [("Maya Ortiz", "Hi."), ("Dana Berg", "Too dear. We wait."), ("Maya Ortiz", "OK.")]


@pytest.mark.parametrize(
    "text",
    [
        "Maya Ortiz: Hi.\nDana Berg: Too dear.\nWe wait.\nMaya Ortiz: OK.\n",
        "Maya Ortiz  0:01  \nHi.\n\nDana Berg  0:05  \nToo dear.\nWe wait.\n\n"
        "Maya Ortiz  1:02:03\nOK.\n"
        "\nTranscribed by https://otter.ai\n",
        "Maya Ortiz (Vend) 00:00:01\nHi.\n\nDana Berg (Acme) 00:00:05\nToo dear. We wait.\n\n"
        "Maya Ortiz (Vend) 00:00:09\nOK.\n",
        "00:00 Maya Ortiz\nHi.\n\n00:05 Dana Berg\n\nToo dear.\n\nWe wait.\n\n"
        "00:09 Maya Ortiz\nOK.",
        "[00:00:01] Maya Ortiz: Hi.\n[00:00:05] Dana Berg: Too dear. We wait.\n"
        "[0:09] Maya Ortiz: OK.",
        "00:00:01\tMaya Ortiz:\tHi.\n00:00:05\tDana Berg:\tToo dear. We wait.\n"
        "00:00:09\tMaya Ortiz:\tOK.",
        "10:05:02 From  Maya Ortiz  to  Everyone:\n\tHi.\n10:06:00 From Dana Berg to Everyone:\n\t"
        "Too dear. We wait.\n10:07:00 From Maya Ortiz to Everyone:\n\tOK.\n",
        "# Acme, second call\n\n**Maya Ortiz:** Hi.\n\n**Dana Berg (Acme):** Too dear.\n"
        "We wait.\n\n"
        "**Maya Ortiz:** OK.\n",
    ],
)
def test_transcripts_label_their_speakers_in_many_ways(text):
    assert said(text) == CONVERSATION
    assert labelled.read(text).channel == "call"


def test_the_company_beside_a_name_is_kept_with_the_party():
    call = labelled.read("Maya Ortiz (Vend) 0:01\nHi.\n\nDana Berg (Acme) 0:05\nNo.\n")
    assert [(party.name, party.company) for party in call.parties] == [
        ("Maya Ortiz", "Vend"),
        ("Dana Berg", "Acme"),
    ]


def test_times_of_day_are_counted_from_the_start_of_the_call():
    call = labelled.read("10:05:02 Maya Ortiz: Hi.\n10:06:00 Dana Berg: No.\n")
    assert [turn.start_s for turn in call.turns] == [0.0, 58.0]


def test_questions_and_answers_are_two_speakers():
    text = "Q: What do you use?\nA: A sheet. It works.\nQ: And the price?\nA: Too high.\n"
    assert [speaker for speaker, _ in said(text)] == ["Q", "A", "Q", "A"]


def test_sides_may_stand_for_names_from_the_first_line():
    assert said("Rep: How is it?\nProspect: Too dear.\n") == [
        ("Rep", "How is it?"),
        ("Prospect", "Too dear."),
    ]


def test_a_form_that_a_rep_filled_in_is_a_note():
    call = labelled.read(
        "Budget: 30k\nDecision Maker: the CFO\nNeed: a faster close\nNext Step: June\n"
    )
    assert call.channel == "note"
    assert {turn.speaker for turn in call.turns} == {""}


def test_a_note_that_quotes_people_stays_a_note():
    text = "acme 1/22, dana + her boss\n- D: too dear\n- D: not before june\nboss: we built it"
    call = labelled.read(text)
    assert (call.channel, {turn.speaker for turn in call.turns}) == ("note", {""})
    assert [turn.text for turn in call.turns][1:3] == ["D: too dear", "D: not before june"]


def test_a_manifest_may_say_that_a_labelled_text_is_a_note():
    text = "Q: What do you use?\nA: A sheet.\nQ: And the price?\nA: Too high.\n"
    assert labelled.read(text, is_note=True).channel == "note"


def test_every_bullet_is_a_block_whatever_its_sign():
    text = (
        "* one\n- two\n> three\n~ four\n• five\n 1) six\n2. seven\n[x] eight\n## Nine\n~220\n---\n"
    )
    assert [turn.text for turn in notes.read(text)] == [
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "Nine", "~220"),
    ]


def test_lines_broken_by_a_margin_are_one_block():
    text = (
        "She said that the price is far above what the board would ever sign\n"
        "off this year.\nNothing before the audit\n- needs single sign-on, otherwise\n  they stay\n"
    )
    assert [turn.text for turn in notes.read(text)] == [
        "She said that the price is far above what the board would ever sign off this year.",
        "Nothing before the audit",
        "needs single sign-on, otherwise they stay",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Acme, 14 January 2026\n- too dear\n", date(2026, 1, 14)),
        ("Acme\nDate: Jan 14, 2026\n- too dear\n", date(2026, 1, 14)),
        ("---\ndate: 2026-01-14\ntags: [call]\n---\n- too dear\n", date(2026, 1, 14)),
        ("Acme 1/14\n- call back on 2026-02-01\n", None),
    ],
)
def test_a_date_is_taken_from_the_head_of_a_text_only(text, day):
    call = labelled.read(text)
    assert call.date == day
    assert call.turns[-1].text in ("too dear", "call back on 2026-02-01")


def test_subtitles_saved_as_text_are_subtitles():
    assert said("1\n00:00:01,000 --> 00:00:02,000\nDana: No\n") == [("Dana", "No")]


def timed(turns: list[Turn]) -> str:
    return "\n\n".join(f"{t.speaker}  {clock(t.start_s, '.')}\n{t.text}" for t in turns)


spoken = conversations().filter(lambda turns: len(turns) > 1)


@given(spoken)
def test_a_labelled_transcript_reads_back_as_it_was_written(turns):
    text = "\n".join(f"[{clock(turn.start_s, '.')}] {turn.speaker}: {turn.text}" for turn in turns)
    zero = turns[0].start_s if turns[0].start_s > labelled.HOUR else 0
    read = labelled.read(text).turns
    assert [(t.speaker, t.text) for t in read] == [(t.speaker, t.text) for t in turns]
    assert [t.start_s for t in read] == pytest.approx([t.start_s - zero for t in turns])


@given(spoken.filter(lambda turns: not any(labelled.header_line(t.text) for t in turns)))
def test_an_otter_transcript_reads_back_as_it_was_written(turns):
    read = labelled.read(timed(turns)).turns
    assert [(t.speaker, t.text) for t in read] == [(t.speaker, t.text) for t in turns]


@given(
    st.lists(
        st.from_regex(r"[a-z]{2,9}( [a-z]{1,9}){0,5}[.!]", fullmatch=True), min_size=1, max_size=6
    )
)
def test_a_bulleted_note_reads_back_as_it_was_written(blocks):
    assert [t.text for t in labelled.read("".join(f"- {b}\n" for b in blocks)).turns] == blocks
