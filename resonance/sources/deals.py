"""Deals from CSV: our own columns, HubSpot's deals, Salesforce's opportunities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from resonance.errors import InputError, MissingColumn, NothingToRead
from resonance.records import Deal, Problem
from resonance.sources.amounts import parse_amount
from resonance.sources.dates import parse_date, puts_day_first
from resonance.sources.files import Reading, SourceFile, decode, digest
from resonance.sources.tables import Row, Table, match_columns, read_table

Outcome = Literal["won", "lost", "open"]

FILE_NAME = "deals.csv"
NONE: Mapping[str, str] = {}

# Ours: theirs, plain and likeliest first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "deal_id": (
        *("dealid", "opportunityid", "hsobjectid", "recordid", "id", "opportunitynumber"),
        *("deal", "dealname", "opportunityname"),
    ),
    "account": (
        *("account", "accountname", "associatedcompany", "associatedcompanies", "companyname"),
        *(
            "company",
            "customer",
            "client",
            "primaryassociatedcompany",
            "dealname",
            "opportunityname",
        ),
        "name",
    ),
    "stage": ("stage", "dealstage", "stagename", "opportunitystage", "salesstage"),
    "outcome": ("outcome", "result", "status", "dealstatus"),
    "amount": (
        *("amountusd", "amount", "amountincompanycurrency", "amountconverted", "dealamount"),
        *("value", "dealvalue", "acv", "arr", "totalamount"),
    ),
    "segment": ("segment", "companysize", "size", "tier", "accountsegment"),
    "industry": ("industry", "sector", "vertical", "accountindustry"),
    "loss_reason": (
        *("lossreason", "closedlostreason", "lostreason", "reasonlost", "whylost"),
        *("closedreason", "closelostreason"),
    ),
    "created": ("created", "createdate", "createddate", "datecreated", "opened"),
    "closed": ("closedate", "closeddate", "dateclosed", "closedon", "closed"),
    "is_won": ("iswon", "won", "isclosedwon", "hsisclosedwon"),
    "is_lost": ("islost", "lost", "isclosedlost", "hsisclosedlost"),
    "is_closed": ("isclosed", "closed", "hsisclosed", "isdealclosed"),
}

SAYS_OUTCOME = ("outcome", "stage", "is_won")

_LOST = re.compile(
    r"closed[ _-]?lost|\b(?:lost|dead|disqualified|abandoned|cancell?ed|rejected)\b"
    r"|\bno[ _-]decision\b",
    re.IGNORECASE,
)
_WON = re.compile(r"\bwon\b(?!['’]t)|closed[ _-]?won", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:open|active|in[ _-]?progress|pending)\b", re.IGNORECASE)
_TRUE = frozenset(("true", "yes", "1", "y", "t", "x"))
_FALSE = frozenset(("false", "no", "0", "n", "f"))


def read_deals(path: Path, *, columns: Mapping[str, str] = NONE) -> Reading[Deal]:
    """The deals of a table, or of the `deals.csv` in a folder.

    `columns` maps our names (the keys of COLUMNS) to the table's own. A cell that says nothing
    is a Problem and its deal goes without; a row without an id, or with one that was there
    before, is left out. Raises NothingToRead when there is no such table, and MissingColumn
    when it lacks an id, an account, or what says whether a deal was won.
    """
    file = _file(path)
    data = file.read()
    try:
        table = read_table(decode(data))
    except InputError as error:
        reason, _, remedy = str(error).partition("; ")
        remedy = remedy or "Export the deals as CSV."
        raise NothingToRead(f"{path.name}: {reason}. {remedy}") from error
    found = _columns(path.name, table, columns)
    day_first = puts_day_first(
        row.cells.get(found.get(name, ""), "")
        for row in table.rows
        for name in ("created", "closed")
    )
    deals: dict[str, Deal] = {}
    problems: list[Problem] = []
    for row in table.rows:
        deal, bad = _deal(row, found, day_first)
        if deal.deal_id in deals:
            bad.append((f"deal {deal.deal_id} is there already", "Remove one of the rows."))
        if deal.deal_id:
            deals.setdefault(deal.deal_id, deal)
        problems += [Problem(file.source, reason, remedy, row.place) for reason, remedy in bad]
    if table.unclosed:
        reason, remedy = "a quote is opened and never closed", "Close it, or export again."
        problems.append(Problem(file.source, reason, remedy, table.rows[-1].place))
    return Reading(tuple(deals.values()), tuple(problems), {file.source: digest(data)})


def read_outcome(outcome: str, stage: str, flags: Mapping[str, bool | None]) -> Outcome | None:
    """Won, lost or open, by what says it first: the outcome, the flags, the stage; None: nothing.

    `flags` are `is_won`, `is_lost` and `is_closed`; None where the table does not say.
    """
    said = _in_words(outcome)
    if said:
        return said
    if flags.get("is_won"):
        return "won"
    if flags.get("is_lost") or (flags.get("is_closed") and flags.get("is_won") is False):
        return "lost"
    return _in_words(stage) or ("open" if stage or not outcome else None)


def _file(path: Path) -> SourceFile:
    if path.is_dir():
        path = path / FILE_NAME
    if not path.is_file():
        raise NothingToRead(f"{path} is not there; give the CSV file of your deals.")
    return SourceFile(path, path.name)


def _columns(name: str, table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    found = match_columns(table.header, COLUMNS, columns)
    asked = [ours for ours in columns if ours not in found]
    missing = [ours for ours in ("deal_id", "account") if ours not in found]
    if not found.keys() & set(SAYS_OUTCOME):
        missing.append("outcome")
    wrong = asked or missing
    if wrong:
        header = ", ".join(each for each in table.header if each)
        raise MissingColumn(
            f"{name} has no column for {' and '.join(wrong)}; it has {header}. "
            f'Say which it is in resonance.toml: [columns.deals] {wrong[0]} = "your header".'
        )
    return found


def _deal(
    row: Row, found: Mapping[str, str], day_first: bool
) -> tuple[Deal, list[tuple[str, str]]]:
    """A row's deal, and reason and remedy of each cell that says nothing."""
    cell = {ours: row.cells.get(theirs, "") for ours, theirs in found.items()}
    bad: list[tuple[str, str]] = []
    days = {
        name: parse_date(cell.get(name, ""), day_first=day_first) for name in ("created", "closed")
    }
    for name, day in days.items():
        written = cell.get(name, "")
        if written and not day:
            bad.append((f"{name} {written!r} is no date", "Write it as 2026-01-31."))
    amount = parse_amount(cell.get("amount", ""))
    if cell.get("amount") and amount is None:
        bad.append((f"amount {cell['amount']!r} is no number", "Write it as 41500."))
    flags = {name: _flag(cell.get(name, "")) for name in ("is_won", "is_lost", "is_closed")}
    outcome = read_outcome(cell.get("outcome", ""), cell.get("stage", ""), flags)
    if outcome is None:
        bad.append((f"outcome {cell['outcome']!r} is unknown", "Write won, lost or open."))
    if not cell.get("deal_id"):
        bad.append(("it has no deal id", "Fill it in."))
    return Deal(
        deal_id=cell.get("deal_id", ""),
        account=cell.get("account", ""),
        outcome=outcome or "open",
        stage=cell.get("stage", ""),
        amount=amount,
        segment=cell.get("segment", ""),
        industry=cell.get("industry", ""),
        loss_reason=cell.get("loss_reason", ""),
        created=days["created"],
        closed=days["closed"],
    ), bad


def _in_words(text: str) -> Outcome | None:
    if _LOST.search(text):
        return "lost"
    if _WON.search(text):
        return "won"
    return "open" if _OPEN.search(text) else None


def _flag(cell: str) -> bool | None:
    said = cell.casefold()
    return True if said in _TRUE else False if said in _FALSE else None
