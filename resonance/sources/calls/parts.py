"""What every reader of calls gives, and what they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from resonance.errors import InputError
from resonance.records import Channel, Party, Turn
from resonance.sources.manifest import same_name

MOST_WORDS = 60  # of a turn joined from captions that name no speaker

_SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Found:
    """One call as its file alone tells it; ids, manifest and source are joined at the door.

    `record_id` is the id that the system it comes from gave it, "" where it gave none. `place`
    is its row where a table holds it.
    """

    turns: tuple[Turn, ...]
    channel: Channel = "call"
    record_id: str = ""
    date: date | None = None
    deal_id: str = ""
    account: str = ""
    title: str = ""
    parties: tuple[Party, ...] = ()
    place: str = ""


class Unreadable(InputError):
    """A file, or a place in it, that no call can be read from. Never leaves the door."""

    def __init__(self, reason: str, remedy: str, place: str = "") -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy, self.place = reason, remedy, place


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a file gave: its calls, the places that gave none, and what else it was read with."""

    calls: tuple[Found, ...]
    flaws: tuple[Unreadable, ...] = ()
    companions: bytes = b""


def join_turns(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Turns of one speaker in a row made one, with the start of the first.

    Where no speaker is given, a turn ends with its sentence instead. Empty ones are left out.
    """
    joined: list[tuple[Turn, list[str]]] = []
    for turn in turns:
        text = " ".join(turn.text.split())
        if not text:
            continue
        first, said = joined[-1] if joined else (None, [])
        if first and first.speaker == turn.speaker and (turn.speaker or _goes_on(said)):
            said.append(text)
        else:
            joined.append((turn, [text]))
    return tuple(replace(turn, text=" ".join(said)) for turn, said in joined)


def companies(speakers: Iterable[tuple[str, str]]) -> list[Party]:
    """A party for each speaker of (name, company), in order; the first company given stands."""
    found: dict[str, str] = {}
    for name, company in speakers:
        if name:
            found[name] = found.get(name) or company
    return [Party(name, company=company) for name, company in found.items()]


def with_speakers(parties: Iterable[Party], turns: Iterable[Turn]) -> tuple[Party, ...]:
    """The parties, and whoever speaks without being among them."""
    known = {same_name(party.name): party for party in reversed(list(parties))}
    listed = dict(reversed(known.items()))
    for turn in turns:
        if turn.speaker:
            listed.setdefault(same_name(turn.speaker), Party(turn.speaker))
    return tuple(listed.values())


def _goes_on(said: list[str]) -> bool:
    n_words = sum(text.count(" ") + 1 for text in said)
    return not _SENTENCE_END.search(said[-1]) and n_words < MOST_WORDS
