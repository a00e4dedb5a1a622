"""What a statement is about, learned from many industries: `python -m resonance.training.space`.

Linear models of the category by words and by vectors, on every themed statement of the voices
corpus; theme names are added as examples of words, for they say it plainly. Each setting was
chosen on industries held out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from resonance.categories import KINDS, WEIGHTS, WORDS, CategoryModel, word_features
from resonance.embed import Encoder
from resonance.sources.files import digest

ROOT = Path(__file__).parents[2]
VOICES = ROOT / "corpora" / "voices"
OUT = ROOT / "resonance" / "weights" / WEIGHTS

N_FOLDS = 5
LEAST_TEXTS, LEAST_BEFORE = 2, 3  # that a word must be in
WORD_STRENGTH, VECTOR_STRENGTH = 10.0, 1.0  # inverse of the regularisation
NAME_WEIGHT = 2.0  # weight of a theme's name beside one statement

Row = dict[str, str]


def read_voices(voices: Path = VOICES) -> list[Row]:
    """The themed statements of the corpus, in the order of its files."""
    lines = (
        line
        for path in sorted(voices.glob("*/statements.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return [row for row in map(json.loads, lines) if row["theme_id"]]


def fold_of(industries: Sequence[str]) -> dict[str, int]:
    """Fold of each industry, the same in every measurement."""
    names = sorted(set(industries))
    shuffled = np.random.default_rng(0).permutation(names).tolist()
    return {name: i % N_FOLDS for i, name in enumerate(shuffled)}


def encode(rows: Sequence[Row], encoder: Encoder) -> np.ndarray:
    """Vectors (n_rows, 2 n_dims) of what was said, alone and after what was said before."""
    texts = [row["text"] for row in rows]
    return np.hstack([encoder.encode(texts), encoder.encode(texts, [r["before"] for r in rows])])


def fit(rows: Sequence[Row], vectors: np.ndarray, encoder_name: str) -> dict[str, np.ndarray]:
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
        "encoder": np.array(encoder_name),
        "text_vocabulary": words.get_feature_names_out().astype(str),
        "text_idf": words.idf_,
        "before_vocabulary": words_before.get_feature_names_out().astype(str),
        "before_idf": words_before.idf_,
    }
    for kind in KINDS:
        own = np.flatnonzero(kinds == kind)
        said = own[own < len(rows)]
        by_words = LogisticRegression(C=WORD_STRENGTH, max_iter=200, tol=1e-3)
        by_words.fit(features[own], categories[own], sample_weight=weight[own])
        by_vectors = LogisticRegression(C=VECTOR_STRENGTH, max_iter=500)
        by_vectors.fit(vectors[said], categories[said])
        weights |= {
            f"{kind}_categories": by_words.classes_.astype(str),
            f"{kind}_words": by_words.coef_.astype(np.float16),
            f"{kind}_words_intercept": by_words.intercept_,
            f"{kind}_vectors": by_vectors.coef_.astype(np.float32),
            f"{kind}_vectors_intercept": by_vectors.intercept_,
        }
    return weights


def predict(model: CategoryModel, rows: Sequence[Row], vectors: np.ndarray) -> list[str]:
    """The likeliest category of each row."""
    texts, kinds, before = ([row[k] for row in rows] for k in ("text", "kind", "before"))
    columns = [category for kind in KINDS for category in model.classes_[kind]]
    probability = model.predict_proba(texts, kinds, before, vectors)
    return [columns[best] for best in probability.argmax(axis=1)]


def train(voices: Path = VOICES, out: Path = OUT) -> dict[str, float]:
    """Write the weights and a manifest beside them; gives the accuracy on industries held out."""
    rows, encoder = read_voices(voices), Encoder()
    vectors = encode(rows, encoder)
    fold = fold_of([row["industry"] for row in rows])
    folds = np.array([fold[row["industry"]] for row in rows])
    right = np.zeros(len(rows), dtype=bool)
    for f in range(N_FOLDS):
        seen, unseen = np.flatnonzero(folds != f), np.flatnonzero(folds == f)
        model = CategoryModel(fit([rows[i] for i in seen], vectors[seen], encoder.name))
        found = predict(model, [rows[i] for i in unseen], vectors[unseen])
        right[unseen] = [rows[i]["category"] == found[at] for at, i in enumerate(unseen)]
    kinds = np.array([row["kind"] for row in rows])
    accuracy = {kind: round(float(right[kinds == kind].mean()), 4) for kind in KINDS}
    weights: dict[str, Any] = fit(rows, vectors, encoder.name)
    np.savez_compressed(out, **weights)
    inputs = {
        path.relative_to(voices.parent).as_posix(): digest(path.read_bytes())
        for path in sorted(voices.glob("*/statements.jsonl"))
    }
    about = {
        "made_by": "resonance/training/space.py",
        "encoder": encoder.name,
        "accuracy_held_out": accuracy,
    }
    manifest = json.dumps(about | {"inputs": inputs}, indent=1)
    out.with_suffix(".json").write_text(manifest + "\n", encoding="utf-8")
    return accuracy


if __name__ == "__main__":
    print("Accuracy of the category, industries held out:", train())
