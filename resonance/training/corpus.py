"""The voices corpus as rows, its folds of whole industries, and an encoder for each fold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from resonance.embed import Encoder
from resonance.minilm import MiniLM
from resonance.sources.files import digest

ROOT = Path(__file__).parents[2]
VOICES = ROOT / "corpora" / "voices"
FOLDS = ROOT / "build" / "voice-encoder"
N_FOLDS = 3
NONE = "none"

Row = dict[str, str]


def read_rows(voices: Path = VOICES) -> list[Row]:
    """Every statement of the corpus and every sentence that is none, in the order of its files."""
    return [
        json.loads(line)
        for path in sorted(voices.glob("*/statements.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def fold_of(industries: Sequence[str]) -> dict[str, int]:
    """Fold of each industry, the same in every training and every measurement."""
    names = sorted(set(industries))
    shuffled = np.random.default_rng(0).permutation(names).tolist()
    return {name: i % N_FOLDS for i, name in enumerate(shuffled)}


def hashes(voices: Path = VOICES) -> dict[str, str]:
    """SHA-256 of each file of statements, for the manifests of what was made from them."""
    return {
        path.relative_to(voices.parent).as_posix(): digest(path.read_bytes())
        for path in sorted(voices.glob("*/statements.jsonl"))
    }


class FoldEncoder(Encoder):
    """The voice encoder that never saw the industries of a fold; `training.encoder` makes it."""

    def __init__(self, fold: int):
        super().__init__(space="voice")
        self.learned = FOLDS / f"fold-{fold}.npz"
        if not self.learned.is_file():
            raise SystemExit("Run `python -m resonance.training encoder` first.")

    @cached_property
    def _model(self) -> MiniLM:
        return MiniLM("voice", self.learned)
