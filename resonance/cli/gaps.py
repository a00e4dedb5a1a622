"""resonance gaps: what prospects voice and no asset answers."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import (
    echo_json,
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
        _write_brief(ctx, brief, output, as_json)
        return
    from resonance.cli import show
    from resonance.score import gaps

    findings = open_workspace(ctx).findings()
    missing = gaps(findings.themes, findings.matches)
    if as_json:
        echo_json(missing)
        return
    show.gap_list(findings, missing)


def _write_brief(ctx: click.Context, theme_id: str, output: Path | None, as_json: bool) -> None:
    from resonance.brief import brief
    from resonance.curation import shown_theme
    from resonance.known import recall
    from resonance.report.markdown import brief_as_markdown
    from resonance.report.write import write_whole

    workspace = open_workspace(ctx)
    known = recall(workspace)
    theme = shown_theme(workspace, known.findings, theme_id)
    found = brief(theme, known.findings, known.statements)
    if as_json:
        echo_json(found.to_dict())
        return
    write_whole(brief_as_markdown(found).encode(), output)
