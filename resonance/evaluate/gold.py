"""A corpus with gold labels: what people say it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resonance.errors import InputError, MissingColumn
from resonance.records import Role
from resonance.sources.files import SourceFile, decode
from resonance.sources.tables import read_table

NO_THEME = "none"  # an objection or need that nobody else shares
COLUMNS = {
    "calls.csv": ("call_id", "participants"),
    "gold/statements.csv": ("call_id", "speaker", "text", "kind", "theme_id"),
    "gold/negatives.csv": ("call_id", "speaker", "side", "text"),
    "gold/relevance.csv": ("asset_id", "theme_id", "grade"),
    "gold/pii.csv": ("text", "call_id"),
}
FACTS = "gold/facts.csv"  # a corpus may do without
FACT_COLUMNS = ("fact", "subject", "reason", "says")
ALLOWED = {
    "kind": ("objection", "need"),
    "side": ("prospect", "vendor"),
    "grade": ("0", "1", "2", "3"),
    "fact": (
        "rising",
        "fading",
        "on large deals",
        "frequent and harmless",
        "losing",
        "leaning to losing",
        "misleading reason",
    ),
}

Table = tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A sentence of a call as a person judged it.

    `kind` is "none" for a negative. `theme_id` is "" for a negative, and for an objection or
    a need that nobody else shares.
    """

    call_id: str
    speaker: str
    side: Role
    text: str
    kind: Literal["objection", "need", "none"]
    theme_id: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something planted in the dates and the deals of a corpus.

    `subject` is a theme id, of a misleading reason a deal id; `reason` is then what the rep
    typed and nobody voiced, by the words of `resonance.reasons`. `says` is it in a line.
    """

    fact: str
    subject: str
    reason: str
    says: str


@dataclass(frozen=True)
class Gold:
    """The labels of a corpus; corpora/tallyroot/README.md says how they were made.

    sides    : for each call id, the side of everybody who took part, by name
    labels   : statements and negatives
    grades   : of (asset id, theme id), 0 not addressed to 3 squarely answered
    personal : for each call id, every spelling of a prospect's name, address or number
    facts    : what is planted in the dates and the deals
    """

    sides: Mapping[str, Mapping[str, str]]
    labels: tuple[Label, ...]
    grades: Mapping[tuple[str, str], int]
    personal: Mapping[str, frozenset[str]]
    facts: tuple[Fact, ...] = ()


def read_gold(corpus: Path) -> Gold:
    """Read the labels in a corpus.

    Raises InputError where a table or a column of it is missing, or a cell holds what it
    cannot hold.
    """
    if not corpus.is_dir():
        raise InputError(f"{corpus} is no folder; give a corpus such as corpora/tallyroot.")
    tables = {name: _table(corpus, name, columns) for name, columns in COLUMNS.items()}
    facts = _table(corpus, FACTS, FACT_COLUMNS) if (corpus / FACTS).exists() else ()
    labels = [
        *(_label(row, "prospect", row["kind"]) for row in tables["gold/statements.csv"]),
        *(_label(row, row["side"], "none") for row in tables["gold/negatives.csv"]),
    ]
    grades = tables["gold/relevance.csv"]
    gold = Gold(
        sides={row["call_id"]: _sides(row["participants"]) for row in tables["calls.csv"]},
        labels=tuple(labels),
        grades={(row["asset_id"], row["theme_id"]): int(row["grade"]) for row in grades},
        personal=_by_call(tables["gold/pii.csv"]),
        facts=tuple(Fact(*(row[column] for column in FACT_COLUMNS)) for row in facts),
    )
    if not any(label.kind != "none" for label in labels):
        raise InputError(f"{corpus / 'gold/statements.csv'} has no rows; there is nothing to find.")
    strange = sorted({label.call_id for label in labels} - gold.sides.keys())
    if strange:
        raise InputError(f"The labels name call {strange[0]!r}, which is not in calls.csv; add it.")
    return gold


def _table(corpus: Path, name: str, columns: Sequence[str]) -> Table:
    path = corpus / name
    if not path.is_file():
        raise InputError(
            f"{path} is missing; a corpus to evaluate has {', '.join(COLUMNS)}, "
            f"as corpora/tallyroot/README.md describes."
        )
    try:
        table = read_table(decode(SourceFile(path, name).read()))
    except InputError as error:
        raise InputError(f"{path} cannot be used: {error}") from error
    missing = [column for column in columns if column not in table.header]
    if missing:
        raise MissingColumn(f"{path} has no column {missing[0]!r}; it has {list(table.header)}.")
    rows = [{c: row.cells.get(c, "") for c in columns} for row in table.rows]
    for row, cells in zip(table.rows, rows, strict=True):
        for column in ALLOWED.keys() & cells.keys():
            if cells[column] not in ALLOWED[column]:
                raise InputError(
                    f"{path}, {row.place}: {column} is {cells[column]!r}; "
                    f"it must be one of {', '.join(ALLOWED[column])}."
                )
    return tuple(rows)


def _label(row: Mapping[str, str], side: str, kind: str) -> Label:
    theme_id = row.get("theme_id", "")
    return Label(
        row["call_id"],
        row["speaker"],
        "vendor" if side == "vendor" else "prospect",
        row["text"],
        "objection" if kind == "objection" else "need" if kind == "need" else "none",
        "" if theme_id == NO_THEME else theme_id,
    )


def _sides(participants: str) -> dict[str, str]:
    pairs = (each.partition("|") for each in participants.split(";") if each.strip())
    return {name.strip(): side.strip() for name, _, side in pairs}


def _by_call(rows: Table) -> dict[str, frozenset[str]]:
    calls = {row["call_id"] for row in rows}
    return {
        call_id: frozenset(row["text"] for row in rows if row["call_id"] == call_id and row["text"])
        for call_id in calls
    }
