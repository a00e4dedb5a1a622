"""The command line: one file a command, imported when it is asked for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from resonance import __version__
from resonance.errors import EXIT_USAGE, ResonanceError

# In the order in which a person meets them.
COMMANDS = (
    "demo",
    "run",
    "add",
    "themes",
    "assets",
    "gaps",
    "check",
    "answer",
    "explain",
    "trends",
    "deals",
    "leads",
    "backtest",
    "report",
    "serve",
    "export",
    "evaluate",
    "doctor",
)

EXIT_INTERRUPTED = 130


class Commands(click.Group):
    """Finds a command in the file of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"resonance.cli.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="resonance %(version)s")
@click.option(
    "-w",
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("."),
    envvar="RESONANCE_WORKSPACE",
    help="Folder with resonance.toml and the store, .resonance/.  [default: .]",
)
@click.pass_context
def cli(ctx: click.Context, workspace: Path) -> None:
    """Does our marketing answer what prospects actually say?

    resonance reads sales calls and notes, finds the objections and needs that prospects
    voice, groups them into themes, and scores every marketing asset and draft against
    those themes, with the quotes and passages that prove it. All of it on this machine.

    \b
    Start here:
      resonance demo                                    see it on a made-up company
      resonance run --calls calls/ --assets marketing/  your own
      resonance check draft.docx                        does this draft answer anything?
      resonance answer "you're twice what we pay now"   what to send
      resonance serve                                   all of it as a page
    """
    ctx.obj = workspace


def main() -> None:
    """Run the command line; every error ends in one line and an exit code."""
    try:
        code = cli.main(prog_name="resonance", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. What was done so far is kept; run it again to go on.", err=True)
        code = EXIT_INTERRUPTED
    except ResonanceError as error:
        click.echo(f"Error: {error}", err=True)
        code = EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output went away (`resonance themes | head`): nothing to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("RESONANCE_DEBUG"):
            raise
        click.echo(
            f"Error: resonance met something it did not expect "
            f"({type(error).__name__}: {error}). Nothing in the store was harmed. "
            f"RESONANCE_DEBUG=1 shows where; please report it.",
            err=True,
        )
        code = EXIT_USAGE
    sys.exit(code or 0)
