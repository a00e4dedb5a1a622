"""A process of its own for what a stranger's file could do: hang, or eat the memory.

    python -m resonance.serve.apart draft NAME < FILE      an asset, as JSON
    python -m resonance.serve.apart annotate < CHECK\nFILE  a Word file with comments, in base64
    python -m resonance.serve.apart read WORKSPACE KIND FOLDER     what was read into the store
    python -m resonance.serve.apart run WORKSPACE          an analysis; a line for every step

Reading is held to a time and to a size; an analysis stands on what was read, and is not.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resonance.errors import InputError, ResonanceError

SECONDS = 60  # of a core
PATIENCE = 5 * SECONDS  # by the clock: others may be using the cores
MEMORY = 4 * 2**30  # bytes of addresses; libraries reserve far more than they use
TOO_MUCH = (
    f"it took more than {SECONDS} seconds or {MEMORY >> 30} GB to read;"
    " save it anew, without pictures, and try again"
)


def start(*arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """This module as another process, on one core, with nothing of the request but `arguments`."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "resonance.serve.apart", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        **pipes,
    )


def ask(*arguments: str, data: bytes = b"") -> Any:
    """What a process that reads a file answers. Raises InputError with reason and remedy."""
    with start(*arguments, stdin=subprocess.PIPE) as process:
        try:
            out, _ = process.communicate(data, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise InputError(TOO_MUCH) from None
    if process.returncode:
        raise InputError(TOO_MUCH)
    answer = json.loads(out)
    if "error" in answer:
        raise InputError(answer["error"])
    return answer["result"]


def steps(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """What an analysis tells, line by line, until it ends."""
    assert process.stdout
    for line in process.stdout:
        yield json.loads(line)


def main(arguments: list[str]) -> None:
    works: dict[str, Callable[..., Any]] = {
        "draft": _draft,
        "annotate": _annotate,
        "read": _read,
        "run": _run,
    }
    work = works[arguments[0]]
    if work is not _run:
        _limit()
    try:
        _tell({"result": work(*arguments[1:])})
    except ResonanceError as error:
        _tell({"error": str(error)})


def _limit() -> None:
    """Hold this process to its share; a system without limits has the parent's clock alone."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _draft(name: str) -> Any:
    from resonance.sources.assets import read_draft
    from resonance.store.codec import to_json

    return json.loads(to_json(read_draft(name, sys.stdin.buffer.read())))


def _annotate() -> str:
    """A check as a line of JSON, then the Word file that was checked, or nothing."""
    from resonance.check import Check
    from resonance.report.annotate import annotate
    from resonance.store.codec import from_json

    check = from_json(Check, sys.stdin.buffer.readline().decode())
    return base64.b64encode(annotate(check, sys.stdin.buffer.read() or None)).decode()


def _read(workspace: str, kind: Any, path: str) -> Any:
    from resonance.pipeline import read
    from resonance.workspace import Workspace

    return asdict(read(Workspace(workspace), kind, [Path(path)]))


def _run(workspace: str) -> Any:
    from resonance import pipeline
    from resonance.workspace import Workspace

    outcome = pipeline.run(
        Workspace(workspace, on_wait=lambda line: _tell({"waiting": line})),
        progress=lambda stage, done, total: _tell({"step": [stage, done, total]}),
    )
    return outcome.to_dict()


def _tell(value: Any) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
