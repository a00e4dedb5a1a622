"""DOCX: paragraphs, headings, lists, tables and text boxes in the order of the document.

Read from the XML below python-docx's objects: its own text leaves out tracked insertions,
content controls, text boxes and footnotes, all common in drafts and one-pagers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docx import Document as open_document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from resonance.sources.assets.blocks import (
    Block,
    Document,
    first_heading,
    first_title,
    row_text,
)
from resonance.sources.assets.package import open_package
from resonance.sources.text import BREAK

TEXT, BOX = qn("w:t"), qn("w:txbxContent")
MARKS = {
    qn("w:tab"): " ",
    qn("w:br"): BREAK,
    qn("w:cr"): BREAK,
    qn("w:noBreakHyphen"): "-",
}
# Deleted in review, or said a second time for old programs, or a box that is read by itself.
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
UNSEEN = {qn("w:del"), qn("w:moveFrom"), BOX, FALLBACK, qn("w:pPr"), qn("w:rPr")}
CELL_WORDS = 25  # a row with a longer cell is layout, not a table


def read(data: bytes) -> Document:
    document = open_document(open_package(data, "word/", "Word"))
    levels = _levels(document)
    found = [*_Body(levels).blocks(document.element.body), *_notes(document)]
    title = first_title(
        first_heading(found, deepest=2), document.core_properties.title, first_heading(found)
    )
    return Document(title, tuple(found))


def located(document: WordDocument) -> list[tuple[Block, Element]]:
    """The blocks of the body, as `read` finds them, with the paragraph or row that shows each."""
    body = _Body(_levels(document))
    blocks = list(body.blocks(document.element.body))
    return [(block, body.elements[block.place]) for block in blocks]


def _levels(document: WordDocument) -> dict[str, int]:
    """Heading level by style id: Title is 1, Heading 1 is 2, and so on."""
    levels = {}
    for style in document.styles:
        if style.type != WD_STYLE_TYPE.PARAGRAPH:
            continue
        at, depth = style, 0
        while at is not None and depth < 10:
            heading = re.fullmatch(r"heading (\d)", (at.name or "").lower())
            if heading or (at.name or "").lower() == "title":
                levels[style.style_id] = min(6, int(heading[1]) + 1) if heading else 1
                break
            at, depth = at.base_style, depth + 1
    return levels


class _Body:
    """Walks a document's body and counts its paragraphs and tables as Word shows them."""

    def __init__(self, levels: dict[str, int]):
        self.levels = levels
        self.n_paragraphs = 0
        self.n_tables = 0
        self.elements: dict[str, Element] = {}  # by place

    def blocks(self, container: Element, place: str = "") -> Iterator[Block]:
        """Blocks inside an element; `place` is given for those that are not counted themselves."""
        for element in container:
            if element.tag == qn("w:p"):
                yield from self.paragraph(element, place)
            elif element.tag == qn("w:tbl"):
                self.n_tables += 1
                for number, row in enumerate(element.iterchildren(qn("w:tr")), start=1):
                    in_row = place or f"table {self.n_tables}, row {number}"
                    self.elements.setdefault(in_row, row)
                    yield from self.row(row, in_row)
            elif element.tag not in UNSEEN:  # content controls, insertions: look inside
                yield from self.blocks(element, place)

    def paragraph(self, element: Element, place: str) -> Iterator[Block]:
        if not place:
            self.n_paragraphs += 1
            place = f"paragraph {self.n_paragraphs}"
            self.elements[place] = element
        yield Block("".join(_text(element)), self.level(element), place)
        for box in element.iter(BOX):
            if next(box.iterancestors(FALLBACK), None) is None and _outermost(box, element):
                yield from self.blocks(box, place)

    def row(self, row: Element, place: str) -> Iterator[Block]:
        cells = list(row.iterchildren(qn("w:tc"), qn("w:sdt")))
        texts = [" ".join("".join(_text(p)) for p in cell.iter(qn("w:p"))) for cell in cells]
        layout = next(row.iter(BOX), None) is not None or any(
            next(cell.iter(qn("w:tbl")), None) is not None for cell in cells
        )
        if layout or any(len(text.split()) > CELL_WORDS for text in texts):
            for cell in cells:
                yield from self.blocks(cell, place)
        else:
            yield Block(row_text(texts), 0, place)

    def level(self, paragraph: Element) -> int:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return 0
        outline = properties.find(qn("w:outlineLvl"))
        if outline is not None and outline.get(qn("w:val"), "9") in "01234":
            return int(outline.get(qn("w:val"))) + 2
        style = properties.find(qn("w:pStyle"))
        return 0 if style is None else self.levels.get(style.get(qn("w:val"), ""), 0)


def _text(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in MARKS:
            yield MARKS[child.tag]
        elif child.tag not in UNSEEN:
            yield from _text(child)


def _outermost(box: Element, paragraph: Element) -> bool:
    """A box inside a box is read with the outer one."""
    outer = next(box.iterancestors(BOX), None)
    return outer is None or outer in paragraph.iterancestors(BOX)


def _notes(document: WordDocument) -> Iterator[Block]:
    """Footnotes and endnotes, each under no heading."""
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        parts = [r.target_part for r in document.part.rels.values() if r.reltype == kind]
        for part in parts:
            name = kind.rpartition("/")[2]
            yield Block("", 1, name)
            for note in parse_xml(part.blob):
                for paragraph in note.iter(qn("w:p")):
                    yield Block("".join(_text(paragraph)), 0, name)
