"""What a user wants of the themes → an entry of the edit log, or an error that says why not.

Pure: the themes as they are in, an entry out. `resonance.curation` keeps it and acts on it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np

from resonance.curate import (
    NONE,
    Curation,
    Edit,
    Verb,
    describe,
    in_force,
    last_edit,
    replay,
    standing_on,
)
from resonance.errors import InputError, StaleEdit
from resonance.identity import Revision
from resonance.records import Findings, Kind, Statement, Theme
from resonance.review import Question, halves, halves_by
from resonance.seeds import like_seed
from resonance.standing import Standing, number, themes_of

NEAR_SHOWN = 5
LONGEST_NAME = 80
STATEMENT_ID = re.compile(r"s[0-9a-f]{10}", re.I)


@dataclass(frozen=True, slots=True)
class By:
    """Who edits and when (ISO, UTC); and the number of the last entry that they saw.

    An edit by somebody who did not see the last one is refused; None is whoever sees all.
    """

    who: str
    when: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class SplitPreview:
    """What would stay in a theme and what would leave it, the most telling first."""

    theme: Theme
    stay: tuple[Statement, ...]
    leave: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class SeedPreview:
    """What a seeded theme would be made of, the likest first, and where it is now.

    The first `n_quoted` are the quotes themselves. `moved_from` counts the statements by their
    theme now, NONE for none.
    """

    name: str
    kind: Kind
    statements: tuple[Statement, ...]
    n_quoted: int
    moved_from: Mapping[str, int]


class Themes:
    """The themes as they are now, hidden ones too, with what the log says of them."""

    def __init__(
        self,
        findings: Findings,
        edits: Sequence[Edit],
        standing: Standing | None,
        next_theme: int,
        revisions: Sequence[Revision] = (),
    ) -> None:
        self.findings = findings
        self.edits = edits
        self.curation: Curation = replay(edits)
        self.standing = standing
        self.next_theme = max(next_theme, self.curation.highest + 1)
        self.absorbed = {
            t.theme_id: t.others[0]
            for run in revisions
            for t in run.transitions
            if t.change == "absorbed"
        }
        self.themes = {t.theme_id: t for t in (*findings.themes, *findings.hidden)}
        self.statements = {s.statement_id: s for s in findings.statements}

    @cached_property
    def placed(self) -> Standing:
        if self.standing is None:
            raise InputError("The themes were made by an older resonance; run: resonance run")
        return self.standing

    @cached_property
    def theme_of(self) -> dict[str, str]:
        """Theme of each statement, hidden or not."""
        return themes_of(self.placed.placed, self.curation, self.statements)

    @cached_property
    def members(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for statement_id, theme_id in self.theme_of.items():
            found[theme_id].append(statement_id)
        return found

    def theme(self, theme_id: str) -> Theme:
        """The theme that goes by this id now. Raises InputError, with the near ones."""
        wanted = theme_id.strip().upper()
        now = self.curation.theme_now(wanted)
        for _ in self.absorbed:  # by one fit after the other
            if now in self.themes or now not in self.absorbed:
                break
            now = self.curation.theme_now(self.absorbed[now])
        if now in self.themes:
            return self.themes[now]
        if not self.themes:
            raise InputError(f"There is no theme {theme_id!r}; there are none yet.")
        near = get_close_matches(wanted, self.themes, NEAR_SHOWN, cutoff=0.0)
        told = ", ".join(f"{t} {self.themes[t].name}" for t in sorted(near, key=number))
        if wanted in self.curation.redirects and not now:
            raise InputError(f"{wanted} was undone. Near it are {told}.")
        raise InputError(f"There is no theme {theme_id!r}. Near it are {told}.")

    def statement(self, statement_id: str) -> Statement:
        """Raises InputError, with the near ones, where there is none of that id."""
        wanted = _as_id(statement_id)
        if wanted in self.statements:
            return self.statements[wanted]
        near = get_close_matches(wanted, self.statements, NEAR_SHOWN, cutoff=0.5)
        remedy = f"Near it are {', '.join(near)}." if near else "`themes show ID` lists them."
        raise InputError(f"There is no statement {statement_id!r}. {remedy}")

    def origins(self, statement_ids: Sequence[str]) -> tuple[str, ...]:
        """The ids by which the log knows the statements, sorted."""
        return tuple(sorted(self.placed.placed[i].origin for i in statement_ids))

    def core(self, theme: Theme, but: Sequence[str] = ()) -> tuple[str, ...]:
        """Its most central statements, which keep it in its place at a fit."""
        return self.origins([i for i in theme.exemplars if i not in but])


def rename(now: Themes, by: By, theme_id: str, name: str) -> Edit:
    """Call a theme by a name that no other has."""
    theme = now.theme(theme_id)
    return _edit(
        now, by, "rename", theme_id=theme.theme_id, name=_new_name(now, name, theme.theme_id)
    )


def merge(now: Themes, by: By, into: str, gone: Sequence[str]) -> Edit:
    """Make one theme of several, under the id and the name of the first."""
    theme = now.theme(into)
    others = {t.theme_id: t for t in map(now.theme, gone)}
    if not others or theme.theme_id in others:
        raise InputError(f"{theme.theme_id} can only be merged with another theme.")
    for other in others.values():
        if other.kind != theme.kind:
            raise InputError(
                f"{theme.theme_id} is what they {_does(theme.kind)} and {other.theme_id} what "
                f"they {_does(other.kind)}; they cannot be one. Move single statements instead."
            )
    own = [i for t in (theme.theme_id, *others) for i in now.members[t]]
    return _edit(
        now,
        by,
        "merge",
        theme_id=theme.theme_id,
        others=tuple(sorted(others, key=number)),
        statements=now.origins(own),
    )


def part(
    now: Themes,
    theme_id: str,
    by_what: Sequence[str],
    vectors_of: Callable[[Sequence[Statement]], np.ndarray],
    vectors_of_texts: Callable[[Sequence[str], Kind], np.ndarray],
) -> SplitPreview:
    """What of a theme would stay and what would leave.

    by_what : ids of the statements that leave, or words: what is like them leaves. Where empty,
              the theme is parted where it comes apart most easily
    """
    theme = now.theme(theme_id)
    own = [now.statements[i] for i in now.members[theme.theme_id]]
    if len(own) < 2:
        raise InputError(f"{theme.theme_id} has one statement; there is nothing to part.")
    vectors = vectors_of(own)
    if any(STATEMENT_ID.fullmatch(text.strip()) for text in by_what):
        named = [now.statement(text).statement_id for text in by_what]
        leaves = np.isin([s.statement_id for s in own], named)
        if strange := sorted(set(named) - set(now.members[theme.theme_id])):
            raise InputError(f"{', '.join(strange)} is not of {theme.theme_id}.")
    elif by_what:
        leaves = halves_by(vectors, vectors_of_texts(by_what, theme.kind))
    else:
        leaves = halves(vectors)
    if leaves.all() or not leaves.any():
        raise InputError(f"That parts nothing off {theme.theme_id}; say which statements leave.")
    order = _central(vectors, leaves)
    return SplitPreview(
        theme,
        tuple(own[row] for row in order if not leaves[row]),
        tuple(own[row] for row in order if leaves[row]),
    )


def split(now: Themes, by: By, parts: SplitPreview) -> Edit:
    """Part a theme in two; what stays keeps the id."""
    stay, leave = ([s.statement_id for s in own] for own in (parts.stay, parts.leave))
    return _split(now, by, parts.theme.theme_id, stay, leave)


def move(now: Themes, by: By, statement_ids: Sequence[str], theme_id: str) -> Edit:
    """Put statements in a theme, or with the id "none" in no theme."""
    own = sorted({now.statement(i).statement_id for i in statement_ids})
    if theme_id.strip().casefold() == "none":
        return _edit(now, by, "move", statements=now.origins(own))
    return _move(now, by, now.theme(theme_id), own)


def pin(now: Themes, by: By, theme_id: str) -> Edit:
    """Keep a theme and all that is in it through every fit."""
    theme = now.theme(theme_id)
    own = now.origins(now.members[theme.theme_id])
    return _edit(now, by, "pin", theme_id=theme.theme_id, statements=own)


def hide(now: Themes, by: By, theme_id: str) -> Edit:
    """Keep a theme, and neither show it nor score by it."""
    theme = now.theme(theme_id)
    if theme.theme_id in now.curation.hidden:
        raise InputError(f"{theme.theme_id} is hidden already.")
    return _edit(now, by, "hide", theme_id=theme.theme_id)


def unhide(now: Themes, by: By, theme_id: str) -> Edit:
    """Show a hidden theme, and score by it, again."""
    theme = now.theme(theme_id)
    if theme.theme_id not in now.curation.hidden:
        raise InputError(f"{theme.theme_id} is not hidden.")
    return _edit(now, by, "unhide", theme_id=theme.theme_id)


def liken(
    now: Themes,
    name: str,
    about: str,
    quotes: Sequence[str],
    kind: Kind,
    vectors_of: Callable[[Sequence[Statement]], np.ndarray],
    vectors_of_texts: Callable[[Sequence[str], Kind], np.ndarray],
) -> SeedPreview:
    """What a theme seeded by a line about it and by quotes would be made of."""
    shown = _new_name(now, name)
    texts = texts_of(shown, about, quotes)
    said = [s for s in now.statements.values() if s.kind == kind]
    if not said:
        raise InputError(f"No {kind} was said yet; there is nothing to make {shown!r} of.")
    row_of = {s.statement_id: row for row, s in enumerate(said)}
    words = [one_line(s.text).casefold() for s in said]
    exact = [row for row, text in enumerate(words) if text in {t.casefold() for t in texts}]
    unsaid = [text for text in texts if text.casefold() not in words]
    vectors = vectors_of(said)
    # What was said tells more than its words alone: it has what was said around it.
    spoken = [vectors[exact], vectors_of_texts(unsaid, kind)] if unsaid else [vectors[exact]]
    rows = like_seed(
        vectors,
        [now.theme_of[s.statement_id] for s in said],
        np.vstack(spoken),
        {
            theme.theme_id: own
            for theme in now.themes.values()
            if theme.kind == kind
            and (own := [row_of[i] for i in _speakers(now, theme) if i in row_of])
        },
        now.curation.seeds.keys() | now.curation.pinned,
        float(np.median([g.reach for g in now.placed.grounds.values()] or [-1.0])),
    )
    free = [
        row
        for row in rows
        if row not in exact
        and now.placed.placed[said[row].statement_id].origin not in now.curation.confirmed
    ]
    found = tuple(said[row] for row in (*exact, *free))
    if not found:
        raise InputError(f"No {kind} that was said is like {shown!r} rather than like a theme.")
    was = Counter(now.theme_of[s.statement_id] for s in found)
    return SeedPreview(shown, kind, found, len(exact), was)


def _speakers(now: Themes, theme: Theme) -> Sequence[str]:
    """The statements that say what a theme is: what a user seeded it with, or its most central."""
    given = [
        statement_id
        for statement_id in now.members[theme.theme_id]
        if now.placed.placed[statement_id].origin in now.curation.confirmed
    ]
    return given if given and theme.theme_id in now.curation.seeds else theme.exemplars


def seed(now: Themes, by: By, found: SeedPreview, about: str, quotes: Sequence[str]) -> Edit:
    """Make a theme of what a user described."""
    ids = [s.statement_id for s in found.statements]
    return _edit(
        now,
        by,
        "seed",
        theme_id=f"T{now.next_theme}",
        statements=now.origins(ids[: found.n_quoted]),
        core=now.origins(ids[found.n_quoted :]),
        name=found.name,
        kind=found.kind,
        about=one_line(about),
        quotes=tuple(map(one_line, quotes)),
    )


def undo(now: Themes, by: By, target: int | None) -> Edit:
    """Take back an entry of the log, the last edit in force where None."""
    found = _undone(now.edits, target)
    if above := standing_on(now.edits, found):
        told = ", ".join(str(edit.number) for edit in reversed(above))
        raise InputError(f"Entry {found.number} made a theme that others use; first undo {told}.")
    return _edit(now, by, "undo", target=found.number)


def answer(now: Themes, by: By, question: Question, yes: bool) -> Edit:
    """The edit that an answer to a question of the review is."""
    one = now.theme(question.themes[0])
    if question.about == "pair":
        other = now.theme(question.themes[1])
        if yes:
            own = now.members[one.theme_id] + now.members[other.theme_id]
            return _edit(
                now,
                by,
                "merge",
                theme_id=one.theme_id,
                others=(other.theme_id,),
                statements=now.origins(own),
            )
        return _edit(
            now,
            by,
            "apart",
            theme_id=one.theme_id,
            others=(other.theme_id,),
            statements=now.core(one),
            parted=now.core(other),
        )
    if question.about == "two":
        if yes:
            return _split(now, by, one.theme_id, question.statements, question.others)
        both = now.origins(question.quotes + question.other_quotes)
        return _edit(now, by, "together", theme_id=one.theme_id, statements=both)
    if yes:
        return _move(now, by, one, question.statements)
    return _edit(
        now,
        by,
        "deny",
        theme_id=one.theme_id,
        statements=now.origins(question.statements),
        core=now.core(one, but=question.statements),
    )


def texts_of(name: str, about: str, quotes: Sequence[str]) -> list[str]:
    """What describes a seeded theme. Raises InputError where nothing does."""
    texts = [text for given in (*quotes, about) if (text := one_line(given))]
    if not texts:
        raise InputError(f"Say what {name!r} is: a few quotes, a line about it, or both.")
    return texts


def one_line(text: str) -> str:
    return " ".join(text.split())


def check_seen(now: Themes, by: By) -> None:
    """Raises StaleEdit, telling what changed, where an editor has not seen the last entry."""
    if by.seen is None or by.seen == now.curation.version:
        return
    later = [f"{edit.who}: {describe(edit)}" for edit in now.edits if edit.number > by.seen]
    told = "; ".join(later) or f"there is no entry {by.seen}"
    raise StaleEdit(f"The themes have changed since: {told}. Look again, then edit.")


def _edit(now: Themes, by: By, verb: Verb, **what: Any) -> Edit:
    return Edit(now.curation.version + 1, by.who, by.when, verb, **what)


def _move(now: Themes, by: By, theme: Theme, statement_ids: Sequence[str]) -> Edit:
    return _edit(
        now,
        by,
        "move",
        theme_id=theme.theme_id,
        statements=now.origins(statement_ids),
        core=now.core(theme, but=statement_ids),
    )


def _split(now: Themes, by: By, theme_id: str, stay: Sequence[str], leave: Sequence[str]) -> Edit:
    return _edit(
        now,
        by,
        "split",
        theme_id=theme_id,
        others=(f"T{now.next_theme}",),
        statements=now.origins(stay),
        parted=now.origins(leave),
    )


def _undone(edits: Sequence[Edit], target: int | None) -> Edit:
    if target is None:
        last = last_edit(edits)
        if last is None:
            raise InputError("There is nothing to undo.")
        return last
    found = next((edit for edit in edits if edit.number == target), None)
    if found is None:
        known = f"they go from 1 to {len(edits)}" if edits else "there are none"
        raise InputError(f"There is no entry {target}; {known}. See: resonance themes history")
    if found.number not in in_force(edits):
        raise InputError(f"Entry {target} is undone already: {describe(found)}.")
    return found


def _central(vectors: np.ndarray, leaves: np.ndarray) -> list[int]:
    """Rows by how much more they are like their own part than like the other."""
    lead = vectors @ (vectors[leaves].mean(axis=0) - vectors[~leaves].mean(axis=0))
    lead = np.round(np.where(leaves, lead, -lead), 6)
    return np.argsort(-lead, kind="stable").tolist()


def _new_name(now: Themes, name: str, but: str = NONE) -> str:
    """The name on one line. Raises InputError where it is none, or another theme's."""
    shown = one_line(name)
    if not 0 < len(shown) <= LONGEST_NAME:
        raise InputError(f"A name has 1 to {LONGEST_NAME} characters; this has {len(shown)}.")
    for theme in now.themes.values():
        if theme.name.casefold() == shown.casefold() and theme.theme_id != but:
            raise InputError(f"{theme.theme_id} is called {theme.name!r} already.")
    return shown


def _as_id(text: str) -> str:
    return "S" + text.strip()[1:].lower()


def _does(kind: Kind) -> str:
    return {"objection": "object to", "need": "need"}[kind]
