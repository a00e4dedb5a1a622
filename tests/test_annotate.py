"""A check as comments in a Word file."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree
from test_check_page import CHECK, HOSTILE, IDLE

from resonance.report.annotate import annotate


def opened(data):
    return Document(BytesIO(data))


def written(document):
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def comments(document):
    """Each comment's lines with the text it is about, in the order a reader meets them."""
    lines = {
        str(c.comment_id): [paragraph.text for paragraph in c.paragraphs] for c in document.comments
    }
    body = document.element.body
    found = []
    for mark in body.iter(qn("w:commentReference")):
        number = mark.get(qn("w:id"))
        between = body.xpath(
            f'.//w:t[preceding::w:commentRangeStart[@w:id="{number}"]]'
            f'[following::w:commentRangeEnd[@w:id="{number}"]]'
        )
        found.append(("".join(t.text for t in between), lines[number]))
    return found


def draft():
    """The draft of CHECK as its author wrote it, with a table, a deletion and bold words."""
    document = Document()
    document.add_heading("Value", 0)
    document.add_paragraph("We love coffee.")
    document.add_heading("Why", 1)
    pays = document.add_paragraph("It ")
    pays.add_run("pays").bold = True
    pays.add_run(" for itself.")
    document.add_paragraph("You see every order.")
    document.add_paragraph("At any hour.")
    document.add_heading("Trust", 1)
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run("We take security seriously.")
    gone = OxmlElement("w:del")
    gone.append(OxmlElement("w:r"))
    pays._p.append(gone)
    return document


def test_each_passage_of_a_word_draft_gets_its_comments_where_it_stands():
    found = comments(opened(annotate(CHECK, written(draft()))))
    assert [(about, lines[0]) for about, lines in found] == [
        ("Value", "Resonance 10.3 of 100 (90 % interval 8.2 to 12.9)"),
        ("Value", "Missing, most voiced first"),
        ("We love coffee.", "Answers nothing that prospects voice"),
        ("It pays for itself.", "Answers, 7.1 points"),
        ("You see every order.At any hour.", "Answers, 3.2 points"),
        ("We take security seriously.", "Names without answering"),
        ("We take security seriously.", "Answers nothing that prospects voice"),
    ]
    assert found[3][1][1:] == ["T1 Cost (objection)", "A prospect said: “They said Cost.”"]
    assert "T4 Set-up (objection), 11 accounts: “Who sets it up?”" in found[1][1]


def test_the_ledger_in_the_first_comment_adds_up():
    (_, lines), *_ = comments(opened(annotate(CHECK)))
    figures = [line.split()[0] for line in lines[2:]]
    assert figures == ["7.1", "3.2", "10.3"]


def test_a_word_draft_keeps_its_words_and_its_looks():
    before = draft()
    after = opened(annotate(CHECK, written(before)))
    for old, new in zip(before.paragraphs, after.paragraphs, strict=True):
        assert (old.text, old.style.name) == (new.text, new.style.name)
    assert [r.text for p in after.paragraphs for r in p.runs if r.bold] == ["pays"]
    assert len(after.tables) == 1


def test_comments_that_are_there_already_stay():
    document = draft()
    document.add_comment(document.paragraphs[1].runs, "Do we?", author="Kim")
    after = opened(annotate(CHECK, written(document)))
    authors = [comment.author for comment in after.comments]
    assert authors.count("Kim") == 1
    assert authors.count("resonance") == 7


def test_a_draft_of_another_format_becomes_a_plain_document():
    document = opened(annotate(CHECK))
    assert [(p.text, p.style.name) for p in document.paragraphs] == [
        ("Value", "Title"),
        ("We love coffee.", "Normal"),
        ("Why", "Heading 2"),
        ("It pays for itself.", "Normal"),
        ("You see every order.", "Normal"),
        ("At any hour.", "Normal"),
        ("Trust", "Heading 2"),
        ("We take security seriously.", "Normal"),
    ]
    assert comments(document)[4][0] == "You see every order.At any hour."


def test_a_draft_that_answers_nothing_says_so_at_each_passage():
    heads = [lines[0] for _, lines in comments(opened(annotate(IDLE)))]
    assert heads.count("Answers nothing that prospects voice") == len(IDLE.passages)


def test_a_passage_in_a_footnote_is_told_of_at_the_top():
    note = replace(CHECK.passages[0], text="Said in a footnote.", place="footnotes", row=4)
    check = replace(CHECK, passages=(*CHECK.passages, note))
    found = comments(opened(annotate(check, written(draft()))))
    assert ("Value", ["Answers nothing that prospects voice"]) in found


def test_a_document_without_any_text_of_its_own_still_gets_the_verdict():
    document = Document()
    document.add_paragraph()
    found = comments(opened(annotate(CHECK, written(document))))
    assert len(found) == 7


def test_whatever_is_said_or_written_shows_as_text():
    hostile = HOSTILE + "\x00\ud83d\ufffe"
    passages = tuple(replace(p, text=hostile, heading=hostile) for p in CHECK.passages)
    answers = tuple(replace(t, quote=hostile, name=hostile) for t in CHECK.answers)
    check = replace(CHECK, title=hostile, passages=passages, answers=answers)
    told = [line for _, lines in comments(opened(annotate(check))) for line in lines]
    assert any("<script>alert('x')</script>" in line for line in told)


def test_the_same_check_gives_the_same_bytes():
    original = written(draft())
    assert annotate(CHECK, original) == annotate(CHECK, original)
    assert annotate(CHECK) == annotate(CHECK)
    assert annotate(CHECK) != annotate(IDLE)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("original", [None, written(draft())], ids=["plain", "word"])
def test_libreoffice_opens_it_and_finds_every_comment(tmp_path, original):
    (tmp_path / "draft.docx").write_bytes(annotate(CHECK, original))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "fodt", "draft.docx"]
    subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    tree = etree.parse(tmp_path / "draft.fodt")
    notes = tree.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation")
    told = [" ".join(note.itertext()) for note in notes]
    assert len(told) == 7
    assert sum("Answers, 7.1 points" in each for each in told) == 1
