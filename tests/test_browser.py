"""What people do on the page, in Chromium, on the demo corpus: for real, and by keyboard."""

import itertools
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from resonance.store import Store
from resonance.workspace import Workspace

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
TOKEN = "a-token-for-the-browser"
WAIT_MS = 120_000  # a run on a busy machine

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium, to drive the page with"
)

DRAFT = """# A better way to pay

We love what we do, and our customers love us for it.
"""


@pytest.fixture(scope="module")
def workspace(analysed, tmp_path_factory) -> Path:
    """A copy of the analysed demo corpus that may be changed."""
    folder = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(analysed, folder)
    return folder


@pytest.fixture(scope="module")
def address(workspace):
    """The page, started as a user starts it; the address as it prints it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "resonance", "-w", str(workspace), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"RESONANCE_TOKEN": TOKEN},
    )
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(params=[{}], ids=["wide"])
def page(browser, address, request):
    """A tab that has come in, and that asks nobody but the page for anything."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | request.param))
    tab = context.new_page()
    tab.set_default_timeout(WAIT_MS)
    asked, complaints = [], []
    tab.on("request", lambda asking: asked.append(asking.url))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(address)
    yield tab
    context.close()
    home = urlsplit(address).netloc
    assert {urlsplit(url).netloc for url in asked} == {home}
    assert complaints == []


def go(page, path):
    page.goto(page.url.partition("/")[0] + "//" + urlsplit(page.url).netloc + path)


def score(page):
    return float(page.locator("#verdict li.wide .number").inner_text())


def test_a_marketer_pastes_a_draft_fixes_it_and_sees_the_score_move(page, workspace):
    found = Workspace(workspace).findings()
    best = max(found.scores, key=lambda s: s.resonance)
    asset = next(a for a in found.assets if a.asset_id == best.asset_id)
    page.get_by_role("link", name="Check a draft").click()
    page.fill("#text", DRAFT)
    page.wait_for_selector("#verdict li.wide")
    before = score(page)
    missing = page.locator("#verdict ul.gaps li h4").all_inner_texts()
    assert missing
    page.fill("#text", DRAFT + "\n\n" + "\n\n".join(p.text for p in asset.passages))
    page.wait_for_selector("#verdict caption:has-text('What the changes gave')")
    assert score(page) > before
    assert f"it was {before:.1f}" in page.locator(".moved").inner_text()
    page.get_by_role("button", name="Compare from here").click()
    page.wait_for_selector("#verdict li.wide")
    assert "it was" not in page.locator(".moved").inner_text()
    assert DRAFT.split("\n")[0] in page.input_value("#text")


def test_a_marketer_drops_a_file_in_and_reads_on(page, tallyroot):
    path = next((tallyroot / "assets").rglob("*.docx"), None) or next(
        (tallyroot / "assets").rglob("*.pdf")
    )
    go(page, "/check")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector("#verdict li.wide")
    assert len(page.input_value("#text")) > 100


def test_enablement_finds_a_theme_renames_merges_and_undoes(page, workspace):
    before = Workspace(workspace).findings()
    go(page, "/themes")
    page.select_option("select[name=sort]", "rising")
    page.wait_for_url("**sort=rising**")
    page.locator("#found .name a").first.click()
    page.wait_for_selector("h2#said")
    theme_id = page.url.rsplit("/", 1)[1]
    page.get_by_text("Edit this theme").click()
    page.fill("input[name=name]", "What they say about paying")
    page.get_by_role("button", name="Rename").click()
    page.wait_for_selector("h1:has-text('What they say about paying')")
    page.get_by_text("Edit this theme").click()
    page.get_by_role("button", name="Preview the merge").click()
    page.wait_for_selector("h1:has-text('Merge these two?')")
    gone = page.locator("input[name=other]").input_value()
    page.get_by_role("button", name="Merge").click()
    page.wait_for_url(f"**/themes/{theme_id}")
    assert gone not in {t.theme_id for t in Workspace(workspace).findings().themes}
    go(page, f"/themes/{gone}")
    assert page.url.endswith(f"/themes/{theme_id}")
    page.get_by_role("link", name="battlecard").click()
    page.wait_for_selector("h1:has-text('What they say about paying')")
    go(page, "/history")
    for edit in (2, 1):
        with page.expect_navigation():
            page.get_by_role("button", name=f"Undo edit {edit}").click()
    after = Workspace(workspace).findings()
    assert {t.theme_id: t.name for t in after.themes} == {t.theme_id: t.name for t in before.themes}


