"""The pictures of README and docs, taken anew from the demo corpus.

    python docs/pictures.py

Needs Chromium; for the draft with comments LibreOffice, xvfb-run and ImageMagick. Two minutes.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from docx import Document
from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).resolve().parent
CORPUS = DOCS.parent / "corpora" / "tallyroot"
DRAFT = CORPUS / "assets" / "blog" / "posted-is-not-sent.md"
SAID = "you're twice what we pay now"
SIZES = {1280: 900, 390: 844}
SHOWN_AFTER_S = 25
PAPER = "1035x1060+91+103"  # of LibreOffice's window


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        work = Path(folder)
        resonance(
            work, "run", "--calls", CORPUS / "calls", "--assets", CORPUS / "assets",
            "--deals", CORPUS / "deals.csv",
        )  # fmt: skip
        draft = DRAFT.read_text(encoding="utf-8").split("---\n", 2)[2].strip()
        as_word(draft).save(work / "draft.docx")
        resonance(work, "report", "-o", work / "report.html")
        check = ("check", "draft.docx", "--annotate", "annotated.docx")
        (work / "check.html").write_bytes(resonance(work, *check, "--format", "html"))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, size in {"report": (1280, 1420), "check": (1200, 1560)}.items():
            with tab(browser, *size, "light") as page:
                page.goto((work / f"{name}.html").as_uri())
                page.screenshot(path=DOCS / f"{name}.png")
        with served(work) as address:
            for width, height in SIZES.items():
                for scheme in ("light", "dark"):
                    with tab(browser, width, height, scheme) as page:
                        page.goto(address)
                        walk(page, draft, f"{width}-{scheme}")
        browser.close()
        with_comments(work)


def walk(page: Page, draft: str, name: str) -> None:
    """Five views, as somebody looks at them."""

    def take(view: str) -> None:
        page.screenshot(path=DOCS / f"page-{view}-{name}.png")

    home = page.url.partition("?")[0].rstrip("/")
    take("overview")
    page.goto(f"{home}/themes/T1")
    take("theme")
    page.goto(f"{home}/map")
    take("map")
    page.goto(f"{home}/answer?{urlencode({'said': SAID})}")
    take("answer")
    page.goto(f"{home}/check")
    page.fill("#text", draft.partition("\n## ")[0])
    page.wait_for_selector("#verdict li.wide")
    page.fill("#text", draft)
    page.wait_for_selector("#verdict caption:has-text('What the changes gave')")
    page.locator("#text").scroll_into_view_if_needed()
    take("check")


def with_comments(work: Path) -> None:
    """The draft as LibreOffice shows it, its comments beside it; it prints them without a screen
    as icons alone."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    show = ["soffice", profile, "--norestore", "--nologo", "--view", "annotated.docx"]
    take = ["import", "-window", "root", "-crop", PAPER, "+repage", str(DOCS / "annotated.png")]
    wait = f"sleep {SHOWN_AFTER_S}"
    both = f"{shlex.join(show)} & {wait}; {shlex.join(take)}; taken=$?; kill $!; exit $taken"
    screen = ["xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1280x1240x24"]
    subprocess.run([*screen, "sh", "-c", both], cwd=work, check=True)


def as_word(draft: str):
    """Markdown of headings, paragraphs and numbered lists as a Word document."""
    document = Document()
    for block in draft.split("\n\n"):
        marks = len(block) - len(block.lstrip("#"))
        if marks:
            document.add_heading(block.strip("# \n"), marks - 1)
        for line in [] if marks else re.split(r"\n(?=\d+\. )", block):
            said, is_item = re.subn(r"^\d+\. ", "", " ".join(line.split()).replace("**", ""))
            document.add_paragraph(said, "List Number" if is_item else None)
    return document


def resonance(work: Path, *words: object) -> bytes:
    command = [sys.executable, "-m", "resonance", "-w", ".", *map(str, words)]
    here = os.environ | {"PYTHONPATH": str(DOCS.parent)}
    return subprocess.run(command, check=True, cwd=work, env=here, stdout=subprocess.PIPE).stdout


@contextmanager
def served(work: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "resonance", "-w", str(work), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=DOCS.parent,
        env=os.environ | {"RESONANCE_TOKEN": "a-token-for-the-pictures"},
    )
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


@contextmanager
def tab(browser: Browser, width: int, height: int, scheme: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


if __name__ == "__main__":
    main()
