"""PDF: lines put back together into paragraphs, and headings told by their size.

A PDF holds characters and where they stand. PDFium gives them in reading order; sizes, gaps and
columns say which lines belong together.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from resonance.errors import InputError
from resonance.sources.assets.blocks import Block, Document, first_heading, first_title

HYPHEN = "\ufffe"  # PDFium's mark for a word divided at the end of a line
ROUNDING = 0.04  # sizes that differ by less are the same: fitting a line to its width changes them
LARGER = 1.1  # a heading's size against the text's
WORD_GAP = 0.15  # between words, in sizes
CLOSEST = 0.9  # lines of one paragraph stand no closer, in sizes
WIDER = 1.3  # a gap between paragraphs against one between lines
HEADING_WORDS = 20
BOLD_HEADING_WORDS = 12
MARGIN = 0.08  # of a page's height, at its top and at its bottom

BOLD = re.compile(r"bold|black|heavy|demi|medi\b", re.IGNORECASE)
PAGE_NUMBER = re.compile(
    r"(?:page )?0(?: (?:of|/) 0)?|.*[|·•–—-] page 0(?: of 0)?|page 0(?: of 0)? [|·•–—-].*",
    re.IGNORECASE,
)
BULLET = re.compile(r"([•▪●◦‣–—*-]|\d{1,2}[.)]|[a-z]\))\s")
ENDED = re.compile(r"[.!?:;][\"'”’)\]\d]*$")


@dataclass(slots=True)
class Line:
    """Characters on one height of a page; measures in points from its lower left corner.

    `base` and `end` are the heights it stands on at its first and last character; where a word
    is divided, PDFium joins two lines.
    """

    page: int
    text: str
    size: float
    bold: bool
    left: float
    right: float
    base: float
    end: float
    is_upright: bool
    in_margin: bool = False


def read(data: bytes) -> Document:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise InputError("it is protected by a password; save a copy without one") from error
        raise InputError("it is damaged or no PDF; export it again") from error
    try:
        named = document.get_metadata_dict().get("Title", "")
        pages = [_lines(page, number) for number, page in enumerate(document, start=1)]
    finally:
        document.close()
    lines = _without_furniture(pages)
    if not lines:
        raise InputError(
            f"its {len(pages)} pages hold pictures and no text; export it with text, or run OCR"
        )
    found = _blocks(lines)
    return Document(first_title(first_heading(found, 1), named, first_heading(found)), tuple(found))


def _lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    text_page = page.get_textpage()
    lines: list[Line] = []
    try:
        _, bottom, _, top = page.get_bbox()
        margin = MARGIN * (top - bottom)
        start = 0
        for piece in re.split(r"(\r\n)", _characters(text_page)):
            if piece.strip():
                line = _line(text_page, piece, start, number)
                line.in_margin = not bottom + margin < line.base < top - margin
                if lines and _goes_on(lines[-1], line):
                    gap = line.left - lines[-1].right > WORD_GAP * line.size
                    lines[-1].text += f" {piece}" if gap else piece
                    lines[-1].right = line.right
                else:
                    lines.append(line)
            start += len(piece)
    finally:
        text_page.close()
        page.close()
    return lines


def _characters(text_page: pdfium.PdfTextPage) -> str:
    """One for each of PDFium's, so that places in the string are its own."""
    codes = (raw.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars()))
    return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)


def _line(text_page: pdfium.PdfTextPage, text: str, start: int, page: int) -> Line:
    first = start + len(text) - len(text.lstrip())
    last = start + len(text.rstrip()) - 1
    left, right = text_page.get_charbox(first)[0], text_page.get_charbox(last)[2]
    base, end = _baseline(text_page, first), _baseline(text_page, last)
    middle = (first + last) // 2  # the first may be a drop cap, the last a footnote's number
    size, is_bold = _size(text_page, middle), _is_bold(text_page, first, last)
    is_upright = abs(raw.FPDFText_GetCharAngle(text_page, middle)) < 0.1
    return Line(page, text, size, is_bold, left, right, base, min(base, end), is_upright)


