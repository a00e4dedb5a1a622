"""What runs and people made of the themes, and what an edit would make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from resonance.cli.show.tables import console, quotes_of, shorten
from resonance.curate import NONE, Edit, describe
from resonance.identity import Revision, Transition
from resonance.records import Findings

if TYPE_CHECKING:
    from resonance.entries import SeedPreview, SplitPreview
    from resonance.review import Question

PREVIEW_SHOWN = 5


def transition_list(findings: Findings, found: Sequence[Transition], *, fitted: bool) -> None:
    """What a run made of the themes there were, a line each but for those that stayed."""
    names = {theme.theme_id: theme.name for theme in (*findings.themes, *findings.hidden)}
    told = [
        f"{_change(t)}: {name}" if (name := names.get(t.theme_id)) else _change(t)
        for t in found
        if t.change != "survived"
    ]
    stayed = sum(t.change == "survived" for t in found)
    head = "The themes were fitted anew" if fitted else "The themes stand"
    console().print(
        Text(f"{head}: {stayed} as they were" + (", and" if told else "."), style="bold")
    )
    for line in told:
        console().print(Text(f"  {line}"))


def _change(t: Transition) -> str:
    match t.change:
        case "grew":
            return f"{t.theme_id} grew from {t.n_before} statements to {t.n_after}"
        case "split":
            return f"{t.theme_id} split, {' and '.join(t.others)} left it"
        case "absorbed":
            return f"{t.theme_id} is {t.others[0]} now"
        case "emerged":
            return f"{t.theme_id} emerged with {t.n_after} statements"
        case "faded":
            return f"{t.theme_id} faded, it had {t.n_before} statements"
        case "survived":
            return f"{t.theme_id} stayed"


def edit_list(edits: Sequence[Edit], stands: frozenset[int], revisions: Sequence[Revision]) -> None:
    """What users and runs made of the themes, in the order in which it was done."""
    out = console()
    runs = list(revisions)
    for edit in edits:
        while runs and runs[0].version < edit.number:
            _revision(out, runs.pop(0))
        line = Text(f"{edit.number:>4}  {edit.when[:16]}  {edit.who}: {describe(edit)}")
        if edit.number not in stands:
            line.stylize("strike")
            line.append("  (undone)")
        out.print(line)
    for run in runs:
        _revision(out, run)


def _revision(out: Console, run: Revision) -> None:
    what = "fitted" if run.fitted else "added to"
    changes = ", ".join(_change(t) for t in run.transitions if t.change != "survived")
    stayed = sum(t.change == "survived" for t in run.transitions)
    told = "; ".join(filter(None, [f"{what}, {stayed} as they were", changes]))
    out.print(Text(f"   ·  {run.when[:16]}  {told}", style="dim"))


def split_preview(found: SplitPreview) -> None:
    """Both parts of a theme, with the quotes that most set them apart."""
    out = console()
    parts = (("Would stay", found.stay), ("Would leave", found.leave))
    for head, statements in parts:
        out.print(Text(f"{head} ({len(statements)})", style="bold"))
        for statement in statements[:PREVIEW_SHOWN]:
            out.print(Text(f"  {statement.statement_id}  “{shorten(statement.text)}”"))


def seed_preview(findings: Findings, found: SeedPreview) -> None:
    """How many statements would move, from where, and the likest of them."""
    out = console()
    names = {theme.theme_id: theme.name for theme in (*findings.themes, *findings.hidden)}
    n = len(found.statements)
    out.print(Text(f"“{found.name}” ({found.kind}) would hold {n} statements", style="bold"))
    for theme_id, moved in sorted(found.moved_from.items(), key=lambda item: (-item[1], item[0])):
        where = "no theme" if theme_id == NONE else f"{theme_id} {names[theme_id]}"
        out.print(Text(f"  {moved} from {where}"))
    for statement in found.statements[:PREVIEW_SHOWN]:
        out.print(Text(f"  {statement.statement_id}  “{shorten(statement.text)}”"))


def question(findings: Findings, asked: Question) -> None:
    """The question with the quotes that it is about."""
    out = console()
    quotes = quotes_of(findings)
    out.print(Text(asked.text, style="bold"))
    if asked.about == "unsure":
        out.print(Text(f"  “{quotes[asked.statements[0]]}”"))
    heads = {
        "pair": asked.themes,
        "two": ("these", "those"),
        "unsure": ("what is of it",),
    }[asked.about]
    for head, own in zip(heads, (asked.quotes, asked.other_quotes), strict=False):
        for statement_id in own:
            out.print(Text(f"  {head}: “{shorten(quotes[statement_id])}”", style="dim"))
