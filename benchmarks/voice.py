"""Voice on public sets that it never saw: do its objections and needs agree with others' labels?

    python benchmarks/voice.py [--bench ../shared/bench]

ResPer (Dutt et al. 2021): what a buyer or a seller says while bargaining, by eight strategies of
resisting; "resist" is any of them, "strict" leaves out questions. Ranked by the probability of an
objection. SemEval-2019 task 9 (Negi et al. 2019): sentences of reviews (B) and of a forum (A) that
suggest something. Ranked by the probability of a need. Nothing is learned from either. F1 is given
at the threshold that voice has, where all is taken, and at the best threshold there is for the set:
the last is what ranking alone could reach, and chosen on what it is measured on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, precision_recall_curve, roc_auc_score

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.voice import VoiceModel  # noqa: E402
from resonance.voice.model import CLASSES, load_weights  # noqa: E402

RESISTED = ("resist", "resist_strict")
NEED, OBJECTION = CLASSES.index("need"), CLASSES.index("objection")


@dataclass(frozen=True)
class Labelled:
    """Texts of a set, what was said before each, and whether each is what `column` stands for."""

    name: str
    column: int
    texts: Sequence[str]
    before: Sequence[str]
    gold: dict[str, np.ndarray]
    labels: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    args = parser.parse_args()
    model = VoiceModel()
    print("| set | gold | AUC | F1, voice's threshold | F1, all taken | F1, best threshold |")
    print("|---|---|---|---|---|---|")
    by_label = []
    for labelled in (resper(args.bench), semeval(args.bench, "A"), semeval(args.bench, "B")):
        probability = model.predict_proba(labelled.texts, labelled.before)[:, labelled.column]
        for name, gold in labelled.gold.items():
            figures = measure(gold, probability, load_weights().threshold)
            print(f"| {labelled.name} | {name} | " + " | ".join(f"{f:.3f}" for f in figures) + " |")
        by_label += list(means(labelled, probability))
    print("\n| set | label | texts | mean probability |\n|---|---|---|---|", *by_label, sep="\n")


def resper(bench: Path) -> Labelled:
    """Every utterance, after the other side's last one."""
    rows = read(bench / "resper-craigslist" / "utterances.jsonl")
    before, last, dialogue = [], {}, None
    for row in rows:
        if row["dialogue"] != dialogue:
            dialogue, last = row["dialogue"], {}
        before.append(next((last[who] for who in last if who != row["speaker"]), ""))
        last[row["speaker"]] = row["text"]
    gold = {
        name: np.array([row[name] == 1 for row in rows]) for name in ("resist", "resist_strict")
    }
    texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
    return Labelled("ResPer", OBJECTION, texts, before, gold, labels)


def semeval(bench: Path, part: str) -> Labelled:
    rows = read(bench / "semeval19-task9" / f"{part}-trial.jsonl")
    gold = {"suggestion": np.array([row["label"] == 1 for row in rows])}
    texts = [row["sentence"] for row in rows]
    labels = ["suggestion" if row["label"] else "other" for row in rows]
    return Labelled(f"SemEval {part}", NEED, texts, [""] * len(texts), gold, labels)


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def measure(gold: np.ndarray, probability: np.ndarray, threshold: float) -> list[float]:
    precision, recall, _ = precision_recall_curve(gold, probability)
    best = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9))
    taken = f1_score(gold, probability >= threshold), f1_score(gold, np.ones(len(gold)))
    return [float(roc_auc_score(gold, probability)), *map(float, taken), float(best)]


def means(labelled: Labelled, probability: np.ndarray) -> Iterator[str]:
    """What voice says of each label: a line of a table."""
    labels = np.array(labelled.labels)
    for label in np.unique(labels):
        own = probability[labels == label]
        yield f"| {labelled.name} | {label} | {len(own)} | {own.mean():.2f} |"


if __name__ == "__main__":
    main()
