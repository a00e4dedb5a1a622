"""The page of a draft check: all of it there, in order, adding up, and harmless."""

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html

from resonance.check import Check, Missing, PassageCheck, ThemeCheck
from resonance.records import Part, Score
from resonance.report.check_page import as_html

HOSTILE = """"><script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>{{ 7*7 }}"""


def passage(row, text, theme_id="", name="", heading="Why"):
    return PassageCheck(row, f"line {2 * row + 1}", 2 * row + 1, heading, text, theme_id, name)


def theme(theme_id, name, row, text, points=0.0, kind="objection"):
    verdict = "answers" if points else "names"
    return ThemeCheck(
        theme_id, name, kind, verdict, 0.7, points, 0.1, 8, f"They said {name}.", text, row,
        f"line {2 * row + 1}", 2 * row + 1, "Why",
    )  # fmt: skip


CHECK = Check(
    source="drafts/value.md",
    title="Value",
    score=Score("A1", 10.3, (Part("T1", 7.1), Part("T2", 3.2)), 0.5, 8.2, 12.9, "T1"),
    n_themes=9,
    n_accounts=23,
    answers=(
        theme("T1", "Cost", 1, "It pays for itself.", 7.1),
        theme("T2", "Order status", 2, "You see every order.\nAt any hour.", 3.2, "need"),
    ),
    names=(theme("T3", "Security", 3, "We take security seriously."),),
    passages=(
        passage(0, "We love coffee.", heading="Value"),
        passage(1, "It pays for itself.", "T1", "Cost"),
        passage(2, "You see every order.\nAt any hour.", "T2", "Order status"),
        passage(3, "We take security seriously.", heading="Trust"),
    ),
    missing=(
        Missing("T4", "Set-up", "objection", 0.2, 11, ("Who sets it up?", "No time."), ("Day 1",)),
        Missing("T3", "Security", "objection", 0.1, 8, ("Is it safe?",), ()),
    ),
)
IDLE = replace(
    CHECK,
    title="Fluff",
    score=Score("A2", 0.0, (), 0.0, 0.0, 0.0),
    answers=(),
    names=(),
    passages=tuple(replace(p, theme_id="", name="") for p in CHECK.passages),
)


def words_of(element):
    return " ".join(element.text_content().split())


def parsed(*checks):
    return html.fromstring(as_html(checks))


@pytest.fixture(scope="module")
def page():
    return parsed(CHECK)


@pytest.fixture(scope="module")
def told(page):
    return words_of(page.find("body"))


def test_the_verdict_comes_first_with_score_reach_and_focus(page, told):
    (lead,) = page.xpath('//p[@class="lead"]')
    assert words_of(lead).startswith("It answers Cost and Order status: 20% of what prospects")
    tiles = [words_of(tile) for tile in page.xpath('//ul[@class="tiles"]/li')]
    assert tiles[0].startswith("10.3 resonance, of 100")
    assert "8.2 to 12.9 in nine of ten draws" in tiles[0]
    assert tiles[1].startswith("20% reach")
    assert tiles[2].startswith("50% focus: 2 of 4 passages")
    assert tiles[3] == "2 of 9 themes answered"
    assert "against 9 themes that 23 accounts voiced" in told


def test_readers_are_named_where_only_their_voices_count():
    told = words_of(parsed(replace(CHECK, readers="segment SMB")).find("body"))
    assert "against 9 themes that 23 accounts (segment SMB) voiced" in told


def test_the_interval_is_drawn(page):
    (title,) = page.xpath('//svg[.//path[@class="whisker"]]/title/text()')
    assert title == "Resonance 10.3 of 100, 90 % interval 8.2 to 12.9"
    few = parsed(replace(CHECK, score=replace(CHECK.score, low=None, high=None)))
    assert not few.xpath('//path[@class="whisker"]')
    assert "How sure: not enough calls to say." in words_of(few)


def test_a_low_score_does_not_fill_its_bar():
    assert "The bar runs from 0 to 10." in words_of(parsed(IDLE))


def test_the_parts_shown_add_up_to_the_resonance_shown(page):
    (ledger,) = page.xpath('//table[contains(@class, "ledger")]')
    parts = [round(10 * float(cell)) for cell in ledger.xpath("./tbody/tr/td[last()]/text()")]
    (whole,) = ledger.xpath("./tfoot/tr/td/text()")
    assert whole == "10.3"
    assert parts == [71, 32]


def test_quote_and_passage_stand_side_by_side(page):
    pairs = [words_of(proof) for proof in page.xpath('//div[@class="proof"]')]
    assert len(pairs) == 3
    assert pairs[0].startswith("Cost answers it relevance 70% They said Cost. a prospect")
    assert "It pays for itself. This draft · Why, line 3" in pairs[0]
    assert pairs[2].startswith("Security names it without answering relevance 70%")
    assert pairs[2].endswith("In the draft: passage 4")


def test_every_passage_is_there_once_and_in_the_order_of_the_draft(page):
    texts = page.xpath('//ol[@class="passages"]/li//p[@class="words"]/text()')
    assert texts == [p.text for p in CHECK.passages]


