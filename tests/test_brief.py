"""Briefs for writers and cards for sellers."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from resonance.brief import MUST, brief
from resonance.card import battlecard
from resonance.categories import CategoryModel
from resonance.records import Asset, Call, Deal, Findings, Match, Passage, Statement, Theme
from resonance.report.markdown import brief_as_markdown, card_as_markdown, plain
from resonance.sides import sides

HOSTILE = "<script>alert(1)</script> [x](https://evil.example) ![](//evil.example/p) # *hi*"


def statement(number, call_id, text, confidence=0.9, theme_id="T1"):
    return Statement(
        f"S{number}", call_id, "a.vtt", 0, None, "prospect-1", "prospect", "objection",
        "price_value", confidence, text, theme_id=theme_id,
    )  # fmt: skip


def match(asset_id, theme_id, relevance, verdict):
    return Match(asset_id, theme_id, relevance, verdict, "It pays for itself.", 0, "Too dear.")


THEME = Theme(
    "T1", "objection", "price_value", "Price: fee and budget", ("fee", "budget", "boat"), ("S1",),
    4, 4, 4, 60_000.0, 0.4,
)  # fmt: skip
OTHER = replace(THEME, theme_id="T2", name="Security", keyphrases=("breach",), amount=0.0)
FINDINGS = Findings(
    calls=tuple(
        Call(f"C{n}", f"{n}.vtt", (), account=account, date=date(2026, 1, n))
        for n, account in enumerate(["Acme", "Bolt", "Cask", "Dory"], 1)
    ),
    statements=(
        statement(1, "C1", "The fee is too high."),
        statement(2, "C2", "Your fees are high."),
        statement(3, "C3", "There is no budget this year."),
        statement(4, "C4", "He said so.", confidence=0.4),
        statement(5, "C4", "Was there a breach?", theme_id="T2"),
    ),
    themes=(THEME, OTHER),
    assets=(
        Asset("A1", "a.md", "Value", (Passage("It pays for itself.", "Money", "line 3", 3),)),
        Asset("A2", "b.md", "Fees", (Passage("Our fee is flat.", "", "line 1", 1),)),
    ),
    matches=(
        match("A1", "T1", 0.4, "names"), match("A2", "T1", 0.8, "answers"),
        match("A1", "T2", 0.1, "silent"), match("A2", "T2", 0.2, "silent"),
    ),
    deals=(
        Deal("D1", "Acme", "won", segment="SMB"),
        Deal("D2", "Bolt", "lost", segment="SMB"),
        Deal("D3", "Cask", "lost", segment="enterprise"),
    ),
)  # fmt: skip
# 1 and 2 say the same, 3 another thing, 4 something between; 5 is of another theme.
VECTORS = np.array([[1, 0, 0], [0.96, 0.28, 0], [0, 1, 0], [0.28, 0.96, 0], [0, 0, 1]])


def test_the_sides_of_a_theme_are_its_different_quotes_with_who_stands_behind_each():
    first, second = sides(THEME, FINDINGS, VECTORS, 2)
    assert {first.text, second.text} == {"Your fees are high.", "There is no budget this year."}
    assert (first.n_accounts, second.n_accounts) == (2, 2)
    bolt = next(side for side in (first, second) if side.account == "Bolt")
    assert (bolt.segment, bolt.outcome, bolt.date) == ("SMB", "lost", date(2026, 1, 2))


def test_what_is_hardly_voiced_stands_for_nothing():
    assert "He said so." not in {side.text for side in sides(THEME, FINDINGS, VECTORS, 9)}


def test_the_order_of_statements_changes_nothing():
    turned = replace(FINDINGS, statements=FINDINGS.statements[::-1])
    assert sides(THEME, turned, VECTORS[::-1], 2) == sides(THEME, FINDINGS, VECTORS, 2)
    assert brief(THEME, turned, VECTORS[::-1]) == brief(THEME, FINDINGS, VECTORS)


def test_a_brief_says_who_voices_it_and_in_which_words():
    found = brief(THEME, FINDINGS, VECTORS)
    assert found.segments == (("SMB", 2), ("enterprise", 1), ("unknown", 1))
    assert found.outcomes == (("lost", 2), ("won", 1), ("unknown", 1))
    assert [(word.phrase, word.n_accounts) for word in found.words] == [("fee", 2), ("budget", 1)]
    assert found.must == MUST["price_value"]


def test_a_brief_names_what_comes_nearest_and_the_words_it_never_says():
    found = brief(THEME, FINDINGS, VECTORS)
    assert [(n.asset_id, n.verdict) for n in found.nearest] == [("A2", "answers"), ("A1", "names")]
    assert found.nearest[0].unsaid == ("budget", "boat")
    assert found.nearest[1].place == "Money, line 3"
    assert found.is_answered
    assert "It is answered already" in brief_as_markdown(found)


def test_a_theme_that_nothing_touches_shows_the_nearest_of_what_does_not():
    found = brief(OTHER, FINDINGS, VECTORS)
    assert [(n.asset_id, n.verdict) for n in found.nearest] == [("A2", "silent")]
    assert "No asset answers it." in brief_as_markdown(found)
    alone = brief(OTHER, replace(FINDINGS, assets=(), matches=()), VECTORS)
    assert "No asset answers it." in brief_as_markdown(alone)


def test_every_category_says_what_an_answer_must_contain():
    categories = {name for names in CategoryModel().classes_.values() for name in names}
    assert categories <= set(MUST)


def test_a_card_has_quotes_the_deals_and_the_passage_to_reply_with():
    found = battlecard(THEME, FINDINGS, VECTORS)
    assert [reply.asset_id for reply in found.replies] == ["A2"]
    assert (found.deals.won, found.deals.lost) == (1, 2)
    text = card_as_markdown(found)
    assert text.index("## They say") < text.index("## Reply with") < text.index("**Fees**")
    assert "Their deals: 1 won, 2 lost, 0 open" in text


def test_a_card_without_an_answer_says_so_and_what_is_nearest():
    found = battlecard(OTHER, FINDINGS, VECTORS)
    assert found.replies == ()
    assert found.near is not None
    assert "No asset answers it yet.\n\n**Fees** does not touch it" in card_as_markdown(found)


def shown(markdown):
    page = MarkdownIt("commonmark", {"html": True}).enable(["table"]).render(markdown)
    return html.fromstring(f"<div>{page}</div>")


@given(st.text(min_size=1))
def test_any_text_shows_as_itself_in_markdown(text):
    page = shown(plain("a " + text))
    assert [child.tag for child in page] == ["p"]
    assert not len(page[0])


@pytest.mark.parametrize(
    "text", ["# no", "- no", "1. no", "+ no", "> no", "=== no", "```no", "&lt; no", HOSTILE]
)
def test_no_text_makes_markup_in_markdown(text):
    page = shown(plain(text))
    assert [child.tag for child in page.iter()] == ["div", "p"]
    assert page.text_content().strip() == text


def test_whatever_is_said_or_written_shows_as_text():
    said = tuple(replace(s, text=f"{HOSTILE} {s.statement_id}") for s in FINDINGS.statements)
    assets = tuple(
        replace(a, title=HOSTILE, passages=(Passage(HOSTILE, HOSTILE, HOSTILE),))
        for a in FINDINGS.assets
    )
    theme = replace(THEME, name=HOSTILE, keyphrases=(HOSTILE,))
    findings = replace(FINDINGS, statements=said, assets=assets, themes=(theme, OTHER))
    for text in (
        brief_as_markdown(brief(theme, findings, VECTORS)),
        card_as_markdown(battlecard(theme, findings, VECTORS)),
    ):
        page = shown(text)
        assert not page.xpath("//script | //a | //img | //em")
        assert page.text_content().count("<script>alert(1)</script>") > 4
