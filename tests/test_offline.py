"""No part sends a byte off the machine."""

import subprocess
import sys

BLOCKED = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError(f"somebody reaches for the network: {args}")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
from resonance.cli.main import cli
for arguments in (["run", "--calls", CALLS, "--assets", ASSETS, "-q"], ["check", DRAFT],
                  ["answer", "too expensive"], ["report", "-o", WORKSPACE + "/r.html"], ["gaps"]):
    cli(["-w", WORKSPACE, *arguments], standalone_mode=False)
"""


def test_the_main_job_works_where_there_is_no_network(tallyroot, tmp_path):
    places = {
        "CALLS": tallyroot / "calls" / "teams",
        "ASSETS": tallyroot / "assets" / "blog",
        "DRAFT": tallyroot / "assets" / "blog" / "posted-is-not-sent.md",
        "WORKSPACE": tmp_path,
    }
    told = "".join(f"{name} = {str(path)!r}\n" for name, path in places.items())
    done = subprocess.run(
        [sys.executable, "-c", told + BLOCKED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.html").exists()
