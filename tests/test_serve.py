"""The page: who may look, that nothing breaks it, that numbers are those of the command line."""

import csv
import io
import itertools
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pytest
from click.testing import CliRunner
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from resonance import curation
from resonance.brief import brief
from resonance.card import battlecard
from resonance.cli.main import cli
from resonance.embed import Encoder
from resonance.errors import InputError
from resonance.known import Known, check_drafts, encode_passages, encode_statements, recall
from resonance.matching import about_by_theme, passage_text
from resonance.ownwords import Quoted
from resonance.readers import Readers
from resonance.records import Asset, Call, Deal, Findings, Match, Passage, Statement, Theme, Turn
from resonance.report.annotate import annotate
from resonance.serve import apart, check, guard, thinning
from resonance.serve.app import VIEWS, create_app
from resonance.serve.check import as_text, parse
from resonance.serve.dropped import Dropped, Dropping
from resonance.serve.guard import Key, is_loopback
from resonance.serve.jobs import Jobs, Upload, keep, safe_name
from resonance.serve.layout import MARGIN, Circle, arrange, labels
from resonance.serve.narrowing import Narrowing, Voices
from resonance.serve.seen import seen
from resonance.serve.site import Site, statics
from resonance.serve.snapshot import Snapshots, address
from resonance.serve.turns import TURN
from resonance.sources.assets import read_draft
from resonance.store import Store
from resonance.workspace import Workspace

TOKEN = "a-token-for-the-tests"
HOSTILE = """"><script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>{{ 7*7 }}"""
KEY = Key(TOKEN)
DRAFT = """# Paylark without the rollout

Set-up takes a day. Your vendor list moves with you, and nobody in IT has to be asked.

## What it costs

You pay less than two days of a clerk a month, and can leave at the end of any month.
"""


def served(workspace, **options):
    """A client that has come in by the printed address."""
    client = at_the_door(workspace, **options)
    assert client.get(f"/?token={TOKEN}").status_code == 200
    return client


def at_the_door(workspace, host="127.0.0.1", **options):
    app = create_app(Workspace(workspace), key=KEY, host=host, **options)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def page(analysed):
    return served(analysed)


@pytest.fixture(scope="module")
def findings(analysed):
    return Workspace(analysed).findings()


def views_of(findings):
    theme, asset = findings.themes[0].theme_id, findings.assets[0].asset_id
    return (
        "/", "/themes", f"/themes/{theme}", f"/themes/{theme}/card", "/assets",
        address("asset", asset), "/heat", "/gaps",
        f"/gaps/{theme}", "/deals", address("deal", findings.deals[0].deal_id), "/calls",
        address("call", findings.calls[0].call_id), "/check", "/answer",
        "/answer?said=you+are+twice+what+we+pay", "/map", f"/map?theme={theme}", "/seed",
        "/seed?name=Auditors&quote=Our+auditors+want+paper.", "/data", "/guide",
    )  # fmt: skip


def words_of(response):
    return " ".join(html.fromstring(response.text).text_content().split())


# Who may look


