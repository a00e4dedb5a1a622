"""assets.csv: figures and dates that the files do not hold."""

from __future__ import annotations

from datetime import date

import pytest

from resonance.sources.assets import read_assets


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "web" / "blog").mkdir(parents=True)
    for name in ("pricing.md", "blog/fraud.md", "blog/audit.md"):
        (tmp_path / "web" / name).write_text("We answer what was asked, in one line.")
    return tmp_path / "web"


@pytest.fixture
def read(folder, encoder):
    def with_manifest(table: str | bytes, where=folder, **options):
        data = table if isinstance(table, bytes) else table.encode()
        (where / "assets.csv").write_bytes(data)
        reading = read_assets(folder, ruler=encoder, **options)
        return {asset.source: asset for asset in reading}, reading.problems

    return with_manifest


def test_headers_are_matched_loosely_and_figures_as_people_write_them(read):
    assets, problems = read(
        "Content ID;File Name;Name;Publish Date;Page views;Influenced revenue\n"
        "P-1;pricing.md;Pricing;Feb 18, 2026;8,200;$66,000.50\n"
    )
    asset = assets["pricing.md"]
    assert (asset.asset_id, asset.title) == ("P-1", "Pricing")
    assert asset.published == date(2026, 2, 18)
    assert (asset.impressions, asset.influenced_won_usd) == (8200, 66000.5)
    assert asset.clicks is None
    assert not problems


def test_figures_are_read_as_those_of_deals_are(read):
    assets, problems = read(
        "file;views;revenue\npricing.md;8.200;1.234,56 €\nblog/fraud.md;8.2k;DKK 500\n"
    )
    figures = [
        (assets[name].impressions, assets[name].influenced_won_usd)
        for name in ("pricing.md", "blog/fraud.md")
    ]
    assert figures == [(8200, 1234.56), (8200, 500)]
    assert not problems


def test_headers_nobody_could_guess_are_mapped_in_the_settings(read):
    assets, problems = read(
        "Ressource,Kontakte\npricing.md,12\n", columns={"file": "Ressource", "leads": "Kontakte"}
    )
    assert assets["pricing.md"].leads == 12
    assert not problems


def test_a_table_that_names_no_file_is_a_problem_and_the_assets_are_read(read):
    assets, problems = read("Ressource,leads\npricing.md,12\n")
    assert len(assets) == 3
    assert "Ressource" in problems[0].reason
    assert "resonance.toml" in problems[0].remedy


def test_the_manifest_may_lie_above_the_folder_and_name_paths_from_there(read, folder):
    assets, problems = read(
        "file,leads\nweb/blog/fraud.md,3\nweb\\pricing.md,4\n", where=folder.parent
    )
    assert assets["blog/fraud.md"].leads == 3
    assert assets["pricing.md"].leads == 4
    assert not problems


def test_a_bare_name_serves_where_only_one_file_is_called_so(read):
    assets, problems = read("file,leads\naudit.md,3\n")
    assert assets["blog/audit.md"].leads == 3
    assert not problems


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("impressions", "many"),
        ("clicks", "-3"),
        ("leads", "1e999"),
        ("published", "someday"),
        ("published", "2026-02-31"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_problem_with_its_row(read, column, cell):
    assets, problems = read(f"file,{column},campaign\npricing.md,{cell},Spring\n")
    assert getattr(assets["pricing.md"], column) is None
    assert assets["pricing.md"].campaign == "Spring"
    assert (problems[0].source, problems[0].place) == ("assets.csv", "row 2")
    assert repr(cell) in problems[0].reason


def test_a_row_about_a_file_that_is_not_there_is_a_problem(read):
    _, problems = read("file,leads\nblog/gone.md,3\n")
    assert "blog/gone.md, which is not there" in problems[0].reason


def test_a_row_about_a_file_outside_the_folder_is_none_of_our_business(read, folder):
    _, problems = read("file,leads\nmail/welcome.eml,3\n", where=folder.parent)
    assert not problems


def test_two_assets_never_share_an_id(read):
    assets, problems = read("file,asset_id\npricing.md,A1\nblog/audit.md,A1\n")
    assert len({asset.asset_id for asset in assets.values()}) == 3
    assert len(problems) == 2
    assert "A1" in problems[0].reason


def test_the_first_of_two_rows_about_one_file_counts(read):
    assets, problems = read("file,leads\npricing.md,1\npricing.md,2\n")
    assert assets["pricing.md"].leads == 1
    assert problems[0].place == "row 3"


def test_a_manifest_from_a_spreadsheet_on_windows_is_read(read):
    table = "file,campaign\r\npricing.md,Frühjahr\r\n".encode("utf-16")
    assets, problems = read(table)
    assert assets["pricing.md"].campaign == "Frühjahr"
    assert not problems


def test_a_manifest_that_is_no_table_does_not_stop_the_reading(read):
    assets, problems = read(b"\0\1\2\3")
    assert len(assets) == 3
    assert problems[0].source == "assets.csv"
