"""resonance themes: what prospects voice."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from resonance.cli.common import (
    echo_json,
    find_theme,
    json_option,
    open_workspace,
    output_option,
    workspace_option,
)


@click.group(invoke_without_command=True)
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What prospects voice, most voiced first. `themes show T4` for one of them."""
    if ctx.invoked_subcommand:
        return
    from resonance.cli import show

    findings = open_workspace(ctx).findings()
    themes = show.by_demand(findings)
    if as_json:
        echo_json([asdict(theme) for theme in themes])
        return
    show.console().print(show.theme_table(findings, themes, title="What prospects voice"))


@command.command("show")
@click.argument("theme_id", metavar="ID")
@workspace_option
@json_option
@click.pass_context
def show_one(ctx: click.Context, theme_id: str, as_json: bool) -> None:
    """One theme: every quote with its call, and the assets that answer it."""
    from resonance.cli import show

    findings = open_workspace(ctx).findings()
    theme = find_theme(findings, theme_id)
    if as_json:
        said = [s for s in findings.statements if s.theme_id == theme.theme_id]
        matches = [m for m in findings.matches if m.theme_id == theme.theme_id]
        echo_json(
            asdict(theme)
            | {"statements": [asdict(s) for s in said], "matches": [asdict(m) for m in matches]}
        )
        return
    show.theme(findings, theme)


@command.command("card")
@click.argument("theme_id", metavar="ID")
@output_option
@workspace_option
@json_option
@click.pass_context
def card(ctx: click.Context, theme_id: str, output: Path | None, as_json: bool) -> None:
    """One theme as a battlecard in Markdown: what they say, how those deals go, what to reply."""
    from resonance.card import battlecard
    from resonance.known import recall
    from resonance.report.markdown import card_as_markdown
    from resonance.report.write import write_whole

    known = recall(open_workspace(ctx))
    found = battlecard(find_theme(known.findings, theme_id), known.findings, known.statements)
    if as_json:
        echo_json(found.to_dict())
        return
    write_whole(card_as_markdown(found).encode(), output)
