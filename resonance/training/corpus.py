"""The corpora as rows, their folds of whole industries, and an encoder for each fold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from resonance.embed import Encoder
from resonance.language import load_nlp
from resonance.minilm import MiniLM
from resonance.sources.files import digest
from resonance.training.talks import read_talks

ROOT = Path(__file__).parents[2]
CORPORA = ROOT / "corpora"
VOICES, TALKS = CORPORA / "voices", CORPORA / "talks" / "heard"
PLAIN = CORPORA / "plain" / "statements.jsonl"
FOLDS = ROOT / "build" / "voice-encoder"
N_FOLDS = 3

Row = dict[str, str]


def read_rows() -> list[Row]:
    """Every statement of voices and talks, and every sentence that is none, file by file.

    `lead` is what the prospect had said before it in its turn, "" throughout in voices; `source`
    is "voices" or "talks".
    """
    voices = [
        row | {"source": "voices"}
        for path in sorted(VOICES.glob("*/statements.jsonl"))
        for row in _read_lines(path)
    ]
    return voices + [row | {"source": "talks"} for row in read_talks(TALKS, load_nlp())]


def read_plain() -> list[Row]:
    """The sentences of corpora/plain, likewise. They are of no industry: every third is a fold."""
    return [row | {"source": "plain"} for row in _read_lines(PLAIN)]


def _read_lines(path: Path) -> list[Row]:
    return [
        json.loads(line) | {"lead": ""} for line in path.read_text(encoding="utf-8").splitlines()
    ]


def fold_of(industries: Sequence[str]) -> dict[str, int]:
    """Fold of each industry, the same in every training and every measurement."""
    names = sorted(set(industries))
    shuffled = np.random.default_rng(0).permutation(names).tolist()
    return {name: i % N_FOLDS for i, name in enumerate(shuffled)}


def hashes() -> dict[str, str]:
    """SHA-256 of each file that rows are read from, for the manifests of what was made of them."""
    read = [
        *VOICES.glob("*/statements.jsonl"),
        *TALKS.glob("*/themes.csv"),
        *TALKS.glob("*/calls/*"),
        PLAIN,
    ]
    return {
        path.relative_to(CORPORA).as_posix(): digest(path.read_bytes()) for path in sorted(read)
    }


def version_of_corpora() -> str:
    """What stands for all that is learned from; an encoder of other rows is another's."""
    return digest(json.dumps(hashes()).encode())[:12]


class FoldEncoder(Encoder):
    """The voice encoder that never saw the industries of a fold; `training.encoder` makes it."""

    def __init__(self, fold: int):
        super().__init__(space="voice")
        self.learned = FOLDS / version_of_corpora() / f"fold-{fold}.npz"
        if not self.learned.is_file():
            raise SystemExit("Run `python -m resonance.training encoder` first.")

    @cached_property
    def _model(self) -> MiniLM:
        return MiniLM("voice", self.learned)
