"""resonance check: does this draft answer anything that anyone said?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resonance.cli.common import echo_json, open_workspace, workspace_option
from resonance.errors import EXIT_GATE, InputError

if TYPE_CHECKING:
    from resonance.change import Change
    from resonance.check import Check
    from resonance.records import Asset

FORMATS = ("text", "json", "github", "sarif", "html")
OF_CHANGES = ("text", "json")
STANDARD_INPUT = Path("-")


@click.command()
@click.argument(
    "drafts",
    nargs=-1,
    required=True,
    metavar="DRAFT...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    help="Exit with 1 when a draft's resonance is lower.",
)
@click.option(
    "--segment", "segments", multiple=True, help="Only voices of accounts of this segment."
)
@click.option("--stage", "stages", multiple=True, help="Only of accounts with a deal at it.")
@click.option(
    "--campaign", "campaigns", multiple=True, help="Only of accounts it is next for (see `leads`)."
)
@click.option("--diff", is_flag=True, help="Explain what the second DRAFT gains over the first.")
@click.option(
    "--annotate",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.docx",
    help="Write the draft as a Word file with comments at its passages.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="github and sarif point at lines of the draft.",
)
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    drafts: tuple[Path, ...],
    min_score: float | None,
    segments: tuple[str, ...],
    stages: tuple[str, ...],
    campaigns: tuple[str, ...],
    diff: bool,
    annotate: Path | None,
    format_: str,
) -> None:
    """Check a DRAFT of any format, or - for standard input, against the themes.

    Shows its resonance and the parts it is the sum of; what it answers, with the prospect's
    quote beside the passage; what it only names; and what is missing that its readers voice
    most. Needs an analysis: `resonance run` first.

    \b
    resonance check draft.docx --annotate commented.docx
    resonance check draft.md --segment enterprise --stage Demo
    resonance check old.md new.md --diff
    resonance check posts/*.md --min-score 8 --format github
    """
    from resonance.known import check_drafts, compare_drafts
    from resonance.readers import Readers

    if diff and (len(drafts) != 2 or format_ not in OF_CHANGES or annotate):
        raise click.UsageError(
            "--diff takes two drafts, the old one first, and --format text or json."
        )
    if annotate and len(drafts) != 1:
        raise click.UsageError("--annotate takes one draft.")
    readers = Readers(segments, stages, campaigns)
    files = [_read(path) for path in drafts]
    read = [asset for asset, _ in files]
    workspace = open_workspace(ctx)
    if diff:
        change = compare_drafts(workspace, read[0], read[1], readers)
        _echo_change(change, format_)
        checks = [change.after]
    else:
        checks = check_drafts(workspace, read, readers)
        _echo(checks, [data for _, data in files], format_)
    if annotate:
        _annotate(checks[0], files[0][1], annotate)
    low = [c for c in checks if min_score is not None and c.score.resonance < min_score]
    if low:
        told = ", ".join(f"{check.source} ({check.score.resonance})" for check in low)
        click.echo(f"Below {min_score:g}: {told}", err=True)
        ctx.exit(EXIT_GATE)


def _read(path: Path) -> tuple[Asset, bytes]:
    """A draft and its bytes. Raises InputError with its name, the reason and the remedy."""
    from resonance.sources.assets import read_bytes, read_draft
    from resonance.sources.files import SourceFile

    if path == STANDARD_INPUT:
        name, data = "standard input", sys.stdin.buffer.read()
    else:
        name = path.as_posix()
    try:
        if path != STANDARD_INPUT:
            data = read_bytes(SourceFile(path, name))
        return read_draft(name, data), data
    except InputError as error:
        raise InputError(f"{name}: {error}.") from error


def _echo(checks: Sequence[Check], drafts: Sequence[bytes], format_: str) -> None:
    from resonance.report import check_formats

    if format_ == "json":
        echo_json([check.to_dict() for check in checks])
    elif format_ == "sarif":
        texts = [_text(check, data) for check, data in zip(checks, drafts, strict=True)]
        echo_json(check_formats.as_sarif(checks, texts))
    elif format_ == "github":
        for check, data in zip(checks, drafts, strict=True):
            click.echo("\n".join(check_formats.as_github(check, _text(check, data))))
    elif format_ == "html":
        from resonance.report import check_page

        click.echo(check_page.as_html(checks), nl=False)
    else:
        click.echo("\n\n".join(check_formats.as_text(check) for check in checks))


def _echo_change(change: Change, format_: str) -> None:
    from resonance.report import check_formats

    if format_ == "json":
        echo_json(change.to_dict())
    else:
        click.echo(check_formats.change_as_text(change))


def _text(check: Check, data: bytes) -> str:
    """The draft as text, "" for a format without lines."""
    from resonance.sources.files import decode

    return decode(data) if any(passage.line for passage in check.passages) else ""


def _annotate(check: Check, data: bytes, path: Path) -> None:
    from resonance.report.annotate import annotate
    from resonance.report.write import write_whole
    from resonance.sources.assets.formats import reader_of

    is_word = reader_of(check.source, data) == "word"
    write_whole(annotate(check, data if is_word else None), path)
    click.echo(f"{path} has the draft with comments.", err=True)
