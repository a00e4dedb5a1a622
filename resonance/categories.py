"""What a statement is about, on the fixed second axis: probabilities of its kind's categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer

from resonance import adapter

WEIGHTS = "space.npz"
KINDS = ("objection", "need")
BEFORE_WEIGHT = 0.7  # of the words said before, beside those of the statement
WORDS = {
    "ngram_range": (1, 2),
    "sublinear_tf": True,
    "token_pattern": r"(?u)\b\w+(?:'\w+)?\b|[$%]",
}


class CategoryModel:
    """A linear model of words for each kind, the voice encoder's own head, and their mean.

    They err apart: on industries held out the two together are right more often than either
    (docs/experiments-themes.md). `resonance.training.space` makes the weights.

    Parameters
    ----------
    weights : mapping of str to array, default=None
        What `resonance.training.space.fit` gives; the shipped weights where None.
    head : Head, default=None
        What reads the vectors; the shipped voice encoder's where None.

    Attributes
    ----------
    classes_ : dict
        The categories of each kind, in the order of the columns.
    """

    def __init__(
        self, weights: Mapping[str, np.ndarray] | None = None, head: adapter.Head | None = None
    ):
        self._weights = shipped_weights() if weights is None else weights
        self._head = head or adapter.load_head()
        self._words = _vectorizer(self._weights, "text")
        self._words_before = _vectorizer(self._weights, "before")
        self.classes_ = {kind: self._weights[f"{kind}_categories"].tolist() for kind in KINDS}

    def predict_proba(
        self,
        texts: Sequence[str],
        kinds: Sequence[str],
        before: Sequence[str],
        readings: Sequence[np.ndarray] = (),
    ) -> np.ndarray:
        """Probabilities of each category, the geometric mean of what each reading says.

        readings : of (n_texts, n_dims), vectors of the texts in the voice space: alone, or with
                   what stood around them. Together they weigh as much as the words
        returns  : (n_texts, n_categories), those of objections, then those of needs; the columns
                   of the other kind are 0
        """
        words = word_features(self._words, self._words_before, texts, before)
        given = np.asarray(kinds, dtype=object)
        columns = []
        for kind in KINDS:
            likely = self._by_words(kind, words)
            if len(readings):
                read = sum(self._by_head(kind, vectors) for vectors in readings) / len(readings)
                likely = (likely + read) / 2
            columns.append(np.where((given == kind)[:, None], softmax(likely, axis=1), 0))
        return np.hstack(columns)

    def cues(self, category: str) -> dict[str, float]:
        """Weight of each word and pair of words for a category; {} for one not known."""
        for kind in KINDS:
            if category in self.classes_[kind]:
                row = self._weights[f"{kind}_words"][self.classes_[kind].index(category)]
                vocabulary = self._weights["text_vocabulary"].tolist()
                return dict(zip(vocabulary, row[: len(vocabulary)].tolist(), strict=True))
        return {}

    def _by_words(self, kind: str, words: csr_array) -> np.ndarray:
        coefficients = self._weights[f"{kind}_words"].astype(np.float64)
        scores = words @ coefficients.T + self._weights[f"{kind}_words_intercept"]
        return log_softmax(scores, axis=1)

    def _by_head(self, kind: str, vectors: np.ndarray) -> np.ndarray:
        own = [self._head.classes.index(f"{kind}/{name}") for name in self.classes_[kind]]
        return log_softmax(self._head.log_proba(vectors)[:, own], axis=1)


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