def test_without_the_token_nothing_is_shown(analysed, findings):
    client = at_the_door(analysed)
    for view in (*views_of(findings), "/data/progress", "/nowhere", "/?token=wrong"):
        shut = client.get(view)
        assert shut.status_code == 403, view
        assert "locked" in shut.text
        assert findings.themes[0].name not in shut.text
    assert client.post("/data/run", data={"csrf": KEY.csrf}).status_code == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address(analysed):
    client = at_the_door(analysed)
    answer = client.get(f"/themes?kind=need&token={TOKEN}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/themes?kind=need"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie


def test_the_token_does_not_lead_to_another_site(analysed):
    client = at_the_door(analysed)
    answer = client.get(f"//evil.example/?token={TOKEN}", follow_redirects=False)
    assert not answer.headers.get("location", "/").startswith("//")


@pytest.mark.parametrize(
    ("host", "asked", "let_in"),
    [
        ("127.0.0.1", "127.0.0.1:8765", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "[::1]:8765", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "192.168.0.7", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("0.0.0.0", "192.168.0.7:8765", True),
        ("0.0.0.0", "evil.example", False),
        ("studio.lan", "studio.lan", True),
    ],
)
def test_a_name_that_is_not_this_machine_is_refused(analysed, host, asked, let_in):
    client = at_the_door(analysed, host=host)
    answer = client.get("/", headers={"host": asked})
    assert answer.status_code == (403 if let_in else 421)


def test_every_form_needs_the_word_of_our_own_pages(page):
    for path in posts():
        assert page.post(path).status_code == 403, path
        assert page.post(path, data={"csrf": "wrong"}).status_code == 403, path
        ours = {"x-csrf": KEY.csrf}
        for forged in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            assert page.post(path, headers=ours | forged).status_code == 403, (path, forged)


def posts():
    return [
        route.path.replace("{kind}", "calls")
        for view in VIEWS
        for route in view.router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    ]


def test_the_policy_allows_no_script_or_style_in_the_page(page, findings):
    for view in views_of(findings):
        answer = page.get(view)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        found = html.fromstring(answer.text)
        assert all(script.get("src") for script in found.xpath("//script"))
        assert not found.xpath("//style | //@style")
        assert not found.xpath('//@*[starts-with(name(), "on")]')
        loaded = found.xpath("//@src | //link/@href | //form/@action")
        assert all(link.startswith("/") and not link.startswith("//") for link in loaded), view


def test_a_body_that_is_too_large_is_refused(page, monkeypatch):
    monkeypatch.setattr(guard, "MAX_BODY", 1000)
    assert page.post("/check", data={"text": "a" * 2000, "csrf": KEY.csrf}).status_code == 413

    def told_to_be_short():
        yield from itertools.repeat(b"a" * 100, 50)

    headers = {"x-csrf": KEY.csrf, "content-type": "application/x-www-form-urlencoded"}
    assert page.post("/check", content=told_to_be_short(), headers=headers).status_code == 413


def test_no_path_of_a_request_reaches_the_disk(page):
    for name in ("../app.py", "..%2f..%2fcheck.py", "/etc/passwd", "README.md", "style.css/"):
        answer = page.get(f"/static/{name}", follow_redirects=False)
        assert answer.status_code in (404, 307), name
    assert page.get("/static/style.css").status_code == 200
    assert set(statics()) == {"htmx.min.js", "page.js", "icon.svg", "style.css"}


def test_what_is_vendored_is_what_its_readme_says():
    import hashlib
    from importlib.resources import files

    readme = (files("resonance.serve") / "static" / "README.md").read_text("utf-8")
    assert hashlib.sha256(statics()["htmx.min.js"][0]).hexdigest() in readme


def test_others_on_the_network_come_in_only_with_a_long_token(tmp_path):
    arguments = ["-w", str(tmp_path), "serve", "--host", "0.0.0.0", "--token", "short"]
    done = CliRunner().invoke(cli, arguments)
    assert isinstance(done.exception, InputError)
    assert "16 characters" in str(done.exception)
    assert is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0")


# What it shows


def test_every_view_has_a_csv_of_what_it_shows(page, findings):
    for view in views_of(findings):
        if (
            view in ("/check", "/guide", "/answer")
            or view.startswith("/gaps/")
            or view.endswith("/card")
        ):
            continue
        answer = page.get(f"{view}{'&' if '?' in view else '?'}format=csv")
        assert answer.headers["content-type"].startswith("text/csv"), view
        assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(page.get("/themes?kind=need&format=csv").text)))
    assert len(rows) == sum(t.kind == "need" for t in findings.themes)


def test_every_link_of_every_view_leads_somewhere(page, findings):
    seen_links = set()
    for view in views_of(findings):
        found = html.fromstring(page.get(view).text)
        ids = found.xpath("//@id")
        assert len(ids) == len(set(ids)), view
        for link in found.xpath("//a/@href"):
            if link.startswith("#"):
                assert link[1:] in ids, (view, link)
            seen_links.add(link.partition("#")[0])
    links = sorted(link for link in seen_links if link)
    for link in random.Random(0).sample(links, min(150, len(links))):
        assert page.get(link).status_code == 200, link


def test_a_theme_can_be_found_by_kind_words_and_segment(page, findings):
    one = findings.themes[0]
    told = words_of(page.get(f"/themes?q={quote(one.name)}"))
    assert one.name in told
    segment = next(d.segment for d in findings.deals if d.segment)
    narrow = html.fromstring(page.get(f"/themes?segment={quote(segment)}").text)
    assert len(narrow.xpath('//table[contains(@class, "themes")]/tbody/tr')) > 0
    assert "No theme is left" in page.get("/themes?segment=nobody").text


def test_a_theme_shows_its_quotes_with_their_calls(page, findings):
    theme = findings.themes[0]
    found = html.fromstring(page.get(f"/themes/{theme.theme_id}").text)
    said = [s for s in findings.statements if s.theme_id == theme.theme_id]
    links = found.xpath('//section[@aria-labelledby="said"]//figcaption/a/@href')
    assert 0 < len(links) <= 25
    assert {link.partition("#")[0] for link in links} <= {address("call", s.call_id) for s in said}


def test_a_call_shows_where_each_statement_was_said(page, findings):
    statement = findings.statements[0]
    found = html.fromstring(page.get(address("call", statement.call_id)).text)
    (turn,) = found.xpath(f'//li[@id="turn-{statement.turn}"]')
    assert "marked" in turn.get("class")
    assert statement.kind in turn.text_content()


def test_originals_are_shown_only_where_the_start_says_so(analysed, findings, page):
    store = Store(analysed)
    raw = {call.call_id: call for call in store.calls()}
    call, speaker = next(
        (c, turn.speaker)
        for c in findings.calls
        for turn, redacted in zip(raw[c.call_id].turns, c.turns, strict=True)
        if turn.speaker and turn.speaker != redacted.speaker
    )
    assert speaker not in page.get(address("call", call.call_id)).text
    bold = served(analysed, originals=True)
    shown = bold.get(address("call", call.call_id)).text
    assert speaker in shown
    assert "--show-originals" in shown


