"""What a statement is about, by its words: `python -m resonance.training.space`.

Linear models of the category by words, on every themed statement of both corpora; theme
names are added as examples, for they say it plainly. Each setting was chosen on industries held
out. The voice encoder has a head for the same question; the accuracy is that of both together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from resonance.adapter import load_head
from resonance.categories import KINDS, WEIGHTS, WORDS, CategoryModel, word_features
from resonance.training.corpus import (
    N_FOLDS,
    ROOT,
    FoldEncoder,
    Row,
    fold_of,
    hashes,
    read_rows,
)

OUT = ROOT / "resonance" / "weights" / WEIGHTS

LEAST_TEXTS, LEAST_BEFORE = 2, 3  # that a word must be in
STRENGTH = 10.0  # inverse of the regularisation
NAME_WEIGHT = 2.0  # weight of a theme's name beside one statement


def read_themed() -> list[Row]:
    """The statements of the corpora that belong to a theme."""
    return [row for row in read_rows() if row["theme_id"]]


def fit(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Weights of a CategoryModel."""
    names = sorted({(row["theme"], row["kind"], row["category"]) for row in rows})
    texts = [*(row["text"] for row in rows), *(name for name, _, _ in names)]
    before = [*(row["before"] for row in rows), *("" for _ in names)]
    kinds = np.array([*(row["kind"] for row in rows), *(kind for _, kind, _ in names)])
    categories = np.array([*(row["category"] for row in rows), *(about for *_, about in names)])
    weight = np.array([1.0] * len(rows) + [NAME_WEIGHT] * len(names))
    words = TfidfVectorizer(min_df=LEAST_TEXTS, **WORDS).fit(texts)
    words_before = TfidfVectorizer(min_df=LEAST_BEFORE, **WORDS).fit(before)
    features = word_features(words, words_before, texts, before)
    weights = {
        "text_vocabulary": words.get_feature_names_out().astype(str),
        "text_idf": words.idf_,
        "before_vocabulary": words_before.get_feature_names_out().astype(str),
        "before_idf": words_before.idf_,
    }
    for kind in KINDS:
        own = np.flatnonzero(kinds == kind)
        by_words = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
        by_words.fit(features[own], categories[own], sample_weight=weight[own])
        weights |= {
            f"{kind}_categories": by_words.classes_.astype(str),
            f"{kind}_words": by_words.coef_.astype(np.float16),
            f"{kind}_words_intercept": by_words.intercept_,
        }
    return weights


def predict(model: CategoryModel, rows: Sequence[Row], encoder: FoldEncoder) -> list[str]:
    """The likeliest category of each row."""
    texts, kinds, before = ([row[k] for row in rows] for k in ("text", "kind", "before"))
    columns = [category for kind in KINDS for category in model.classes_[kind]]
    readings = [encoder.encode(texts), encoder.encode(texts, before)]
    probability = model.predict_proba(texts, kinds, before, readings)
    return [columns[best] for best in probability.argmax(axis=1)]


def held_out(rows: Sequence[Row]) -> list[str]:
    """The category of each row by a model and an encoder that never saw its industry."""
    fold = fold_of([row["industry"] for row in read_rows()])
    folds = np.array([fold[row["industry"]] for row in rows])
    categories = np.full(len(rows), "", dtype=object)
    for f in range(N_FOLDS):
        encoder = FoldEncoder(f)
        model = CategoryModel(fit(_some(rows, folds != f)), load_head(encoder.learned))
        categories[folds == f] = predict(model, _some(rows, folds == f), encoder)
    return categories.tolist()


def _some(rows: Sequence[Row], kept: np.ndarray) -> list[Row]:
    return [row for row, keep in zip(rows, kept, strict=True) if keep]


def train(out: Path = OUT) -> dict[str, float]:
    """Write the weights and a manifest beside them; gives the accuracy on industries held out."""
    rows = read_themed()
    right: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for row, found in zip(rows, held_out(rows), strict=True):
        right[row["kind"]].append(row["category"] == found)
    accuracy = {kind: round(float(np.mean(own)), 4) for kind, own in right.items()}
    np.savez_compressed(out, allow_pickle=False, **fit(rows))
    about = {
        "made_by": "resonance/training/space.py",
        "accuracy_held_out": accuracy,
        "inputs": hashes(),
    }
    out.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return accuracy


if __name__ == "__main__":
    print("Accuracy of the category, industries held out:", train())
