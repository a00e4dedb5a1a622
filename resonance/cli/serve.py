"""resonance serve: all of it as a page in the browser."""

from __future__ import annotations

import os
import socket

import click

from resonance.cli.common import open_workspace, workspace_option
from resonance.errors import InputError

PORT = 8765


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="0 for any that is free.",
)
@click.option(
    "--token",
    envvar="RESONANCE_TOKEN",
    help="What opens the page; a new one at each start if left out.",
)
@click.option("--show-originals", is_flag=True, help="Show calls as they were read, names and all.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, host: str, port: int, token: str | None, show_originals: bool
) -> None:
    """Open the workspace as a page on this machine; Ctrl-C ends it.

    The address that is printed opens it: it ends in a token, without which nothing is shown.
    Nothing is loaded from anywhere else, and nothing leaves. With --host other than this
    machine's own, others on the network can come in too, and need a --token of yours of 16
    characters or more; what they see is not encrypted on its way.

    \b
    resonance serve
    RESONANCE_TOKEN=... resonance serve --host 0.0.0.0
    """
    import uvicorn
    from threadpoolctl import threadpool_limits

    from resonance.serve.app import create_app
    from resonance.serve.guard import LEAST_TOKEN, Key, is_loopback

    if not is_loopback(host):
        if token is None or len(token) < LEAST_TOKEN:
            raise InputError(
                f"--host {host} lets others on the network in: give a --token of"
                f" {LEAST_TOKEN} characters or more, best as RESONANCE_TOKEN."
            )
        click.echo(
            "Others on the network can open this page with the token, and can read along on its"
            " way: it is not encrypted.",
            err=True,
        )
    workspace = open_workspace(ctx)
    workspace.settings  # noqa: B018  reads resonance.toml: what is wrong in it is told now
    key = Key(token)
    app = create_app(workspace, key=key, host=host, originals=show_originals)
    # A product shared out over two cores waits for the slower one; where other work has the cores
    # too, an answer of 150 small products took ten times as long.
    with _listen(host, port) as listening, threadpool_limits(1, "blas"):
        name = f"[{host}]" if ":" in host else host
        click.echo(f"http://{name}:{listening.getsockname()[1]}/?token={key.token}")
        config = uvicorn.Config(app, log_level="warning", server_header=False, lifespan="on")
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """The socket, open before the address is printed. Raises InputError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            f"{host}:{port} cannot be listened on ({error.strerror}); give another --port."
        ) from None
    return listening