def test_a_gap_has_the_brief_of_the_command_line_to_read_and_to_keep(page, analysed):
    found = html.fromstring(page.get("/gaps").text)
    link = found.xpath('//ul[@class="gaps"]//a[starts-with(@href, "/gaps/")]/@href')[0]
    theme_id = link.removeprefix("/gaps/")
    kept = page.get(f"{link}?format=md")
    asked = ["-w", str(analysed), "gaps", "--brief", theme_id]
    assert kept.text == CliRunner().invoke(cli, asked).output
    assert f"brief-{theme_id}.md" in kept.headers["content-disposition"]
    shown = html.fromstring(page.get(link).text)
    quotes = shown.xpath('//section[@aria-labelledby="say"]//blockquote/text()')
    expected = brief(*briefed(analysed, theme_id))
    assert quotes == [side.text for side in expected.sides]
    assert expected.must[1:] in words_of(page.get(link))
    assert page.get("/gaps/T999").status_code == 404


def test_a_theme_has_the_battlecard_of_the_command_line_to_read_and_to_keep(page, analysed):
    (link,) = html.fromstring(page.get("/themes/T1").text).xpath('//a[text()="battlecard"]/@href')
    kept = page.get(f"{link}?format=md")
    asked = ["-w", str(analysed), "themes", "card", "T1"]
    assert kept.text == CliRunner().invoke(cli, asked).output
    assert "card-T1.md" in kept.headers["content-disposition"]
    shown = html.fromstring(page.get(link).text)
    expected = battlecard(*briefed(analysed, "T1"))
    quotes = shown.xpath('//section[@aria-labelledby="say"]//blockquote/text()')
    assert quotes == [side.text for side in expected.sides]
    assert expected.must[1:] in words_of(page.get(link))
    assert page.get("/themes/T999/card").status_code == 404


def briefed(workspace, theme_id):
    known = recall(Workspace(workspace))
    theme = next(t for t in known.findings.themes if t.theme_id == theme_id)
    return theme, known.findings, known.statements


def test_a_draft_is_checked_as_on_the_command_line(page, analysed):
    answer = page.post("/check", data={"text": DRAFT, "csrf": KEY.csrf})
    (expected,) = check_drafts(
        Workspace(analysed), [read_draft("Your draft.md", DRAFT.encode())]
    )  # fmt: skip
    found = html.fromstring(answer.text)
    (tile,) = found.xpath('//li[@class="wide"]/span[@class="number"]/text()')
    assert tile == f"{expected.score.resonance:.1f}"
    names = found.xpath('//ul[@class="gaps"]/li/h4')
    assert [n.text_content() for n in names] == [m.name for m in expected.missing]


def test_a_check_beside_much_is_the_check_beside_all_of_it(analysed, monkeypatch):
    monkeypatch.setattr(thinning, "MOST_STATEMENTS", 10)
    site = Site(Workspace(analysed), KEY)
    draft = read_draft("draft.md", DRAFT.encode())
    found = check._check(site, site.snapshot, draft, Readers())
    (expected,) = check_drafts(Workspace(analysed), [draft])
    assert len(found.missing) == len(expected.missing) > 0
    assert [m.quotes for m in found.missing] == [m.quotes for m in expected.missing]
    assert found.n_accounts == expected.n_accounts
    assert found.score.resonance == pytest.approx(expected.score.resonance, abs=0.1)
    assert [t.theme_id for t in found.answers] == [t.theme_id for t in expected.answers]
    for one, other in zip(found.answers, expected.answers, strict=True):
        assert one.relevance == pytest.approx(other.relevance, abs=2e-4)
        assert one.passage == other.passage


def test_what_a_change_gained_adds_up(page, findings):
    best = max(findings.scores, key=lambda s: s.resonance)
    asset = next(a for a in findings.assets if a.asset_id == best.asset_id)
    whole = as_text(asset)
    before = html.fromstring(page.post("/check", data={"text": DRAFT, "csrf": KEY.csrf}).text)
    (kept,) = before.xpath('//input[@id="before"]/@value')
    both = {"text": f"{DRAFT}\n\n{whole}", "before": kept, "csrf": KEY.csrf}
    after = html.fromstring(page.post("/check", data=both).text)
    assert after.xpath('//input[@id="before"]/@value') == [kept]
    (table,) = after.xpath('//table[caption="What the changes gave"]')
    rows = [[float(cell) for cell in row.xpath("./td/text()")] for row in table.xpath(".//tr[td]")]
    assert [round(sum(column), 1) for column in zip(*rows[:-1], strict=True)][2] == rows[-1][2]
    assert rows[-1][1] - rows[-1][0] == pytest.approx(rows[-1][2])