def test_every_passage_says_in_words_and_in_colour_what_it_does(page):
    notes = page.xpath('//ol[@class="passages"]/li')
    assert [(li.get("class"), words_of(li[0])) for li in notes] == [
        ("idle", "1 · line 1 answers nothing"),
        ("objection", "2 · line 3 helps to answer Cost"),
        ("need", "3 · line 5 helps to answer Order status"),
        ("idle", "4 · line 7 answers nothing only names Security"),
    ]


def test_a_passage_that_proves_two_answers_is_marked_with_both():
    second = replace(CHECK.answers[1], passage_row=1)
    passages = tuple(replace(p, theme_id="T1" if p.row == 1 else "") for p in CHECK.passages)
    page = parsed(replace(CHECK, answers=(CHECK.answers[0], second), passages=passages))
    note = words_of(page.xpath('//ol[@class="passages"]/li[2]/div')[0])
    assert note == "2 · line 3 helps to answer Cost helps to answer Order status"


def test_a_heading_stands_once_above_its_passages(page):
    headings = page.xpath('//ol[@class="passages"]/li//p[@class="name"]/text()')
    assert headings == ["Why", "Trust"]


def test_what_is_missing_is_told_in_prospects_words_with_what_answers_it(page):
    missing = [words_of(card) for card in page.xpath('//ul[@class="gaps"]/li')]
    assert missing == [
        "Set-up objection 20% of demand · 11 accounts Who sets it up? No time."
        " Already answered by Day 1.",
        "Security objection 10% of demand · 8 accounts Is it safe?"
        " No asset answers it yet. This draft names it.",
    ]


def test_a_draft_that_answers_nothing_is_told_so_and_what_is_voiced():
    page = parsed(IDLE)
    told = words_of(page.find("body"))
    assert "It answers nothing that prospects voice. Most voiced of what it leaves out: Set-up" in (
        told
    )
    assert told.count("answers nothing") >= len(IDLE.passages)
    assert not page.xpath('//table[contains(@class, "ledger")] | //path[@class="whisker"]')
    assert "What it only names" not in told


def test_several_drafts_are_compared_on_one_scale_and_then_told_one_by_one():
    page = parsed(CHECK, IDLE, CHECK)
    rows = page.xpath('//table[contains(@class, "assets")]/tbody/tr')
    assert [words_of(row.xpath("./th/a")[0]) for row in rows] == ["Value", "Fluff", "Value"]
    assert [row.xpath('./td[@data-label="Resonance"]/span/text()')[0] for row in rows] == [
        "10.3", "0.0", "10.3",
    ]  # fmt: skip
    assert page.xpath('//section[@class="draft"]/h2/text()') == ["Value", "Fluff", "Value"]
    check_links(page)


def check_links(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = page.xpath("//@href")
    assert [link for link in links if not link.startswith("#")] == []
    assert {link[1:] for link in links} <= set(ids)


def test_every_link_stays_on_the_page_and_leads_somewhere(page):
    check_links(page)
    assert not page.xpath("//@src | //@srcset | //@style | //@action | //@data")
    assert not re.search(r"https?://|url\(|@import", as_html([CHECK]))


def test_the_policy_allows_its_own_style_and_nothing_else(page):
    (style,) = page.xpath("//style/text()")
    (policy,) = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_the_page_can_be_heard_as_well_as_seen(page):
    levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(table.xpath("./caption") for table in page.xpath("//table"))
    assert all(cell.get("scope") for cell in page.xpath("//th"))
    assert all(svg.xpath("./title") for svg in page.xpath("//svg"))


def poisoned(record):
    fixed = {"theme_id", "kind", "verdict", "asset_id"}
    texts = {
        name: HOSTILE
        for name in record.__dataclass_fields__
        if isinstance(getattr(record, name), str) and name not in fixed
    }
    return replace(record, **texts)


def test_whatever_is_said_or_written_shows_as_text():
    parts = {
        name: tuple(map(poisoned, getattr(CHECK, name)))
        for name in ("answers", "names", "passages")
    }
    missing = (replace(poisoned(CHECK.missing[0]), quotes=(HOSTILE,), answered_by=(HOSTILE,)),)
    hostile = replace(poisoned(CHECK), **parts, missing=missing)
    for page in (parsed(hostile), parsed(hostile, hostile)):
        assert not page.xpath("//script | //img")
        assert not page.xpath('//@*[starts-with(name(), "on")]')
        told = words_of(page)
        assert told.count("<script>alert('x')</script>") > 10
        assert "{{ 7*7 }}" in told
        check_links(page)


def test_hostile_ids_do_not_break_out_of_their_attributes():
    swap = replace(CHECK.answers[0], theme_id=HOSTILE)
    passages = tuple(replace(p, theme_id=HOSTILE if p.row == 1 else "") for p in CHECK.passages)
    page = parsed(replace(CHECK, answers=(swap,), passages=passages))
    assert not page.xpath("//script | //img")
    check_links(page)


def test_half_characters_and_control_characters_do_not_stop_the_page():
    broken = replace(CHECK, title="Too\x00 dear \ud83d\x1b[31m")
    assert b"Too dear ?[31m" in as_html([broken]).encode()


def test_the_same_checks_give_the_same_bytes():
    assert as_html([CHECK, IDLE]) == as_html([CHECK, IDLE])
    assert as_html([CHECK]) != as_html([replace(CHECK, n_themes=8)])
