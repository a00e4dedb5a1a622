"""`calls.csv` beside the calls: who took part, on which side, when, on which deal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from resonance.errors import InputError
from resonance.records import Party, Problem, Role
from resonance.sources.dates import parse_date, puts_day_first
from resonance.sources.files import SourceFile, decode
from resonance.sources.tables import Row, match_columns, read_table

CALLS = "calls.csv"
ASSETS = "assets.csv"
DEALS = "deals.csv"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "file": ("file", "filename", "path", "filepath", "source"),
    "call_id": ("callid", "id", "call"),
    "date": ("date", "calldate", "day", "started"),
    "deal_id": ("dealid", "deal", "opportunityid", "opportunity"),
    "account": ("account", "accountname", "company", "customer"),
    "participants": ("participants", "attendees", "people", "speakers"),
    "format": ("format", "type", "kind", "channel"),
    "source_id": ("sourceid", "recordid", "externalid"),
}
SIDES: Mapping[str, Role] = {
    **dict.fromkeys(("vendor", "internal", "us", "rep", "seller", "host"), "vendor"),
    **dict.fromkeys(("prospect", "external", "customer", "buyer", "client", "lead"), "prospect"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `file` is as written, with forward slashes."""

    place: str
    file: str = ""
    call_id: str = ""
    date: date | None = None
    deal_id: str = ""
    account: str = ""
    parties: tuple[Party, ...] = ()
    is_note: bool = False
    source_id: str = ""


@dataclass(frozen=True)
class Manifest:
    """`source` names the table in problems; `folder` is where its paths start."""

    source: str = CALLS
    folder: Path = Path()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    by_file: Mapping[Path, Sequence[Entry]] = field(default_factory=dict)

    def of_file(self, path: Path, *, container: bool) -> list[Entry]:
        """What may be said of a file, wherever it stands in the table: the rows that name it.

        Those that name no file may be about any call of a `container`, a file of many calls.
        """
        unnamed = self.by_file.get(Path(), ()) if container else ()
        return [replace(row, place="") for row in (*self.by_file.get(path.resolve(), ()), *unnamed)]

    def is_note(self, path: Path) -> bool:
        """Whether the rows that name a file call it a note."""
        named = self.by_file.get(path.resolve(), ())
        return bool(named) and all(entry.is_note for entry in named)

    def of_record(self, path: Path, record_id: str, *, alone: bool) -> Entry | None:
        """The row of one call of a file; `alone` says that the file holds no other."""
        named = self.by_file.get(path.resolve(), ())
        for entry in (*named, *self.by_file.get(Path(), ())):
            if record_id and entry.source_id == record_id:
                return entry
        return named[0] if alone and named else None


def find_manifest(path: Path, files: Sequence[SourceFile], columns: Mapping[str, str]) -> Manifest:
    """The manifest of a file or folder, in the folder itself or its parent; an empty one for none.

    A `calls.csv` that names no files, such as a CRM export, is none.
    """
    for folder in _folders(path):
        table = folder / CALLS
        entries, problems = _read(table, columns) if table.is_file() else ([], [])
        if entries:
            by_file, lost = _by_file(entries, folder, files)
            return Manifest(CALLS, folder, tuple(entries), (*problems, *lost), by_file)
    return Manifest()


def is_manifest(path: Path, manifest: Manifest) -> bool:
    return bool(manifest.entries) and path.resolve() == (manifest.folder / CALLS).resolve()


def named_assets(path: Path) -> set[Path]:
    """The files that an `assets.csv` in the folder or its parent names."""
    for folder in _folders(path):
        table = folder / ASSETS
        entries, _ = _read(table, {}) if table.is_file() else ([], [])
        if entries:
            return {(folder / entry.file).resolve() for entry in entries if entry.file}
    return set()