def test_a_word_file_is_checked_and_goes_on_as_text(page, tallyroot):
    path = next((tallyroot / "assets").rglob("*.docx"), None) or next(
        (tallyroot / "assets").rglob("*.pptx")
    )
    files = {"file": (path.name, path.read_bytes())}
    answer = page.post("/check", data={"csrf": KEY.csrf}, files=files)
    (text,) = html.fromstring(answer.text).xpath("//textarea/text()")
    assert len(text) > 200
    assert "resonance, of 100" in words_of(answer)


def test_a_draft_is_checked_for_some_readers_as_on_the_command_line(page, analysed, findings):
    segment = next(d.segment for d in findings.deals if d.segment)
    asked = {"text": DRAFT, "segment": segment, "csrf": KEY.csrf}
    answer = page.post("/check", data=asked)
    readers = Readers(segments=[segment])
    (expected,) = check_drafts(
        Workspace(analysed), [read_draft("Your draft.md", DRAFT.encode())], readers
    )
    found = html.fromstring(answer.text)
    (tile,) = found.xpath('//li[@class="wide"]/span[@class="number"]/text()')
    assert tile == f"{expected.score.resonance:.1f}"
    assert f"(segment {segment})" in words_of(answer)
    assert found.xpath('//select[@name="segment"]/option[@selected]/@value') == [segment]
    assert "it was" not in words_of(page.post("/check", data=asked | {"before": "T1=0.1"}))
    nobody = page.post("/check", data=asked | {"stage": "Nowhere"})
    assert "No deal is of the stage 'Nowhere'" in words_of(nobody)


def test_what_was_checked_comes_as_a_word_file_with_comments(page, analysed):
    asked = {"text": DRAFT, "format": "docx", "csrf": KEY.csrf}
    answer = page.post("/check", data=asked)
    assert 'filename="Your draft-commented.docx"' in answer.headers["content-disposition"]
    (expected,) = check_drafts(Workspace(analysed), [read_draft("Your draft.md", DRAFT.encode())])
    assert answer.content == annotate(expected)


def test_comments_go_into_the_word_file_that_was_dropped_in(page, analysed, tallyroot):
    path = next((tallyroot / "assets").rglob("*.docx"))
    data = path.read_bytes()
    answer = page.post("/check", data={"csrf": KEY.csrf}, files={"file": (path.name, data)})
    form = html.fromstring(answer.text).forms[0]
    asked = dict(form.form_values()) | {"format": "docx"}
    answer = page.post("/check", data=asked)
    (expected,) = check_drafts(Workspace(analysed), [read_draft(path.name, data)])
    assert answer.content == annotate(expected, data)
    changed = page.post("/check", data=asked | {"text": DRAFT})
    assert "Your draft-commented.docx" in changed.headers["content-disposition"]


def test_of_the_files_dropped_in_the_oldest_goes_first():
    dropped = Dropped()
    keys = [dropped.keep(Dropping(f"{n}.md", b"data", "a\nb")) for n in range(6)]
    kept = [key for key in keys if dropped.unchanged(key, "a\r\nb")]
    assert kept == keys[2:]
    assert dropped.unchanged(keys[5], "a c") is None


def test_a_file_that_is_no_draft_is_told_so_with_what_to_do(page):
    for name, data, told in (
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("film.mp4", b"\x00\x01" * 50, "are not read; these are"),
        ("empty.md", b"", "it is empty"),
    ):
        answer = page.post("/check", data={"csrf": KEY.csrf}, files={"file": (name, data)})
        assert answer.status_code == 200
        assert told in words_of(answer), name


def test_an_answer_is_that_of_the_command_line(page, analysed):
    said = "you are twice what we pay now"
    done = CliRunner().invoke(cli, ["-w", str(analysed), "answer", said, "--json"])
    import json

    expected = json.loads(done.stdout)
    found = html.fromstring(page.get(f"/answer?said={quote(said)}").text)
    texts = found.xpath('//article[@class="reply"]//blockquote/text()')
    assert texts == [p["text"] for p in expected["passages"]]
    assert expected["theme"]["name"] in found.xpath("//h2")[0].text_content()


def test_a_workspace_without_an_analysis_says_what_to_do(tmp_path):
    client = served(tmp_path)
    for view in ("/", "/themes", "/assets", "/heat", "/gaps", "/deals", "/calls", "/check",
                 "/answer", "/answer?said=dear", "/map", "/data"):  # fmt: skip
        answer = client.get(view)
        assert answer.status_code == 200, view
        assert view == "/data" or "/data" in html.fromstring(answer.text).xpath("//main//a/@href")
    assert client.get("/themes/T1").status_code == 404


def test_a_store_that_cannot_be_read_is_told_with_the_remedy(tmp_path):
    (tmp_path / ".resonance").mkdir()
    (tmp_path / ".resonance" / "store.db").write_bytes(b"not a database at all" * 100)
    answer = served_anyhow(tmp_path).get("/")
    assert answer.status_code == 503
    assert "run: resonance run" in words_of(answer)


