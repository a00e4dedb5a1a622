"""resonance export: a table of what was found, to a file or the screen."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import open_workspace, workspace_option

TABLES = ("calls", "statements", "themes", "assets", "passages", "matches", "deals")
FORMATS = ("csv", "jsonl", "parquet")


@click.command()
@click.argument("table", type=click.Choice(TABLES))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: the screen."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Default: by the name of the output, else csv.",
)
@workspace_option
@click.pass_context
def command(ctx: click.Context, table: str, output: Path | None, format_: str | None) -> None:
    """Write one TABLE of the analysis. Speakers are pseudonyms and text is redacted.

    \b
    resonance export themes
    resonance export statements -o statements.csv
    resonance export matches --format jsonl | jq .relevance
    """
    from resonance.report.tables import write_table

    suffix = output.suffix.lstrip(".") if output else ""
    chosen = format_ or (suffix if suffix in FORMATS else "csv")
    write_table(open_workspace(ctx).tables()[table], output, chosen)
