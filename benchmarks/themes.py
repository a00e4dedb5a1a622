"""Themes on every labelled set at hand: what the space gives, what the clustering gives.

    python benchmarks/themes.py [--peers] [--seeds 5] [--bench ../shared/bench]

Each way to make vectors and each way to group them, without being told the number of themes:
on tallyroot's gold statements; on every industry of corpora/voices and talks/heard, with encoder
and categories learned from other industries (folds of whole industries, by `python -m
resonance.training encoder`; the mean over industries); and, where --bench has them, on DSTC11
insurance and BANKING77, which have neither kinds nor categories. --peers adds BERTopic (pip install
'resonance[baselines]') on the statement's vectors and on the whole space: lowest, mean and
highest over the seeds. A statement left alone counts as a theme of its own. About ten minutes
on two cores, hours with --peers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics.cluster import contingency_matrix

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.adapter import load_head  # noqa: E402
from resonance.categories import CategoryModel  # noqa: E402
from resonance.embed import Encoder  # noqa: E402
from resonance.evaluate import peers  # noqa: E402
from resonance.evaluate.corpus import read_corpus  # noqa: E402
from resonance.evaluate.measures import alone, clustering, same_theme_near  # noqa: E402
from resonance.evaluate.themes import gold_statements  # noqa: E402
from resonance.neighbours import unit  # noqa: E402
from resonance.records import Statement  # noqa: E402
from resonance.themes import ThemeModel, theme_space  # noqa: E402
from resonance.training import space  # noqa: E402
from resonance.training.corpus import N_FOLDS, FoldEncoder, Row, fold_of  # noqa: E402

WORDS, VOICE, CONTEXT = "statement", "statement, voice space", "with its context, voice space"
BOTH = "statement, both spaces"  # side by side, voice counting double
ABOUT, SPACE = "categories", "theme_space"
MEASURES = ("ARI", "NMI", "ACC", "B-cubed F1", "P@5", "themes", "left alone")
Group = Callable[["Material", np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Material:
    """Statements with their themes, and their vectors by the name of how they were made."""

    texts: Sequence[str]
    kinds: Sequence[str]
    calls: Sequence[str] | None
    gold: Sequence[str]
    vectors: dict[str, np.ndarray]


class Kept(Encoder):
    """An encoder that encodes nothing twice."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder.model, encoder.space)
        self.encoder = encoder
        self.vectors: dict[tuple[str, str], np.ndarray] = {}

    def encode(self, texts: Sequence[str], before: Sequence[str] | None = None) -> np.ndarray:
        pairs = list(zip(texts, before or [""] * len(texts), strict=True))
        new = sorted(set(pairs) - self.vectors.keys())
        if new:
            found = self.encoder.encode([t for t, _ in new], [b for _, b in new])
            self.vectors.update(zip(new, found, strict=True))
        return np.stack([self.vectors[pair] for pair in pairs])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    args = parser.parse_args()
    for name, materials in {
        "tallyroot": [tallyroot()],
        "industries held out": list(industries()),
        "DSTC11 insurance": plain(args.bench / "dstc11-insurance" / "intent-turns.jsonl"),
        "BANKING77 test": plain(args.bench / "banking77" / "test.jsonl"),
    }.items():
        if materials:
            report(name, materials, args.seeds if args.peers else 0)


def tallyroot() -> Material:
    said = read_corpus(ROOT / "corpora" / "tallyroot").themed
    statements = gold_statements(said)
    gold = [each.label.theme_id for each in said]
    encoder = Kept(Encoder(space="voice"))
    return material(statements, gold, encoder, CategoryModel(), has_calls=True)


def industries() -> Iterator[Material]:
    """Each industry, with the encoder and the categories learned from those in other folds."""
    rows = space.read_themed()
    fold = fold_of([row["industry"] for row in rows])
    for f in range(N_FOLDS):
        learned = FoldEncoder(f)
        encoder = Kept(learned)
        weights = space.fit([row for row in rows if fold[row["industry"]] != f])
        model = CategoryModel(weights, load_head(learned.learned))
        for industry in sorted(name for name in fold if fold[name] == f):
            own = [row for row in rows if row["industry"] == industry]
            gold = [row["theme_id"] for row in own]
            yield material([voiced(row) for row in own], gold, encoder, model, has_calls=False)


def voiced(row: Row) -> Statement:
    kind = "need" if row["kind"] == "need" else "objection"
    text, before = row["text"], row["before"]
    return Statement(
        "", "", "", 0, None, "", "prospect", kind, row["category"], 1.0, text, before, text
    )


