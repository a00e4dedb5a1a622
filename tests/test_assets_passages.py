"""Blocks to passages: cut where a reader would, in the encoder's window, and nothing lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from resonance.sources.assets.blocks import Block, one_line
from resonance.sources.assets.passages import MAX_WORDS, MIN_WORDS, cut

SENTENCE = "Our price is fair and we put it on the page for everyone to see."  # 15 words

words = st.text(st.characters(exclude_categories=["Cc"]), max_size=30)
texts = st.lists(words | st.sampled_from([SENTENCE, "Dr. No.", "\n", "?", "x" * 400]), max_size=40)
blocks = st.builds(
    Block,
    text=texts.map(" ".join),
    level=st.sampled_from([0, 0, 0, 1, 2, 3, 6]),
    line=st.integers(1, 99) | st.none(),
)
slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def letters(text: str) -> str:
    return "".join(character for character in one_line(text) if not character.isspace())


@slow
@given(st.lists(blocks, max_size=12))
@example([Block("00", 1), Block("", 2), Block("", 2), Block("0")])
def test_no_word_of_an_asset_is_lost_and_none_is_moved(encoder, found):
    passages = cut(found, "", encoder)
    said = "".join(letters(p.text) for p in passages)
    everything = "".join(letters(p.heading) + letters(p.text) for p in passages)
    at = 0
    for block in found:
        if not any(character.isalnum() for character in letters(block.text)):
            continue
        if block.level:
            assert letters(block.text) in everything
        else:
            at = said.index(letters(block.text), at) + len(letters(block.text))


@slow
@given(st.lists(blocks, max_size=12))
def test_every_passage_fits_the_encoder_together_with_its_heading(encoder, found):
    for passage in cut(found, "", encoder):
        assert passage.text.strip()
        assert encoder.n_tokens([f"{passage.heading}\n{passage.text}"])[0] <= encoder.max_tokens
        assert len(passage.text.split()) <= MAX_WORDS


def test_a_passage_never_crosses_a_heading(encoder):
    found = [Block("Price", 2), Block("Fair."), Block("Set-up", 2), Block("Quick.")]
    assert [(p.heading, p.text) for p in cut(found, "", encoder)] == [
        ("Price", "Fair."),
        ("Set-up", "Quick."),
    ]


def test_short_paragraphs_are_joined_until_they_are_worth_comparing(encoder):
    passages = cut([Block(SENTENCE)] * 7, "", encoder)
    assert [len(p.text.split()) for p in passages] == [45, 60]
    assert min(len(p.text.split()) for p in passages) >= MIN_WORDS
    assert passages[0].text == "\n".join([SENTENCE] * 3)


def test_a_long_paragraph_is_cut_between_sentences_into_even_parts(encoder):
    passages = cut([Block(" ".join([SENTENCE] * 20))], "", encoder)
    assert [len(p.text.split()) for p in passages] == [105, 105, 90]
    assert all(p.text.startswith("Our") and p.text.endswith("see.") for p in passages)


def test_a_sentence_does_not_end_at_an_abbreviation(encoder):
    long = "We serve Acme Inc. Their team asked Dr. Hale about No. 7, e.g. The old one. " * 12
    for passage in cut([Block(long)], "", encoder):
        assert passage.text.startswith("We serve")
        assert passage.text.endswith("old one.")


def test_a_later_passage_of_a_long_paragraph_knows_its_own_line(encoder):
    lines = [f"{SENTENCE} {SENTENCE}" for _ in range(10)]
    passages = cut([Block("\n".join(lines), line=5)], "", encoder)
    assert [p.line for p in passages] == [5, 8, 12]


@pytest.mark.parametrize("text", ["量" * 3000, "x" * 5000, "a.b/c-" * 900, "🙂" * 2000])
def test_what_has_no_spaces_is_cut_all_the_same(text, encoder):
    passages = cut([Block(text)], "", encoder)
    assert "".join(p.text for p in passages) == text or not passages
    assert all(encoder.n_tokens([p.text])[0] <= encoder.max_tokens for p in passages)


def test_a_heading_with_nothing_under_it_is_text_of_the_section_above(encoder):
    found = [Block("Why us", 2), *(Block(t, 3) for t in ("Fast", "Fair")), Block("Next", 2)]
    passages = cut([*found, Block("Call us.")], "", encoder)
    assert [(p.heading, p.text) for p in passages] == [
        ("Why us", "Fast\nFair"),
        ("Next", "Call us."),
    ]


def test_a_closing_line_set_as_a_heading_does_not_belong_to_the_last_quote(encoder):
    found = [Block("Pricing", 1), Block("Hello."), Block("Sarah W.", 5), Block("It is great.")]
    passages = cut([*found, Block("Ready to start?", 2)], "Pricing", encoder)
    assert [(p.heading, p.text) for p in passages][1:] == [
        ("Sarah W.", "It is great."),
        ("Pricing", "Ready to start?"),
    ]


def test_headings_that_follow_each_other_are_read_together_but_the_title_is_not_repeated(encoder):
    found = [Block("Acme", 1), Block("Features", 2), Block("Matching", 3), Block("Line by line.")]
    assert [p.heading for p in cut(found, "Acme", encoder)] == ["Features – Matching"]


def test_a_heading_as_long_as_a_paragraph_is_a_paragraph(encoder):
    quote = " ".join([SENTENCE] * 6)
    passages = cut([Block("Voices", 1), Block(quote, 2), Block("Said a customer.")], "", encoder)
    assert passages[0].heading == "Voices"
    assert passages[0].text == f"{quote}\nSaid a customer."


def test_the_same_blocks_give_the_same_passages(encoder):
    found = [Block("Price", 1), *[Block(SENTENCE)] * 30]
    assert cut(found, "", encoder) == cut(list(found), "", encoder)


@pytest.mark.parametrize("text", ["." * 200_000, "a. " * 60_000, "?!" * 100_000 + " End."])
def test_a_row_of_marks_does_not_hold_up_the_reading(text, encoder):
    start = time.perf_counter()
    cut([Block(f"Start {text}")], "", encoder)
    assert time.perf_counter() - start < 10
