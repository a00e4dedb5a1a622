"""The export contract: columns, order, bytes, and text that means harm."""

import csv
import io
import json
import os
import random
import re
import sys
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance.errors import InputError, MissingExtra
from resonance.records import (
    Asset,
    Call,
    Deal,
    Findings,
    Match,
    Passage,
    Score,
    Statement,
    Theme,
    Turn,
)
from resonance.report.tables import COLUMNS, tables, write_table
from resonance.store import Store
from resonance.workspace import Workspace


def statement(number, call_id="C1", turn=0, theme_id="T1", text="It costs too much."):
    return Statement(
        f"s{number}", call_id, "zoom/a.vtt", turn, 12.5, "prospect-1", "prospect", "objection",
        "price_value", 0.91234567, text, theme_id=theme_id,
    )  # fmt: skip


def theme(theme_id, demand):
    return Theme(
        theme_id, "objection", "price_value", "Cost", ("too expensive", "tight budget"), ("s1",),
        2, 1, 1, 1000.0, demand, first_seen=date(2026, 1, 14), last_seen=date(2026, 2, 3),
    )  # fmt: skip


FOUND = Findings(
    calls=(
        Call("C2", "notes/b.txt", (), "note"),
        Call("C1", "zoom/a.vtt", (Turn("prospect-1", "No."),), "call", date(2026, 1, 14), "D1",
             "Brackwater"),
    ),
    statements=(statement(3, "C2", theme_id=""), statement(2, turn=4), statement(1, turn=2)),
    themes=(theme("T1", 0.25), theme("T2", 0.75)),
    assets=(
        Asset("A2", "blog/b.md", "Unread", ()),
        Asset("A3", "blog/c.md", "Cost", (Passage("It pays.", "Why", "line 3", 3),), "Spring"),
        Asset("A1", "blog/a.md", "Value", ()),
    ),
    matches=(
        Match("A3", "T2", 0.2, "silent"),
        Match("A3", "T1", 0.7, "answers", "It pays.", 0, "It costs too much."),
    ),
    scores=(Score("A3", 70.0, (), 0.5, 60.0, 80.5, "T1"), Score("A1", 12.0, (), 0.1)),
    deals=(Deal("D2", "Halvorsen"), Deal("D1", "Brackwater", "lost", "Closed", 41500.0)),
)  # fmt: skip


def written(frame, format, folder):
    path = Path(folder) / f"out.{format}"
    write_table(frame, path, format)
    return path.read_bytes()


# Columns and order


def test_the_columns_are_those_of_the_contract():
    names = """
    calls       call_id, source, date, deal_id, account, channel, n_turns
    statements  statement_id, call_id, source, turn, start_s, speaker, speaker_role, kind, category, confidence, theme_id, text
    themes      theme_id, kind, category, name, keyphrases, n_statements, n_calls, n_accounts, amount, demand, stability, trend, first_seen, last_seen, evidence
    assets      asset_id, source, title, campaign, channel, resonance, resonance_low, resonance_high, focus, best_theme_id
    matches     asset_id, theme_id, relevance, verdict, passage, quote
    deals       deal_id, account, segment, industry, amount, stage, outcome, loss_reason, created, closed, n_calls, n_statements, themes
    passages    asset_id, row, place, heading, text
    """  # noqa: E501
    contract = dict(re.split(r"\s+", line.strip(), maxsplit=1) for line in names.split("\n")[1:-1])
    for findings in (FOUND, Findings()):
        frames = tables(findings)
        assert {name: ", ".join(frame.columns) for name, frame in frames.items()} == contract


def test_types_do_not_depend_on_what_was_found():
    for name, types in COLUMNS.items():
        for findings in (FOUND, Findings()):
            assert tables(findings)[name].dtypes.astype(str).to_dict() == types


def test_a_statement_is_a_row_with_its_theme_or_none():
    rows = tables(FOUND)["statements"].to_dict("records")
    assert [row["statement_id"] for row in rows] == ["s1", "s2", "s3"]
    assert [row["theme_id"] for row in rows] == ["T1", "T1", ""]
    assert rows[0]["confidence"] == 0.912346
    assert rows[0]["start_s"] == 12.5


def test_the_theme_with_most_demand_comes_first():
    themes = tables(FOUND)["themes"]
    assert themes["theme_id"].tolist() == ["T2", "T1"]
    assert themes["keyphrases"][0] == "too expensive; tight budget"
    assert (themes["first_seen"][0], themes["last_seen"][0]) == ("2026-01-14", "2026-02-03")
    assert themes["stability"].isna().all()


def test_the_asset_with_most_resonance_comes_first_and_one_without_a_score_last():
    assets = tables(FOUND)["assets"]
    assert assets["asset_id"].tolist() == ["A3", "A1", "A2"]
    assert assets["resonance_high"].tolist()[0] == 80.5
    assert assets.loc[1:, "resonance_low"].isna().all()
    assert assets["best_theme_id"].tolist() == ["T1", "", ""]


