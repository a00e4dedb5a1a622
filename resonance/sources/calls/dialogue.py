"""Any JSON that holds a list of utterances: Fireflies, HubSpot, Google Meet, research corpora.

The list is the first one, from the top down, whose entries have both a speaker and a text under
one of their usual names; its title, date and id are looked for around it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from resonance.records import Party, Role, Turn
from resonance.sources.calls.labels import TIME, seconds, split_company
from resonance.sources.calls.parts import (
    Found,
    Unreadable,
    join_turns,
    with_speakers,
)
from resonance.sources.dates import parse_date
from resonance.sources.manifest import same_name

TEXTS = (
    *("text", "utterance", "content", "human_transcript", "transcript", "spokenText"),
    *("sentence", "message"),
)
SPEAKERS = (
    *("speaker_name", "speakerName", "speaker", "participant", "speaker_role", "speaker_id"),
    *("speakerId", "role", "author", "name"),
)
STARTS = (
    *("start_time", "start_ms", "startTimeMillis", "startMs", "startTime", "start_s", "start"),
    *("offset_ms", "timestamp"),
)
IDS = (
    *("id", "dialogue_id", "conversation_id", "convo_id", "engagementId", "call_id"),
    "meeting_id",
)
SIDES: Mapping[str, Role] = {
    **dict.fromkeys(("agent", "rep", "seller", "vendor", "salesperson"), "vendor"),
    **dict.fromkeys(("customer", "caller", "client", "buyer", "prospect"), "prospect"),
}
MOST_LEVELS = 6  # below the top that are searched
MOST_OF = 0.8  # of a list's entries are utterances: then it is a dialogue
DAY = 86_400  # seconds; times beyond it are milliseconds

_SOUND = re.compile(r"\{[a-z]+\}")  # {vocalsound}, {disfmarker}: marks of the AMI transcribers
_RESOURCE = re.compile(r".*/participants/([^/]+)")


@dataclass(frozen=True, slots=True)
class _Utterance:
    speaker: str
    text: str
    side: Role = "unknown"
    email: str = ""
    company: str = ""
    start: float | datetime | None = None


def read(document: Any) -> list[Found]:
    """The calls in a JSON document; several where it is a list of dialogues."""
    several = isinstance(document, list) and not _is_dialogue(document)
    found = [_call(each) for each in (document if several else [document])]
    calls = [call for call in found if call]
    if not calls:
        raise Unreadable(
            "it holds no list of what was said by whom",
            "Export the transcript itself, with a speaker and a text in each entry.",
        )
    return calls


def _call(document: Any) -> Found | None:
    entries, around = _find_dialogue(document)
    if not entries:
        return None
    names = _names_by_id(around)
    said = [each for each in (_utterance(entry, names) for entry in entries) if each]
    started = next((each.start for each in said if isinstance(each.start, datetime)), None)
    turns = join_turns(
        Turn(each.speaker, each.text, start_s=start)
        for each, start in zip(said, _starts(said, started), strict=True)
    )
    day = parse_date(_nearest(around, ("date", "started", "start_time", "startTime")))
    return Found(
        turns,
        record_id=_nearest(around, IDS),
        date=day or (started.date() if started else None),
        title=_nearest(around, ("title",)),
        parties=with_speakers(_with_invited(_parties(said), around), turns),
    )


def _find_dialogue(document: Any) -> tuple[list, list[dict]]:
    """The shallowest list of utterances, and the objects it lies in, the nearest first."""
    level: list[tuple[Any, list[dict]]] = [(document, [])]
    for _ in range(MOST_LEVELS):
        below: list[tuple[Any, list[dict]]] = []
        for node, around in level:
            if isinstance(node, list):
                if _is_dialogue(node):
                    return node, around
                below.extend((each, around) for each in node)
            elif isinstance(node, dict):
                below.extend((each, [node, *around]) for each in node.values())
        level = [(node, around) for node, around in below if isinstance(node, (list, dict))]
    return [], []


def _is_dialogue(node: list) -> bool:
    return bool(node) and sum(map(_is_utterance, node)) >= MOST_OF * len(node)


def _is_utterance(entry: Any) -> bool:
    if isinstance(entry, dict):
        return bool(_first(entry, TEXTS)) and any(entry.get(key) is not None for key in SPEAKERS)
    is_pair = isinstance(entry, list) and len(entry) == 2
    return is_pair and all(isinstance(each, str) and re.search(r"[^\W\d_]", each) for each in entry)


def _utterance(entry: Any, names: Mapping[str, str]) -> _Utterance | None:
    if not _is_utterance(entry):
        return None
    if isinstance(entry, list):
        speaker, text = entry
        return _Utterance(speaker, text, side=SIDES.get(speaker.casefold(), "unknown"))
    label, email = _speaker(entry, names)
    speaker, company = split_company(label)
    role = entry.get("speaker_role") or entry.get("role") or speaker
    text = _SOUND.sub(" ", _first(entry, TEXTS))
    side = SIDES.get(str(role).casefold(), "unknown")
    return _Utterance(speaker, text, side, email, company, _start(entry))


def _speaker(entry: dict, names: Mapping[str, str]) -> tuple[str, str]:
    """Name and e-mail; a bare number or a resource name goes by the document's list of people."""
    value = next(entry[key] for key in SPEAKERS if entry.get(key) is not None)
    if isinstance(value, dict):
        email = _scalar(value.get("email"))
        name = _first(value, ("name", "displayName")) or email or _scalar(value.get("id"))
        return name, email
    label = _scalar(value)
    if label in names:
        return names[label], ""
    resource = _RESOURCE.fullmatch(label)
    if resource:
        return f"Participant {resource[1]}", ""
    return (f"Speaker {label}" if label.isdecimal() else label), ""