def test_a_stale_edit_is_told_what_changed(page, browser, address):
    go(page, "/themes/T1")
    other = browser.new_context().new_page()
    other.set_default_timeout(WAIT_MS)
    other.goto(address)
    go(other, "/themes/T1")
    for tab, name in ((page, "Money"), (other, "Cash")):
        tab.get_by_text("Edit this theme").click()
        tab.fill("input[name=name]", name)
    page.get_by_role("button", name="Rename").click()
    page.wait_for_selector("h1:has-text('Money')")
    other.get_by_role("button", name="Rename").click()
    other.wait_for_selector("h1:has-text('That cannot be done')")
    assert "Money" in other.locator("main").inner_text()
    other.context.close()


def test_what_to_send_is_found_as_it_is_typed_and_copied(page):
    go(page, "/answer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#said").press_sequentially("you are twice what we pay now", delay=5)
    page.wait_for_selector("article.reply")
    page.get_by_role("button", name="Copy passage 1").click()
    page.wait_for_selector("button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#passage-1").text_content()
    assert "said=you" in page.url


def test_a_new_call_is_dropped_in_run_and_counted(page, workspace, tmp_path):
    n_calls = len(Store(workspace).calls())
    call = tmp_path / "2026-10-01_newcomer.vtt"
    call.write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Sam Vendor>What worries you?</v>\n\n"
        "00:00:05.000 --> 00:00:12.000\n<v Nora Newcomer>Honestly, it is far too expensive for"
        " a shop of our size, and I have no budget left this year.</v>\n"
    )
    go(page, "/data")
    page.locator("form[action='/data/calls'] input[type=file]").set_input_files(call)
    page.get_by_role("button", name="Take in the calls").click()
    page.wait_for_selector("#job[data-state=done]")
    assert f"{n_calls + 1} calls" in page.locator("header").inner_text()
    go(page, "/calls?q=newcomer")
    page.locator("table a.name").first.click()
    assert "far too expensive" in page.locator(".turns").inner_text()
    assert "Nora" not in page.locator("main").inner_text()


VIEWS = (
    "/", "/themes", "/themes/T1", "/themes/T1/split", "/assets", "/asset?id=A01", "/heat", "/gaps",
    "/gaps/T4", "/themes/T4/card", "/deals", "/calls", "/check", "/answer?said=too+expensive",
    "/map", "/map?theme=T1", "/review", "/seed",
    "/seed?name=Auditors&quote=Our+auditors+want+paper.", "/history", "/data",
    "/guide",
)  # fmt: skip
LOOKS = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param(
        {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}, id="dark, narrow"
    ),
]


@pytest.mark.parametrize("page", LOOKS, indirect=True)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_read_by_everybody_and_fits_a_phone(view, page):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    go(page, view)
    if view == "/check":
        page.fill("#text", DRAFT)
        page.wait_for_selector("#verdict li.wide")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{view} is {wider} px too wide"
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    told = [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found["violations"]
    ]
    assert told == []


def test_no_two_names_on_the_map_overlap_as_they_are_drawn(page):
    go(page, "/map")
    boxes = page.evaluate(
        "[...document.querySelectorAll('.map text')].map(t => t.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 5
    for one, other in itertools.combinations(boxes, 2):
        apart = one["right"] <= other["left"] or other["right"] <= one["left"]
        assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


def test_the_page_is_used_by_keyboard_alone(page):
    go(page, "/themes")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.name') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("h2#said")
    go(page, "/map")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('svg') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/map?theme=**")
