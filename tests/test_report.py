"""The report: whole, honest, harmless, and the same every time."""

import base64
import csv
import hashlib
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from resonance import config
from resonance.errors import StoreError
from resonance.records import (
    Asset,
    Call,
    Deal,
    Findings,
    Match,
    Part,
    Passage,
    Problem,
    Score,
    Statement,
    Theme,
)
from resonance.report import charts, render, words, write_report
from resonance.report.build import ASSETS_SHOWN, THEMES_SHOWN
from resonance.report.joined import PARTS_SHOWN
from resonance.report.page import style_sheet
from resonance.score import score_assets, voiced
from resonance.store import Store
from resonance.workspace import Workspace

HOSTILE = """"><script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>{{ 7*7 }}"""


def statement(number, theme_id="T1", text="It costs too much.", call_id="C1", kind="objection"):
    return Statement(
        f"s{number}", call_id, "zoom/a.vtt", number, 65.0, "prospect-1", "prospect", kind,
        "price_value", 0.9, text, theme_id=theme_id,
    )  # fmt: skip


def theme(theme_id, share=0.5, name="Cost", kind="objection", exemplars=("s1",)):
    return Theme(
        theme_id, kind, "price_value", name, ("too expensive",), exemplars, 2, 1, 1, 41500.0,
        share, 0.86, first_seen=date(2026, 1, 14), last_seen=date(2026, 2, 3),
    )  # fmt: skip


def asset(asset_id, title="Value"):
    passages = (Passage("It pays for itself.", "Why", "line 3", 3),)
    return Asset(asset_id, f"blog/{asset_id}.md", title, passages, impressions=8200.0)


SMALL = Findings(
    calls=(Call("C1", "zoom/a.vtt", (), "call", date(2026, 1, 14), "D1", "Brackwater"),),
    statements=(statement(1), statement(2, "T2", "Where is my order?", kind="need")),
    themes=(theme("T1"), theme("T2", 0.25, "Order status", "need", ("s2",))),
    assets=(asset("A1"), asset("A2", "Nothing much")),
    matches=(
        Match("A1", "T1", 0.7, "answers", "It pays for itself.", 0, "It costs too much."),
        Match("A1", "T2", 0.2, "silent"),
        Match("A2", "T1", 0.1, "silent"),
        Match("A2", "T2", 0.3, "names", "It pays for itself.", 0, "Where is my order?"),
    ),
    scores=(
        Score("A1", 35.0, (Part("T1", 35.0),), 1.0, 30.0, 41.0, "T1"),
        Score("A2", 0.0, (), 0.0, 0.0, 0.0),
    ),
    deals=(Deal("D1", "Brackwater", "won", amount=41500.0),),
)


@pytest.fixture(scope="module")
def gold(tallyroot):
    """The demo corpus as a perfect analysis would find it."""

    def rows(name):
        with open(tallyroot / name, encoding="utf-8") as file:
            return list(csv.DictReader(file))

    calls = tuple(
        Call(r["call_id"], r["file"], (), date=date.fromisoformat(r["date"]), deal_id=r["deal_id"])
        for r in rows("calls.csv")
    )
    deals = tuple(
        Deal(r["deal_id"], r["account"], r["outcome"], amount=float(r["amount_usd"]))
        for r in rows("deals.csv")
    )
    statements = tuple(
        replace(statement(i, r["theme_id"].replace("none", ""), r["text"], r["call_id"]),
                kind=r["kind"])
        for i, r in enumerate(rows("gold/statements.csv"))
    )  # fmt: skip
    shares = voiced(statements, calls, deals, config.Demand()).demand
    themes = tuple(
        theme(r["theme_id"], shares[r["theme_id"]], r["name"], r["kind"], ())
        for r in rows("gold/themes.csv")
    )
    assets = tuple(asset(r["asset_id"], r["title"]) for r in rows("assets.csv"))
    matches = tuple(
        Match(
            r["asset_id"], r["theme_id"], int(r["grade"]) / 3.1,
            ("silent", "names", "answers", "answers")[int(r["grade"])], r["passage"], 0, "A quote.",
        )
        for r in rows("gold/relevance.csv")
    )  # fmt: skip
    who = voiced(statements, calls, deals, config.Demand())
    scores = score_assets(assets, matches, who, {})
    return Findings(calls, statements, themes, assets, matches, scores, deals)


