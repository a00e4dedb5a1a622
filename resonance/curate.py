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
    "rename", "merge", "split", "move", "pin", "hide", "seed", "apart", "together", "deny", "undo"
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
    redirects = {
        made: origin for edit in log if edit.number not in stands for made, origin in _made(edit)
    }
    names: dict[str, str] = {}
    confirmed: dict[str, str] = {}
    likened: dict[str, str] = {}
    anchors: dict[str, str] = {}
    denied: defaultdict[str, set[str]] = defaultdict(set)
    seeds: dict[str, Seed] = {}
    pairs: list[tuple[str, str]] = []
    marked: dict[Verb, set[str]] = {"hide": set(), "pin": set(), "together": set()}

    def bind(statements: Iterable[str], theme_id: str) -> None:
        for statement in statements:
            confirmed[statement] = theme_id
            anchors.pop(statement, None)
            likened.pop(statement, None)

    def stand_for(statements: Iterable[str], theme_id: str) -> None:
        anchors.update((s, theme_id) for s in statements if s not in confirmed)

    for edit in log:
        if edit.number not in stands:
            continue
        theme_id = edit.theme_id
        if edit.verb in marked:
            marked[edit.verb].add(theme_id)
        if edit.verb in ("merge", "split", "move", "pin", "seed"):
            bind(edit.statements, theme_id)
        if edit.verb == "seed":
            likened.update((s, theme_id) for s in edit.core if s not in confirmed)
        stand_for(edit.core, theme_id)
        if edit.name:
            names[theme_id] = edit.name
        match edit.verb:
            case "merge":
                for gone in edit.others:
                    one, other = _end(redirects, gone), _end(redirects, theme_id)
                    if one != other and NONE not in (one, other):
                        redirects[one] = other
            case "split":
                bind(edit.parted, edit.others[0])
            case "seed":
                seeds[theme_id] = Seed(edit.kind, edit.about, edit.quotes)
            case "apart":
                stand_for(edit.statements, theme_id)
                stand_for(edit.parted, edit.others[0])
                pairs.append((theme_id, edit.others[0]))
            case "together":
                stand_for(edit.statements, theme_id)
            case "deny":
                for statement in edit.statements:
                    denied[statement].add(theme_id)
                    for bound in (confirmed, anchors):
                        bound.pop(statement, None)

    def now(theme_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(_end(redirects, theme_id) for theme_id in theme_ids) - {NONE}

    return Curation(
        version=log[-1].number if log else 0,
        names={t: name for t, name in names.items() if t not in redirects},
        hidden=frozenset(t for t in marked["hide"] if t not in redirects),
        pinned=now(marked["pin"]),
        redirects={theme_id: _end(redirects, theme_id) for theme_id in redirects},
        confirmed={
            s: end
            for s, theme_id in confirmed.items()
            if (end := _end(redirects, theme_id)) or theme_id == NONE
        },
        likened=_now(redirects, likened),
        anchors=_now(redirects, anchors),
        denied={
            s: own
            for s, themes in denied.items()
            if (own := now(themes) - {_end(redirects, confirmed.get(s, NONE))})
        },
        seeds={t: seed for t, seed in seeds.items() if t not in redirects},
        apart=frozenset(both for pair in pairs if len(both := now(pair)) == 2),
        together=now(marked["together"]),
        highest=max((int(made[1:]) for edit in log for made, _ in _made(edit)), default=0),
    )


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
        theme_id
        for edit in edits
        if edit.number in stands - left
        for theme_id, _ in _made(edit)
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


def _now(redirects: Mapping[str, str], themes: Mapping[str, str]) -> dict[str, str]:
    """The themes as they are now, without those that are none."""
    return {s: end for s, theme_id in themes.items() if (end := _end(redirects, theme_id))}


def _end(redirects: Mapping[str, str], theme_id: str) -> str:
    while theme_id in redirects:
        theme_id = redirects[theme_id]
    return theme_id