def served_anyhow(workspace):
    client = at_the_door(workspace)
    client.get(f"/?token={TOKEN}", follow_redirects=False)
    return client


# Small things, by themselves


STATEMENT = Statement(
    "s1", "C1", "a.vtt", 1, None, "prospect-1", "prospect", "objection", "price_value", 0.9,
    "It costs too much.", theme_id="T1",
)  # fmt: skip
SMALL = Findings(
    calls=(
        Call("C1", "a.vtt", (Turn("v", "Hello?"), Turn("prospect-1", "Dear.", "prospect")),
             deal_id="D1"),
        Call("C2", "b.vtt", (), account="Elsewhere"),
    ),
    statements=(STATEMENT, replace(STATEMENT, statement_id="s2", call_id="C2")),
    themes=(
        Theme("T1", "objection", "price_value", "Cost", ("fee",), ("s1",), 2, 2, 2, 900.0, 1.0),
    ),
    assets=(Asset("a/../b", "blog/a.md", "Value", (Passage("It pays for itself.", "Why"),)),),
    matches=(Match("a/../b", "T1", 0.7, "answers", "It pays.", 0, "It costs too much."),),
    deals=(Deal("D1", "Brackwater", "won", "Closed", 900.0, "Retail"),),
)  # fmt: skip


def stored(folder, found, fingerprint="one"):
    """A workspace with these findings and a vector for each of their texts."""
    store = Store(folder, create=True)
    encoder = Encoder()
    texts = list(
        {s.text for s in found.statements}
        | {passage_text(p) for a in found.assets for p in a.passages}
    )
    store.add_vectors(encoder.name, texts, encoder.encode(texts))
    store.save_findings(found, fingerprint=fingerprint, next_theme=9)
    return folder


def test_whatever_was_said_or_written_shows_as_text(tmp_path):
    poisoned = Findings(
        calls=tuple(
            replace(c, account=HOSTILE, source=HOSTILE, title=HOSTILE,
                    turns=(Turn(HOSTILE, HOSTILE), Turn(HOSTILE, HOSTILE)))
            for c in SMALL.calls
        ),
        statements=tuple(
            replace(s, text=HOSTILE, speaker=HOSTILE, source=HOSTILE) for s in SMALL.statements
        ),
        themes=(replace(SMALL.themes[0], name=HOSTILE, category=HOSTILE, keyphrases=(HOSTILE,)),),
        assets=(
            replace(SMALL.assets[0], asset_id=HOSTILE, title=HOSTILE, source=HOSTILE,
                    campaign=HOSTILE, passages=(Passage(HOSTILE, HOSTILE, HOSTILE),)),
        ),
        matches=(replace(SMALL.matches[0], asset_id=HOSTILE, passage=HOSTILE, quote=HOSTILE),),
        deals=(
            replace(SMALL.deals[0], deal_id=HOSTILE, account=HOSTILE, segment=HOSTILE,
                    stage=HOSTILE, loss_reason=HOSTILE, outcome="lost"),
        ),
    )  # fmt: skip
    client = served(stored(tmp_path, poisoned))
    asked = [
        *views_of(poisoned), f"/answer?said={quote(HOSTILE)}", f"/themes?q={quote(HOSTILE)}",
        f"/themes?segment={quote(HOSTILE)}", f"/nowhere/{quote(HOSTILE)}",
        f"/themes/{quote(HOSTILE, safe='')}",
    ]  # fmt: skip
    for view in asked:
        answer = client.get(view)
        assert answer.status_code in (200, 404), view
        found = html.fromstring(answer.text)
        assert all(s.get("src", "").startswith("/static/") for s in found.xpath("//script"))
        assert not found.xpath("//img")
        assert not found.xpath('//@*[starts-with(name(), "on")]')
        if view in ("/themes", "/calls", "/assets"):
            assert "<script>alert('x')</script>" in found.text_content()
            assert "{{ 7*7 }}" in found.text_content()
    form = {"text": HOSTILE, "name": HOSTILE, "before": HOSTILE, "csrf": KEY.csrf}
    assert "<script>alert" not in client.post("/check", data=form).text


def test_an_asset_whose_id_is_a_path_can_be_looked_at(tmp_path):
    client = served(stored(tmp_path, SMALL))
    found = html.fromstring(client.get("/assets").text)
    (link,) = found.xpath('//table//span[@class="name"]/a/@href')
    assert "Value" in words_of(client.get(link))


def test_a_new_analysis_is_seen_and_held_against_the_one_before(tmp_path):
    stored(tmp_path, SMALL)
    snapshots = Snapshots(Workspace(tmp_path))
    first = snapshots.now()
    assert snapshots.before(first) is None
    assert snapshots.now() is first
    wait_for(lambda: "now" in Store(tmp_path).recall("seen", ["now"]))
    more = replace(SMALL, themes=(*SMALL.themes, replace(SMALL.themes[0], theme_id="T2")))
    stored(tmp_path, more, "two")
    second = snapshots.now()
    assert second is not first
    assert snapshots.before(second) == seen(first.version, SMALL)
    client = served(tmp_path)
    wait_for(lambda: "before" in Store(tmp_path).recall("seen", ["before"]))
    assert "is a new theme" in words_of(client.get("/"))


