"""The edit log of the themes, and what it means when it is read from the beginning.

Nothing is ever taken out of the log. To undo is an entry too, and can itself be undone; so the
same entries always mean the same, whatever fits of the themes came between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from resonance.records import Kind

Verb = Literal[
    "rename",
    "merge",
    "split",
    "move",
    "pin",
    "hide",
    "unhide",
    "seed",
    "apart",
    "together",
    "deny",
    "undo",
]
NONE = ""  # the theme of what belongs to none


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the log: who said what about the themes, and when (ISO, UTC).

    rename   : `theme_id` is called `name`
    merge    : `others` are `theme_id` now, with the statements of all of them
    split    : `parted` leave `theme_id` for the new theme `others[0]`; `statements` stay
    move     : `statements` belong to `theme_id`, NONE for no theme
    pin      : `statements` are `theme_id`, which outlives every fit
    hide     : `theme_id` is kept and neither shown nor scored
    unhide   : `theme_id` is shown and scored again
    seed     : the new theme `theme_id` of that `kind` is what `about` and `quotes` say;
               `statements` are of it, and `core` until another edit or seed takes them
    apart    : `theme_id`, of which are `statements`, and `others[0]`, of which are `parted`,
               are two
    together : `statements`, however they differ, are all of `theme_id`
    deny     : `statements` do not belong to `theme_id`
    undo     : the entry `target` is taken back

    `core` are statements that stand for `theme_id` at a fit, without being bound to it.
    """

    number: int
    who: str
    when: str
    verb: Verb
    theme_id: str = NONE
    others: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    name: str = ""
    kind: Kind = "objection"
    about: str = ""
    quotes: tuple[str, ...] = ()
    target: int = 0


@dataclass(frozen=True, slots=True)
class Seed:
    """A theme that a user described, in a line, in quotes, or both."""

    kind: Kind
    about: str
    quotes: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(filter(None, (*self.quotes, self.about)))


@dataclass(frozen=True, slots=True)
class Curation:
    """What the entries in force mean.

    `confirmed` has the theme of each statement that a user has placed, NONE for none; `likened`
    the seeded theme of those that are like its quotes; `anchors` those that stand for a theme at
    a fit without being bound to it. `denied` has the themes that
    a statement is not of. `redirects` has, for each theme that is no more, the one it is now,
    NONE where it left none. `apart` has the pairs of themes that are two, `together` those that
    are one however they look.
    """

    version: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    redirects: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    likened: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, str] = field(default_factory=dict)
    denied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    seeds: Mapping[str, Seed] = field(default_factory=dict)
    apart: frozenset[frozenset[str]] = frozenset()
    together: frozenset[str] = frozenset()
    highest: int = 0

    def theme_now(self, theme_id: str) -> str:
        """What the theme is now: itself, the one it was merged into, or NONE."""
        return _end(self.redirects, theme_id)


def replay(edits: Iterable[Edit]) -> Curation:
    """What a log means. A later entry has the last word on a statement, a name, a theme.

    Ids of themes that entries made are never free again, in force or not: `highest` is the
    largest number among them.
    """
    log = sorted(edits, key=lambda edit: edit.number)
    stands = in_force(log)
    read = _Reading(
        {made: origin for edit in log if edit.number not in stands for made, origin in _made(edit)}
    )
    for edit in log:
        if edit.number in stands:
            read.add(edit)
    return read.curation(
        version=log[-1].number if log else 0,
        highest=max((int(made[1:]) for edit in log for made, _ in _made(edit)), default=0),
    )


