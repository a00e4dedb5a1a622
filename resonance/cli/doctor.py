"""resonance doctor: is everything here that a run needs?"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import click

from resonance import __version__
from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option
from resonance.errors import EXIT_USAGE, NoAnalysis, ResonanceError

OPTIONAL = {"sentence_transformers": "models", "bertopic": "baselines", "pyarrow": "parquet"}


@click.command()
@workspace_option
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check the installation, the models and this workspace; exit code 2 if a run would fail."""
    checks: dict[str, Callable[[], str]] = {
        "python": lambda: f"{platform.python_version()} at {sys.executable}",
        "resonance": lambda: __version__,
        "English pipeline": _english,
        "encoder": _encoder,
        "voice model": _voice,
        "settings": lambda: _settings(ctx),
        "store": lambda: _store(ctx),
    }
    results = []
    for name, check in checks.items():
        try:
            results.append({"check": name, "ok": True, "found": check()})
        except ResonanceError as error:
            # A workspace without an analysis is a new one, not a broken one.
            fine = isinstance(error, NoAnalysis)
            results.append({"check": name, "ok": fine, "found": str(error)})
    optional = [
        {"extra": extra, "package": package, "installed": find_spec(package) is not None}
        for package, extra in OPTIONAL.items()
    ]
    llm = _llm(ctx)
    if as_json:
        echo_json({"checks": results, "optional": optional} | ({"llm": llm} if llm else {}))
    else:
        for result in results:
            click.echo(f"{'ok ' if result['ok'] else 'NO '} {result['check']}: {result['found']}")
        for row in optional:
            told = "installed" if row["installed"] else "not installed (optional)"
            click.echo(f"  · extra [{row['extra']}], {row['package']}: {told}")
        if llm:
            click.echo(f"  · language model of [llm]: {llm['found']}")
    if not all(result["ok"] for result in results):
        ctx.exit(EXIT_USAGE)


def _english() -> str:
    from resonance.language import load_nlp

    nlp = load_nlp()
    return f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"


def _encoder() -> str:
    from resonance.embed import Encoder

    encoder = Encoder()
    encoder.encode(["too expensive"])
    return f"{encoder.name}, onnxruntime {metadata.version('onnxruntime')}"


def _voice() -> str:
    from resonance.voice import VoiceModel

    model = VoiceModel()
    model.predict_proba(["too expensive"])
    return model.name


def _settings(ctx: click.Context) -> str:
    workspace = open_workspace(ctx)
    workspace.settings  # noqa: B018  reads resonance.toml, which is what may fail
    return f"of {workspace.path.resolve()} are fine"


def _llm(ctx: click.Context) -> dict[str, Any] | None:
    """Whether the server of `[llm]` answers, None where none is set; a run goes on without."""
    from resonance.llm import reach

    try:
        settings = open_workspace(ctx).settings
    except ResonanceError:  # told by the check of the settings
        return None
    if settings.llm is None:
        return None
    try:
        return {"ok": True, "found": reach(settings.llm)}
    except ResonanceError as error:
        return {"ok": False, "found": f"{error} A run goes on without."}


def _store(ctx: click.Context) -> str:
    findings = open_workspace(ctx).findings()
    return (
        f"{len(findings.calls)} calls, {len(findings.statements)} statements, "
        f"{len(findings.themes)} themes, {len(findings.assets)} assets"
    )
