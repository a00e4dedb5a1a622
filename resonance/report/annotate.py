"""A check as comments in a Word file, each at the passage it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as open_document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml.etree import _Element as Element

from resonance.check import Check, PassageCheck, ThemeCheck
from resonance.report.check_formats import accounts, headline, theme_title
from resonance.report.page import UNFIT
from resonance.report.words import shorten
from resonance.sources.assets.blocks import Block, one_line
from resonance.sources.assets.package import open_package
from resonance.sources.assets.word import BOX, FALLBACK, located
from resonance.sources.text import visible

AUTHOR, INITIALS = "resonance", "R"
QUOTE = 300
# A comment inside one of these is lost, or the file does not open.
NO_COMMENT = {BOX, FALLBACK, qn("w:del"), qn("w:moveFrom")}


@dataclass(frozen=True, slots=True)
class Note:
    """A comment: a few words that say what, and lines that prove it."""

    head: str
    lines: tuple[str, ...] = ()


def annotate(check: Check, original: bytes | None = None) -> bytes:
    """The draft as a Word file, with a comment at each passage and the verdict at the top.

    original : the .docx that was checked, kept as it is but for the comments; None makes a
               plain document of the passages, their headings and lists of what was read

    The same check gives the same bytes.
    """
    if original is None:
        document, anchors = _plain_document(check)
    else:
        document = open_document(open_package(original, "word/", "Word"))
        anchors = _anchors(check.passages, located(document))
    top = _runs(document.element.body)
    if not top:  # nothing but pictures, text boxes or footnotes
        top = [document.add_paragraph().add_run(" ")._r]
    _comment(document, top[:1], [_verdict(check), *_missing(check)])
    for passage, own in zip(check.passages, anchors, strict=True):
        _comment(document, own or top[:1], list(_notes(check, passage)))
    return _saved(document)


def _verdict(check: Check) -> Note:
    head, _, rest = headline(check).partition(": ")
    ledger = [f"{theme.points:.1f}  {theme_title(theme)}" for theme in check.answers]
    whole = f"{check.score.resonance:.1f}  in all"
    return Note(head, (rest[:1].upper() + rest[1:], *ledger, *([whole] if ledger else [])))


def _missing(check: Check) -> Iterator[Note]:
    if check.missing:
        told = [
            f"{theme_title(m)}, {accounts(m.n_accounts)}: “{shorten(m.quotes[0], QUOTE)}”"
            for m in check.missing
        ]
        yield Note("Missing, most voiced first", tuple(told))


def _notes(check: Check, passage: PassageCheck) -> Iterator[Note]:
    """What is said about a passage: what it proves, else what it helps, else that it does not."""
    proved = [theme for theme in check.answers if theme.passage_row == passage.row]
    for theme in proved:
        yield Note(f"Answers, {theme.points:.1f} points", _said(theme))
    if passage.theme_id and passage.theme_id not in {theme.theme_id for theme in proved}:
        yield Note("Helps to answer", (f"{passage.theme_id} {passage.name}",))
    for theme in check.names:
        if theme.passage_row == passage.row:
            yield Note("Names without answering", _said(theme))
    if not passage.theme_id:
        yield Note("Answers nothing that prospects voice")


def _said(theme: ThemeCheck) -> tuple[str, str]:
    return theme_title(theme), f"A prospect said: “{shorten(theme.quote, QUOTE)}”"


def _plain_document(check: Check) -> tuple[WordDocument, list[list[Element]]]:
    """The passages under their headings, and the runs of each."""
    document = open_document()
    document.core_properties.author = AUTHOR
    document.core_properties.title = _fit(check.title)[:255]
    document.core_properties.comments = ""
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading(_fit(check.title), 0)
    heading = check.title
    anchors = []
    for passage in check.passages:
        if passage.heading not in ("", heading):
            document.add_heading(_fit(passage.heading), 2)
        heading = passage.heading or heading
        paragraphs = [document.add_paragraph(_fit(line)) for line in passage.text.split("\n")]
        anchors.append([run._r for paragraph in paragraphs for run in paragraph.runs])
    return document, anchors


def _anchors(
    passages: Sequence[PassageCheck], blocks: Sequence[tuple[Block, Element]]
) -> list[list[Element]]:
    """The runs of the paragraphs that each passage was read from; [] for one in a footnote."""
    texts = [one_line(block.text) for block, _ in blocks]
    anchors = []
    at = 0
    for passage in passages:
        elements = []
        seek = at
        for line in passage.text.split("\n"):
            found = next((i for i in range(seek, len(texts)) if line in texts[i]), None)
            if found is not None:
                elements.append(blocks[found][1])
                at = seek = found
        anchors.append([run for element in elements for run in _runs(element)])
    return anchors


def _runs(element: Element) -> list[Element]:
    """The runs in it that a comment may begin or end at."""
    return [
        run
        for run in element.iter(qn("w:r"))
        if not any(above.tag in NO_COMMENT for above in run.iterancestors())
    ]


def _comment(document: WordDocument, runs: Sequence[Element], notes: Sequence[Note]) -> None:
    """Comments on the same runs, shown in the order of the notes."""
    first, last = (Run(run, Paragraph(run.getparent(), document)) for run in (runs[0], runs[-1]))
    for note in reversed(notes):  # each goes before those already there
        comment = document.add_comment([first, last], author=AUTHOR, initials=INITIALS)
        comment.paragraphs[0].add_run(_fit(note.head)).bold = True
        for line in note.lines:
            comment.add_paragraph().add_run(_fit(line))
        for run in (run for paragraph in comment.paragraphs for run in paragraph.runs):
            run.font.size = Pt(9)
        del comment._comment_elm.attrib[qn("w:date")]  # the same check, the same bytes


def _fit(text: str) -> str:
    """Text that XML can hold."""
    return UNFIT.sub("", visible(text.encode("utf-8", "replace").decode("utf-8")))


def _saved(document: WordDocument) -> bytes:
    """The file, its parts without the time at which they were written."""
    saved, packed = BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as parts, ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()
