"""Objection, need or neither: `python -m resonance.training voice`.

The judges learn from every row of corpora/voices, talks and plain. What weighs their votes, and
the threshold, are fitted on votes of judges and encoders that never saw the industry: the weights
on talks and plain, the threshold on talks alone, where every sentence that a prospect says is a
row, as in a call, and most are neither.

Sentences that are neither are shorter, in calls too, and a judge that leans on length would take
"It's too expensive" for chatter. So rows weigh what makes the kinds equally frequent at every
length of their corpus (`balanced`). Two sentences in a row that are neither are given as one, too,
for every pair of a call is judged.
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
from resonance.training.corpus import (
    N_FOLDS,
    FoldEncoder,
    Row,
    fold_of,
    hashes,
    read_plain,
    read_rows,
)
from resonance.voice.features import parse, read_features, spoken
from resonance.voice.model import (
    CLASSES,
    NONE,
    Inputs,
    Weights,
    context,
    judge,
    kinds,
    with_one,
)

OUT = Path(__file__).parents[1] / "weights" / "voice.npz"

NEITHER = CLASSES[NONE]
FEWEST_INDUSTRIES = 2  # that a feature must occur in
MOST_WEIGHT = 5.0  # of a row, and its inverse the least
THRESHOLDS = np.linspace(0.1, 0.8, 71)
N_RESAMPLES, INTERVAL = 200, (0.05, 0.95)

Figures = dict[str, list[float]]  # a figure, and where it was measured, its interval


@dataclass(frozen=True, eq=False)
class Rows:
    """Texts to learn from, with what was said before each.

    `sources` are their corpora, `whole` marks those that stand in one as they are. `folds` are
    those of `fold_of`; of rows of no industry, a third is in each.
    """

    texts: list[str]
    contexts: list[str]
    kinds: np.ndarray
    industries: np.ndarray
    sources: np.ndarray
    whole: np.ndarray
    folds: np.ndarray

    @property
    def n_words(self) -> np.ndarray:
        return np.array([len(text.split()) for text in self.texts])


def read_texts() -> Rows:
    """Every row of the corpora, single sentences of those that are neither, and two in a row."""
    rows = read_rows()
    fold = fold_of([row["industry"] for row in rows])
    found = [(row, row["text"], context(row["before"], row["lead"]), True) for row in rows]
    for row in rows:
        parts = sentences(row["text"]) if row["kind"] == NEITHER else []
        found += [(row, part, "", False) for part in parts if len(parts) > 1]
    found += [(one, text, context(one["before"], one["lead"]), False) for one, text in _pairs(rows)]
    plain = [(row, row["text"], row["before"], True) for row in read_plain()]
    folds = [fold[row["industry"]] for row, *_ in found]
    folds += [number % N_FOLDS for number in range(len(plain))]
    own, texts, contexts, whole = zip(*found, *plain, strict=True)
    columns = ([row[name] for row in own] for name in ("kind", "industry", "source"))
    return Rows(list(texts), list(contexts), *map(np.array, (*columns, whole, folds)))


def _pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Two and two rows of an industry that are neither as one text, and the first of them."""
    none = [row for row in rows if row["kind"] == NEITHER]
    for one, other in zip(none[::2], none[1::2], strict=False):
        if one["industry"] == other["industry"]:
            yield one, f"{one['text']} {other['text']}"


def balanced(rows: Rows) -> np.ndarray:
    """Weights (n_rows,) with which length says nothing about the kind: inverse propensities.

    In each corpus by itself; the kinds weigh together what they did in it.
    """
    weights = np.ones(len(rows.texts))
    for source in np.unique(rows.sources):
        own = np.flatnonzero(rows.sources == source)
        splines = SplineTransformer(n_knots=6, degree=2, knots="quantile")
        lengths = splines.fit_transform(np.log(rows.n_words[own])[:, None])
        columns = _columns(rows.kinds[own])
        model = LogisticRegression(C=100, max_iter=500).fit(lengths, rows.kinds[own])
        likely = model.predict_proba(lengths)[np.arange(len(own)), columns]
        share = np.bincount(columns) / len(own)
        balance = np.clip(share[columns] / likely, 1 / MOST_WEIGHT, MOST_WEIGHT)
        kept = np.bincount(columns) / np.bincount(columns, balance)
        weights[own] = balance * kept[columns]
    return weights


def fit_words(features: csr_array, rows: Rows, weight: np.ndarray, encoder: Encoder) -> Weights:
    """The judge that is fitted here, of the rows' features. The stack weighs nothing as yet."""
    columns = _common(features, rows.industries)
    by_words = LogisticRegression(C=1.0, max_iter=200)
    by_words.fit(features[:, columns], rows.kinds, weight)
    return Weights(
        columns=columns,
        words=_with_intercept(by_words),
        stack=np.zeros((10, len(CLASSES))),
        threshold=0.5,
        encoder=encoder.name,
    )


def fit_stack(votes: np.ndarray, rows: Rows, weight: np.ndarray, of: np.ndarray) -> np.ndarray:
    """What the votes weigh, from the rows marked in `of` that are of talks or plain."""
    own = of & (rows.sources != "voices")
    model = LogisticRegression(C=1.0, max_iter=500).fit(votes[own], rows.kinds[own], weight[own])
    return _with_intercept(model)


