"""One reader per format: text, headings and places, and nothing made of what is no text."""

from __future__ import annotations

import base64
import zipfile
import zlib
from email.message import EmailMessage
from io import BytesIO

import pytest
from docx import Document as new_word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI as WordPartName
from docx.opc.part import Part as WordPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation as new_deck
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part as SlidePart
from pptx.opc.packuri import PackURI as SlidePartName
from pptx.util import Inches

from resonance.errors import InputError
from resonance.sources.assets import read_draft
from resonance.sources.assets.formats import read_document

BOX = Inches(1), Inches(3), Inches(3), Inches(1)
# An empty page, encrypted with the password "secret" (RC4, 128 bits), made once with pypdf.
PROTECTED_PDF = zlib.decompress(
    base64.b85decode(
        "c-oCo%Wm5+5WMp%_Tpp1=aM2I_|PN<infU1q`d?=P~_58VMu{214)0fhyFqPBc+u#5#k;yfPgr&GrQbb"
        "tS?q?<e6rRpTEBUU=jrM%~w{}jIW129U=`-8-?gHsVtXlxn$I(V~v{C-aOtD@O9YIp7Hbk(2XD&f8VA("
        "+=3~E8@QWE^@;R6jA7Sr*^>txy*D#~`DZW2H?;2$LoABIlyd%&QXAg(52dX*6Vp-R>D(R72P&hzcE_3f"
        "XHdl!G~*wr+m2sAs;UUVC~v%V$`^Xo?#8kgem#aRg&{G11+^elg~g!BP~}Y2F^AYtMk#~SAsULRNtMME"
        "lTOAeXQlDdg(fFQrVRfHYHzEESgD8}RmKz~T5E*Wgpo`URZTX8rG>*P7+E+`?l$KfgcQ|0pof7n6JVKm"
        "{=gz?gbdG^ERUa<?gc}Cf=OAOV%D8t%E}jP974OJVcP3;`;E#deAD+M=qUjHuFE~hKmQjcvbxEx@ydiu"
        "p>o1XrJeC2q6j)<-}vSKl$4+^yEr`FkAQ!Z-j87zr-c}2*<x{dwPL>k&H%$o"
    )
)


def said(name: str, data: bytes) -> list[tuple[str, str]]:
    """Place and text of every block that says something."""
    found = read_document(name, data).blocks
    return [(b.place, " ".join(b.text.split())) for b in found if b.text.strip()]