class _Reading:
    """What the entries read so far say, under the ids that the themes had then."""

    def __init__(self, redirects: dict[str, str]) -> None:
        self.redirects = redirects
        self.names: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.pinned: set[str] = set()
        self.together: set[str] = set()
        self.pairs: list[tuple[str, str]] = []
        self.seeds: dict[str, Seed] = {}
        self.confirmed: dict[str, str] = {}
        self.likened: dict[str, str] = {}
        self.anchors: dict[str, str] = {}
        self.denied: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, edit: Edit) -> None:
        theme_id = edit.theme_id
        if edit.verb in ("merge", "split", "move", "pin", "seed"):
            self._bind(edit.statements, theme_id)
        if edit.verb == "seed":
            self.likened.update((s, theme_id) for s in edit.core if s not in self.confirmed)
        self._anchor(edit.core, theme_id)
        if edit.name:
            self.names[theme_id] = edit.name
        match edit.verb:
            case "merge":
                for gone in edit.others:
                    self._redirect(gone, theme_id)
            case "split":
                self._bind(edit.parted, edit.others[0])
            case "pin":
                self.pinned.add(theme_id)
            case "hide":
                self.hidden.add(theme_id)
            case "unhide":
                self.hidden.discard(theme_id)
            case "seed":
                self.seeds[theme_id] = Seed(edit.kind, edit.about, edit.quotes)
            case "apart":
                self._anchor(edit.statements, theme_id)
                self._anchor(edit.parted, edit.others[0])
                self.pairs.append((theme_id, edit.others[0]))
            case "together":
                self._anchor(edit.statements, theme_id)
                self.together.add(theme_id)
            case "deny":
                self._deny(edit.statements, theme_id)

    def curation(self, *, version: int, highest: int) -> Curation:
        return Curation(
            version=version,
            names={t: name for t, name in self.names.items() if t not in self.redirects},
            hidden=frozenset(t for t in self.hidden if t not in self.redirects),
            pinned=self._now(self.pinned),
            redirects={theme_id: self._end(theme_id) for theme_id in self.redirects},
            confirmed={
                s: end
                for s, theme_id in self.confirmed.items()
                if (end := self._end(theme_id)) or theme_id == NONE
            },
            likened=self._of_themes_now(self.likened),
            anchors=self._of_themes_now(self.anchors),
            denied={
                s: own
                for s, themes in self.denied.items()
                if (own := self._now(themes) - {self._end(self.confirmed.get(s, NONE))})
            },
            seeds={t: seed for t, seed in self.seeds.items() if t not in self.redirects},
            apart=frozenset(both for pair in self.pairs if len(both := self._now(pair)) == 2),
            together=self._now(self.together),
            highest=highest,
        )

    def _bind(self, statements: Iterable[str], theme_id: str) -> None:
        for statement in statements:
            self.confirmed[statement] = theme_id
            self.anchors.pop(statement, None)
            self.likened.pop(statement, None)

    def _anchor(self, statements: Iterable[str], theme_id: str) -> None:
        self.anchors.update((s, theme_id) for s in statements if s not in self.confirmed)

    def _deny(self, statements: Iterable[str], theme_id: str) -> None:
        for statement in statements:
            self.denied[statement].add(theme_id)
            self.confirmed.pop(statement, None)
            self.anchors.pop(statement, None)

    def _redirect(self, gone: str, theme_id: str) -> None:
        one, other = self._end(gone), self._end(theme_id)
        if one != other and NONE not in (one, other):
            self.redirects[one] = other

    def _end(self, theme_id: str) -> str:
        return _end(self.redirects, theme_id)

    def _now(self, theme_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(map(self._end, theme_ids)) - {NONE}

    def _of_themes_now(self, theme_of: Mapping[str, str]) -> dict[str, str]:
        """The theme of each statement as it is now, without those that are none."""
        return {s: end for s, theme_id in theme_of.items() if (end := self._end(theme_id))}


def in_force(edits: Sequence[Edit]) -> frozenset[int]:
    """Numbers of the entries that have not been taken back, in the order of the log."""
    gone: set[int] = set()
    for edit in reversed(edits):
        if edit.verb == "undo" and edit.number not in gone:
            gone.add(edit.target)
    return frozenset(edit.number for edit in edits) - gone


def last_edit(edits: Sequence[Edit]) -> Edit | None:
    """The last entry in force that is not itself an undoing; what a plain undo takes back."""
    stands = in_force(edits)
    return next((e for e in reversed(edits) if e.number in stands and e.verb != "undo"), None)


def standing_on(edits: Sequence[Edit], target: Edit) -> list[Edit]:
    """Entries that stay in force and use a theme which `target`, were it undone, would unmake."""
    stands = in_force(edits)
    undoing = Edit(edits[-1].number + 1, "", "", "undo", target=target.number)
    left = stands & in_force((*edits, undoing))
    unmade = {
        theme_id for edit in edits if edit.number in stands - left for theme_id, _ in _made(edit)
    }
    return [e for e in edits if e.number in left and unmade & {e.theme_id, *e.others}]


def describe(edit: Edit) -> str:
    """The entry in a line, for whoever reads the history."""
    n = len(edit.statements)
    several = f"{n} statement{'' if n == 1 else 's'}"
    match edit.verb:
        case "rename":
            return f"{edit.theme_id} named “{edit.name}”"
        case "merge":
            return f"{', '.join(edit.others)} merged into {edit.theme_id}: {several}"
        case "split":
            return (
                f"{edit.others[0]} split from {edit.theme_id}: {len(edit.parted)} leave, {n} stay"
            )
        case "move":
            return f"{several} moved to {edit.theme_id or 'no theme'}"
        case "pin":
            return f"{edit.theme_id} pinned: {several}"
        case "hide":
            return f"{edit.theme_id} hidden"
        case "unhide":
            return f"{edit.theme_id} shown again"
        case "seed":
            quoted = f"{n + len(edit.core)} statements"
            return f"{edit.theme_id} seeded as “{edit.name}”: {quoted}"
        case "apart":
            return f"{edit.theme_id} and {edit.others[0]} are two"
        case "together":
            return f"{edit.theme_id} is one theme"
        case "deny":
            return f"{several} not of {edit.theme_id}"
        case "undo":
            return f"entry {edit.target} undone"


def _made(edit: Edit) -> list[tuple[str, str]]:
    """The theme that an entry made, and what it is without the entry."""
    if edit.verb == "split":
        return [(edit.others[0], edit.theme_id)]
    return [(edit.theme_id, NONE)] if edit.verb == "seed" else []


def _end(redirects: Mapping[str, str], theme_id: str) -> str:
    while theme_id in redirects:
        theme_id = redirects[theme_id]
    return theme_id