def held_out(features: csr_array, rows: Rows, weight: np.ndarray) -> np.ndarray:
    """Votes (n_rows, 9) of judges and encoders that never saw the row's industry."""
    votes = np.zeros((len(rows.texts), 9))
    for f in range(N_FOLDS):
        encoder = FoldEncoder(f)
        seen, unseen = np.flatnonzero(rows.folds != f), np.flatnonzero(rows.folds == f)
        weights = fit_words(features[seen], _rows(rows, seen), weight[seen], encoder)
        texts = [spoken(rows.texts[i]) for i in unseen]
        after = encoder.encode(texts, [spoken(rows.contexts[i]) for i in unseen])
        inputs = Inputs(features[unseen], encoder.encode(texts), after)
        votes[unseen] = judge(inputs, weights, load_head(encoder.learned))
    return votes


def figures(probability: np.ndarray, rows: Rows, threshold: float) -> Figures:
    """How well the corpus's own rows are judged, by kind and whatever their length.

    With the 5th and 95th percentile of the first four, had other industries been held out.
    """
    gold, said = rows.kinds != NEITHER, 1 - probability[:, NONE]
    found = {
        **_usual(probability, rows.kinds, threshold),
        "AUC_same_length": same_length_auc(said, gold, rows.n_words),
        "calibration_error": calibration_error(gold, said),
    }
    intervals = _intervals(probability, rows, threshold)
    return {name: [_round(value), *intervals.get(name, ())] for name, value in found.items()}


def _usual(probability: np.ndarray, kinds_of: np.ndarray, threshold: float) -> dict[str, float]:
    gold, said = kinds_of != NEITHER, 1 - probability[:, NONE]
    taken = np.array(kinds(probability, threshold))
    both = gold & (taken != NEITHER)
    return {
        "F1": f1_score(gold, said >= threshold),
        "AUC": roc_auc_score(gold, said),
        "macro_F1": f1_score(kinds_of, taken, average="macro"),
        "kind_accuracy": float((taken == kinds_of)[both].mean()),
    }


def _intervals(probability: np.ndarray, rows: Rows, threshold: float) -> dict[str, list[float]]:
    """By resampling whole industries; nothing where there is only one."""
    own = [np.flatnonzero(rows.industries == name) for name in np.unique(rows.industries)]
    if len(own) == 1:
        return {}
    chance = np.random.default_rng(0)
    found = []
    for drawn in chance.integers(len(own), size=(N_RESAMPLES, len(own))):
        at = np.concatenate([own[i] for i in drawn])
        found.append(_usual(probability[at], rows.kinds[at], threshold))
    return {
        name: [_round(np.quantile([one[name] for one in found], q)) for q in INTERVAL]
        for name in found[0]
    }


def _round(value: float) -> float:
    return round(float(value), 4)


def same_length_auc(said: np.ndarray, gold: np.ndarray, n_words: np.ndarray) -> float:
    """Chance that a statement is ranked above another text at most one word longer or shorter."""
    right = pairs = 0.0
    for length in np.unique(n_words):
        ours, theirs = said[gold & (n_words == length)], said[~gold & (abs(n_words - length) <= 1)]
        apart = ours[:, None] - theirs
        right += (apart > 0).sum() + (apart == 0).sum() / 2
        pairs += apart.size
    return right / pairs


def train(out: Path = OUT) -> dict[str, Figures]:
    """Write the weights and a manifest beside them; gives the figures on industries held out."""
    encoder, rows = Encoder(space="voice"), read_texts()
    features = read_features(parse(map(spoken, rows.texts), load_nlp()))
    weight = balanced(rows)
    votes = held_out(features, rows, weight)
    probability = np.zeros((len(votes), len(CLASSES)))
    for fold in range(N_FOLDS):
        unseen = rows.folds == fold
        stack = fit_stack(votes, rows, weight, ~unseen)
        probability[unseen] = softmax(with_one(votes[unseen]) @ stack, axis=1)
    of = {
        name: np.flatnonzero(rows.whole & (rows.sources == name))
        for name in np.unique(rows.sources).tolist()
    }
    threshold = _best_threshold(probability[of["talks"]], rows.kinds[of["talks"]])
    found = {
        name: figures(probability[own], _rows(rows, own), threshold) for name, own in of.items()
    }
    weights = replace(
        fit_words(features, rows, weight, encoder),
        stack=fit_stack(votes, rows, weight, np.ones(len(votes), dtype=bool)),
        threshold=threshold,
    )
    save(weights, out)
    _write_manifest(out, encoder.name, found)
    return found


def save(weights: Weights, out: Path) -> None:
    np.savez_compressed(
        out,
        columns=weights.columns,
        words=weights.words.astype(np.float16),
        stack=weights.stack,
        threshold=weights.threshold,
        encoder=weights.encoder,
    )


def _best_threshold(probability: np.ndarray, kinds_of: np.ndarray) -> float:
    """Where F1 is best, of every sentence that prospects say in industries held out."""
    gold, said = kinds_of != NEITHER, 1 - probability[:, NONE]
    scores = [f1_score(gold, said >= t) for t in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(scores))])


def _write_manifest(out: Path, encoder: str, found: dict[str, Figures]) -> None:
    about = {
        "made_by": "resonance/training/voice.py",
        "encoder": encoder,
        "versions": {name: version(name) for name in ("scikit-learn", "spacy", "numpy")},
        "weights": digest(out.read_bytes()),
        "industries_held_out": found,
        "inputs": hashes(),
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
        [rows.contexts[i] for i in at],
        rows.kinds[at],
        rows.industries[at],
        rows.sources[at],
        rows.whole[at],
        rows.folds[at],
    )


if __name__ == "__main__":
    for corpus, measured in train().items():
        for name, values in measured.items():
            print(f"{corpus}, {name}: " + " ".join(f"{value:.3f}" for value in values))
