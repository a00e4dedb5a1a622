"""Tables as people export them: any delimiter, and a column under any of its usual names."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resonance.errors import InputError
from resonance.sources.text import visible

DELIMITERS = ",;\t|"
LARGEST_CELL = 10_000_000  # characters; bodies pasted with pictures pass the csv module's own limit


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `place` counts as a spreadsheet does: the header is row 1."""

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`unclosed` says that a quote is opened and never closed: the last row swallowed the rest."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    unclosed: bool = False


def read_table(text: str) -> Table:
    """The table in the text of a CSV, without its empty rows. Raises InputError if it is none."""
    csv.field_size_limit(LARGEST_CELL)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):
        text = rest
    text = text.lstrip("\n")
    delimiter = _delimiter(text.partition("\n")[0])
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"it is no table ({error}); Export it again as CSV.") from error
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise InputError("it has no header row; Export it again with column names.")
    header = tuple(visible(name).strip() for name in lines[0])
    rows = (
        Row(
            f"row {number}",
            {name: visible(cell).strip() for name, cell in zip(header, line, strict=False)},
        )
        for number, line in enumerate(lines[1:], start=2)
    )
    kept = tuple(row for row in rows if any(row.cells.values()))
    return Table(header, kept, unclosed=_unclosed(text, delimiter))


def match_columns(
    header: Iterable[str], names: Mapping[str, Sequence[str]], columns: Mapping[str, str]
) -> dict[str, str]:
    """Which header holds each of our columns.

    `names` gives for each of our columns the headers it goes by, plain (see `plain`), the
    likeliest first; `columns` (ours to theirs, from resonance.toml) goes before it. A header
    serves one column only; a column without a header is left out.
    """
    free = {plain(theirs): theirs for theirs in reversed(list(header))}
    asked = ((ours, [plain(columns[ours])]) for ours in names if ours in columns)
    guessed = ((ours, candidates) for ours, candidates in names.items() if ours not in columns)
    found = {}
    for ours, candidates in (*asked, *guessed):
        theirs = next((name for name in candidates if name in free), None)
        if theirs is not None:
            found[ours] = free.pop(theirs)
    return found


def plain(header: str) -> str:
    """A header without case, spaces and signs, for comparing: "Deal ID" becomes "dealid"."""
    return re.sub(r"[\W_]+", "", header).casefold()


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _unclosed(text: str, delimiter: str) -> bool:
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        deque(strict, maxlen=0)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
