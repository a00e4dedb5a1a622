"""`assets.csv`: what a team knows of its assets and their files do not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from resonance.errors import InputError
from resonance.records import Problem
from resonance.sources.amounts import parse_amount
from resonance.sources.dates import parse_date, puts_day_first
from resonance.sources.files import SourceFile, decode
from resonance.sources.tables import Row, match_columns, read_table

FILE_NAME = "assets.csv"
NAMES: Mapping[str, Sequence[str]] = {
    "file": ("file", "filename", "path", "filepath", "source", "document"),
    "asset_id": ("assetid", "id", "asset", "contentid", "recordid"),
    "title": ("title", "name", "assetname", "assettitle", "headline", "pagetitle"),
    "campaign": ("campaign", "campaignname"),
    "channel": ("channel", "type", "assettype", "contenttype", "format"),
    "funnel_stage": ("funnelstage", "funnel", "stage", "lifecyclestage", "buyerstage"),
    "published": ("published", "publishdate", "publisheddate", "publishedat", "date", "created"),
    "impressions": ("impressions", "views", "pageviews", "sends", "sent"),
    "clicks": ("clicks", "totalclicks"),
    "leads": ("leads", "conversions", "newcontacts", "submissions"),
    "influenced_won_usd": ("influencedwonusd", "influencedwon", "influencedrevenue", "revenue"),
}
FIGURES = ("impressions", "clicks", "leads", "influenced_won_usd")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: the fields of `Asset` that it gives, and its cells as written."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """Entries by the file they are about; none where there is no table."""

    entries: Mapping[Path, Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def of(self, path: Path) -> Entry:
        return self.entries.get(path.resolve(), Entry())


def find_manifest(path: Path, files: Sequence[SourceFile], columns: Mapping[str, str]) -> Manifest:
    """The `assets.csv` in the folder or its parent, matched to the files; see `NAMES` for headers.

    `columns` maps our names to theirs where they are none of these. A cell that cannot be read
    is left out and becomes a Problem, and so does a row about no file.
    """
    folder = (path if path.is_dir() else path.parent).resolve()
    table = next(
        (f / FILE_NAME for f in (folder, folder.parent) if (f / FILE_NAME).is_file()), None
    )
    if table is None:
        return Manifest()
    try:
        return _read(table, [f.path.resolve() for f in files], folder, columns)
    except InputError as error:
        reason, _, remedy = str(error).partition("; ")
        return Manifest(problems=(Problem(FILE_NAME, reason, remedy),))


def _read(table: Path, files: list[Path], folder: Path, columns: Mapping[str, str]) -> Manifest:
    read = read_table(decode(SourceFile(table, FILE_NAME).read()))
    found = match_columns(read.header, NAMES, columns)
    if "file" not in found:
        raise InputError(
            f"none of its columns ({', '.join(read.header)}) names the file; call one `file`,"
            " or map it under [columns.assets] in resonance.toml"
        )
    rows = [
        Row(row.place, {ours: row.cells.get(theirs, "") for ours, theirs in found.items()})
        for row in read.rows
    ]
    day_first = puts_day_first(row.cells.get("published", "") for row in rows)
    ids = Counter(row.cells.get("asset_id", "") for row in rows)
    entries: dict[Path, Entry] = {}
    problems: list[Problem] = []
    for row in rows:
        about = _file(row.cells["file"], table.parent, files)
        if about is None:
            problems += _lost(row, table.parent, folder)
        elif about in entries:
            problems.append(_problem(row, f"it is the second row about {row.cells['file']}"))
        else:
            is_only = ids[row.cells.get("asset_id", "")] == 1
            entries[about], bad = _entry(row, day_first, is_only)
            problems += bad
    return Manifest(entries, tuple(problems))


def _file(name: str, root: Path, files: list[Path]) -> Path | None:
    """The file at this path from the table, else the only one whose path ends so."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    exact = root.joinpath(*parts).resolve()
    if exact in files:
        return exact
    ends_so = [f for f in files if parts and f.parts[-len(parts) :] == parts]
    return ends_so[0] if len(ends_so) == 1 else None


def _lost(row: Row, root: Path, folder: Path) -> list[Problem]:
    """A row about a file that ought to be in the folder that was given, and is not."""
    name = row.cells["file"]
    named = (root / name.replace("\\", "/")).resolve()
    if name and (named.is_file() or not named.is_relative_to(folder)):
        return []
    return [_problem(row, f"it names {name}, which is not there" if name else "it names no file")]


def _entry(row: Row, day_first: bool, is_only: bool) -> tuple[Entry, list[Problem]]:
    """The row's fields, and its cells that cannot be read."""
    fields: dict[str, Any] = {}
    problems = []
    for ours, cell in row.cells.items():
        if not cell or ours == "file":
            continue
        value: Any = cell
        if ours in FIGURES:
            value = _figure(cell)
        elif ours == "published":
            value = parse_date(cell, day_first=day_first)
        if value is None:
            kind = "date, such as 2026-02-18" if ours == "published" else "number, such as 8200"
            problems.append(
                _problem(row, f"{cell!r} in {ours} is no {kind.partition(',')[0]}", kind)
            )
        elif ours == "asset_id" and not is_only:
            problems.append(_problem(row, f"other rows have the asset_id {cell} as well"))
        else:
            fields[ours] = value
    return Entry(fields, tuple(f"{ours}={cell}" for ours, cell in row.cells.items())), problems


def _figure(cell: str) -> float | None:
    """A number of at least 0."""
    number = parse_amount(cell)
    return None if number is None or number < 0 else number


def _problem(row: Row, reason: str, wanted: str = "") -> Problem:
    remedy = f"Write a {wanted}." if wanted else "Correct the row, or remove it."
    return Problem(FILE_NAME, reason, remedy, row.place)