def _baseline(text_page: pdfium.PdfTextPage, index: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    return y.value


def _size(text_page: pdfium.PdfTextPage, index: int) -> float:
    matrix = raw.FS_MATRIX()
    scale = 1.0
    if raw.FPDFText_GetMatrix(text_page, index, matrix):
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0
    return round(raw.FPDFText_GetFontSize(text_page, index) * scale, 1)


def _is_bold(text_page: pdfium.PdfTextPage, *indices: int) -> bool:
    name = ctypes.create_string_buffer(128)
    for index in indices:
        raw.FPDFText_GetFontInfo(text_page, index, name, 128, ctypes.c_int())
        if not BOLD.search(name.value.decode("utf-8", "replace")):
            return False
    return True


def _goes_on(line: Line, piece: Line) -> bool:
    """Whether a piece stands beside the line's end, as after a footnote mark."""
    half = line.size / 2
    return abs(line.end - piece.base) < half and piece.left >= line.right - half


def _without_furniture(pages: list[list[Line]]) -> list[Line]:
    """Lines of all pages, less page numbers and what most pages repeat in their margins."""
    repeated = Counter(
        text for page in pages for text in {_same(line) for line in page if line.in_margin}
    )
    most = max(2, math.ceil(len(pages) / 2))
    return [
        line
        for page in pages
        for line in page
        if not line.in_margin
        or (repeated[_same(line)] < most and not PAGE_NUMBER.fullmatch(_same(line)))
    ]


def _same(line: Line) -> str:
    """The line with its numbers made alike, which are all that differs in a running head."""
    return re.sub(r"\d+", "0", " ".join(line.text.split()))


def _blocks(lines: list[Line]) -> list[Block]:
    body = _most(Counter({line.size: 0 for line in lines}), lines)
    pitch = _pitch(lines)
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and _belongs(paragraphs[-1], line, pitch):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    headings = [p for p in paragraphs if _is_heading(p, body)]
    largest = max((p[0].size for p in headings if p[0].page == lines[0].page), default=0.0)
    return [
        Block(_text(p), _level(p, largest) if _is_heading(p, body) else 0, f"page {p[0].page}")
        for p in paragraphs
    ]


def _most(sizes: Counter[float], lines: list[Line]) -> float:
    """The size in which most characters stand; the smaller of two."""
    for line in lines:
        sizes[line.size] += len(line.text)
    return min(sizes, key=lambda size: (-sizes[size], size))


def _pitch(lines: list[Line]) -> float:
    """From one line to the next inside a paragraph, in sizes: less than in most of the steps."""
    between = [(a, b) for a, b in pairwise(lines) if a.page == b.page and _same_size(a, b)]
    steps = sorted((a.end - b.base) / b.size for a, b in between)
    steps = [step for step in steps if step >= CLOSEST]
    return steps[len(steps) // 10] if steps else 1.2


def _belongs(paragraph: list[Line], line: Line, pitch: float) -> bool:
    last = paragraph[-1]
    alike = _same_size(last, line) and (last.bold == line.bold or not _all_bold(paragraph))
    if not alike or BULLET.match(line.text.strip()):
        return False
    step = last.end - line.base
    if last.page == line.page and step > 0:
        return step <= WIDER * pitch * line.size
    # The next column or page.
    return not ENDED.search(last.text.strip())


def _same_size(a: Line, b: Line) -> bool:
    return math.isclose(a.size, b.size, rel_tol=ROUNDING)


def _all_bold(paragraph: list[Line]) -> bool:
    return all(line.bold for line in paragraph)


def _is_heading(paragraph: list[Line], body: float) -> bool:
    text = _text(paragraph)
    n_words = len(text.split())
    if not paragraph[0].is_upright:
        return False
    if paragraph[0].size >= body * LARGER:
        return n_words <= HEADING_WORDS
    bold = _all_bold(paragraph) and paragraph[0].size >= body
    return bold and n_words <= BOLD_HEADING_WORDS and not ENDED.search(text)


def _level(heading: list[Line], largest: float) -> int:
    return 1 if heading[0].size >= largest else 2


def _text(paragraph: list[Line]) -> str:
    text = " ".join(line.text.strip() for line in paragraph)
    # PDFium gives what lies beyond 16 bits in two halves.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # Divided names and numbers keep their hyphen: "Lucene-BM25".
    return re.sub(rf"{HYPHEN}(?=[A-Z0-9])", "-", text).replace(HYPHEN, "")
