"""A corpus in memory: its calls as they are, and where in them each label stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from resonance.config import Vendor
from resonance.errors import InputError
from resonance.evaluate.gold import Gold, Label, read_gold
from resonance.evaluate.measures import same_sentence, words
from resonance.records import Asset, Call, Turn
from resonance.sources import read_assets, read_calls, read_deals
from resonance.speakers import assign_roles


@dataclass(frozen=True, slots=True)
class Said:
    """A label in its place.

    `rows` are the turns of the call that it stands in, empty where it was not found. `before`
    is what the other side said last before it, and `context` the turn around it.
    """

    label: Label
    rows: frozenset[int]
    before: str
    context: str

    @property
    def lead(self) -> str:
        """What was said before it in its turn."""
        lead, found, _ = _collapse(self.context).partition(_collapse(self.label.text))
        return lead if found else ""


@dataclass(frozen=True)
class Corpus:
    """Labels, and the unredacted calls with their sides, by call id."""

    path: Path
    gold: Gold
    calls: Mapping[str, Call]
    said: tuple[Said, ...]

    @cached_property
    def assets(self) -> Sequence[Asset]:
        return read_assets(self.path / "assets")

    @property
    def statements(self) -> list[Said]:
        """The objections and needs."""
        return [said for said in self.said if said.label.kind != "none"]

    @property
    def themed(self) -> list[Said]:
        """The objections and needs that belong to a theme."""
        return [said for said in self.said if said.label.theme_id]


def read_corpus(path: Path) -> Corpus:
    """Read a corpus of the shape of corpora/tallyroot. Raises InputError where it is none."""
    gold = read_gold(path)
    for part in ("calls", "assets", "deals.csv"):
        if not (path / part).exists():
            raise InputError(
                f"{path / part} is missing; a corpus to evaluate has calls, assets"
                f" and deals.csv, as corpora/tallyroot/README.md describes."
            )
    accounts = {deal.deal_id: deal.account for deal in read_deals(path / "deals.csv")}
    read = [
        replace(call, account=call.account or accounts.get(call.deal_id, ""))
        for call in read_calls(path / "calls")
    ]
    calls = {call.call_id: call for call in assign_roles(read, Vendor())}
    said = tuple(_place(label, calls.get(label.call_id)) for label in gold.labels)
    return Corpus(path, gold, calls, said)


def _place(label: Label, call: Call | None) -> Said:
    turns = call.turns if call else ()
    text = _collapse(label.text)
    rows = [row for row, turn in enumerate(turns) if text in _collapse(turn.text)]
    if not rows:  # a note's line may be parted into what is reported of each side
        own = words(text)
        rows = [row for row, turn in enumerate(turns) if same_sentence(words(turn.text), own)]
    mine = [row for row in rows if turns[row].speaker_role == label.side]
    rows = mine or rows
    if not rows:
        return Said(label, frozenset(), "", "")
    return Said(label, frozenset(rows), said_before(turns, rows[0]), turns[rows[0]].text)


def said_before(turns: Sequence[Turn], row: int) -> str:
    """What the other side said last before a turn; "" for nothing."""
    side = turns[row].speaker_role
    others = (turn.text for turn in reversed(turns[:row]) if turn.speaker_role != side)
    return next(others, "")


def _collapse(text: str) -> str:
    return " ".join(text.split())
