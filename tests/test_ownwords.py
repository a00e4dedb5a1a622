"""What a passage says in words of its own, and what it denies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance.denial import denies
from resonance.ownwords import Quoted, without_lists

SAID = Quoted(["It costs more than we could ever save in a year.", "Too expensive for us."])


def test_what_prospects_said_is_left_out_and_the_rest_stays():
    text = "“It costs more than we could ever save in a year.” We hear that. So we cut the price."
    assert SAID.left_out(text) == "“ We hear that. So we cut the price."


@pytest.mark.parametrize(
    "text",
    [
        "It costs more than we could ever save in a year.",
        "it COSTS more than we could ever save - in a year!",
        "Too expensive for us. Too expensive for us.",
    ],
)
def test_of_a_pasted_quote_nothing_is_left(text):
    assert SAID.left_out(text) == ""


def test_a_few_common_words_in_a_row_are_nobodys():
    text = "It costs more than a coffee, and it is not too expensive for a shop."
    assert SAID.left_out(text) == text


@given(st.text(max_size=60))
def test_where_nothing_was_said_nothing_is_left_out(text):
    assert Quoted([]).left_out(text) == text


def test_a_list_of_words_is_not_read_and_a_sentence_is():
    assert without_lists("price, cost, budget, fee, invoice") == ""
    assert without_lists("Price, cost, fee: you see all of it.") == (
        "Price, cost, fee: you see all of it."
    )
    assert without_lists("Pricing\nYou pay by the month.") == "Pricing\nYou pay by the month."


@pytest.mark.parametrize(
    ("passage", "quote"),
    [
        ("We do not support offline mode on tablets.", "Our drivers need it to work offline."),
        ("There is no way to export the audit trail.", "Auditors want the trail exported."),
        ("The mobile app is not yet available on Android.", "Half my team is on Android."),
        ("Our platform cannot integrate with Sage.", "It has to talk to Sage."),
        ("We don’t offer a discount. Sorry!", "At your price we need a discount."),
    ],
)
def test_what_is_asked_for_can_be_denied(passage, quote):
    assert denies(passage, [quote])


@pytest.mark.parametrize(
    ("passage", "quote"),
    [
        ("You do not need IT to connect Sage.", "It has to talk to Sage."),
        ("We do not charge for set-up.", "The set-up fees scare us."),
        ("No lease, no term, no notice window to miss.", "We had a lease of five years."),
        ("We do not support fax.", "Our drivers need it to work offline."),
        ("We support offline mode on every tablet.", "Our drivers need it to work offline."),
    ],
)
def test_a_no_that_answers_a_worry_or_is_about_something_else_denies_nothing(passage, quote):
    assert not denies(passage, [quote])


def test_hardly_any_passage_that_answers_is_taken_for_a_denial(voices):
    n_answers = n_denials = 0
    for path in sorted(voices.glob("*/passages.jsonl")):
        said = [json.loads(line) for line in (path.parent / "statements.jsonl").open()]
        for line in path.open(encoding="utf-8"):
            passage = json.loads(line)
            if passage["grade"] == 3:
                quotes = [row["text"] for row in said if row["theme_id"] == passage["theme_id"]]
                n_answers += 1
                n_denials += denies(passage["text"], quotes)
    assert n_answers > 1000
    assert n_denials <= n_answers / 200