@pytest.fixture(scope="module")
def gold_page(gold):
    return parsed(gold)


def parsed(findings, problems=(), **options):
    return html.fromstring(render(findings, problems, **options))


def words_of(element):
    return " ".join(element.text_content().split())


def section(page, name):
    return words_of(page.xpath(f'//section[@aria-labelledby="{name}"]')[0])


# What it says


def test_the_headline_says_how_much_is_voiced_and_how_much_of_it_is_answered(gold_page):
    told = section(gold_page, "headline")
    assert "In 58 calls with 40 accounts, prospects voiced 259 objections and 154 needs." in told
    assert "18 themes; the loudest are Price (14%), Implementation effort (8.4%) and" in told
    assert "answers 93% of that demand with something, and leaves 1 gap." in told
    assert "Watch Payment fraud and duplicate protection" in told


def test_a_gap_is_shown_in_prospects_own_words(gold, gold_page):
    told = section(gold_page, "gaps")
    said = [s.text for s in gold.statements if s.theme_id == "O02"]
    assert "Timing" in told
    assert sum(" ".join(text.split()) in told for text in said) == 3


def test_an_asset_that_answers_nothing_is_told_so_plainly():
    told = section(parsed(SMALL), "answers")
    assert "Nothing much" in told
    assert "Answers nothing that was voiced" in told
    assert "Rework or retire 1 asset that answers nothing" in section(parsed(SMALL), "headline")


def test_an_asset_that_says_the_opposite_is_pointed_at():
    opposed = replace(SMALL.matches[3], verdict="contradicts")
    page = parsed(replace(SMALL, matches=(*SMALL.matches[:3], opposed)))
    assert "Nothing much says the opposite" in section(page, "voice")
    assert "Correct Nothing much" in section(page, "headline")


def test_the_parts_shown_add_up_to_the_resonance_shown(gold_page):
    ledgers = gold_page.xpath('//table[@class="ledger"]')
    assert ledgers
    for ledger in ledgers:
        tenths = [round(10 * float(cell.text)) for cell in ledger.xpath("./tbody/tr/td")]
        (whole,) = ledger.xpath("./tfoot/tr/td/text()")
        row = ledger.xpath("ancestor::tr")[0]
        assert sum(tenths) == round(10 * float(whole))
        assert row.xpath('./td[@data-label="Resonance"]/span/text()')[0] == whole


def test_the_parts_of_an_asset_that_answers_a_hundred_themes_still_add_up():
    themes = tuple(theme(f"T{i}", 0.01) for i in range(100))
    parts = tuple(Part(f"T{i}", (i % 7) / 10 + 0.1) for i in range(100))
    score = Score("A1", round(sum(p.points for p in parts), 1), parts, 1.0, best_theme_id="T6")
    page = parsed(replace(SMALL, themes=themes, scores=(score,), matches=()))
    cells = page.xpath('//table[@class="ledger"]/tbody/tr/td/text()')
    assert len(cells) == PARTS_SHOWN + 1
    assert sum(round(10 * float(cell)) for cell in cells) == round(10 * score.resonance)
    assert f"{100 - PARTS_SHOWN} other themes" in section(page, "answers")


def test_quote_and_passage_stand_side_by_side_with_their_places():
    (article,) = parsed(SMALL).xpath('//article[@id="theme-T1"]')
    (pair,) = article.xpath('.//div[@class="pair"]')
    told = words_of(pair)
    assert "answers it relevance 70%" in told
    assert "It costs too much." in told
    assert "It pays for itself. Value · Why, line 3" in told
    assert "prospect-1, 14 Jan 2026 · zoom/a.vtt, at 1:05" in words_of(article)


def test_every_relevance_of_the_heat_map_can_be_read_as_a_number():
    page = parsed(replace(SMALL, matches=SMALL.matches[:3]))
    (heat,) = page.xpath('//table[@class="heat"]')
    rows = [[words_of(cell) for cell in row.xpath("./td")] for row in heat.xpath("./tbody/tr")]
    assert rows == [["70", "10"], ["20", "–"]]


