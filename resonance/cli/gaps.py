"""resonance gaps: what prospects voice and no asset answers."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import (
    echo_json,
    hand_out,
    json_option,
    open_workspace,
    output_option,
    workspace_option,
)


@click.command()
@click.option("--brief", metavar="ID", help="Write the content brief for this theme, in Markdown.")
@output_option
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, brief: str | None, output: Path | None, as_json: bool) -> None:
    """Themes that no asset answers, most voiced first.

    A brief says who voices a theme, in which words, what an answer must contain, and which
    assets come nearest.

    \b
    resonance gaps --brief T7 -o brief.md
    """
    if output and not brief:
        raise click.UsageError("-o is for a brief; say --brief ID too.")
    if brief:
        from resonance import brief as room
        from resonance.report.markdown import brief_as_markdown

        hand_out(ctx, brief, room.brief, brief_as_markdown, output, as_json)
        return
    from resonance.cli.show import themes as show
    from resonance.score import gaps

    findings = open_workspace(ctx).findings()
    missing = gaps(findings.themes, findings.matches)
    if as_json:
        echo_json(missing)
        return
    show.gap_list(findings, missing)
