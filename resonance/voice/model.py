"""Is it an objection, a need, or neither?

Three judges, and one that weighs them. The first knows the words and their grammar, the second
what the text means (the voice encoder and its head), the third what it means after what was said
right before it. Made by `python -m resonance.training voice` from corpora/voices and corpora/talks.
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
N_CONTEXT = 30  # words before a text that are read with it
DECIMALS = 6  # matrix products differ in their last digits with the company a row is in


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learned. `columns` are the features that count, of all that could be hashed.

    `words` and `stack` are coefficients with the intercept in the last row. `threshold` is the
    probability from which a text is taken for a statement.
    """

    columns: np.ndarray
    words: np.ndarray
    stack: np.ndarray
    threshold: float
    encoder: str
    name: str = ""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Texts as the judges take them: features, vectors alone, and vectors in their context."""

    features: csr_array
    alone: np.ndarray
    after: np.ndarray


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
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        lead: Sequence[str] | None = None,
    ) -> np.ndarray:
        """Calibrated probabilities of need, none and objection.

        texts   : (n_texts,), a sentence or two each
        before  : (n_texts,), what the other side said last before each, "" for nothing
        lead    : (n_texts,), what was said before each in its own turn, "" for nothing
        returns : (n_texts, 3), rows sum to 1; 1 is surely of that kind
        """
        texts, before = _checked(texts, before, "before")
        texts, lead = _checked(texts, lead, "lead")
        if not texts:
            return np.zeros((0, len(CLASSES)))
        contexts = list(map(context, before, lead))
        inputs = read_inputs(texts, contexts, self._encoder(), self.nlp or load_nlp())
        weights = load_weights()
        votes = judge(inputs, weights, adapter.load_head())
        return softmax(with_one(votes) @ weights.stack, axis=1).round(DECIMALS)

    def predict(
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        lead: Sequence[str] | None = None,
    ) -> list[str]:
        """The kind of each text: "need", "none" or "objection"."""
        return kinds(self.predict_proba(texts, before, lead), load_weights().threshold)

    def predict_category(
        self, texts: Sequence[str], kinds: Sequence[str], before: Sequence[str] | None = None
    ) -> list[str]:
        """The likeliest category of each text among those of its kind; "" where that is "none"."""
        texts, before = _checked(texts, before, "before")
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


def context(before: str, lead: str) -> str:
    """The last words before a text: the other side's, and then those of its own turn."""
    return " ".join(f"{before} {lead}".split()[-N_CONTEXT:])


def read_inputs(
    texts: Sequence[str], contexts: Sequence[str], encoder: Encoder, nlp: Language
) -> Inputs:
    """Texts, and each with its `context`, as the judges take them.

    Marks of redaction are read as the words they stand for.
    """
    texts = [spoken(text) for text in texts]
    after = encoder.encode(texts, [spoken(text) for text in contexts])
    return Inputs(read_features(parse(texts, nlp)), encoder.encode(texts), after)


def judge(inputs: Inputs, weights: Weights, head: adapter.Head) -> np.ndarray:
    """Log-probabilities (n_texts, 9) by each judge, up to a constant."""
    words = inputs.features[:, weights.columns] @ weights.words[:-1] + weights.words[-1]
    meanings = (inputs.alone, inputs.after)
    said = [head.log_proba_of_kinds(vectors, CLASSES) for vectors in meanings]
    return np.hstack([_centred(scores) for scores in (words, *said)])


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
        **{name: found[name].astype(np.float64) for name in ("words", "stack")},
        threshold=float(found["threshold"]),
        encoder=str(found["encoder"]),
        name=hashlib.sha256(raw).hexdigest()[:12],
    )


def _centred(scores: np.ndarray) -> np.ndarray:
    likely = log_softmax(np.asarray(scores), axis=1)
    return likely - likely.mean(axis=1, keepdims=True)


def _checked(
    texts: Sequence[str], beside: Sequence[str] | None, name: str
) -> tuple[list[str], list[str]]:
    if isinstance(texts, str) or isinstance(beside, str):
        raise InputError("One string was given; give a list of texts.")
    listed = list(texts)
    others = [""] * len(listed) if beside is None else list(beside)
    if len(others) != len(listed):
        raise InputError(f"{len(listed)} texts but {len(others)} in {name}; give one for each.")
    return listed, others
