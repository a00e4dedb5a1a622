"""resonance explain: why a sentence is taken for an objection, a need or neither."""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option


@click.command()
@click.argument("said", metavar='"WHAT THE PROSPECT SAID"')
@click.option("--before", default="", help="What the other side said just before.")
@json_option
def command(said: str, before: str, as_json: bool) -> None:
    """Tell whether this is an objection, a need or neither, and which words spoke for it.

    Each word is left out in turn; what the probability loses is what the word did for it.

    \b
    resonance explain "We can't spare anyone for a rollout."
    """
    from resonance.cli.show import explanation as show
    from resonance.voice import VoiceModel, explain

    explanation = explain(VoiceModel(), said, before)
    if as_json:
        echo_json(asdict(explanation))
        return
    show.explanation(explanation)
