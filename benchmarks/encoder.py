"""The default encoder beside sentence-transformers: same model, same texts, same run.

    python benchmarks/encoder.py [--texts 2000] [--rounds 3]

Each measurement is a process of its own; the two sides take turns, and the best round of each
counts, so that a busy machine harms both alike. `cold start` is from the start of Python to the
first vector. `CPU` is the processor time of all cores for 1,000 texts, waiting left out.
The texts are an even sample of corpora/voices. Without sentence-transformers
(pip install 'resonance[models]') only our side is measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS, VOICE, THEIRS = "resonance", "resonance, voice", "sentence-transformers"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", nargs=2, metavar=("SIDE", "STARTED"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        side, started = args.worker
        print(json.dumps(measure(side, float(started), sample(args.texts))))
        return
    sides = [OURS, VOICE, *([THEIRS] if find_spec("sentence_transformers") else [])]
    rounds = [{side: in_a_process(side, args.texts) for side in sides} for _ in range(args.rounds)]
    best = {side: best_of([one[side] for one in rounds]) for side in sides}
    print(f"{args.texts} texts, best of {args.rounds} rounds")
    show(best)


def in_a_process(side: str, n_texts: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--texts", str(n_texts), "--worker", side]
    done = subprocess.run(
        [*command, str(time.time())], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(side: str, started: float, texts: list[str]) -> dict[str, float]:
    encode = load(side)
    encode(texts[:1])
    cold = time.time() - started
    wall, cpu = time.perf_counter(), time.process_time()
    encode(texts)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "cold start, s": cold,
        "texts a second": len(texts) / wall,
        "CPU, s": cpu / len(texts) * 1000,
        "peak memory, MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
    }


def load(side: str) -> Callable[[list[str]], object]:
    sys.path.insert(0, str(ROOT))
    if side in (OURS, VOICE):
        from resonance.embed import Encoder

        return Encoder(space="base" if side == OURS else "voice").encode
    from sentence_transformers import SentenceTransformer

    from resonance.minilm import MiniLM

    return SentenceTransformer(str(MiniLM().folder), device="cpu", local_files_only=True).encode


def sample(n_texts: int) -> list[str]:
    files = sorted((ROOT / "corpora" / "voices").glob("*/statements.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["text"] for line in lines[:: max(1, len(lines) // n_texts)]][:n_texts]


def best_of(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {
        key: (max if key == "texts a second" else min)(one[key] for one in rounds)
        for key in rounds[0]
    }


def show(best: dict[str, dict[str, float]]) -> None:
    """Each figure, and in brackets its ratio to the first side's."""
    print(f"{'':18}" + "".join(f"{side:>30}" for side in best))
    for key, first in best[OURS].items():
        cells = [f"{one[key]:.2f} ({one[key] / first:.2f})" for one in best.values()]
        print(f"{key:18}" + "".join(f"{cell:>30}" for cell in cells))


if __name__ == "__main__":
    main()