def wait_for(done, seconds=30):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_view_waits_while_another_is_made_and_an_edit_does_not(page):
    shown = threading.Event()
    with TURN:
        asking = threading.Thread(target=lambda: (page.get("/data"), shown.set()))
        asking.start()
        unknown = page.post("/themes/T999/rename", data={"name": "x", "csrf": KEY.csrf})
        assert unknown.status_code == 422
        assert not shown.wait(0.3)
    assert shown.wait(30)
    asking.join()


def test_narrowing_counts_the_calls_that_are_left():
    voices = Voices(SMALL)
    (theme,), n_calls = voices.counted(SMALL.themes, Narrowing(Readers(segments=["Retail"])))
    assert (theme.n_statements, theme.n_accounts, theme.amount, n_calls) == (1, 1, 900.0, 1)
    assert voices.counted(SMALL.themes, Narrowing(Readers(segments=["Nobody"]))) == ([], 0)
    (whole,), n_calls = voices.counted(SMALL.themes, Narrowing())
    assert (whole.n_statements, whole.n_calls, whole.n_accounts, n_calls) == (2, 2, 2, 2)
    assert voices.who("T1") == [("Brackwater", 1), ("Elsewhere", 1)]


def test_the_map_is_the_same_every_time_and_no_two_themes_overlap():
    rng = np.random.default_rng(0)
    groups = [rng.normal(size=(n, 8)) for n in (40, 3, 12, 1, 90, 7)]
    groups = [g / np.linalg.norm(g, axis=1, keepdims=True) for g in groups]
    one, other = arrange(groups, most=1000), arrange(groups, most=1000)
    assert [(c.x, c.y, c.rows) for c in one] == [(c.x, c.y, c.rows) for c in other]
    for a, b in itertools.combinations(one, 2):
        assert np.hypot(a.x - b.x, a.y - b.y) > a.radius + b.radius + MARGIN / 2
    assert [len(c.rows) for c in one] == [40, 3, 12, 1, 90, 7]
    assert sum(len(c.rows) for c in arrange(groups, most=50)) <= 50
    assert arrange([], most=10) == []
    assert len(arrange([groups[0], groups[0]], most=100)) == 2


@given(
    st.lists(
        st.tuples(
            st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 9), st.text(max_size=26)
        ),
        max_size=25,
    )
)
def test_no_two_names_on_the_map_overlap_however_the_circles_lie(drawn):
    circles = [Circle(x, y, r, (), np.empty((0, 2))) for x, y, r, _ in drawn]
    placed = labels(circles, [name for *_, name in drawn])
    assert placed == labels(circles, [name for *_, name in drawn])
    for one, other in itertools.combinations([each for each in placed if each.text], 2):
        assert not one.meets(other)


def test_a_name_stands_above_its_circle_and_one_that_has_no_room_there_below():
    circles = [Circle(0, 0, 5, (), np.empty((0, 2))), Circle(0, 18, 5, (), np.empty((0, 2)))]
    first, second = labels(circles, ["A name", "Another"])
    assert (first.x, second.x) == (0, 0)
    assert first.y < -5
    assert 5 < second.y < 13
    low = Circle(0, 13, 5, (), np.empty((0, 2)))
    assert labels([*circles[:1], low], ["A name", "Another"])[1].y > 18


def test_the_most_typical_statement_stands_in_the_middle():
    group = np.eye(4)[[0, 0, 0, 1]]
    (circle,) = arrange([group], most=10)
    assert circle.rows[-1] == 3
    assert circle.places[0].tolist() == [circle.x, circle.y]


SEED = {
    "name": "What the auditors say",
    "about": "worried that the auditors will not accept it",
    "quote": ["Our auditors want paper.", "What do I tell the auditor?", ""],
}


def test_a_theme_is_seeded_as_it_was_previewed_and_as_on_the_command_line(analysed, tmp_path):
    shutil.copytree(analysed, tmp_path / "workspace")
    workspace = Workspace(tmp_path / "workspace")
    client = served(workspace.path)
    expected = curation.preview_seed(
        workspace, SEED["name"], SEED["about"], SEED["quote"][:2], None
    )
    answer = client.get("/seed", params=SEED)
    assert f"It would hold {len(expected.statements)} statements" in words_of(answer)
    found = html.fromstring(answer.text)
    moved = found.xpath('//table[@class="ledger"]//td/text()')
    assert sorted(map(int, moved)) == sorted(expected.moved_from.values())
    before = workspace.findings()
    assert {t.name for t in before.themes}.isdisjoint({SEED["name"]})
    (form,) = (f for f in found.forms if f.method == "POST")
    sent = {"csrf": KEY.csrf, "seen": "0", **SEED, "kind": dict(form.form_values())["kind"]}
    stale = client.post("/seed", data=sent | {"seen": "7"})
    assert stale.status_code == 409
    made = client.post("/seed", data=sent)
    assert SEED["name"] in words_of(made)
    theme_id = made.url.path.rsplit("/", 1)[1]
    said = {s.statement_id for s in workspace.findings().statements if s.theme_id == theme_id}
    assert said == {s.statement_id for s in expected.statements}
    again = client.get("/seed", params=SEED)
    assert f"{theme_id} is called" in words_of(again)
    assert html.fromstring(again.text).xpath('//input[@name="about"]/@value') == [SEED["about"]]


