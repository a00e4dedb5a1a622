"""resonance report: all of it as one page."""

from __future__ import annotations

from pathlib import Path

import click

from resonance.cli.common import open_workspace, workspace_option


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
)
@workspace_option
@click.pass_context
def command(ctx: click.Context, output: Path) -> None:
    """Write one HTML file that can be read, printed and sent; it needs no network."""
    from resonance.report import write_report

    write_report(open_workspace(ctx), output)
    click.echo(f"Report: {output}")
