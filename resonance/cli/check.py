"""resonance check: does this draft answer anything that anyone said?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from resonance.cli.common import echo_json, open_workspace, workspace_option
from resonance.errors import EXIT_GATE

FORMATS = ("text", "json", "github", "sarif", "html")
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
    ctx: click.Context, drafts: tuple[Path, ...], min_score: float | None, format_: str
) -> None:
    """Check a DRAFT of any format, or - for standard input, against the themes.

    Shows its resonance and the parts it is the sum of; what it answers, with the prospect's
    quote beside the passage; what it only names; and what is missing that its readers voice
    most. Needs an analysis: `resonance run` first.

    \b
    resonance check draft.docx
    resonance check posts/*.md --min-score 8 --format github
    """
    from resonance.known import check_drafts
    from resonance.report import check_formats
    from resonance.sources.assets import read_asset, read_draft
    from resonance.sources.files import SourceFile

    read = [
        read_draft("standard input", sys.stdin.buffer.read())
        if path == STANDARD_INPUT
        else read_asset(SourceFile(path, path.as_posix()))
        for path in drafts
    ]
    checks = check_drafts(open_workspace(ctx), read)
    if format_ == "json":
        echo_json([check.to_dict() for check in checks])
    elif format_ == "sarif":
        echo_json(check_formats.as_sarif(checks))
    elif format_ == "github":
        for check in checks:
            click.echo("\n".join(check_formats.as_github(check)))
    elif format_ == "html":
        from resonance.report import check_page

        click.echo(check_page.as_html(checks), nl=False)
    else:
        click.echo("\n\n".join(check_formats.as_text(check) for check in checks))
    if min_score is not None and any(check.score.resonance < min_score for check in checks):
        low = [f"{c.source} ({c.score.resonance})" for c in checks if c.score.resonance < min_score]
        click.echo(f"Below {min_score:g}: {', '.join(low)}", err=True)
        ctx.exit(EXIT_GATE)
