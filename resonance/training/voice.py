"""Objection, need or neither: `python -m resonance.training voice`.

Learnt from corpora/voices, and everything chosen on industries held out. Three things there
tell kinds apart that will not elsewhere, and are kept from the model:

- Length: sentences that are neither are shorter. Each row weighs what makes the kinds equally
  frequent at every length (`balanced`), and single sentences of those that are neither stand in
  for the back-channels that real calls are full of. Two rows that are neither, joined, stand in
  for two such sentences in a row: every pair of sentences of a call is judged too.
- Whether anything was said before: the third judge is silent where nothing was.
- That what was said before fits so well: in a call most sentences stand further from the other
  side's last words. The stack learns its weights with two thirds of them taken from elsewhere.

The threshold is where F1 is best if sentences that are neither are twice as many as statements:
the corpus has fewer of them than of statements, a call has many more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.preprocessing import SplineTransformer

from resonance.adapter import load_head
from resonance.embed import Encoder
from resonance.evaluate.measures import calibration_error
from resonance.language import load_nlp
from resonance.sources.files import digest
from resonance.speakers.behaviour import sentences
from resonance.training.corpus import N_FOLDS, VOICES, FoldEncoder, Row, fold_of, hashes, read_rows
from resonance.voice.features import parse, read_features, spoken
from resonance.voice.model import (
    CLASSES,
    NONE,
    Inputs,
    Weights,
    encode_before,
    judge,
    kinds,
    with_one,
)

OUT = Path(__file__).parents[1] / "weights" / "voice.npz"

NEITHER = CLASSES[NONE]
SEED = 0
FEWEST_INDUSTRIES = 2  # that a feature must occur in
MOST_WEIGHT = 5.0  # of a row, and its inverse the least
MOVED = 2 / 3  # of what was said before is another row's while the stack learns
OTHERS = 2.0  # sentences that are neither, for each statement, when the threshold is chosen
THRESHOLDS = np.linspace(0.2, 0.8, 61)


@dataclass(frozen=True, eq=False)
class Rows:
    """Texts to learn from. `whole` marks those that stand in the corpus as they are."""

    texts: list[str]
    before: list[str]
    kinds: np.ndarray
    industries: np.ndarray
    whole: np.ndarray

    @property
    def n_words(self) -> np.ndarray:
        return np.array([len(text.split()) for text in self.texts])


def read_texts(voices: Path) -> Rows:
    """Every statement of the corpus, and the single sentences of those that are neither."""
    found: list[tuple[str, str, str, str, bool]] = []
    rows = read_rows(voices)
    for row in rows:
        place = (row["kind"], row["industry"])
        found.append((row["text"], row["before"], *place, True))
        parts = sentences(row["text"]) if row["kind"] == NEITHER else []
        found += [(part, "", *place, False) for part in parts if len(parts) > 1]
    found += [(text, "", NEITHER, industry, False) for text, industry in _in_a_row(rows)]
    texts, before, kind, industries, whole = zip(*found, strict=True)
    return Rows(list(texts), list(before), np.array(kind), np.array(industries), np.array(whole))


def _in_a_row(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Two and two rows of an industry that are neither as one text, and the industry."""
    none = [row for row in rows if row["kind"] == NEITHER]
    for one, other in zip(none[::2], none[1::2], strict=False):
        if one["industry"] == other["industry"]:
            yield f"{one['text']} {other['text']}", one["industry"]


def balanced(rows: Rows) -> np.ndarray:
    """Weights (n_rows,) with which length says nothing about the kind: inverse propensities."""
    splines = SplineTransformer(n_knots=6, degree=2, knots="quantile")
    lengths = splines.fit_transform(np.log(rows.n_words)[:, None])
    model = LogisticRegression(C=100, max_iter=500).fit(lengths, rows.kinds)
    likely = model.predict_proba(lengths)[np.arange(len(rows.texts)), _columns(rows.kinds)]
    weights = np.clip(1 / (len(CLASSES) * likely), 1 / MOST_WEIGHT, MOST_WEIGHT)
    return weights / weights.mean()


def fit_judges(
    features: csr_array, before: np.ndarray, rows: Rows, weight: np.ndarray, encoder: Encoder
) -> Weights:
    """The judges that are fitted here, of the rows' features and of what was said before them.

    The stack weighs nothing as yet.
    """
    columns = _common(features, rows.industries)
    by_words = LogisticRegression(C=1.0, max_iter=200)
    by_words.fit(features[:, columns], rows.kinds, weight)
    said = before.any(axis=1)
    by_before = LogisticRegression(C=1.0, max_iter=100)
    by_before.fit(before[said], rows.kinds[said], weight[said])
    return Weights(
        columns=columns,
        words=_with_intercept(by_words),
        before=_with_intercept(by_before),
        stack=np.zeros((10, len(CLASSES))),
        threshold=0.5,
        encoder=encoder.name,
    )


def moved(before: np.ndarray, rows: Rows) -> np.ndarray:
    """What was said before, most of it taken from other rows of the industry."""
    chance = np.random.default_rng(SEED)
    said = before.any(axis=1)
    source = np.arange(len(before))
    for industry in np.unique(rows.industries):
        own = np.flatnonzero((rows.industries == industry) & said)
        go = own[chance.random(len(own)) < MOVED]
        source[go] = chance.permutation(go)
    return before[source]


def fit_stack(votes: np.ndarray, rows: Rows, weight: np.ndarray) -> np.ndarray:
    model = LogisticRegression(C=1.0, max_iter=500).fit(votes, rows.kinds, weight)
    return _with_intercept(model)


