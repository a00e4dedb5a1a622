"""How long a draft check and an answer take, cold and in a running process.

    python benchmarks/check.py WORKSPACE DRAFT [--rounds 5]

The workspace has been analysed (`resonance run`), so that the encoder is cached. `cold` is a
whole `resonance check DRAFT` from its start to its end; the others are what a running process
does. The best round counts, so that a busy machine harms little; `CPU` is the processor time of
that round, which it harms less.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SAID = "you're twice what we pay now"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("draft", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    jobs = {"check, cold": cold(args.workspace, args.draft)} | warm(args.workspace, args.draft)
    print(f"{len(args.draft.read_bytes().split())} words in {args.draft.name}")
    print(f"{'':24}{'seconds':>10}{'CPU':>10}")
    for name, job in jobs.items():
        seconds, cpu = min(timed(job) for _ in range(args.rounds))
        print(f"{name:24}{seconds:10.3f}{cpu:10.3f}")


def cold(workspace: Path, draft: Path) -> Callable[[], object]:
    command = [sys.executable, "-m", "resonance", "-w", str(workspace), "check", str(draft)]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def warm(workspace: Path, draft: Path) -> dict[str, Callable[[], object]]:
    """A check and an answer where the analysis and the model are in memory."""
    from resonance.check import check_draft
    from resonance.embed import Encoder
    from resonance.known import encode_passages, recall, theme_centres
    from resonance.reply import find_reply
    from resonance.sources.assets import read_draft
    from resonance.workspace import Workspace

    opened = Workspace(workspace)
    known = recall(opened)
    centres = theme_centres(opened, known.findings)
    encoder, voice = Encoder(), Encoder(space="voice")

    def check() -> None:
        asset = read_draft(draft.name, draft.read_bytes(), ruler=encoder)
        (vectors,) = encode_passages(encoder, [asset], known.said)
        check_draft(asset, known.findings, vectors, known.passages, known.statements)

    def answer() -> None:
        (vector,), (meaning,) = encoder.encode([SAID]), voice.encode([SAID])
        find_reply(SAID, vector, meaning, centres, known)

    check()
    return {"check, running": check, "answer, running": answer}


def timed(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and processor seconds of this process and those it waited for."""
    before, started = os.times(), time.perf_counter()
    job()
    seconds, after = time.perf_counter() - started, os.times()
    return seconds, sum(after[:4]) - sum(before[:4])


if __name__ == "__main__":
    main()