def test_a_hidden_theme_is_found_and_shown_again(analysed, tmp_path):
    shutil.copytree(analysed, tmp_path / "workspace")
    workspace = Workspace(tmp_path / "workspace")
    client = served(workspace.path)
    one = workspace.findings().themes[0]
    here = f"/themes/{one.theme_id}"
    assert "hidden (" not in words_of(client.get("/themes"))
    gone = client.post(f"{here}/hide", data={"csrf": KEY.csrf, "seen": "0"})
    assert one.name in words_of(gone)
    listed = html.fromstring(client.get("/themes").text)
    assert listed.xpath('//a[text()="hidden (1)"]/@href') == ["/history#hidden"]
    assert "/history#hidden" in words_of(client.get(here))
    found = html.fromstring(client.get("/history").text)
    assert found.xpath('//section[@aria-labelledby="hidden"]//h3/text()')[0].endswith(one.name)
    (form,) = (form for form in found.forms if form.action == f"{here}/unhide")
    sent = dict(form.form_values())
    assert client.post(form.action, data=sent | {"csrf": "wrong"}).status_code == 403
    assert client.post(form.action, data=sent | {"seen": "0"}).status_code == 409
    assert one not in workspace.findings().themes
    shown = client.post(form.action, data=sent)
    assert shown.url.path == here
    assert one.name in words_of(shown)
    assert one in workspace.findings().themes
    assert "hidden (" not in words_of(client.get("/themes"))


def test_a_seed_without_words_is_told_what_to_say(page):
    assert "Say what 'Audit' is" in words_of(page.get("/seed?name=Audit"))
    assert "A name has 1 to 80" in words_of(page.get("/seed?about=auditors"))


def test_a_small_store_is_not_thinned_and_of_a_large_one_each_distinct_quote_stays(monkeypatch):
    encoder, said = Encoder(), Quoted(statement.text for statement in SMALL.statements)
    known = Known(
        SMALL,
        encode_statements(encoder, SMALL.statements),
        encode_passages(encoder, SMALL.assets, said),
        said,
        about_by_theme(SMALL.statements),
    )
    assert thinning.thinned(known) is known
    many = tuple(replace(STATEMENT, statement_id=f"m{i}") for i in range(50))
    found = replace(SMALL, statements=(*SMALL.statements, *many))
    vectors = np.concatenate([known.statements, np.repeat(known.statements[:1], 50, axis=0)])
    about = about_by_theme(found.statements)
    known = replace(known, findings=found, statements=vectors, about=about)
    monkeypatch.setattr(thinning, "MOST_STATEMENTS", 10)
    thin = thinning.thinned(known)
    assert len(thin.findings.statements) == len(thin.statements)
    assert len(thin.statements) == len(np.unique(vectors, axis=0))
    assert sum(map(Counter.total, thin.gathered.about)) == sum(map(Counter.total, about.values()))
    near = thinning.nearest(known, known.statements[0])
    assert 0 < len(near.findings.statements) <= 10


@given(st.text())
def test_an_uploads_name_is_a_name_and_never_a_path(name):
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 80
    assert not set(safe) & set('/\\\0:*?"<>|\n')
    assert not safe.startswith(".")


def test_two_calls_of_one_name_are_two_calls_and_an_asset_is_replaced(tmp_path):
    one, other = Upload("call.vtt", b"one"), Upload("x/../call.vtt", b"other")
    assert keep(tmp_path, one, "calls") == keep(tmp_path, one, "calls")
    assert keep(tmp_path, other, "calls").name == "call (2).vtt"
    assert keep(tmp_path, one, "assets") == keep(tmp_path, other, "assets")
    assert (tmp_path / "call.vtt").read_bytes() == b"other"


@given(st.dictionaries(st.from_regex(r"T[0-9]{1,5}", fullmatch=True), st.integers(0, 1000)))
def test_the_points_before_come_back_from_the_form(tenths):
    points = {theme_id: tenth / 10 for theme_id, tenth in tenths.items()}
    kept = " ".join(f"{theme_id}={value:.1f}" for theme_id, value in points.items())
    assert parse(kept) == points


# Files taken in


