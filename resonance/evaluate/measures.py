"""Measures, on arrays and lists alone; NaN where there is nothing to measure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import (
    adjusted_rand_score,
    average_precision_score,
    normalized_mutual_info_score,
    roc_auc_score,
)

ShareOut = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

N_DRAWS = 5
NOISE = -1
ADDRESSED = 2  # least grade of an asset that addresses a theme
SAME = 0.6  # share of the shorter text's words that the longer one must have
PLACEHOLDER = re.compile(r"\[[a-z]+(?:-\d+)?\]")
WORD = re.compile(r"[^\W_]+")


def words(text: str) -> Counter[str]:
    """Words of a text in lower case, with what privacy put in left out."""
    return Counter(WORD.findall(PLACEHOLDER.sub(" ", text).lower()))


def shared(one: Counter[str], other: Counter[str]) -> float:
    """Share of the shorter text's words that the longer one has too, in [0, 1].

    Redaction takes words away and a label may span two sentences, so texts are not compared
    to the letter.
    """
    shorter = min(one.total(), other.total())
    return (one & other).total() / shorter if shorter else 0.0


def same_sentence(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two texts of one turn are the same sentence, or one is a part of the other."""
    return shared(one, other) >= SAME


def share(facts: Iterable[bool]) -> float:
    """How many of them are true, in [0, 1]; NaN for none."""
    listed = list(facts)
    return sum(listed) / len(listed) if listed else float("nan")


def f_score(precision: float, recall: float) -> float:
    """Harmonic mean of precision and recall, in [0, 1]."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def b_cubed_f(gold: Sequence[object], found: Sequence[object]) -> float:
    """B-cubed F1 of a clustering, in [0, 1] (Bagga and Baldwin 1998)."""
    both = Counter(zip(gold, found, strict=True))
    in_gold, in_found = Counter(gold), Counter(found)
    precision = sum(n * n / in_found[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / in_gold[g] for (g, _), n in both.items()) / len(gold)
    return f_score(precision, recall)


def alone(labels: ArrayLike) -> np.ndarray:
    """The labels with every statement that belongs to no theme in a group of its own."""
    labels = np.array(labels)
    left = labels == NOISE
    labels[left] = labels.max(initial=NOISE) + 1 + np.arange(left.sum())
    return labels


def clustering(gold: Sequence[str], labels: ArrayLike) -> dict[str, float]:
    """ARI, NMI, B-cubed F1, the number of themes and the share left alone.

    A statement left alone counts as a theme of its own, so leaving out is never free.
    """
    labels = np.asarray(labels)
    if not len(labels):
        return dict.fromkeys(("ARI", "NMI", "B-cubed F1", "left alone"), np.nan) | {"themes": 0}
    apart = alone(labels)
    return {
        "ARI": float(adjusted_rand_score(gold, apart)),
        "NMI": float(normalized_mutual_info_score(gold, apart)),
        "B-cubed F1": b_cubed_f(gold, apart.tolist()),
        "themes": len(set(labels[labels != NOISE].tolist())),
        "left alone": float(np.mean(labels == NOISE)),
    }


def same_theme_near(gold: Sequence[str], embeddings: np.ndarray, n_near: int = 5) -> float:
    """P@5: share of each statement's nearest that are of its theme, in [0, 1].

    embeddings : (n_statements, n_dims), compared by cosine
    """
    if len(gold) <= n_near:
        return float("nan")
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True).clip(1e-12)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -np.inf)
    near = np.argsort(-similarity, axis=1, kind="stable")[:, :n_near]
    themes = np.asarray(gold)
    return float(np.mean(themes[near] == themes[:, None]))


def right_from_quotes(
    gold: Sequence[str], embeddings: np.ndarray, n_quotes: int, share_out: ShareOut
) -> float:
    """Share of the other statements that go to the theme of their own quotes.

    `n_quotes` of each theme are drawn at random; the mean over five draws. Every theme is known,
    as it is where a user quotes some of each.

    embeddings : (n_statements, n_dims), of length 1, compared by cosine
    share_out  : vectors, quotes and their labels → (n_statements, n_themes), the best is highest
    """
    themes = np.asarray(gold)
    names = np.unique(themes)
    right = []
    for seed in range(N_DRAWS):
        chance = np.random.default_rng(seed)
        drawn = [chance.permutation(np.flatnonzero(themes == n))[:n_quotes] for n in names]
        quoted = np.concatenate(drawn)
        labels = np.repeat(np.arange(len(names)), [len(own) for own in drawn])
        rest = np.setdiff1d(np.arange(len(themes)), quoted)
        best = share_out(embeddings[rest], embeddings[quoted], labels).argmax(axis=1)
        right.append(share(names[best] == themes[rest]))
    return float(np.mean(right))


def nearest_mean(vectors: np.ndarray, quotes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Similarity (n_statements, n_themes) to the mean of each theme's quotes."""
    centres = np.stack([quotes[labels == n].mean(axis=0) for n in range(labels.max() + 1)])
    return vectors @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T


def detection(truth: ArrayLike, probability: ArrayLike) -> dict[str, float]:
    """How well a probability ranks what is true above what is not: AUC and average precision.

    truth : of bool; NaN where it is all one
    """
    truth = np.asarray(truth, dtype=bool).ravel()
    probability = np.asarray(probability, dtype=float).ravel()
    if truth.all() or not truth.any():
        return {"AUC": float("nan"), "average precision": float("nan")}
    return {
        "AUC": float(roc_auc_score(truth, probability)),
        "average precision": float(average_precision_score(truth, probability)),
    }


def ranking(grades: np.ndarray, relevance: np.ndarray) -> dict[str, float]:
    """How well relevance tells assets that address a theme from those that do not.

    grades    : (n_assets, n_themes) of 0 to 3; 2 and 3 address the theme
    relevance : (n_assets, n_themes)

    "best asset right" counts the addressed themes (there are "of") whose most relevant asset
    has the highest grade of all; of several that are equally relevant, all must have it.
    """
    highest = grades.max(axis=0, initial=0)
    addressed = np.flatnonzero(highest >= ADDRESSED)
    relevant, graded = relevance[:, addressed], grades[:, addressed]
    is_best = relevant == relevant.max(axis=0, initial=-np.inf)
    right = (~is_best | (graded == highest[addressed])).all(axis=0)
    return {
        **detection(grades >= ADDRESSED, relevance),
        "best asset right": int(right.sum()),
        "of": len(addressed),
    }


def calibration_error(truth: ArrayLike, probability: ArrayLike, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Naeini et al. 2015), in [0, 1]."""
    truth = np.asarray(truth, dtype=float).ravel()
    probability = np.asarray(probability, dtype=float).ravel()
    if not len(truth):
        return float("nan")
    bins = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(truth[bins == b].mean() - probability[bins == b].mean()) * np.mean(bins == b)
        for b in np.unique(bins)
    ]
    return float(sum(gaps))
