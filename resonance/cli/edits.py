"""The commands below `resonance themes` that change themes, and the history of such changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option

if TYPE_CHECKING:
    from resonance.curation import Done
    from resonance.entries import By
    from resonance.records import Kind

F = TypeVar("F", bound=Callable[..., Any])

yes_option = click.option("-y", "--yes", is_flag=True, help="Do it; without, only a preview.")


def by_options(command: F) -> F:
    """--workspace, --as and --expect."""
    for option in (
        workspace_option,
        click.option("--as", "who", metavar="NAME", help="Who edits.  [default: you]"),
        click.option(
            "--expect",
            type=int,
            metavar="N",
            help="Refuse where entry N of the history is not the last.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("theme_id", metavar="ID")
@click.argument("name")
@by_options
@click.pass_context
def rename(
    ctx: click.Context, theme_id: str, name: str, who: str | None, expect: int | None
) -> None:
    """Call theme ID by NAME, whatever fits come."""
    from resonance import curation

    _tell(curation.rename(open_workspace(ctx), theme_id, name, _by(who, expect)))


@click.command()
@click.argument("theme_id", metavar="ID")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@by_options
@click.pass_context
def merge(
    ctx: click.Context, theme_id: str, others: tuple[str, ...], who: str | None, expect: int | None
) -> None:
    """Make one theme of ID and each OTHER. It keeps ID, and the other ids lead to it."""
    from resonance import curation

    _tell(curation.merge(open_workspace(ctx), theme_id, others, _by(who, expect)))


@click.command()
@click.argument("theme_id", metavar="ID")
@click.option(
    "--by",
    "by_what",
    multiple=True,
    metavar="WORDS",
    help="What leaves: words that it is like, or ids of statements.",
)
@yes_option
@by_options
@click.pass_context
def split(
    ctx: click.Context,
    theme_id: str,
    by_what: tuple[str, ...],
    yes: bool,
    who: str | None,
    expect: int | None,
) -> None:
    """Part theme ID in two: where it comes apart most easily, or --by what you say.

    \b
    resonance themes split T7 --by "the auditors want paper"
    resonance themes split T7 --by S01c9a2f3b4 --by S77aa01c2d3 --yes
    """
    from resonance import curation
    from resonance.cli.show import edits as show

    workspace = open_workspace(ctx)
    show.split_preview(curation.preview_split(workspace, theme_id, by_what))
    if _is_wanted(yes):
        _tell(curation.split(workspace, theme_id, by_what, _by(who, expect)))


@click.command()
@click.argument("statements", metavar="STATEMENT...", nargs=-1, required=True)
@click.argument("theme_id", metavar="ID|none")
@by_options
@click.pass_context
def move(
    ctx: click.Context,
    statements: tuple[str, ...],
    theme_id: str,
    who: str | None,
    expect: int | None,
) -> None:
    """Put each STATEMENT in theme ID, or in none. `themes show ID` has their ids."""
    from resonance import curation

    _tell(curation.move(open_workspace(ctx), statements, theme_id, _by(who, expect)))


@click.command()
@click.argument("theme_id", metavar="ID")
@by_options
@click.pass_context
def pin(ctx: click.Context, theme_id: str, who: str | None, expect: int | None) -> None:
    """Keep theme ID and all that is in it through every fit."""
    from resonance import curation

    _tell(curation.pin(open_workspace(ctx), theme_id, _by(who, expect)))


@click.command()
@click.argument("theme_id", metavar="ID")
@by_options
@click.pass_context
def hide(ctx: click.Context, theme_id: str, who: str | None, expect: int | None) -> None:
    """Keep theme ID, but neither show it nor score by it. `themes --hidden` lists such."""
    from resonance import curation

    _tell(curation.hide(open_workspace(ctx), theme_id, _by(who, expect)))


@click.command()
@click.argument("theme_id", metavar="ID")
@by_options
@click.pass_context
def unhide(ctx: click.Context, theme_id: str, who: str | None, expect: int | None) -> None:
    """Show theme ID, and score by it, again."""
    from resonance import curation

    _tell(curation.unhide(open_workspace(ctx), theme_id, _by(who, expect)))


@click.command()
@click.argument("name")
@click.argument("quotes", metavar="[QUOTE]...", nargs=-1)
@click.option("--about", default="", metavar="LINE", help="What the theme is, in a line.")
@click.option(
    "--kind", type=click.Choice(["objection", "need"]), help="Default: what the quotes voice."
)
@yes_option
@by_options
@click.pass_context
def seed(
    ctx: click.Context,
    name: str,
    quotes: tuple[str, ...],
    about: str,
    kind: Kind | None,
    yes: bool,
    who: str | None,
    expect: int | None,
) -> None:
    """Make a theme called NAME of three to five quotes, of a line about it, or of both.

    Statements that are like them, rather than like a theme there is, move to it.

    \b
    resonance themes seed "Audit" --about "worried that the auditors will not accept it" \\
        "Our auditors want paper." "What do I tell the auditor?" --yes
    """
    from resonance import curation
    from resonance.cli.show import edits as show

    workspace = open_workspace(ctx)
    found = curation.preview_seed(workspace, name, about, quotes, kind)
    show.seed_preview(workspace.findings(), found)
    if _is_wanted(yes):
        _tell(curation.seed(workspace, name, about, quotes, found.kind, _by(who, expect)))


@click.command()
@click.argument("number", metavar="[N]", type=int, required=False)
@by_options
@click.pass_context
def undo(ctx: click.Context, number: int | None, who: str | None, expect: int | None) -> None:
    """Take back the last edit, or entry N of the history, an undoing too."""
    from resonance import curation

    _tell(curation.undo(open_workspace(ctx), number, _by(who, expect)))


@click.command()
@workspace_option
@json_option
@click.pass_context
def history(ctx: click.Context, as_json: bool) -> None:
    """Every edit with who and when, and what became of themes at each run."""
    from resonance import curation
    from resonance.cli.show import edits as show

    edits, stands, revisions = curation.history(open_workspace(ctx))
    if as_json:
        entries = [asdict(edit) | {"in_force": edit.number in stands} for edit in edits]
        echo_json({"edits": entries, "runs": [asdict(run) for run in revisions]})
        return
    show.edit_list(edits, stands, revisions)


@click.command()
@click.option("--limit", default=10, show_default=True, help="Most questions to ask.")
@by_options
@json_option
@click.pass_context
def review(
    ctx: click.Context, limit: int, who: str | None, expect: int | None, as_json: bool
) -> None:
    """Questions worth a yes or a no: themes alike, themes that are two, doubtful statements.

    Each answer is an edit at once, and is learnt from at the next fit; a no is remembered, and
    never asked again.
    """
    from resonance import curation
    from resonance.cli.show import edits as show

    workspace = open_workspace(ctx)
    if as_json:
        echo_json([asdict(question) for question in curation.review(workspace)[:limit]])
        return
    skipped: set[str] = set()
    for _ in range(limit):
        left = (q for q in curation.review(workspace) if q.question_id not in skipped)
        asked = next(left, None)
        if asked is None:
            click.echo("Nothing more is worth asking.")
            return
        show.question(workspace.findings(), asked)
        said = click.prompt("", type=click.Choice(["y", "n", "skip", "quit"]), default="skip")
        if said == "quit":
            return
        if said == "skip":
            skipped.add(asked.question_id)
            continue
        done = curation.answer(workspace, asked.question_id, said == "y", _by(who, expect))
        expect = done.edit.number
        _tell(done)


EDITS = (rename, merge, split, move, pin, hide, unhide, seed, undo, history, review)


def _by(who: str | None, expect: int | None) -> By:
    from resonance.curation import user

    return user(who, expect)


def _is_wanted(yes: bool) -> bool:
    if not yes:
        click.echo("Nothing is changed yet; add --yes to do it.")
    return yes


def _tell(done: Done) -> None:
    from resonance.curate import describe

    click.echo(f"{done.edit.number}: {describe(done.edit)}.")