def test_deals_are_told_in_words_and_never_as_a_cause(gold_page):
    page = gold_page
    told = section(page, "deals")
    assert "41 deals: 17 won, 17 lost, 7 open." in told
    assert "Price 6 of 16 294k" in told
    assert "Raised more often in won deals" in told
    assert not re.search(r"\bcaus|\bbecause of\b|\bcosts? deals", told + section(page, "guide"))


def test_what_could_not_be_read_is_named_with_its_remedy():
    problem = Problem("notes/scan.pdf", "it holds no text", "run OCR on it", "page 2")
    told = section(parsed(SMALL, [problem]), "unread")
    assert "1 thing could not be read" in told
    assert "notes/scan.pdf page 2 it holds no text run OCR on it" in told
    assert "every file that was given was read" in section(parsed(SMALL), "unread")


# Where there is little


@pytest.mark.parametrize(
    ("findings", "name", "told"),
    [
        pytest.param(Findings(), "headline", "resonance run --calls FOLDER", id="nothing"),
        pytest.param(Findings(), "answers", "resonance run --assets FOLDER", id="no assets"),
        pytest.param(replace(SMALL, deals=()), "deals", "--deals deals.csv", id="no deals"),
        pytest.param(
            replace(SMALL, themes=SMALL.themes[:1], assets=(), matches=(), scores=()), "headline",
            "They make one theme: Cost (50%).", id="one theme and no assets",
        ),
        pytest.param(
            replace(SMALL, themes=(), matches=(), scores=()), "voice",
            "2 statements in 1 call: too few that are alike", id="no themes",
        ),
        pytest.param(
            replace(SMALL, themes=(), statements=(), matches=(), scores=()), "voice",
            "No objection or need was found in 1 call.", id="nobody voiced anything",
        ),
        pytest.param(replace(SMALL, scores=()), "answers", "not scored", id="no scores"),
        pytest.param(
            replace(SMALL, matches=(), scores=()), "headline",
            "Nothing in our marketing answers any of it.", id="no matches",
        ),
        pytest.param(
            replace(SMALL, calls=(replace(SMALL.calls[0], date=None),)), "headline",
            "In 1 call with 1 account", id="no dates",
        ),
        pytest.param(
            replace(SMALL, matches=tuple(replace(m, verdict="answers") for m in SMALL.matches)),
            "gaps", "None: every theme is answered", id="no gaps",
        ),
    ],
)  # fmt: skip
def test_where_something_is_missing_the_report_says_what_to_do(findings, name, told):
    page = parsed(findings)
    assert told in section(page, name)
    check_links(page)


# Links, structure, contrast


