"""The same person under several spellings, and everyone who takes part in a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resonance.records import Call, Party, Role


def same_person(name: str) -> str:
    """A name for comparing: without case, odd spaces, and "Last, First" put right."""
    last, comma, first = name.partition(",")
    return " ".join((f"{first} {last}" if comma else name).split()).casefold()


def is_full_name(name: str) -> bool:
    """Whether a name is the same person's in every call: not "Maya", nor "Speaker 2"."""
    return " " in name and not any(letter.isdigit() for letter in name)


def known_roles(call: Call) -> dict[str, Role]:
    """Role by name, as `same_person` spells it, of those whose role is known."""
    return {same_person(p.name): p.role for p in call.parties if p.role != "unknown"}


def gather(call: Call) -> Call:
    """The call with each of its speakers among its parties, once, under one name.

    A transcript may say "Maya" or "Maya O." for the manifest's Maya Ortiz.
    """
    full = [party for party in call.parties if _is_full(party)]
    names = {p.name: _full_name(p.name, full) for p in call.parties}
    names |= {t.speaker: _full_name(t.speaker, full) for t in call.turns if t.speaker}
    parties = {same_person(p.name): p for p in reversed(call.parties) if names[p.name] == p.name}
    parties = dict(reversed(parties.items()))
    for name in names.values():
        parties.setdefault(same_person(name), Party(name))
    turns = tuple(replace(turn, speaker=names.get(turn.speaker, "")) for turn in call.turns)
    return replace(call, turns=turns, parties=tuple(parties.values()))


def _is_full(party: Party) -> bool:
    return " " in same_person(party.name)


def _full_name(name: str, full: Sequence[Party]) -> str:
    """The one full name that "Maya" or "Maya O." stands for, else the name itself."""
    words = same_person(name).split()
    if not words or len(words) > 2 or (len(words) == 2 and len(words[1].rstrip(".")) > 1):
        exact = [party.name for party in full if same_person(party.name) == same_person(name)]
        return exact[0] if exact else name
    initial = words[1][0] if len(words) == 2 else ""
    fitting = {
        party.name
        for party in full
        if (own := same_person(party.name).split())[0] == words[0] and own[-1].startswith(initial)
    }
    return fitting.pop() if len(fitting) == 1 else name
