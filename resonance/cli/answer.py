"""resonance answer: the passages to reply with."""

from __future__ import annotations

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option


@click.command()
@click.argument("said", metavar='"WHAT THE PROSPECT SAID"')
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, said: str, as_json: bool) -> None:
    """Find the theme that this belongs to, how often it is voiced, and passages to reply with.

    \b
    resonance answer "you're twice what we pay now"
    """
    from resonance.cli.show import assets as show
    from resonance.embed import Encoder
    from resonance.known import recall, theme_centres
    from resonance.reply import find_reply

    workspace = open_workspace(ctx)
    known = recall(workspace)
    (vector,), (meaning,) = Encoder().encode([said]), Encoder(space="voice").encode([said])
    reply = find_reply(said, vector, meaning, theme_centres(workspace, known.findings), known)
    if as_json:
        echo_json(reply.to_dict())
        return
    show.reply(reply)
