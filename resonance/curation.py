"""What a user may do to the themes: each edit is checked, logged, and takes effect at once.

The commands and the page call these. Nothing here is ever lost: every edit is an entry in the
log (`resonance.curate`), and `undo` is one too. All raise InputError where an edit cannot be
made, StaleEdit where the editor has not seen the last one, StoreError where there is no analysis.
Whoever only looks something up does without the pipeline, which brings spaCy and scikit-learn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from resonance import entries
from resonance.curate import Edit, in_force
from resonance.entries import By, SeedPreview, SplitPreview, Themes
from resonance.errors import InputError
from resonance.identity import Revision
from resonance.records import Findings, Kind, Theme
from resonance.review import Question, questions
from resonance.store import Store
from resonance.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Done:
    """The entry that an edit made, and the findings with it."""

    findings: Findings
    edit: Edit


@dataclass(frozen=True, slots=True)
class Found:
    """A theme by the id that it has now, and the theme of each statement, hidden or not."""

    findings: Findings
    theme: Theme
    theme_of: Mapping[str, str]


def user(who: str | None = None, seen: int | None = None) -> By:
    """`who`, or the user of this session, now; `seen` is the last entry that they saw."""
    from resonance import pipeline

    names = (os.environ.get(name) for name in ("USER", "LOGNAME", "USERNAME"))
    return By(who or next(filter(None, names), "somebody"), pipeline.utc_now(), seen)


def look_up(workspace: Workspace, theme_id: str) -> Found:
    """The theme that goes by an id now."""
    now = _now(workspace)
    return Found(now.findings, now.theme(theme_id), now.theme_of)


def shown_theme(workspace: Workspace, findings: Findings, theme_id: str) -> Theme:
    """The theme of the last analysis that goes by an id now. Raises InputError if it is hidden."""
    theme = _themes(workspace.store(), findings).theme(theme_id)
    if theme in findings.hidden:
        now = theme.theme_id
        raise InputError(f"{now} is hidden; to show it again, run: resonance themes unhide {now}")
    return theme


def rename(workspace: Workspace, theme_id: str, name: str, by: By) -> Done:
    """Call a theme by a name that no other has, for ever."""
    return _curate(workspace, by, lambda now: entries.rename(now, by, theme_id, name))


def merge(workspace: Workspace, into: str, gone: Sequence[str], by: By) -> Done:
    """Make one theme of several, under the id and the name of the first."""
    return _curate(workspace, by, lambda now: entries.merge(now, by, into, gone))


def preview_split(workspace: Workspace, theme_id: str, by_what: Sequence[str]) -> SplitPreview:
    """What `split` would part; nothing is changed."""
    return _part(workspace, _now(workspace), theme_id, by_what)


def split(workspace: Workspace, theme_id: str, by_what: Sequence[str], by: By) -> Done:
    """Part a theme in two; what stays keeps the id.

    by_what : ids of the statements that leave, or words: what is like them leaves. Where empty,
              the theme is parted where it comes apart most easily
    """

    def entry(now: Themes) -> Edit:
        return entries.split(now, by, _part(workspace, now, theme_id, by_what))

    return _curate(workspace, by, entry)


def move(workspace: Workspace, statement_ids: Sequence[str], theme_id: str, by: By) -> Done:
    """Put statements in a theme, or with the id "none" in no theme, for ever."""
    return _curate(workspace, by, lambda now: entries.move(now, by, statement_ids, theme_id))


def pin(workspace: Workspace, theme_id: str, by: By) -> Done:
    """Keep a theme and all that is in it through every fit."""
    return _curate(workspace, by, lambda now: entries.pin(now, by, theme_id))


def hide(workspace: Workspace, theme_id: str, by: By) -> Done:
    """Keep a theme, and neither show it nor score by it."""
    return _curate(workspace, by, lambda now: entries.hide(now, by, theme_id))


def unhide(workspace: Workspace, theme_id: str, by: By) -> Done:
    """Show a hidden theme, and score by it, again."""
    return _curate(workspace, by, lambda now: entries.unhide(now, by, theme_id))


def preview_seed(
    workspace: Workspace, name: str, about: str, quotes: Sequence[str], kind: Kind | None
) -> SeedPreview:
    """What `seed` would move; nothing is changed."""
    return _liken(workspace, _now(workspace), name, about, quotes, kind)


def seed(
    workspace: Workspace, name: str, about: str, quotes: Sequence[str], kind: Kind | None, by: By
) -> Done:
    """Make a theme of a line that describes it, of a few quotes, or both; what is like it moves.

    kind : None for what the texts voice
    """

    def entry(now: Themes) -> Edit:
        found = _liken(workspace, now, name, about, quotes, kind)
        return entries.seed(now, by, found, about, quotes)

    return _curate(workspace, by, entry)


def undo(workspace: Workspace, target: int | None, by: By) -> Done:
    """Take back an entry of the log, the last edit in force where None."""
    return _curate(workspace, by, lambda now: entries.undo(now, by, target))


def history(workspace: Workspace) -> tuple[tuple[Edit, ...], frozenset[int], tuple[Revision, ...]]:
    """The edit log, the numbers of its entries in force, and what runs made of the themes."""
    store = workspace.store()
    edits = store.edits()
    return edits, in_force(edits), store.revisions()


def review(workspace: Workspace) -> tuple[Question, ...]:
    """What is worth asking about the themes, the most telling first; never what was answered."""
    return _questions(workspace, _now(workspace))


def answer(workspace: Workspace, question_id: str, yes: bool, by: By) -> Done:
    """Log the answer to a question of `review`."""

    def entry(now: Themes) -> Edit:
        asked = {q.question_id: q for q in _questions(workspace, now)}
        if question_id not in asked:
            raise InputError(f"{question_id!r} is not asked, or no more; see: themes review --json")
        return entries.answer(now, by, asked[question_id], yes)

    return _curate(workspace, by, entry)


def _curate(workspace: Workspace, by: By, entry: Callable[[Themes], Edit]) -> Done:
    from resonance import pipeline

    def made(store: Store, findings: Findings) -> Edit:
        now = _themes(store, findings)
        entries.check_seen(now, by)
        return entry(now)

    return Done(*pipeline.curate(workspace, made))


def _now(workspace: Workspace) -> Themes:
    store = workspace.store()
    return _themes(store, store.load_findings())


def _themes(store: Store, findings: Findings) -> Themes:
    return Themes(findings, store.edits(), store.standing(), store.next_theme(), store.revisions())


def _part(workspace: Workspace, now: Themes, theme_id: str, by_what: Sequence[str]) -> SplitPreview:
    from resonance import pipeline

    return entries.part(
        now,
        theme_id,
        by_what,
        partial(pipeline.vectors_of, workspace),
        partial(pipeline.vectors_of_texts, workspace),
    )


def _liken(
    workspace: Workspace,
    now: Themes,
    name: str,
    about: str,
    quotes: Sequence[str],
    kind: Kind | None,
) -> SeedPreview:
    from resonance import pipeline

    return entries.liken(
        now,
        name,
        about,
        quotes,
        kind or pipeline.kind_of_texts(entries.texts_of(name, about, quotes)),
        partial(pipeline.vectors_of, workspace),
        partial(pipeline.vectors_of_texts, workspace),
    )


def _questions(workspace: Workspace, now: Themes) -> tuple[Question, ...]:
    from resonance import pipeline

    said = now.findings.statements
    return questions(
        now.findings.themes,
        said,
        pipeline.vectors_of(workspace, said),
        now.curation,
        {i: place.origin for i, place in now.placed.placed.items()},
    )