def held_out(features: csr_array, rows: Rows, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Votes (n_rows, 9) of judges and encoders that never saw the row's industry, and its fold."""
    fold = fold_of(rows.industries.tolist())
    folds = np.array([fold[industry] for industry in rows.industries])
    votes = np.zeros((len(folds), 9))
    for f in range(N_FOLDS):
        encoder = FoldEncoder(f)
        before = encode_before(rows.before, encoder)
        seen, unseen = np.flatnonzero(folds != f), np.flatnonzero(folds == f)
        judges = fit_judges(features[seen], before[seen], _rows(rows, seen), weight[seen], encoder)
        vectors = encoder.encode([spoken(rows.texts[i]) for i in unseen])
        inputs = Inputs(features[unseen], vectors, moved(before, rows)[unseen])
        votes[unseen] = judge(inputs, judges, load_head(encoder.learned))
    return votes, folds


def figures(probability: np.ndarray, rows: Rows, threshold: float) -> dict[str, float]:
    """How well the corpus's own rows are judged, by kind and whatever their length."""
    gold = rows.kinds != NEITHER
    said = 1 - probability[:, NONE]
    taken = np.array(kinds(probability, threshold))
    both = gold & (taken != NEITHER)
    found = {
        "F1": f1_score(gold, said >= threshold),
        "AUC": roc_auc_score(gold, said),
        "AUC_same_length": same_length_auc(said, gold, rows.n_words),
        "macro_F1": f1_score(rows.kinds, taken, average="macro"),
        "kind_accuracy": float((taken == rows.kinds)[both].mean()),
        "calibration_error": calibration_error(gold, said),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


def same_length_auc(said: np.ndarray, gold: np.ndarray, n_words: np.ndarray) -> float:
    """Chance that a statement is ranked above another text at most one word longer or shorter."""
    right = pairs = 0.0
    for length in np.unique(n_words):
        ours, theirs = said[gold & (n_words == length)], said[~gold & (abs(n_words - length) <= 1)]
        apart = ours[:, None] - theirs
        right += (apart > 0).sum() + (apart == 0).sum() / 2
        pairs += apart.size
    return right / pairs


def train(voices: Path = VOICES, out: Path = OUT) -> dict[str, float]:
    """Write the weights and a manifest beside them; gives the figures on industries held out."""
    encoder, rows = Encoder(space="voice"), read_texts(voices)
    features = read_features(parse(map(spoken, rows.texts), load_nlp()))
    weight = balanced(rows)
    votes, folds = held_out(features, rows, weight)
    probability = np.zeros((len(folds), len(CLASSES)))
    for fold in range(N_FOLDS):
        seen, unseen = np.flatnonzero(folds != fold), folds == fold
        stack = fit_stack(votes[seen], _rows(rows, seen), weight[seen])
        probability[unseen] = softmax(with_one(votes[unseen]) @ stack, axis=1)
    whole = np.flatnonzero(rows.whole)
    threshold = _best_threshold(probability, rows, weight)
    found = figures(probability[whole], _rows(rows, whole), threshold)
    before = encode_before(rows.before, encoder)
    weights = replace(
        fit_judges(features, before, rows, weight, encoder),
        stack=fit_stack(votes, rows, weight),
        threshold=threshold,
    )
    save(weights, out)
    _write_manifest(voices, out, encoder.name, found)
    return found


def save(weights: Weights, out: Path) -> None:
    small = {name: getattr(weights, name).astype(np.float16) for name in ("words", "before")}
    np.savez_compressed(
        out,
        columns=weights.columns,
        **small,
        stack=weights.stack,
        threshold=weights.threshold,
        encoder=weights.encoder,
    )


def _best_threshold(probability: np.ndarray, rows: Rows, weight: np.ndarray) -> float:
    """Where F1 is best on industries held out, with length balanced and `OTHERS` as many."""
    gold, said = rows.kinds != NEITHER, 1 - probability[:, NONE]
    weight = weight * np.where(gold, 1, OTHERS * weight[gold].sum() / weight[~gold].sum())
    scores = [f1_score(gold, said >= t, sample_weight=weight) for t in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(scores))])


def _write_manifest(voices: Path, out: Path, encoder: str, found: dict[str, float]) -> None:
    about = {
        "made_by": "resonance/training/voice.py",
        "encoder": encoder,
        "seed": SEED,
        "versions": {name: version(name) for name in ("scikit-learn", "spacy", "numpy")},
        "weights": digest(out.read_bytes()),
        "industries_held_out": found,
        "inputs": hashes(voices),
    }
    out.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _common(features: csr_array, industries: np.ndarray) -> np.ndarray:
    """Columns that occur in enough industries to be more than one author's turn of phrase."""
    counts = np.zeros(features.shape[1], dtype=np.int32)
    for industry in np.unique(industries):
        counts[np.unique(features[np.flatnonzero(industries == industry)].indices)] += 1
    return np.flatnonzero(counts >= FEWEST_INDUSTRIES).astype(np.int32)


def _with_intercept(model: LogisticRegression) -> np.ndarray:
    return np.vstack([model.coef_.T, model.intercept_])


def _columns(kinds_of_rows: np.ndarray) -> np.ndarray:
    return np.searchsorted(CLASSES, kinds_of_rows)


def _rows(rows: Rows, at: np.ndarray) -> Rows:
    return Rows(
        [rows.texts[i] for i in at],
        [rows.before[i] for i in at],
        rows.kinds[at],
        rows.industries[at],
        rows.whole[at],
    )


if __name__ == "__main__":
    for name, value in train().items():
        print(f"{name}: {value:.3f}")
