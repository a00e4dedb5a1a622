"""Assets as a whole: every file of a folder read, or refused with a reason; nothing read twice."""

from __future__ import annotations

import csv
import os
import re
import shutil
from pathlib import Path

import pytest

from resonance.errors import InputError
from resonance.sources.assets import read_assets, read_draft

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "assets"


def squash(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def assets(tallyroot, encoder):
    return read_assets(tallyroot / "assets", ruler=encoder)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "assets").mkdir()
    return tmp_path / "assets"


def test_every_asset_of_the_corpus_is_read_with_what_the_manifest_says(tallyroot, assets):
    with open(tallyroot / "assets.csv", newline="", encoding="utf-8") as table:
        rows = {row["asset_id"]: row for row in csv.DictReader(table)}
    assert {asset.asset_id for asset in assets} == set(rows)
    assert not assets.problems
    for asset in assets:
        row = rows[asset.asset_id]
        assert asset.title == row["title"]
        assert asset.published.isoformat() == row["published"]
        assert asset.impressions == float(row["impressions"])
        assert asset.influenced_won_usd == float(row["influenced_won_usd"])
        assert (asset.campaign, asset.channel) == (row["campaign"], row["channel"])


def test_without_the_manifest_every_asset_of_the_corpus_finds_its_title(
    tallyroot, assets, tmp_path, encoder
):
    shutil.copytree(tallyroot / "assets", tmp_path / "below" / "assets")
    alone = read_assets(tmp_path / "below" / "assets", ruler=encoder)
    assert [(a.source, a.title, a.passages) for a in alone] == [
        (a.source, a.title, a.passages) for a in assets
    ]
    assert all(a.impressions is None and a.asset_id.startswith("A") for a in alone)
    assert len({a.asset_id for a in alone}) == 24


def test_every_passage_a_reader_marked_lies_inside_one_of_ours(tallyroot, assets):
    found = {asset.asset_id: [squash(p.text) for p in asset.passages] for asset in assets}
    with open(tallyroot / "gold" / "relevance.csv", newline="", encoding="utf-8") as table:
        marked = [row for row in csv.DictReader(table) if row["passage"]]
    assert len(marked) == 28
    for row in marked:
        assert any(squash(row["passage"]) in text for text in found[row["asset_id"]]), row


def test_what_surrounds_a_page_of_the_corpus_is_in_no_passage(assets):
    said = [p.text + p.heading for a in assets if a.source.endswith("html") for p in a.passages]
    assert said
    for clutter in (
        "cookies",
        "You may also like",
        "fake bank-change letter",  # a related link
        "2/10 net 30",
        "ERP integrations",  # navigation
        "Early payment discounts",
        "monthly letter",
        "All rights reserved",
        "Results vary",
        "Careers",
    ):
        assert not [text for text in said if clutter in text]


def test_small_print_and_signatures_of_the_corpus_are_in_no_passage(assets):
    said = [p.text for a in assets if a.source.endswith("eml") for p in a.passages]
    assert not [text for text in said if "nsubscribe" in text or "555-01" in text]
    assert [text for text in said if text.endswith("All the best, Connor")]
    assert [text for text in said if "P.S. Approvers who sit on bills" in text]


def test_passages_of_the_corpus_fit_the_encoder_and_are_worth_comparing(assets, encoder):
    passages = [p for asset in assets for p in asset.passages]
    lengths = encoder.n_tokens([f"{p.heading}\n{p.text}" for p in passages])
    assert max(lengths) <= encoder.max_tokens
    assert max(len(p.text.split()) for p in passages) <= 120
    long_enough = [p for p in passages if len(p.text.split()) >= 25]
    assert len(long_enough) > 0.8 * len(passages)


def test_each_passage_says_where_it_stands(tallyroot, assets):
    of = {asset.source: asset.passages for asset in assets}
    for source in ("landing/groups.md", "landing/trust-center.html", "blog/posted-is-not-sent.md"):
        written = (tallyroot / "assets" / source).read_text(encoding="utf-8").split("\n")
        for passage in of[source]:
            assert passage.place == f"line {passage.line}"
            opening = " ".join(passage.text.split()[:3])
            assert opening in re.sub(r"\*\*|<[^>]+>", "", written[passage.line - 1])
    deck = {p.place for p in of["decks/three-way-match.pptx"]}
    assert {"slide 4", "slide 4 notes"} <= deck
    assert {p.place for p in of["one-pagers/approvals-from-anywhere.pdf"]} == {"page 1", "page 2"}
    assert all(
        p.line is None for s, found in of.items() if not s.endswith(("md", "html")) for p in found
    )


@pytest.mark.skipif(not BENCH.exists(), reason="the bench files are not on this machine")
def test_every_bench_file_is_read(encoder):
    read = read_assets(BENCH, ruler=encoder)
    assert {a.source for a in read} == {
        p.relative_to(BENCH).as_posix() for p in BENCH.rglob("*") if p.is_file()
    }
    assert not read.problems


def test_a_second_reading_reads_nothing_that_is_unchanged(folder, encoder):
    (folder / "a.md").write_text("# One\n\nOur price is fair.")
    (folder / "b.md").write_text("# Two\n\nWe move your data.")
    first = read_assets(folder, ruler=encoder)
    (folder / "b.md").write_text("# Two\n\nWe move all of your data.")
    second = read_assets(folder, ruler=encoder, known=first.digests)
    assert [asset.source for asset in second] == ["b.md"]
    assert second.n_unchanged == 1
    assert second.digests.keys() == first.digests.keys()


