"""Whole conversations, with what prospects voice marked in its place, as rows to learn from."""

import pytest

from resonance.training.talks import read_talks

THEMES = (
    "theme_id,kind,category,name,description\nP1,objection,price_value,Price,It costs too much.\n"
)
CALL = """channel: call
V Jonas: How did the trial go? We hear it's dear.
P Maren: It ran. [[P1|objection|price_value|It is twice what we pay. Twice.]] The guys were polite.
P Olaf: [[-|need|cut_cost|I'd like my Fridays back.]]
V Jonas: Fair.
"""


@pytest.fixture
def read(tmp_path, nlp):
    def read(text):
        calls = tmp_path / "bakeries" / "calls"
        calls.mkdir(parents=True)
        (calls.parent / "themes.csv").write_text(THEMES, encoding="utf-8")
        (calls / "01.txt").write_text(text, encoding="utf-8")
        return read_talks(tmp_path, nlp)

    return read


def test_a_mark_is_a_statement_and_every_other_sentence_of_the_prospect_is_neither(read):
    assert [(row["kind"], row["text"]) for row in read(CALL)] == [
        ("none", "It ran."),
        ("objection", "It is twice what we pay. Twice."),
        ("none", "The guys were polite."),
        ("need", "I'd like my Fridays back."),
    ]


def test_a_row_knows_what_the_other_side_said_and_what_led_up_to_it(read):
    first, marked, last, other = read(CALL)
    assert {row["before"] for row in (first, marked, last, other)} == {
        "How did the trial go? We hear it's dear."
    }
    assert (first["lead"], marked["lead"]) == ("", "It ran.")
    assert last["lead"] == "It ran. It is twice what we pay. Twice."
    assert (other["lead"], other["speaker"]) == ("", "Olaf")


def test_a_statement_that_nobody_shares_has_a_category_and_no_theme(read):
    *_, other = read(CALL)
    assert (other["category"], other["theme_id"], other["theme"]) == ("cut_cost", "", "")


def test_lines_of_a_note_are_read_one_by_one(read):
    rows = read(
        "channel: note\nN: 20 seats; [[P1|objection|price_value|too dear for them]]\nN: ring May\n"
    )
    assert [row["text"] for row in rows] == ["20 seats", "too dear for them", "ring May"]


def test_a_line_without_a_speaker_is_named(read):
    with pytest.raises(ValueError, match=r"01\.txt.*no speaker"):
        read("channel: call\nwho says this\n")