def check_links(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = page.xpath("//@href")
    assert [link for link in links if not link.startswith("#")] == []
    assert {link[1:] for link in links} <= set(ids)


def test_every_theme_and_asset_has_its_place_and_every_link_leads_somewhere(gold, gold_page):
    page = gold_page
    check_links(page)
    ids = set(page.xpath("//@id"))
    assert {f"theme-{t.theme_id}" for t in gold.themes} <= ids
    assert {f"asset-{a.asset_id}" for a in gold.assets} <= ids


def test_an_asset_whose_id_is_a_path_with_blanks_and_quotes_can_be_linked():
    odd = 'a "b"/c#d%20é'
    renamed = replace(
        SMALL, assets=(asset(odd), asset("a b")), scores=(replace(SMALL.scores[0], asset_id=odd),),
        matches=(replace(SMALL.matches[0], asset_id=odd),),
    )  # fmt: skip
    page = parsed(renamed)
    check_links(page)
    assert len(page.xpath('//article[starts-with(@id, "asset-")]')) == 2


def test_nothing_is_loaded_from_anywhere(gold_page):
    page = gold_page
    loading = {"script", "img", "link", "iframe", "object", "embed", "audio", "video", "base"}
    assert not loading & {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not page.xpath("//@src | //@srcset | //@style | //@action | //@data")
    assert not re.search(r"url\(|@import|//", style_sheet().replace("/*", "").replace("*/", ""))


def test_the_policy_allows_this_style_sheet_and_nothing_else():
    page = parsed(SMALL)
    (style,) = page.xpath("//style/text()")
    (policy,) = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_headings_tables_and_pictures_can_be_heard_as_well_as_seen(gold_page):
    page = gold_page
    levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert page.get("lang") == "en"
    assert page.xpath("//main")
    assert page.xpath('//a[@class="skip"]/@href') == ["#main"]
    assert all(table.xpath("./caption") for table in page.xpath("//table"))
    assert all(cell.get("scope") for cell in page.xpath("//th"))
    assert all(svg.xpath("./title") for svg in page.xpath("//svg"))


def luminance(colour):
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hex_colour(text):
    text = text if len(text) == 7 else "#" + "".join(2 * c for c in text[1:])
    return [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(look):
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for the pictures' colours."""
    light, dark = re.findall(r":root \{(.+?)\}", style_sheet(), re.S)[:2]
    found = dict(re.findall(r"--([\w-]+): ([^;]+);", light))
    if look == "dark":
        found |= dict(re.findall(r"--([\w-]+): ([^;]+);", dark))
    tint = [int(x) / 255 for x in found.pop("tint").split()]
    colour = {name: hex_colour(value) for name, value in found.items()}
    for text in ("ink", "muted", "objection", "need", "asset"):
        for behind in ("paper", "panel"):
            assert contrast(colour[text], colour[behind]) >= 4.5, (text, behind)
    for kind in ("objection", "need", "asset"):
        assert contrast(colour[kind], colour[f"{kind}-soft"]) >= 4.5, kind
        assert contrast(colour[kind], colour["track"]) >= 3, kind
    for level, share in re.findall(
        r"\.h(\d) \{ background: rgb\(var\(--tint\) / ([\d.]+)\)", style_sheet()
    ):
        behind = [
            float(share) * t + (1 - float(share)) * p
            for t, p in zip(tint, colour["paper"], strict=True)
        ]
        text = colour["ink" if int(level) else "muted"]
        assert contrast(text, behind) >= 4.5, level


# Text that means harm


def poisoned(record):
    """The same record with every free text replaced."""
    fixed = {"kind", "verdict", "outcome", "channel", "speaker_role", "call_id", "theme_id",
             "asset_id", "deal_id", "statement_id", "best_theme_id"}  # fmt: skip
    return replace(
        record,
        **{
            name: HOSTILE
            for name in record.__dataclass_fields__
            if isinstance(getattr(record, name), str) and name not in fixed
        },
    )


def test_whatever_is_said_or_written_shows_as_text():
    found = {
        part: tuple(map(poisoned, getattr(SMALL, part)))
        for part in ("calls", "statements", "themes", "assets", "matches", "deals")
    }
    found["themes"] = tuple(replace(t, keyphrases=(HOSTILE,)) for t in found["themes"])
    found["assets"] = tuple(
        replace(a, passages=(Passage(HOSTILE, HOSTILE, HOSTILE),)) for a in found["assets"]
    )  # fmt: skip
    problem = Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    page = parsed(replace(SMALL, **found), [problem], title=HOSTILE)
    assert not page.xpath("//script | //img")
    assert not page.xpath('//@*[starts-with(name(), "on")]')
    told = words_of(page)
    assert told.count("<script>alert('x')</script>") > 20
    assert "{{ 7*7 }}" in told
    check_links(page)


def test_hostile_ids_do_not_break_out_of_their_attributes():
    swap = {"T1": HOSTILE, "T2": "T2", "": ""}
    page = parsed(
        replace(
            SMALL,
            themes=tuple(replace(t, theme_id=swap[t.theme_id]) for t in SMALL.themes),
            statements=tuple(replace(s, theme_id=swap[s.theme_id]) for s in SMALL.statements),
            matches=tuple(replace(m, theme_id=swap[m.theme_id]) for m in SMALL.matches),
            scores=(Score("A1", 35.0, (Part(HOSTILE, 35.0),), 1.0, best_theme_id=HOSTILE),),
        )
    )
    assert not page.xpath("//script | //img")
    check_links(page)


@given(st.text(max_size=40), st.floats(-1, 2), st.sampled_from(["objection", 'x"/><script>']))
def test_pictures_are_well_formed_whatever_they_are_called(title, share, kind):
    fit = "".join(c for c in title if c.isprintable())
    for picture in (
        charts.bar(share, kind=kind, title=fit),
        charts.whisker(share, 0.0, share, top=1, title=fit),
        charts.sparkline([share, None, 0.0], [fit] * 3, kind=kind, title=fit),
        charts.strip([charts.Segment(share, kind, True, fit)], title=fit),
    ):
        root = ET.fromstring(picture)
        assert root.findtext("title") == fit
        for rect in root.iter("rect"):
            assert 0 <= float(rect.get("width")) <= 100


def test_half_characters_and_control_characters_do_not_stop_a_report(tmp_path):
    said = "Too\x00 dear \ud83d\x1b[31m, she said.\ufeff"
    found = replace(SMALL, statements=(replace(SMALL.statements[0], text=said),))
    data = render(found).encode()
    assert b"Too dear ?[31m, she said." in data
    assert not set(data) & {0, 0x1B}


# The same every time, and never too much


def test_the_same_findings_give_the_same_bytes_in_whatever_order_they_come(gold):
    rng = random.Random(0)
    parts = ("calls", "statements", "themes", "assets", "matches", "scores", "deals")
    shuffled = Findings(
        **{part: tuple(rng.sample(rows := getattr(gold, part), len(rows))) for part in parts}
    )
    first = render(gold)
    assert render(gold) == first
    assert render(shuffled) == first


def test_of_very_much_the_loudest_is_shown_and_the_rest_is_counted():
    n_themes, n_assets = 300, 120
    themes = tuple(theme(f"T{i:03}", (n_themes - i) / 45150, f"Cost {i}") for i in range(n_themes))
    assets = tuple(asset(f"A{j:03}") for j in range(n_assets))
    matches = tuple(
        Match(a.asset_id, t.theme_id, 0.6, "answers", "It pays. " * 40, 0, "It costs. " * 40)
        for a in assets for t in themes if t.theme_id != "T299"
    )  # fmt: skip
    said = tuple(statement(i, f"T{i % n_themes:03}") for i in range(20 * n_themes))
    found = replace(
        SMALL, statements=said, themes=themes, assets=assets, matches=matches, scores=()
    )
    text = render(found)
    assert len(text) < 3_000_000
    page = html.fromstring(text)
    check_links(page)
    assert len(page.xpath('//article[starts-with(@id, "theme-")]')) == THEMES_SHOWN + 1
    assert page.xpath('//article[@id="theme-T299"]')  # the one gap, however quiet
    assert f"{THEMES_SHOWN + 1} of 300 themes shown" in section(page, "voice")
    assert f"{ASSETS_SHOWN} of 120 assets shown" in section(page, "answers")
    assert "resonance export themes" in section(page, "voice")


def test_the_report_of_a_workspace_is_that_of_its_last_analysis(tmp_path):
    problem = Problem("scan.pdf", "it holds no text", "run OCR on it")
    with pytest.raises(StoreError):
        write_report(Workspace(tmp_path), tmp_path / "report.html")
    store = Store(tmp_path, create=True)
    store.save_findings(SMALL, fingerprint="f", next_theme=3, problems=[problem])
    write_report(Workspace(tmp_path), tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text("utf-8") == render(SMALL, [problem])


# Words


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0, "0"), (950, "950"), (1000, "1k"), (41500, "41.5k"), (188000, "188k"),
     (999_960, "1M"), (1_240_000, "1.2M"), (2.5e9, "2.5B")],
)  # fmt: skip
def test_amounts_are_short(amount, told):
    assert words.money(amount) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0%"), (0.0001, "<0.1%"), (0.004, "0.4%"), (0.04, "4%"), (0.0995, "10%"),
     (0.126, "13%"), (0.999, ">99%"), (1 - 1e-12, "100%"), (1, "100%")],
)  # fmt: skip
def test_only_nothing_is_no_percent_and_only_everything_is_all(share, told):
    assert words.percent(share) == told


@pytest.mark.parametrize(
    ("first", "last", "days", "months"),
    [
        (None, None, "", ""),
        (date(2026, 1, 4), date(2026, 1, 4), "4 January 2026", "Jan 2026"),
        (date(2026, 1, 4), date(2026, 9, 5), "4 January to 5 September 2026", "Jan to Sep 2026"),
        (date(2025, 1, 4), date(2026, 1, 4), "4 January 2025 to 4 January 2026",
         "Jan 2025 to Jan 2026"),
    ],
)  # fmt: skip
def test_a_span_names_each_year_once(first, last, days, months):
    assert words.span(first, last) == days
    assert words.months(first, last) == months