def material(
    statements: Sequence[Statement],
    gold: Sequence[str],
    encoder: Kept,
    model: CategoryModel,
    *,
    has_calls: bool,
) -> Material:
    texts, before = [s.text for s in statements], [s.before for s in statements]
    kinds = [s.kind for s in statements]
    alone_ = encoder.encode(texts)
    after = encoder.encode([s.context or s.text for s in statements], before)
    about = model.predict_proba(texts, kinds, before, [alone_, after])
    vectors = {
        WORDS: Encoder().encode(texts),
        VOICE: alone_,
        CONTEXT: unit(np.hstack([alone_, after])),
        ABOUT: unit(about).astype(np.float32),
        SPACE: theme_space(statements, encoder, model),
    }
    calls = [s.call_id for s in statements] if has_calls else None
    return Material(texts, kinds, calls, gold, vectors)


def plain(path: Path) -> list[Material]:
    """A set of utterances with an intent each; [] where it is not there."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [row.get("utterance") or row["text"] for row in rows]
    gold = [row.get("intent") or row["label"] for row in rows]
    base, voice = Encoder().encode(texts), Encoder(space="voice").encode(texts)
    both = unit(np.hstack([base, np.sqrt(2) * voice])).astype(np.float32)
    vectors = {WORDS: base, VOICE: voice, BOTH: both}
    return [Material(texts, [""] * len(rows), None, gold, vectors)]


def ours(material: Material, vectors: np.ndarray, seed: int) -> np.ndarray:
    def fit(rows: np.ndarray) -> np.ndarray:
        groups = [material.calls[row] for row in rows] if material.calls else None
        return ThemeModel(random_state=seed).fit_predict(vectors[rows], groups=groups)

    return peers.apart(material.kinds, fit)


def k_means(material: Material, vectors: np.ndarray, seed: int) -> np.ndarray:
    def fit(rows: np.ndarray) -> np.ndarray:
        return peers.k_means(vectors[rows], len({material.gold[row] for row in rows}))

    return peers.apart(material.kinds, fit)


def bertopic(material: Material, vectors: np.ndarray, seed: int) -> np.ndarray:
    return peers.bertopic(material.texts, vectors, seed)


def bertopic_by_kind(material: Material, vectors: np.ndarray, seed: int) -> np.ndarray:
    def fit(rows: np.ndarray) -> np.ndarray:
        return peers.bertopic([material.texts[row] for row in rows], vectors[rows], seed)

    return peers.apart(material.kinds, fit)


def report(name: str, materials: Sequence[Material], n_seeds: int) -> None:
    """Print a table of every way on these sets: means over the sets, spread over the seeds."""
    print(f"\n### {name}\n\n| vectors | grouping | {' | '.join(MEASURES)} |")
    print("|---|---|" + "---|" * len(MEASURES))
    has_kinds = len(set(materials[0].kinds)) > 1
    for vectors in materials[0].vectors:
        ways: dict[str, tuple[Group, int]] = {
            "ThemeModel": (ours, 1),
            "k-means, told the number": (k_means, 1),
        }
        if n_seeds and vectors in (WORDS, BOTH, SPACE):
            ways["BERTopic"] = (bertopic, n_seeds)
            if has_kinds:
                ways["BERTopic by kind"] = (bertopic_by_kind, n_seeds)
        for way, (group, times) in ways.items():
            runs = [mean([measured(vectors, group, s, m) for m in materials]) for s in range(times)]
            cells = [shown([run[measure] for run in runs]) for measure in MEASURES]
            print(f"| {vectors} | {way} | {' | '.join(cells)} |", flush=True)


def measured(name: str, group: Group, seed: int, material: Material) -> dict[str, float]:
    vectors, gold = material.vectors[name], np.asarray(material.gold)
    labels = group(material, vectors, seed)
    kinds = np.asarray(material.kinds)
    near = [same_theme_near(gold[kinds == k], vectors[kinds == k]) for k in sorted(set(kinds))]
    return {
        **clustering(material.gold, labels),
        "P@5": float(np.mean(near)),
        "ACC": accuracy(material.gold, alone(labels)),
    }


def accuracy(gold: Sequence[str], labels: np.ndarray) -> float:
    """Share of statements in the theme that theirs is paired with, one to one."""
    table = contingency_matrix(gold, labels)
    return float(table[linear_sum_assignment(table, maximize=True)].sum() / len(gold))


def mean(figures: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([each[name] for each in figures])) for name in MEASURES}


def shown(values: list[float]) -> str:
    digits = 3 if max(values) <= 1 else 1
    low, middle, high = min(values), float(np.mean(values)), max(values)
    if len(values) == 1:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


if __name__ == "__main__":
    main()