def join_parties(found: Iterable[Party], listed: Iterable[Party]) -> tuple[Party, ...]:
    """A call's own parties with the sides of the manifest, and those that only it names."""
    parties = {same_name(party.name): party for party in found}
    for party in listed:
        known = parties.get(same_name(party.name))
        if known and party.role != "unknown":
            parties[same_name(party.name)] = replace(
                known, role=party.role, role_from=party.role_from
            )
        elif not known:
            parties[same_name(party.name)] = party
    return tuple(parties.values())


def same_name(name: str) -> str:
    """A name without case and odd spaces, for comparing."""
    return " ".join(name.split()).casefold()


def _folders(path: Path) -> list[Path]:
    folder = path if path.is_dir() else path.parent
    return list(dict.fromkeys((folder.resolve(), folder.resolve().parent)))


def _read(path: Path, columns: Mapping[str, str]) -> tuple[list[Entry], list[Problem]]:
    """The rows of a manifest; none where the table is no manifest."""
    try:
        table = read_table(decode(SourceFile(path, path.name).read()))
    except InputError:
        return [], []
    found = match_columns(table.header, COLUMNS, columns)
    if "file" not in found and not {"source_id", "participants"} <= found.keys():
        return [], []
    day_first = puts_day_first(row.cells.get(found.get("date", ""), "") for row in table.rows)
    entries, problems = [], []
    for row in table.rows:
        entry, bad = _entry(row, found, day_first)
        entries.append(entry)
        problems += [
            Problem(path.name, f"{value!r} is no {name}", f"Correct the {name}.", row.place)
            for name, value in bad
        ]
    return entries, problems


def _entry(
    row: Row, found: Mapping[str, str], day_first: bool
) -> tuple[Entry, list[tuple[str, str]]]:
    cell = {ours: row.cells.get(theirs, "") for ours, theirs in found.items()}
    parties, bad = _participants(cell.get("participants", ""))
    written = cell.get("date", "")
    day = parse_date(written, day_first=day_first)
    if written and not day:
        bad.append(("date", written))
    return Entry(
        place=row.place,
        file=cell.get("file", "").replace("\\", "/").removeprefix("./"),
        call_id=cell.get("call_id", ""),
        date=day,
        deal_id=cell.get("deal_id", ""),
        account=cell.get("account", ""),
        parties=parties,
        is_note=cell.get("format", "").casefold() in ("note", "notes"),
        source_id=cell.get("source_id", ""),
    ), bad


def _participants(cell: str) -> tuple[tuple[Party, ...], list[tuple[str, str]]]:
    """Parties of `name|side; name|side`; a name without a side is of the side unknown."""
    parties, bad = [], []
    for each in filter(None, (each.strip() for each in re.split(r"[;\n]", cell))):
        name, _, side = (part.strip() for part in each.partition("|"))
        role = SIDES.get(side.casefold(), "unknown")
        if side and role == "unknown" and side.casefold() != "unknown":
            bad.append(("side", side))
        if name:
            parties.append(Party(name, role, role_from="" if role == "unknown" else "manifest"))
    return tuple(parties), bad


def _by_file(
    entries: Iterable[Entry], folder: Path, files: Sequence[SourceFile]
) -> tuple[dict[Path, list[Entry]], list[Problem]]:
    """Rows by the file that they name (an empty path: none), and the rows whose file is missing.

    A bare name serves where one file below the folder that was given is called that.
    """
    by_name: dict[str, list[Path]] = {}
    for file in files:
        by_name.setdefault(file.path.name, []).append(file.path.resolve())
    rows: dict[Path, list[Entry]] = {}
    lost = []
    for entry in entries:
        path = (folder / entry.file).resolve() if entry.file else Path()
        if entry.file and not path.is_file():
            called_so = by_name.get(entry.file, [])
            if len(called_so) != 1:
                reason = f"it names {entry.file}, which is not there"
                remedy = "Correct the path, which starts at the table's folder, or remove the row."
                lost.append(Problem(CALLS, reason, remedy, entry.place))
                continue
            path = called_so[0]
        rows.setdefault(path, []).append(entry)
    return rows, lost