def _start(entry: dict) -> float | datetime | None:
    """Seconds, or the moment itself where the source gives the time of day."""
    key = next((key for key in STARTS if entry.get(key) is not None), "")
    value = _scalar(entry.get(key))
    if re.fullmatch(TIME, value):
        return seconds(value)
    try:
        number = float(value)
    except ValueError:
        return _moment(value)
    if not math.isfinite(number):
        return None
    return number / (1000 if re.search("ms|milli", key, re.IGNORECASE) else 1)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _starts(said: Sequence[_Utterance], started: datetime | None) -> list[float | None]:
    """Seconds from the start of the call, or from its first utterance."""
    numbers = [each.start for each in said if isinstance(each.start, float)]
    unit = 1000 if any(number > DAY for number in numbers) else 1
    return [_since(each.start, started, unit) for each in said]


def _since(start: float | datetime | None, started: datetime | None, unit: int) -> float | None:
    if isinstance(start, float):
        return start / unit
    if start is None or started is None or (start.tzinfo is None) != (started.tzinfo is None):
        return None
    return (start - started).total_seconds()


def _parties(said: Iterable[_Utterance]) -> list[Party]:
    parties: dict[str, Party] = {}
    for each in said:
        basis = "" if each.side == "unknown" else "label"
        party = Party(
            each.speaker, each.side, email=each.email, role_from=basis, company=each.company
        )
        parties.setdefault(each.speaker, party)
    return [party for name, party in parties.items() if name]


def _with_invited(parties: list[Party], around: Iterable[dict]) -> list[Party]:
    """Fireflies lists who was invited by address: theirs who speak, the others beside them."""
    listed = {same_name(party.name): party for party in parties}
    invited = (each.get("participants") for each in around)
    for address in (one for some in invited if isinstance(some, list) for one in some):
        if isinstance(address, str) and "@" in address:
            name = same_name(re.sub(r"[._-]+", " ", address.partition("@")[0]))
            party = listed.get(name)
            listed[name] = (
                replace(party, email=party.email or address)
                if party
                else Party(address, email=address)
            )
    return list(listed.values())


def _names_by_id(around: Iterable[dict]) -> dict[str, str]:
    """Names of a list of speakers beside the dialogue: `[{"id": 0, "name": "Dana"}]`."""
    lists = (value for each in around for value in each.values() if isinstance(value, list))
    people = (one for some in lists for one in some if isinstance(one, dict))
    return {
        _scalar(one["id"]): one["name"]
        for one in people
        if one.get("id") is not None and isinstance(one.get("name"), str) and one["name"].strip()
    }


def _nearest(around: Iterable[dict], keys: Sequence[str]) -> str:
    """The value of the first of `keys` that the nearest object has, "" for none."""
    values = (_scalar(each.get(key)) for each in around for key in keys)
    return next((value for value in values if value), "")


def _first(entry: dict, keys: Sequence[str]) -> str:
    values = (entry.get(key) for key in keys)
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _scalar(value: Any) -> str:
    return "" if isinstance(value, (bool, list, dict)) or value is None else str(value).strip()
