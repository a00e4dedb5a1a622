"""What more industries would bring: the voice encoder learned from 12, 24, 48 of them, and all.

    python benchmarks/learning_curve.py [--sizes 12 24 48]

Each is measured on the same industries, those of the first fold, which none of them saw, and on
tallyroot: what the encoder's own head tells (objection, need or neither), the share of the five
nearest statements that are of the same theme, and how many statements are nearest to the mean of
five quotes of their theme (mean over five draws). 0 is the model as published. The last row is the
encoder of that fold, from `python -m resonance.training encoder`. A quarter of an hour on two
cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.adapter import load_head  # noqa: E402
from resonance.embed import Encoder  # noqa: E402
from resonance.evaluate.corpus import read_corpus  # noqa: E402
from resonance.evaluate.measures import (  # noqa: E402
    nearest_mean,
    right_from_quotes,
    same_theme_near,
)
from resonance.neighbours import unit  # noqa: E402
from resonance.training.corpus import FoldEncoder, fold_of, read_rows  # noqa: E402
from resonance.training.talks import NONE  # noqa: E402
from resonance.voice.model import CLASSES  # noqa: E402

N_QUOTES = 5


@dataclass(frozen=True)
class Said:
    """What was said in one industry, with what a person says of it."""

    texts: list[str]
    before: list[str]
    kinds: np.ndarray
    themes: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[12, 24, 48])
    args = parser.parse_args()
    rows = read_rows()
    fold = fold_of([row["industry"] for row in rows])
    sets = {"held out": list(held_out(rows, fold)), "tallyroot": [tallyroot()]}
    seen = sorted(name for name in fold if fold[name] != 0)
    order = np.random.default_rng(1).permutation(seen).tolist()
    print("| industries | on | macro-F1 | AUC | kind | P@5 | from five quotes |")
    print("|---|---|---|---|---|---|---|")
    report(0, Encoder(), None, sets)
    for size in args.sizes:
        with TemporaryDirectory() as folder:
            encoder = learn([row for row in rows if row["industry"] in order[:size]], Path(folder))
            report(size, encoder, encoder.learned, sets)
    whole = FoldEncoder(0)
    report(len(seen), whole, whole.learned, sets)


def learn(rows: list[dict[str, str]], folder: Path) -> FoldEncoder:
    from resonance.training.encoder import train

    encoder = FoldEncoder(0)
    encoder.learned = folder / "learned.npz"
    learned = train(rows, progress=lambda line: print(line, file=sys.stderr, flush=True))
    np.savez_compressed(encoder.learned, allow_pickle=False, **learned)
    return encoder


def held_out(rows: Sequence[dict[str, str]], fold: dict[str, int]) -> list[Said]:
    return [
        Said(
            [row["text"] for row in own],
            [row["before"] for row in own],
            np.array([row["kind"] for row in own]),
            np.array([row["theme_id"] for row in own]),
        )
        for industry in sorted(name for name in fold if fold[name] == 0)
        if (own := [row for row in rows if row["industry"] == industry])
    ]


def tallyroot() -> Said:
    every = read_corpus(ROOT / "corpora" / "tallyroot").said
    said = [each for each in every if each.label.side == "prospect"]
    return Said(
        [each.label.text for each in said],
        [each.before for each in said],
        np.array([each.label.kind for each in said]),
        np.array([each.label.theme_id for each in said]),
    )


def report(size: int, encoder: Encoder, learned: Path | None, sets: dict[str, list[Said]]) -> None:
    for name, parts in sets.items():
        figures = np.nanmean([measure(part, encoder, learned) for part in parts], axis=0)
        cells = ["–" if np.isnan(figure) else f"{figure:.3f}" for figure in figures]
        print(f"| {size} | {name} | " + " | ".join(cells) + " |", flush=True)


def measure(said: Said, encoder: Encoder, learned: Path | None) -> list[float]:
    alone, after = encoder.encode(said.texts), encoder.encode(said.texts, said.before)
    space = unit(np.hstack([alone, after]))
    near, few = [], []
    for kind in ("objection", "need"):
        own = np.flatnonzero((said.kinds == kind) & (said.themes != ""))
        near.append(same_theme_near(said.themes[own].tolist(), space[own]))
        few.append(right_from_quotes(said.themes[own].tolist(), space[own], N_QUOTES, nearest_mean))
    return [
        *(judged(said, alone, learned) if learned else [np.nan] * 3),
        *map(np.mean, (near, few)),
    ]


def judged(said: Said, vectors: np.ndarray, learned: Path) -> list[float]:
    """Macro-F1, AUC of statement or not, share of statements whose kind is right."""
    proba = np.exp(load_head(learned).log_proba_of_kinds(vectors, CLASSES))
    told = np.array(CLASSES)[proba.argmax(axis=1)]
    both = np.where(proba[:, 0] > proba[:, 2], CLASSES[0], CLASSES[2])
    is_said = said.kinds != NONE
    return [
        float(f1_score(said.kinds, told, average="macro")),
        float(roc_auc_score(is_said, 1 - proba[:, 1])),
        float((both == said.kinds)[is_said].mean()),
    ]


if __name__ == "__main__":
    main()
