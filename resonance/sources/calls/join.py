"""Calls as records: joined with their manifest, each with an id, none of them twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from resonance.records import Call, Problem
from resonance.sources.calls.parts import Found, Harvest, with_speakers
from resonance.sources.dates import date_in_name
from resonance.sources.files import SourceFile
from resonance.sources.manifest import CALLS, Entry, Manifest, join_parties
from resonance.sources.text import visible


@dataclass
class Register:
    """What has been read so far. Files come in the order of their sources; the first one stands."""

    manifest: Manifest
    sources: dict[tuple[str, ...], str] = field(default_factory=dict)  # by id, and by record
    used: set[str] = field(default_factory=set)  # places of manifest rows

    def join(
        self, file: SourceFile, harvest: Harvest, *, is_read: bool = True
    ) -> tuple[list[Call], list[Problem]]:
        """The calls of a file that are new, and what is wrong with the file.

        A file that was not read again (`is_read` false) only takes its place in the register.
        """
        problems = [Problem(file.source, f.reason, f.remedy, f.place) for f in harvest.flaws]
        found = tuple(map(_as_seen, harvest.calls)) if is_read else (Found(()),)
        alone = len(found) == 1 and not found[0].place
        calls = []
        for number, each in enumerate(found, start=1):
            entry = self.manifest.of_record(file.path, each.record_id, alone=alone)
            if entry:
                self.used.add(entry.place)
            record = each.record_id or each.place.replace(" ", "-") or str(number)
            source = file.source if alone else f"{file.source}#{record}"
            call = _call(file, source, each, entry, alone=alone)
            first = self._first(call, each, file)
            if first:
                problems.append(_twice(file, call, each, first))
            elif call.turns:
                calls.append(call)
            elif is_read:
                problems.append(_silent(file, each))
        return calls, problems

    def unused(self, paths: Iterable[Path]) -> list[Problem]:
        """Rows of the manifest that name a file that was looked at, and describe no call in it."""
        rows = (entry for path in paths for entry in self.manifest.by_file.get(path.resolve(), ()))
        return [
            Problem(
                CALLS,
                f"{entry.file} has no call for this row"
                + (f" (source_id {entry.source_id})" if entry.source_id else ""),
                "Correct the row, or remove it.",
                entry.place,
            )
            for entry in rows
            if entry.place not in self.used
        ]

    def _first(self, call: Call, found: Found, file: SourceFile) -> str:
        """Where the same call was read before, "" for nowhere.

        The same is one call_id, or one id, title and date in two exports of one system; where
        no date is known, one id and the same words.
        """
        keys: list[tuple[str, ...]] = [(call.call_id,)]
        if found.record_id:
            system = file.path.suffix.casefold()
            content = str(found.date or sha256(repr(found.turns).encode()).hexdigest())
            keys.append((system, found.record_id, found.title, content))
        first = next((self.sources[key] for key in keys if key in self.sources), "")
        for key in keys:
            self.sources.setdefault(key, call.source)
        return first


def _as_seen(found: Found) -> Found:
    """Without what is not seen: a call that moves the cursor, a name with a soft hyphen in it."""
    turns = (
        replace(turn, speaker=visible(turn.speaker), text=visible(turn.text))
        for turn in found.turns
    )
    parties = (
        replace(
            party,
            name=visible(party.name),
            title=visible(party.title),
            company=visible(party.company),
        )
        for party in found.parties
    )
    return replace(
        found,
        turns=tuple(turn for turn in turns if turn.text.strip()),
        account=visible(found.account),
        title=visible(found.title),
        parties=tuple(parties),
    )


def _call(file: SourceFile, source: str, found: Found, entry: Entry | None, *, alone: bool) -> Call:
    row = entry or Entry("")
    named = date_in_name(file.path.name) if alone else None
    return Call(
        call_id=row.call_id
        or "C" + sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:10],
        source=source,
        turns=found.turns,
        channel=found.channel,
        date=row.date or found.date or named,
        deal_id=row.deal_id or found.deal_id,
        account=row.account or found.account,
        title=found.title,
        parties=with_speakers(join_parties(found.parties, row.parties), found.turns),
    )


def _twice(file: SourceFile, call: Call, found: Found, first: str) -> Problem:
    what = f"record {found.record_id}" if found.record_id else f"call {call.call_id}"
    return Problem(
        file.source,
        f"{what} is in {first} already, which is kept",
        "Remove one of them, or give them different ids.",
        found.place,
    )


def _silent(file: SourceFile, found: Found) -> Problem:
    return Problem(
        file.source,
        f"nothing is said in {'call ' + found.record_id if found.record_id else 'it'}",
        "Export it again, or remove it.",
        found.place,
    )
