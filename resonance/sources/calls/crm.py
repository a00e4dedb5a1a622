"""CSV exports of HubSpot (calls, notes, meetings) and Salesforce (Task, Event): a call per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from resonance.records import Party
from resonance.sources.calls import notes
from resonance.sources.calls.markup import to_lines
from resonance.sources.calls.parts import Found, Harvest, Unreadable
from resonance.sources.dates import parse_date, puts_day_first
from resonance.sources.tables import Row, Table, match_columns, read_table

# Ours: theirs, plain and likeliest first; internal names, labels of the screens, report labels.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "notes": (
        *("hscallbody", "hsnotebody", "hsmeetingbody", "callnotes", "notebody", "meetingnotes"),
        *("hsinternalmeetingnotes", "description", "fullcomments", "comments", "body"),
        *("notes", "note", "calltranscript", "transcript", "details"),
    ),
    "source_id": (
        *("hsobjectid", "recordid", "activityid", "taskid", "eventid", "callid", "noteid"),
        *("engagementid", "id"),
    ),
    "date": (
        *("hstimestamp", "activitydate", "activitydatetime", "calldate", "hsmeetingstarttime"),
        *("startdatetime", "start", "date", "duedate", "createdate", "createddate"),
    ),
    "title": ("hscalltitle", "hsmeetingtitle", "calltitle", "meetingname", "subject", "title"),
    "deal_id": (
        *("associateddealids", "associateddealid", "dealid", "dealids", "opportunityid", "whatid"),
        *("associateddeal", "associateddeals", "opportunity", "opportunityname", "relatedto"),
    ),
    "account": (
        *("associatedcompany", "associatedcompanies", "companyaccount", "accountname", "account"),
        *("companyname", "company"),
    ),
    "owner": (
        "activityassignedto",
        "assignedto",
        "assigned",
        "ownername",
        "hubspotownerid",
        "owner",
    ),
    "contact": ("associatedcontact", "associatedcontacts", "contactname", "contact", "name"),
}

_ADDRESS = re.compile(r"\(?<?([\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,99})>?\)?")
_SALESFORCE_ID = re.compile(r"00\w{13}(?:\w{3})?")
_OPPORTUNITY_PREFIX = "006"


def read(text: str, columns: Mapping[str, str]) -> Harvest:
    """One call for each row that has notes.

    `columns` maps our names (the keys of COLUMNS) to the table's own. Raises Unreadable when
    there is no column of notes, or neither an id, a date nor a title beside it.
    """
    table = read_table(text)
    found = match_columns(table.header, COLUMNS, columns)
    if "notes" not in found or not found.keys() & {"source_id", "date", "title"}:
        raise Unreadable(
            f"it is no export of calls or notes; its columns are {', '.join(table.header[:12])}",
            "Name the column that holds the text in resonance.toml, under [columns.calls], "
            'as notes = "…", and its id or date.',
        )
    dates = (row.cells.get(found.get("date", ""), "") for row in table.rows)
    day_first = puts_day_first(dates)
    calls = [_call(row, found, day_first) for row in table.rows]
    return Harvest(tuple(call for call in calls if call.turns), tuple(_flaws(table, calls)))


def _flaws(table: Table, calls: Sequence[Found]) -> Iterator[Unreadable]:
    empty = [call.place for call in calls if not call.turns]
    if empty:
        yield Unreadable(
            f"{len(empty)} of its {len(calls)} rows have no notes, the first is {empty[0]}",
            "Nothing to do where nothing was noted.",
        )
    if table.unclosed:
        yield Unreadable(
            "a quote is opened and never closed, so the rest of the table is in its last row",
            "Close the quote, or export the table again.",
            calls[-1].place if calls else "row 1",
        )


def _call(row: Row, found: Mapping[str, str], day_first: bool) -> Found:
    cell = {ours: row.cells.get(theirs, "") for ours, theirs in found.items()}
    return Found(
        turns=notes.read(to_lines(cell["notes"])),
        channel="note",
        record_id=cell.get("source_id", ""),
        date=parse_date(cell.get("date", ""), day_first=day_first),
        deal_id=_deal(cell.get("deal_id", "")),
        account=cell.get("account", ""),
        title=cell.get("title", ""),
        parties=(*_people(cell.get("owner", ""), owner=True), *_people(cell.get("contact", ""))),
        place=row.place,
    )


def _deal(value: str) -> str:
    """The first deal of the cell. A Salesforce id of another kind (an account's) is none."""
    first = value.split(";")[0].strip()
    is_other = _SALESFORCE_ID.fullmatch(first) and not first.startswith(_OPPORTUNITY_PREFIX)
    return "" if is_other else first


def _people(value: str, *, owner: bool = False) -> list[Party]:
    """Who the cell names. The owner of an activity is the vendor's; ids of people are no names."""
    parties = []
    for each in value.split(";"):
        address = _ADDRESS.search(each)
        name = " ".join(_ADDRESS.sub("", each).split())
        if not (name or address) or name.isdigit() or _SALESFORCE_ID.fullmatch(name):
            continue
        email = address[1] if address else ""
        party = Party(name or email, role="prospect", email=email, role_from="contact")
        parties.append(replace(party, role="vendor", role_from="owner") if owner else party)
    return parties