def test_a_file_that_hangs_its_reader_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(apart, "PATIENCE", 1)
    slow = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(
        apart, "start", lambda *a, **pipes: subprocess.Popen(slow, stdout=-1, **pipes)
    )
    started = time.monotonic()
    with pytest.raises(InputError, match="seconds"):
        apart.ask("draft", "a.md", data=b"text")
    assert time.monotonic() - started < 20


def test_a_reader_that_eats_the_memory_is_stopped():
    if sys.platform != "linux":
        pytest.skip("limits on memory are held to on Linux alone")
    greedy = "from resonance.serve import apart; apart._limit(); bytearray(5 * 2**30)"
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr


def test_calls_marketing_and_deals_are_taken_in_and_counted(tmp_path, tallyroot):
    client = served(tmp_path)
    asset = next((tallyroot / "assets" / "blog").glob("*.md"))
    post(client, "/data/assets", [("files", (asset.name, asset.read_bytes()))])
    deals = (tallyroot / "deals.csv").read_bytes()
    post(client, "/data/deals", [("files", ("deals.csv", deals))])
    names = sorted((tallyroot / "calls" / "teams").iterdir())[:2]
    sent = [("files", (path.name, path.read_bytes())) for path in names]
    sent.append(("files", ("../../photo.vtt", b"\x00\x01\x02" * 99)))
    post(client, "/data/calls", sent)
    store = Store(tmp_path)
    assert len(store.calls()) == 2
    assert len(store.assets()) == 1
    assert len(store.deals()) == 41
    assert "2 calls" in words_of(client.get("/data"))
    below = [p for p in tmp_path.rglob("*") if p.is_file() and "uploads" in p.parts]
    assert {p.parent.name for p in below} == {"calls", "assets", "deals"}
    assert not list(tmp_path.parent.glob("photo.vtt"))


def post(client, path, files):
    answer = client.post(path, data={"csrf": KEY.csrf}, files=files)
    assert answer.status_code == 200, answer.text
    with client.stream("GET", "/data/progress") as news:
        told = [line for line in news.iter_lines() if line.startswith("data:")]
    assert '"state": "done"' in told[-1], told[-1]


def test_what_could_not_be_read_is_told_and_not_kept(tmp_path):
    client = served(tmp_path)
    post(client, "/data/calls", [("files", ("broken.vtt", b"\x00\x01\x02" * 99))])
    told = words_of(client.get("/data"))
    assert "broken.vtt" in told
    assert not list(tmp_path.rglob("broken.vtt"))


def test_one_job_at_a_time(tmp_path):
    jobs = Jobs(Workspace(tmp_path))
    hold = threading.Event()
    jobs._start(hold.wait)
    try:
        with pytest.raises(InputError, match="under way"):
            jobs.run()
    finally:
        hold.set()


# Whatever is asked, nothing breaks


def test_no_request_brings_the_page_down(analysed, findings, tmp_path):
    """A fuzz over every route: strange values in every place, and no answer of 500."""
    page = served(shutil.copytree(analysed, tmp_path / "workspace"))
    strange = [
        "", "0", "-1", "99999999999999999999", "T1", "T999", "é", "\x00", "\ud83d".encode(
            "utf-8", "surrogatepass"), "%", "../..", "a" * 5000, HOSTILE, "csv", "²", "nan", "[]",
        "2026-13", "rising", b"\xff\xfe", "T1=1.0 T2=", findings.assets[0].asset_id,
    ]  # fmt: skip
    pick = random.Random(0)
    routes = [r for view in VIEWS for r in view.router.routes if isinstance(r, APIRoute)]
    every = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")
    asked = set()
    for route in routes:
        names = [p.name for p in (*route.dependant.query_params, *route.dependant.body_params)]
        for turn in range(40):
            path = re.sub(r"{\w+}", lambda _: quote(pick.choice(strange), safe=""), route.path)
            values = {name: pick.choice(strange) for name in names if pick.random() < 0.6}
            query = "&".join(f"{name}={quote(value)}" for name, value in values.items())
            # What a route does not take is told apart before any view is reached.
            for method in every if turn % 5 == 0 else sorted(route.methods):
                if method == "POST" and route.path.startswith("/data"):
                    continue  # those start runs; they have tests of their own
                if (method, path, query) in asked:
                    continue
                asked.add((method, path, query))
                if method == "POST":
                    sent = {"content": f"csrf={KEY.csrf}&{query}", "headers": FORM}
                    answer = page.request(method, path, **sent)
                else:
                    answer = page.request(method, f"{path}?{query}")
                assert answer.status_code < 500, (method, path, query[:200])
    assert len(asked) > 1000


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_forms_that_are_no_forms_are_told_so(page):
    headers = {"x-csrf": KEY.csrf}
    for kind, body in (
        ("multipart/form-data", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("application/json", b"{"),
        ("text/plain", b"\xff"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe&file=1&before=%00"),
    ):
        for path in ("/check", "/data/calls", "/data/nothing"):
            answer = page.post(path, content=body, headers=headers | {"content-type": kind})
            assert answer.status_code < 500, (kind, path)