def test_a_new_figure_in_the_manifest_renews_that_asset_only(folder, encoder):
    for name in ("a.md", "b.md"):
        (folder / name).write_text("Our price is fair.")
    manifest = folder / "assets.csv"
    manifest.write_text("file,leads\na.md,1\nb.md,2\n")
    first = read_assets(folder, ruler=encoder)
    manifest.write_text("file,leads\na.md,1\nb.md,3\n")
    second = read_assets(folder, ruler=encoder, known=first.digests)
    assert [(asset.source, asset.leads) for asset in second] == [("b.md", 3.0)]


def test_a_file_that_cannot_be_read_is_tried_again_the_next_time(folder, encoder):
    (folder / "empty.md").write_bytes(b"")
    first = read_assets(folder, ruler=encoder)
    second = read_assets(folder, ruler=encoder, known=first.digests)
    assert len(first.problems) == len(second.problems) == 1
    assert "empty" in second.problems[0].reason


def test_pictures_and_scripts_beside_assets_are_passed_over(folder, encoder):
    (folder / "post.md").write_text("Our price is fair.")
    for name in ("logo.png", "style.css", "app.js", "assets.csv", "export.xml", ".hidden.md"):
        (folder / name).write_bytes(b"\x89 not for reading")
    read = read_assets(folder, ruler=encoder)
    assert [asset.source for asset in read] == ["post.md"]
    assert [p.source for p in read.problems] == ["assets.csv"]  # for being no table of assets


def test_a_document_in_a_format_we_do_not_read_is_a_problem_that_says_what_we_read(folder, encoder):
    (folder / "film.mp4").write_bytes(b"\0\0\0 ftyp")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    film, old = read_assets(folder, ruler=encoder).problems
    assert "Markdown, HTML, DOCX, PPTX, PDF, EML" in film.reason + film.remedy
    assert old.remedy == "save it as .docx"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.md", b""),
        ("blank.txt", b" \n\t\n"),
        ("zeros.md", b"text\0\0\0and\0binary\0"),
        ("only-front-matter.md", b"---\ntitle: Pricing\n---\n"),
        ("only-navigation.html", b"<html><body><nav>Platform Pricing</nav></body></html>"),
        ("comment.html", b"<!-- nothing -->"),
        ("broken.docx", b"PK\x03\x04 and then nothing"),
        ("text.docx", b"just text"),
        ("protected.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("broken.pptx", b"PK\x05\x06" + bytes(18)),
        ("broken.pdf", b"%PDF-1.4\ngarbage"),
        ("text.pdf", b"just text"),
        ("no-header.eml", b"\n\nHello there"),
        ("film.mp4", b"\0\0\0 ftyp"),
        ("table.xlsx", b"PK\x03\x04"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason_and_a_remedy(name, data, encoder):
    with pytest.raises(InputError) as refused:
        read_draft(name, data, ruler=encoder)
    reason, _, remedy = str(refused.value).partition("; ")
    assert reason
    assert remedy
    assert "\n" not in str(refused.value)


def test_a_draft_from_a_pipe_is_told_by_its_content(encoder):
    page = read_draft("-", b"<!doctype html><h1>Pricing</h1><p>In plain numbers.", ruler=encoder)
    note = read_draft("-", b"# Pricing\n\nIn plain numbers.", ruler=encoder)
    bare = read_draft("-", b"In plain numbers, and without a heading at all.", ruler=encoder)
    assert page.title == note.title == "Pricing"
    assert page.passages[0].text == note.passages[0].text == "In plain numbers."
    assert bare.title == "Untitled"


def test_an_asset_without_a_title_of_its_own_is_called_after_its_file(encoder):
    asset = read_draft("blog/posted_is-not-sent.md", b"We answer in the first line.", ruler=encoder)
    assert asset.title == "Posted is not sent"


def test_one_file_by_itself_gets_the_id_it_would_get_in_its_folder(folder, encoder):
    (folder / "a.md").write_text("Our price is fair.")
    alone = read_draft("a.md", b"Our price is fair.", ruler=encoder)
    assert alone == read_assets(folder, ruler=encoder)[0]


def test_a_picture_given_by_name_is_a_problem_and_not_passed_over(folder, encoder):
    (folder / "logo.png").write_bytes(b"\x89PNG")
    read = read_assets(folder / "logo.png", ruler=encoder)
    assert "not read" in read.problems[0].reason


def test_a_folder_that_does_not_exist_is_said_so(tmp_path, encoder):
    with pytest.raises(InputError, match="does not exist"):
        read_assets(tmp_path / "nowhere", ruler=encoder)


def test_a_file_whose_name_is_in_an_old_encoding_is_read(folder, encoder):
    path = os.fsencode(folder) + b"/pr\xe9cis.md"
    try:
        with open(path, "wb") as file:
            file.write(b"Our price is fair.")
    except OSError:
        pytest.skip("this file system has no such names")
    asset = read_assets(folder, ruler=encoder)[0]
    assert asset.passages[0].text == "Our price is fair."
    assert len(asset.asset_id) == 11
