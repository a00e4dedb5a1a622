"""HTML: the text of a page in blocks, with the line of the source each begins on."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree, html
from lxml.html import HtmlElement as Element

from resonance.errors import InputError
from resonance.sources.assets import clutter, frontmatter
from resonance.sources.assets.blocks import (
    Block,
    Document,
    first_heading,
    first_title,
    row_text,
)
from resonance.sources.files import decode
from resonance.sources.text import BREAK

Lines = Literal["source", "marked", "none"]
LINE = "data-source-line"  # marks the lines of HTML that was made from something else

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# fmt: off
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "legend",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
}
SILENT = {
    "head", "iframe", "noscript", "script", "style", "svg", "template", "textarea", "title",
}
# fmt: on
CELL_WORDS = 25  # a row with a longer cell is layout, not a table

TWO_BREAKS = re.compile(rf"{BREAK}[^\S{BREAK}]*{BREAK}")
CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)


def read(data: bytes) -> Document:
    metadata, text = frontmatter.split(_decode(data))
    root = parse(text)
    named = root.findtext(".//title") or ""
    clutter.remove(root)
    found = [block for block in blocks(root, "source") if not clutter.is_notice(block.text)]
    given = str(metadata.get("title") or "")
    title = first_title(given, first_heading(found, deepest=1), named, first_heading(found))
    return Document(title, tuple(found))


def parse(text: str) -> Element:
    """The page's tree. Nothing it refers to is fetched."""
    # huge_tree: without it, what is nested deeper than 256 elements is silently left out.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:  # nothing but white space or comments
        return html.Element("html")
    if any("depth" in error.message for error in parser.error_log):
        raise InputError("its tags are nested too deeply to be a page; save its text as .txt")
    return root


def blocks(root: Element, lines: Lines) -> list[Block]:
    """Text of the tree in blocks: one for each paragraph, list item, row of a table, heading."""
    gathered = _Gathered(lines)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            gathered.leave(element)
        elif element.tag in SILENT or (element.tag == "tr" and gathered.table_row(element)):
            walk.skip_subtree()  # no end of it is told
            gathered.add(element.tail)
        else:
            gathered.enter(element)
    gathered.flush()
    return gathered.blocks


class _Gathered:
    """The blocks so far, and the one that is being gathered."""

    def __init__(self, lines: Lines):
        self.lines = lines
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.first: int | None = None  # line on which the parts begin
        self.now: int | None = None
        self.in_heading = False

    def enter(self, element: Element) -> None:
        if self.in_heading and element.tag in BLOCKS:
            self.add(" ")
        elif element.tag in BLOCKS or element.tag in HEADINGS:
            self.flush()
        self.in_heading = self.in_heading or element.tag in HEADINGS
        self.move_to(element)
        self.add(BREAK if element.tag == "br" else element.text)

    def leave(self, element: Element) -> None:
        if element.tag in HEADINGS:
            self.flush(HEADINGS[element.tag])
            self.in_heading = False
        elif element.tag in BLOCKS and not self.in_heading:
            self.flush()
        self.add(element.tail)

    def table_row(self, row: Element) -> bool:
        """Take a row of short cells as one block; False where its cells are for layout."""
        cells = [" ".join(cell.text_content().split()) for cell in row]
        if sum(map(bool, cells)) < 2 or any(len(cell.split()) > CELL_WORDS for cell in cells):
            return False
        inside = {element.tag for element in row.iterdescendants()} - {"td", "th", "p"}
        if not inside.isdisjoint(BLOCKS) or not inside.isdisjoint(HEADINGS):
            return False
        self.flush()
        self.move_to(row)
        self.add(row_text(cells))
        self.flush()
        return True

    def move_to(self, element: Element) -> None:
        if self.lines == "source":
            self.now = element.sourceline
        elif self.lines == "marked" and element.get(LINE, "").isdecimal():
            self.now = int(element.get(LINE))

    def add(self, text: str | None) -> None:
        if not text:
            return
        if not self.parts:
            self.first = self.now
        self.parts.append(text)
        if self.now is not None:
            self.now += text.count("\n")

    def flush(self, level: int = 0) -> None:
        """End the block; two line breaks in a row end one as well."""
        line = self.first
        for text in TWO_BREAKS.split("".join(self.parts)):
            before = text[: len(text) - len(text.lstrip())].count("\n")
            if text.strip():
                at = None if line is None else line + before
                self.blocks.append(Block(text.strip(), level, f"line {at}" if at else "", at))
            line = None if line is None else line + text.count("\n")
        self.parts = []


def _decode(data: bytes) -> str:
    """As every text file, but a page that is not UTF-8 may name its encoding itself."""
    named = CHARSET.search(data[:4096])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if named:
            try:
                return data.decode(named[1].decode("ascii")).replace("\r\n", "\n")
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)
