"""Which asset answers which theme, on corpora/talks: whole assets, with the gold themes.

    python benchmarks/relevance.py [--talks corpora/talks/unheard]

Assets are read, encoded and judged as `resonance run` does, quotes with what was said before them
and alone; each industry is a workspace, average precision and AUC the mean over industries.
Nothing of relevance was fitted on this corpus. A few minutes of encoding on two cores.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder  # noqa: E402
from resonance.evaluate.measures import ADDRESSED, calibration_error, ranking  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.matching import ANSWERS, passage_text  # noqa: E402
from resonance.relevance import RelevanceModel  # noqa: E402
from resonance.sources import read_assets  # noqa: E402
from resonance.training.talks import read_talks  # noqa: E402
from resonance.voice import VoiceModel  # noqa: E402

Judged = tuple[np.ndarray, np.ndarray]  # grades and relevance, both (n_assets, n_themes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--talks", type=Path, default=ROOT / "corpora" / "talks")
    encoder = Encoder()
    folders = sorted(path.parent for path in parser.parse_args().talks.rglob("themes.csv"))
    both = [judge(folder, encoder) for folder in folders]
    for name, judged in zip(("with before", "text alone"), zip(*both, strict=True), strict=True):
        print(name, figures(judged))


def judge(folder: Path, encoder: Encoder) -> tuple[Judged, Judged]:
    """The assets of an industry judged by its quotes with what was said before, and without."""
    said = [row for row in read_talks(folder.parent, load_nlp(), folder.name) if row["theme_id"]]
    theme = np.array([row["theme_id"] for row in said])
    themes = np.unique(theme)
    assets = read_assets(folder / "assets", ruler=encoder).items
    passages = [encoder.encode([passage_text(p) for p in asset.passages]) for asset in assets]
    with (folder / "relevance.csv").open(encoding="utf-8", newline="") as file:
        grade = {(r["asset_id"], r["theme_id"]): int(r["grade"]) for r in csv.DictReader(file)}
    names = [Path(asset.source).stem for asset in assets]
    grades = np.array([[grade.get((name, t), 0) for t in themes] for name in names])
    texts = [row["text"] for row in said]
    kinds = [row["kind"] for row in said]
    about = VoiceModel().predict_category(texts, kinds, [row["before"] for row in said])
    voiced = np.array([f"{kind}/{name}" for kind, name in zip(kinds, about, strict=True)])
    categories = [voiced[theme == t].tolist() for t in themes]
    judged = []
    for before in ([row["before"] for row in said], None):
        quotes = encoder.encode(texts, before)
        by_theme = [quotes[theme == t] for t in themes]
        found = RelevanceModel().from_embeddings(by_theme, passages, categories)
        judged.append((grades, found.probability))
    return judged[0], judged[1]


def figures(judged: Sequence[Judged]) -> str:
    ranked = [ranking(grades, relevance) for grades, relevance in judged]
    ap, auc = (np.mean([r[name] for r in ranked]) for name in ("average precision", "AUC"))
    right, of = (sum(r[name] for r in ranked) for name in ("best asset right", "of"))
    true = np.concatenate([(grades >= ADDRESSED).ravel() for grades, _ in judged])
    relevance = np.concatenate([relevance.ravel() for _, relevance in judged])
    said = relevance >= ANSWERS
    return (
        f"AP {ap:.3f}, AUC {auc:.3f}, best asset right {right:.0f} of {of:.0f}, calibration error"
        f" {calibration_error(true, relevance):.3f}, said to answer {said.sum()},"
        f" right {(said & true).sum()} of {true.sum()}"
    )


if __name__ == "__main__":
    main()
