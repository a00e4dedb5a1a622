"""resonance assets: what our marketing answers."""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option
from resonance.errors import InputError


@click.group(invoke_without_command=True)
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Every asset by its resonance. `assets show A01` for one of them."""
    if ctx.invoked_subcommand:
        return
    from resonance.cli.show import assets as show
    from resonance.cli.show.tables import console

    findings = open_workspace(ctx).findings()
    if as_json:
        echo_json([asdict(score) for score in findings.scores])
        return
    console().print(show.asset_table(findings, title="What our marketing answers"))


@command.command("show")
@click.argument("asset_id", metavar="ID")
@workspace_option
@json_option
@click.pass_context
def show_one(ctx: click.Context, asset_id: str, as_json: bool) -> None:
    """One asset: the parts of its resonance, each with the passage and the quote that prove it."""
    from resonance.cli.show import assets as show

    findings = open_workspace(ctx).findings()
    score = next((s for s in findings.scores if s.asset_id == asset_id), None)
    if score is None:
        known = ", ".join(s.asset_id for s in findings.scores)
        raise InputError(f"There is no asset {asset_id!r}; there are {known or 'none yet'}.")
    if as_json:
        matches = [m for m in findings.matches if m.asset_id == asset_id]
        echo_json(asdict(score) | {"matches": [asdict(m) for m in matches]})
        return
    show.asset(findings, score)


@command.command("review")
@workspace_option
@json_option
@click.pass_context
def review(ctx: click.Context, as_json: bool) -> None:
    """What to update, retire and stop adding to, what went stale, and words nobody says."""
    from resonance.cli.show import assets as show
    from resonance.embed import Encoder
    from resonance.jargon import jargon
    from resonance.known import recall
    from resonance.language import load_nlp
    from resonance.upkeep import upkeep

    known = recall(open_workspace(ctx))
    found = upkeep(known.findings, known.statements, known.passages)
    words = jargon(known.findings, load_nlp(), Encoder())
    if as_json:
        echo_json(asdict(found) | {"jargon": [asdict(word) for word in words]})
        return
    show.upkeep(known.findings, found, words)