def saved(document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def word() -> bytes:
    document = new_word()
    document.add_heading("Onboarding", 0)
    document.add_paragraph("For the person who runs it.")
    document.add_heading("Who does it", 1)
    document.add_paragraph("We load", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Task", "Hours", "Load suppliers", "6"), strict=True):
        cell.text = text
    document.add_paragraph("You sign.")
    return saved(document)


def deck() -> bytes:
    presentation = new_deck()
    first = presentation.slides.add_slide(presentation.slide_layouts[0])
    first.shapes.title.text = "The case for Hearth"
    second = presentation.slides.add_slide(presentation.slide_layouts[1])
    second.shapes.title.text = "What it cost"
    second.placeholders[1].text = "Four clerks\nNo new hires"
    second.notes_slide.notes_text_frame.text = "Wait for the laugh."
    return saved(presentation)


def pdf(*pages: list[tuple[int, int, int, str]], rotate: str = "1 0 0 1") -> bytes:
    """A PDF of (x, y, size, text) on each page; sizes over 12 are bold."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    fonts = "<</Font<</R<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    fonts += "/B<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>>>>>"
    for lines in pages:
        drawn = "".join(
            f"BT /{'B' if size > 12 else 'R'} {size} Tf {rotate} {x} {y} Tm ({text}) Tj ET\n"
            for x, y, size, text in lines
        ).encode("latin-1")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        page = f"<</Type/Page/Parent 2 0 R/Contents {len(objects)} 0 R/MediaBox[0 0 600 800]"
        objects.append(f"{page}/Resources{fonts}>>".encode())
    kids = " ".join(f"{n} 0 R" for n in range(4, len(objects) + 1, 2))
    objects[1] = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()
    data, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    n = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (n, table, n, len(data))
    )


def mail(text: str = "", html: str = "", subject: str = "Still closing on day nine?") -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Maya <maya@vendor.example.com>"
    if text:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    return message.as_bytes()


# ------------------------------------------------------------------ Markdown and plain text


def test_front_matter_gives_the_title_and_no_text():
    document = read_document(
        "a.md", b'---\ntitle: "Posted: sent?"\ntags: [erp]\n---\n# H\n\nText.\n'
    )
    assert document.title == "Posted: sent?"
    assert [(b.text, b.line) for b in document.blocks] == [("H", 5), ("Text.", 7)]


@pytest.mark.parametrize(
    "opening", ["---\nnot metadata\n---\n", "---\n[: broken\n---\n", "---\n\n"]
)
def test_a_rule_at_the_top_is_not_taken_for_front_matter(opening):
    document = read_document("a.md", f"{opening}Text.\n".encode())
    assert document.blocks[-1].text == "Text."
    assert document.blocks[-1].line == opening.count("\n") + 1


def test_markdown_is_read_without_its_marks():
    source = (
        "Setext\n======\n\nWe **never** [charge](http://x) `suppliers`.\n\n> Quoted.\n\n"
        "1. One\n2. Two\n   - Deep\n\n| Plan | Price |\n|---|---|\n| Starter | $590 |\n\n"
        "<div>\n<h2>Inside</h2>\n\nHTML *text*\n</div>\n\n```\ncode\n```\n<!-- note -->\n"
    )
    document = read_document("a.md", source.encode())
    assert document.title == "Setext"
    assert [(b.text, b.level, b.line) for b in document.blocks] == [
        ("Setext", 1, 1),
        ("We never charge suppliers.", 0, 4),
        ("Quoted.", 0, 6),
        ("One", 0, 8),
        ("Two", 0, 9),
        ("Deep", 0, 10),
        ("Plan | Price", 0, 12),
        ("Starter | $590", 0, 14),
        ("Inside", 2, 17),
        ("HTML text", 0, 19),
        ("code", 0, 22),
    ]


def test_a_list_nested_thirty_deep_is_read_to_its_end():
    source = "".join(f"{'  ' * n}- item {n}\n" for n in range(30))
    assert said("a.md", source.encode())[-1] == ("line 30", "item 29")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_of_windows(encoding):
    text = "# Käufer fragen\r\n\r\nIst das nicht zu teuer für uns? Wir müssen sparen.\r\n"
    document = read_document("a.md", text.encode(encoding))
    assert document.title == "Käufer fragen"
    assert document.blocks[1].text.startswith("Ist das nicht zu teuer für uns?")


def test_plain_text_has_paragraphs_lists_and_headings():
    source = (
        "Pricing in plain numbers\n\nYou should not need\na call.\n\n- One plan\n- Two plans\n"
        "\nTerms you can read\n------\n\nTwo pages.\n\nBest,\n"
    )
    document = read_document("a.txt", source.encode())
    assert document.title == "Pricing in plain numbers"
    assert [(" ".join(b.text.split()), b.level, b.line) for b in document.blocks] == [
        ("Pricing in plain numbers", 1, 1),
        ("You should not need a call.", 0, 3),
        ("- One plan", 0, 6),
        ("- Two plans", 0, 7),
        ("Terms you can read", 2, 9),
        ("Two pages.", 0, 12),
        ("Best,", 0, 14),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.text("abcdefghij", min_size=1), min_size=1), min_size=1),
    st.sampled_from(["a.md", "a.txt", "a.html", "a.eml"]),
)
def test_every_word_of_the_main_text_is_in_the_passages_in_order(encoder, paragraphs, name):
    lines = [" ".join(words) + "." for words in paragraphs]
    data = {
        "a.md": "\n\n".join(lines),
        "a.txt": "\n\n".join(lines),
        "a.html": "<main>" + "".join(f"<p>{line}</p>" for line in lines) + "</main>",
        "a.eml": "Subject: x\n\n" + "\n\n".join(lines),
    }[name]
    asset = read_draft(name, data.encode(), ruler=encoder)
    assert " ".join(" ".join(p.text.split()) for p in asset.passages) == " ".join(lines)


# ------------------------------------------------------------------ Word


def test_a_word_document_has_headings_lists_and_tables_in_order():
    document = read_document("a.docx", word())
    assert document.title == "Onboarding"
    assert [(b.text, b.level, b.place) for b in document.blocks] == [
        ("Onboarding", 1, "paragraph 1"),
        ("For the person who runs it.", 0, "paragraph 2"),
        ("Who does it", 2, "paragraph 3"),
        ("We load", 0, "paragraph 4"),
        ("Task | Hours", 0, "table 1, row 1"),
        ("Load suppliers | 6", 0, "table 1, row 2"),
        ("You sign.", 0, "paragraph 5"),
    ]


def test_a_table_inside_a_table_is_read():
    document = new_word()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "Outside"
    outer.cell(0, 1).add_table(1, 2).cell(0, 1).text = "Inside"
    assert [text for _, text in said("a.docx", saved(document))] == ["Outside", "Inside"]


def test_a_merged_cell_is_read_once():
    document = new_word()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(0, 2).text = "Narrow"
    assert [text for _, text in said("a.docx", saved(document))] == ["Wide | Narrow"]


def test_a_draft_in_review_is_read_as_it_would_be_after_it():
    document = new_word()
    paragraph = document.add_paragraph("We ")
    for change, tag, text in (("ins", "t", "never "), ("del", "delText", "seldom ")):
        paragraph._p.append(
            parse_xml(
                f'<w:{change} {nsdecls("w")} w:id="1" w:author="x"><w:r>'
                f'<w:{tag} xml:space="preserve">{text}</w:{tag}></w:r></w:{change}>'
            )
        )
    paragraph.add_run("charge suppliers.")
    assert said("a.docx", saved(document)) == [("paragraph 1", "We never charge suppliers.")]


def test_text_in_boxes_and_content_controls_is_read():
    document = new_word()
    paragraph = document.add_paragraph("Above.")
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    spaces = nsdecls("w") + (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    paragraph._p.append(
        parse_xml(
            f"<w:r {spaces}><mc:AlternateContent><mc:Choice Requires='v'><w:pict><v:textbox>{box}"
            f"</v:textbox></w:pict></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
            "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    control = f"<w:sdt {spaces}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p>"
    document.element.body.insert(1, parse_xml(f"{control}</w:sdtContent></w:sdt>"))
    assert [text for _, text in said("a.docx", saved(document))] == [
        "Above.",
        "In a box.",
        "Controlled.",
    ]


def test_footnotes_are_read_after_the_text():
    document = new_word()
    document.add_paragraph("Payback in month seven.")
    xml = f"""<w:footnotes {nsdecls("w")}><w:footnote w:id="1"><w:p><w:r><w:t>Audited by them.</w:t>
        </w:r></w:p></w:footnote></w:footnotes>"""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = WordPart(WordPartName("/word/footnotes.xml"), kind, xml.encode())
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert said("a.docx", saved(document)) == [
        ("paragraph 1", "Payback in month seven."),
        ("footnotes", "Audited by them."),
    ]


def test_headings_are_known_by_the_styles_they_are_based_on():
    document = new_word()
    style = document.styles.add_style("House headline", 1)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Terms", style=style)
    document.add_paragraph("Two pages.")
    assert read_document("a.docx", saved(document)).blocks[0].level == 2


# ------------------------------------------------------------------ PowerPoint


def test_a_deck_has_titles_text_and_notes_by_slide():
    document = read_document("a.pptx", deck())
    assert document.title == "The case for Hearth"
    assert said("a.pptx", deck()) == [
        ("slide 1", "The case for Hearth"),
        ("slide 2", "What it cost"),
        ("slide 2", "Four clerks"),
        ("slide 2", "No new hires"),
        ("slide 2 notes", "What it cost"),
        ("slide 2 notes", "Wait for the laugh."),
    ]


def test_notes_are_passages_of_their_own(encoder):
    passages = read_draft("a.pptx", deck(), ruler=encoder).passages
    assert [(p.place, p.heading, p.text) for p in passages] == [
        ("slide 2", "What it cost", "Four clerks\nNo new hires"),
        ("slide 2 notes", "What it cost", "Wait for the laugh."),
    ]


def test_slides_without_titles_are_not_run_together(encoder):
    presentation = new_deck()
    for text in ("One thing.", "Another."):
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        slide.shapes.add_textbox(*BOX).text_frame.text = text
    passages = read_draft("a.pptx", saved(presentation), ruler=encoder).passages
    assert [(p.place, p.text) for p in passages] == [
        ("slide 1", "One thing."),
        ("slide 2", "Another."),
    ]


def test_tables_charts_and_groups_on_a_slide_are_read_from_the_top():
    presentation = new_deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    chart = CategoryChartData()
    chart.categories = ["Before", "After"]
    chart.add_series("Days to close", (11, 4.5))
    left, _, width, height = BOX
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, left, Inches(5), width, height, chart)
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(left, Inches(3), width, height).text_frame.text = "Grouped"
    table = slide.shapes.add_table(1, 2, left, Inches(1), width, height).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Plan", "Price"
    texts = [text for _, text in said("a.pptx", saved(presentation))]
    assert texts[:2] == ["Plan | Price", "Grouped"]
    assert texts[-1] == "Days to close: Before 11, After 4.5"


def test_text_of_a_diagram_is_read():
    presentation = new_deck()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    name = "http://schemas.openxmlformats.org/drawingml/2006"
    xml = f"""<d:dataModel xmlns:d="{name}/diagram" xmlns:a="{name}/main"><d:pt><d:t><a:p><a:r>
        <a:t>Load, then sign.</a:t></a:r></a:p></d:t></d:pt></d:dataModel>"""
    part = SlidePart(
        SlidePartName("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        slide.part.package,
        xml.encode(),
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    slide.part.relate_to(part, kind)
    assert said("a.pptx", saved(presentation)) == [("slide 1", "Load, then sign.")]


# ------------------------------------------------------------------ PDF


def test_a_pdf_has_headings_by_size_and_paragraphs_across_lines():
    data = pdf(
        [
            (50, 700, 20, "Approvals anywhere"),
            (50, 660, 10, "Your manager has nine seconds, and this"),
            (50, 648, 10, "page is about those seconds."),
            (50, 620, 14, "A text is enough"),
            (50, 600, 10, "Reply Y and it is done."),
            (50, 570, 10, "No app, no password."),
        ]
    )
    document = read_document("a.pdf", data)
    assert document.title == "Approvals anywhere"
    assert [(b.text, b.level) for b in document.blocks] == [
        ("Approvals anywhere", 1),
        ("Your manager has nine seconds, and this page is about those seconds.", 0),
        ("A text is enough", 2),
        ("Reply Y and it is done.", 0),
        ("No app, no password.", 0),
    ]


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page():
    column = [
        (50, 700, 10, "First column goes"),
        (300, 700, 10, "on in the second"),
    ]
    data = pdf(column, [(50, 700, 10, "and on the next page.")])
    assert said("a.pdf", data) == [
        ("page 1", "First column goes on in the second and on the next page.")
    ]


def test_what_every_page_repeats_is_left_out():
    pages = [
        [
            (50, 780, 8, f"Acme, Inc. | Page {number}"),
            (50, 700, 10, f"What page {number} says is its own."),
            (50, 688, 10, "It says more than one thing."),
            (50, 676, 10, "And it ends here."),
            (50, 20, 8, "Confidential"),
        ]
        for number in (1, 2)
    ]
    text = " ".join(text for _, text in said("a.pdf", pdf(*pages)))
    assert "Acme" not in text
    assert "Confidential" not in text
    assert "What page 2 says is its own." in text


def test_turned_text_is_no_heading():
    data = pdf([(50, 300, 30, "Set in the margin")], rotate="0 1 -1 0")
    assert [b.level for b in read_document("a.pdf", data).blocks] == [0]


def test_a_protected_pdf_and_one_of_pictures_say_what_to_do():
    with pytest.raises(InputError, match="password; save a copy without one"):
        read_document("a.pdf", PROTECTED_PDF)
    with pytest.raises(InputError, match="no text; export it with text, or run OCR"):
        read_document("a.pdf", pdf([], []))


# ------------------------------------------------------------------ e-mail


def test_a_mail_has_its_subject_and_its_own_words():
    text = (
        "Hello,\n\nHere is a question.\n\nMaya\n\n-- \nMaya Ortiz\n\n"
        "On Mon, Apr 2, 2026 at 6:26 PM, Bob <bob@example.com> wrote:\n\n> Please unsubscribe me.\n"
    )
    assert read_document("a.eml", mail(text)).title == "Still closing on day nine?"
    assert said("a.eml", mail(text)) == [
        ("paragraph 1", "Hello,"),
        ("paragraph 2", "Here is a question."),
        ("paragraph 3", "Maya"),
    ]


def test_a_mail_is_read_as_it_is_seen():
    html = (
        "<div style='display:none'>Preview</div><table><tr><td>View in your browser</td></tr>"
        "<tr><td><h1>Close on day four</h1><p>Record it on arrival.</p></td></tr>"
        "<tr><td>400 W. Example Street</td></tr><tr><td>You receive this because you asked. "
        "<a>Unsubscribe</a></td></tr><tr><td>Acme, Inc.</td></tr></table>"
    )
    assert [text for _, text in said("a.eml", mail("See the web page.", html))] == [
        "Close on day four",
        "Record it on arrival.",
        "400 W. Example Street",
    ]


def test_a_mail_about_unsubscribing_is_not_taken_for_small_print():
    text = (
        "Your customers unsubscribe because they are bored.\n\n"
        + "Tell them what they asked for.\n\n" * 40
        + "Unsubscribe\n"
    )
    texts = [text for _, text in said("a.eml", mail(text))]
    assert texts[-1] == "Tell them what they asked for."
    assert len(texts) >= 40


def test_a_mail_that_only_passes_another_on_is_that_other():
    text = (
        "---------- Forwarded message ---------\nFrom: Maya <maya@example.com>\n"
        "Date: Tue, Mar 10, 2026\nSubject: Day nine\nTo: Bob <bob@example.com>\n\nClose earlier.\n"
    )
    assert [text for _, text in said("a.eml", mail(text))] == ["Close earlier."]


def test_a_mail_in_an_encoding_that_does_not_exist_is_read_all_the_same():
    data = b"Subject: Day nine\nContent-Type: text/plain; charset=klingon\n\nClose earlier."
    assert said("a.eml", data) == [("paragraph 1", "Close earlier.")]


# ------------------------------------------------------------------ hostile files


@pytest.fixture(scope="module")
def bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("word/1.xml", "word/2.xml", "ppt/1.xml"):
            archive.writestr(name, bytes(150 * 2**20))
    return file.getvalue()


@pytest.mark.parametrize("name", ["a.docx", "a.pptx"])
def test_an_archive_that_would_fill_the_memory_is_not_unpacked(name, bomb):
    assert len(bomb) < 4 * 2**20
    with pytest.raises(InputError, match="unpacks to more than 400 MB"):
        read_document(name, bomb)


def outcome(name: str, data: bytes) -> str:
    """All the text of a file, or the reason that it is refused."""
    try:
        return "\n".join(block.text for block in read_document(name, data).blocks)
    except InputError as refused:
        return f"refused: {refused}"


def test_entities_in_a_word_document_are_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    source, file = BytesIO(word()), BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            xml = old.read(part)
            if part == "word/document.xml":
                head, _, body = xml.partition(b"?>")
                entity = f"?><!DOCTYPE x [<!ENTITY e SYSTEM 'file://{secret}'>]>".encode()
                xml = head + entity + body.replace(b"You sign.", b"You &e; sign.")
            new.writestr(part, xml)
    assert "hidden" not in outcome("a.docx", file.getvalue())


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["a.docx", "a.pptx", "a.pdf", "a.eml", "a.html", "a.md"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name, changes, end):
    whole = {
        "a.docx": WORD,
        "a.pptx": DECK,
        "a.pdf": PDF,
        "a.eml": MAIL,
        "a.html": PAGE,
        "a.md": PAGE,
    }[name]
    data = bytearray(whole)
    for at, value in changes:
        data[int(at * (len(data) - 1))] = value
    if end < 0.3:
        data = data[: int(end * len(data))]
    found = outcome(name, bytes(data))
    assert "; " in found or not found.startswith("refused")


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.md", "a.html", "a.docx", "a.pptx", "a.pdf", "a.eml", "a.txt", "a"]),
)
def test_any_bytes_are_read_or_refused(data, name):
    found = outcome(name, data)
    assert "; " in found or not found.startswith("refused")


WORD, DECK = word(), deck()
PDF = pdf([(50, 700, 20, "Approvals"), (50, 660, 10, "Nine seconds.")])
MAIL = mail("Hello,\n\nCome and see.", "<p>Hello</p><blockquote type='cite'>Old</blockquote>")
PAGE = b"---\ntitle: x\n---\n<main><h1>Price</h1><p>Fair &amp; <b>plain</b>.</p></main>\n\n- a\n"