def test_a_deal_knows_what_was_voiced_on_it():
    deals = tables(FOUND)["deals"].set_index("deal_id")
    assert deals.loc["D1", ["n_calls", "n_statements", "themes"]].tolist() == [1, 2, "T1"]
    assert deals.loc["D2", ["n_calls", "n_statements", "themes"]].tolist() == [0, 0, ""]
    assert deals["closed"].tolist() == ["", ""]


# Bytes


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_the_same_findings_give_the_same_bytes_in_whatever_order_they_come(tmp_path, format):
    rng = random.Random(0)
    parts = ("calls", "statements", "themes", "assets", "matches", "scores", "deals")
    rows = {part: getattr(FOUND, part) for part in parts}
    shuffled = Findings(**{part: tuple(rng.sample(rows[part], len(rows[part]))) for part in rows})
    for name, frame in tables(FOUND).items():
        first = written(frame, format, tmp_path)
        assert written(tables(shuffled)[name], format, tmp_path) == first


def test_findings_that_went_through_the_store_give_the_same_tables(tmp_path):
    Store(tmp_path, create=True).save_findings(FOUND, fingerprint="f", next_theme=3)
    for name, frame in Workspace(tmp_path).tables().items():
        pd.testing.assert_frame_equal(frame, tables(FOUND)[name])


def test_jsonl_has_null_for_what_is_unknown(tmp_path):
    lines = written(tables(FOUND)["assets"], "jsonl", tmp_path).decode().splitlines()
    assert json.loads(lines[2])["resonance"] is None
    assert json.loads(lines[0])["resonance"] == 70.0


def test_parquet_comes_back_as_it_was(tmp_path):
    frame = tables(FOUND)["statements"]
    back = pd.read_parquet(io.BytesIO(written(frame, "parquet", tmp_path)))
    pd.testing.assert_frame_equal(back, frame)


def test_parquet_without_its_package_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'resonance\[parquet\]'"):
        write_table(tables(FOUND)["calls"], tmp_path / "calls.parquet", "parquet")
    assert list(tmp_path.iterdir()) == []


@given(
    st.lists(st.text(st.characters(exclude_categories=(), exclude_characters="\0")), max_size=5),
    st.sampled_from(["csv", "jsonl", "parquet"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_prospects_say_comes_back_from_every_format(texts, format):
    found = Findings(statements=tuple(statement(i, text=t) for i, t in enumerate(texts)))
    frame = tables(found)["statements"]
    with tempfile.TemporaryDirectory() as folder:
        data = written(frame, format, folder)
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        back = [row["text"] for row in rows]
    elif format == "jsonl":
        back = [json.loads(line)["text"] for line in data.decode().split("\n")[:-1]]
    else:
        back = pd.read_parquet(io.BytesIO(data))["text"].tolist()
    said = [re.sub("\r\n?", "\n", t.encode("utf-8", "replace").decode()) for t in texts]
    if format == "csv":
        said = [f"'{t}" if t.startswith(("=", "+", "-", "@", "\t", "\n")) else t for t in said]
    assert back == said


# Text that means harm


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_that_a_prospect_dictated_is_only_text_to_a_spreadsheet(tmp_path, start):
    hostile = f'{start}HYPERLINK("http://example.com";"Price")'
    found = Findings(
        calls=(Call("C1", f"{start}a.vtt", (), account=hostile),),
        statements=(statement(1, text=hostile),),
        assets=(Asset("A1", "a.md", hostile, (Passage(hostile, hostile),), hostile),),
        matches=(Match("A1", "T1", 0.5, "answers", hostile, 0, hostile),),
    )
    for frame in tables(found).values():
        cells = csv.reader(io.StringIO(written(frame, "csv", tmp_path).decode(), newline=""))
        assert not [c for row in cells for c in row if c.startswith(("=", "+", "-", "@", "\t"))]


def test_the_other_formats_have_the_text_as_it_was_said(tmp_path):
    frame = tables(Findings(statements=(statement(1, text="- too dear"),)))["statements"]
    assert b'"- too dear"' in written(frame, "jsonl", tmp_path)
    assert b"'- too dear" in written(frame, "csv", tmp_path)


def test_a_number_below_zero_stays_a_number(tmp_path):
    frame = tables(Findings(deals=(Deal("D1", "Refunded", amount=-5.0),)))["deals"]
    assert b",-5.0," in written(frame, "csv", tmp_path)


# Files


def test_without_a_path_the_table_goes_to_the_screen(capfdbinary):
    write_table(tables(FOUND)["themes"], None, "csv")
    assert capfdbinary.readouterr().out.startswith(b"theme_id,kind,category,name,")


def test_a_table_replaces_the_old_one_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("old " * 10_000)
    os.chmod(path, 0o644)
    write_table(tables(FOUND)["calls"], path, "csv")
    assert path.read_text().startswith("call_id,source")
    assert "old" not in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["calls.csv"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_table(tables(FOUND)["calls"], tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("call_id")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match=r"calls\.csv cannot be written"):
        write_table(tables(FOUND)["calls"], tmp_path / "nowhere" / "calls.csv", "csv")


def test_a_device_is_written_to_and_not_replaced():
    write_table(tables(FOUND)["calls"], Path(os.devnull), "csv")
    assert not Path(os.devnull).is_file()
