"""What a statement is about, on the fixed second axis: probabilities of its kind's categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfVectorizer

WEIGHTS = "space.npz"
KINDS = ("objection", "need")
BEFORE_WEIGHT = 0.7  # of the words said before, beside those of the statement
WORDS = {
    "ngram_range": (1, 2),
    "sublinear_tf": True,
    "token_pattern": r"(?u)\b\w+(?:'\w+)?\b|[$%]",
}


class CategoryModel:
    """Two linear models of each kind, one of words and one of vectors, and their geometric mean.

    They err apart: on industries held out the two together are right eight points more often
    than either (docs/experiments.md). `resonance.training.space` makes the weights.

    Parameters
    ----------
    weights : mapping of str to array, default=None
        What `resonance.training.space.fit` gives; the shipped weights where None.

    Attributes
    ----------
    classes_ : dict
        The categories of each kind, in the order of the columns.
    encoder_name : str
        Name of the encoder that the vectors must come from.
    """

    def __init__(self, weights: Mapping[str, np.ndarray] | None = None):
        self._weights = shipped_weights() if weights is None else weights
        self._words = _vectorizer(self._weights, "text")
        self._words_before = _vectorizer(self._weights, "before")
        self.encoder_name = str(self._weights["encoder"])
        self.classes_ = {kind: self._weights[f"{kind}_categories"].tolist() for kind in KINDS}

    def predict_proba(
        self,
        texts: Sequence[str],
        kinds: Sequence[str],
        before: Sequence[str],
        vectors: np.ndarray | None = None,
    ) -> np.ndarray:
        """Probabilities of each category.

        vectors : (n_texts, 2 n_dims), of the texts alone and after what was said before, made by
                  the encoder named `encoder_name`; where None, the words speak alone
        returns : (n_texts, n_categories), those of objections, then those of needs; the columns
                  of the other kind are 0
        """
        words = word_features(self._words, self._words_before, texts, before)
        given = np.asarray(kinds, dtype=object)
        columns = []
        for kind in KINDS:
            probability = self._by(f"{kind}_words", words)
            if vectors is not None:
                probability = np.sqrt(probability * self._by(f"{kind}_vectors", vectors))
                probability /= probability.sum(axis=1, keepdims=True)
            columns.append(np.where((given == kind)[:, None], probability, 0))
        return np.hstack(columns)

    def cues(self, category: str) -> dict[str, float]:
        """Weight of each word and pair of words for a category; {} for one not known."""
        for kind in KINDS:
            if category in self.classes_[kind]:
                row = self._weights[f"{kind}_words"][self.classes_[kind].index(category)]
                vocabulary = self._weights["text_vocabulary"].tolist()
                return dict(zip(vocabulary, row[: len(vocabulary)].tolist(), strict=True))
        return {}

    def _by(self, name: str, features: np.ndarray | csr_array) -> np.ndarray:
        coefficients = self._weights[name].astype(np.float64)
        return softmax(features @ coefficients.T + self._weights[f"{name}_intercept"], axis=1)


def word_features(
    words: TfidfVectorizer,
    words_before: TfidfVectorizer,
    texts: Sequence[str],
    before: Sequence[str],
) -> csr_array:
    """Words and pairs of words (n_texts, n_words), of the texts and of what was said before."""
    return csr_array(
        hstack([words.transform(texts), BEFORE_WEIGHT * words_before.transform(before)])
    )


@cache
def shipped_weights() -> Mapping[str, np.ndarray]:
    with (files("resonance") / "weights" / WEIGHTS).open("rb") as file, np.load(file) as arrays:
        return dict(arrays)


def _vectorizer(weights: Mapping[str, np.ndarray], part: str) -> TfidfVectorizer:
    vectorizer = TfidfVectorizer(vocabulary=weights[f"{part}_vocabulary"].tolist(), **WORDS)
    vectorizer.idf_ = weights[f"{part}_idf"]
    return vectorizer
