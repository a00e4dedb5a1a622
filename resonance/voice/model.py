"""Is it an objection, a need, or neither?

Three judges, and one that weighs them. The first knows the words and their grammar, the second
what the text means (the voice encoder and its head), the third only what the other side said
just before. Made by `python -m resonance.training voice` from corpora/voices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax
from spacy.language import Language

from resonance import adapter
from resonance.categories import CategoryModel
from resonance.embed import Encoder
from resonance.errors import InputError, ModelError
from resonance.language import load_nlp
from resonance.voice.features import parse, read_features, spoken

WEIGHTS = "voice.npz"
CLASSES = ("need", "none", "objection")
NONE = 1  # its column
DECIMALS = 6  # matrix products differ in their last digits with the company a row is in


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learned. `columns` are the features that count, of all that could be hashed.

    `words`, `before` and `stack` are coefficients with the intercept in the last row.
    `threshold` is the probability from which a text is taken for a statement.
    """

    columns: np.ndarray
    words: np.ndarray
    before: np.ndarray
    stack: np.ndarray
    threshold: float
    encoder: str
    name: str = ""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Texts as the judges take them: features, vectors, and vectors of what was said before.

    `before` has rows of 0 where nothing was said before.
    """

    features: csr_array
    vectors: np.ndarray
    before: np.ndarray


class VoiceModel:
    """Judge what prospects say.

    Parameters
    ----------
    encoder : Encoder, default=None
        The one the weights were fitted for; None opens it when texts are given.
    nlp : spaCy pipeline, default=None
        The small English one where None.

    Attributes
    ----------
    classes_ : list of str
        "need", "none", "objection": the columns of `predict_proba`.
    name : str
        Identifies the weights and the encoder; other weights judge otherwise.
    """

    def __init__(self, encoder: Encoder | None = None, nlp: Language | None = None):
        self.encoder = encoder
        self.nlp = nlp
        self.classes_ = list(CLASSES)

    @property
    def name(self) -> str:
        weights = load_weights()
        return f"voice/{weights.name}/{weights.encoder}"

    def predict_proba(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> np.ndarray:
        """Calibrated probabilities of need, none and objection.

        texts   : (n_texts,), a sentence or two each
        before  : (n_texts,), what the other side said last before each, "" for nothing
        returns : (n_texts, 3), rows sum to 1; 1 is surely of that kind
        """
        texts, before = _checked(texts, before)
        if not texts:
            return np.zeros((0, len(CLASSES)))
        inputs = read_inputs(texts, before, self._encoder(), self.nlp or load_nlp())
        weights = load_weights()
        votes = judge(inputs, weights, adapter.load_head())
        return softmax(with_one(votes) @ weights.stack, axis=1).round(DECIMALS)

    def predict(self, texts: Sequence[str], before: Sequence[str] | None = None) -> list[str]:
        """The kind of each text: "need", "none" or "objection"."""
        return kinds(self.predict_proba(texts, before), load_weights().threshold)

    def predict_category(
        self, texts: Sequence[str], kinds: Sequence[str], before: Sequence[str] | None = None
    ) -> list[str]:
        """The likeliest category of each text among those of its kind; "" where that is "none"."""
        texts, before = _checked(texts, before)
        model = CategoryModel()
        names = [name for kind in model.classes_ for name in model.classes_[kind]]
        if not texts:
            return []
        encoder = self._encoder()
        readings = [encoder.encode(texts), encoder.encode(texts, before)]
        probability = model.predict_proba(texts, kinds, before, readings)
        best = probability.argmax(axis=1)
        return [
            "" if kind == CLASSES[NONE] else names[i] for kind, i in zip(kinds, best, strict=True)
        ]

    def _encoder(self) -> Encoder:
        encoder = self.encoder or Encoder(space="voice")
        if encoder.name != (expected := load_weights().encoder):
            raise ModelError(
                f"Voice is calibrated for {expected}, not for {encoder.name};"
                " leave the encoder out to use that one."
            )
        self.encoder = encoder
        return encoder


def kinds(probability: np.ndarray, threshold: float) -> list[str]:
    """ "none" below the threshold, else the likelier of need and objection."""
    likelier = np.where(probability[:, 0] > probability[:, 2], CLASSES[0], CLASSES[2])
    return np.where(1 - probability[:, NONE] < threshold, CLASSES[NONE], likelier).tolist()


def read_inputs(
    texts: Sequence[str], before: Sequence[str], encoder: Encoder, nlp: Language
) -> Inputs:
    """Texts, and the last sentence of what was said before each, as the judges take them.

    Marks of redaction are read as the words they stand for.
    """
    texts = [spoken(text) for text in texts]
    return Inputs(
        read_features(parse(texts, nlp)), encoder.encode(texts), encode_before(before, encoder)
    )


def encode_before(before: Sequence[str], encoder: Encoder) -> np.ndarray:
    """Vectors (n_texts, n_dims) of the last sentence said before each, 0 where there is none."""
    last = [_last_sentence(spoken(text)) for text in before]
    said = np.array([bool(text) for text in last])
    return encoder.encode(last) * said[:, None]


def judge(inputs: Inputs, weights: Weights, head: adapter.Head) -> np.ndarray:
    """Log-probabilities (n_texts, 9) by each judge; the third gives 0 where nothing was said."""
    said = inputs.before.any(axis=1, keepdims=True)
    words = inputs.features[:, weights.columns] @ weights.words[:-1] + weights.words[-1]
    meaning = head.log_proba_of_kinds(inputs.vectors, CLASSES)
    before = _centred(with_one(inputs.before) @ weights.before)
    return np.hstack([_centred(words), _centred(meaning), before * said])


def with_one(rows: np.ndarray) -> np.ndarray:
    """A column of ones at the end, for the intercept."""
    return np.hstack([rows, np.ones((len(rows), 1), dtype=rows.dtype)])


@cache
def load_weights() -> Weights:
    path = files("resonance") / "weights" / WEIGHTS
    raw = path.read_bytes()
    with path.open("rb") as file, np.load(file) as arrays:
        found = dict(arrays)
    return Weights(
        columns=found["columns"],
        **{name: found[name].astype(np.float64) for name in ("words", "before", "stack")},
        threshold=float(found["threshold"]),
        encoder=str(found["encoder"]),
        name=hashlib.sha256(raw).hexdigest()[:12],
    )


def _centred(scores: np.ndarray) -> np.ndarray:
    likely = log_softmax(np.asarray(scores), axis=1)
    return likely - likely.mean(axis=1, keepdims=True)


def _last_sentence(text: str) -> str:
    """What was said last: in training a single sentence stands before."""
    cut = max(text.rfind(mark, 0, len(text) - 1) for mark in (". ", "? ", "! "))
    return text[cut + 1 :].strip()


def _checked(texts: Sequence[str], before: Sequence[str] | None) -> tuple[list[str], list[str]]:
    if isinstance(texts, str) or isinstance(before, str):
        raise InputError("One string was given; give a list of texts.")
    listed = list(texts)
    befores = [""] * len(listed) if before is None else list(before)
    if len(befores) != len(listed):
        raise InputError(f"{len(listed)} texts but {len(befores)} befores; give one for each.")
    return listed, befores
