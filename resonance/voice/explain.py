"""Why a text was taken for an objection, a need or neither."""

from __future__ import annotations

from dataclasses import dataclass

from resonance.errors import InputError
from resonance.voice.model import VoiceModel


@dataclass(frozen=True, slots=True)
class Explanation:
    """The judgement, and what each word of the text did for it.

    `probability` in [0, 1] is that of `kind`. A word's weight in [-1, 1] is what that probability
    loses when the word is left out: above 0 it spoke for the kind, below 0 against it.
    `before` is the same of what the other side had said.
    """

    text: str
    kind: str
    category: str
    probability: float
    words: tuple[tuple[str, float], ...]
    before: float


def explain(model: VoiceModel, text: str, before: str = "") -> Explanation:
    """Judge a text again without each of its words.

    Li, Monroe and Jurafsky 2016, "Understanding neural networks through representation erasure".
    Raises InputError for a text without words.
    """
    words = text.split()
    if not words:
        raise InputError("There is nothing to explain: the text has no words.")
    without = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
    texts, befores = [text, *without, text], [before] * (len(words) + 1) + [""]
    probability = model.predict_proba(texts, befores)
    (kind,) = model.predict([text], [before])
    (category,) = model.predict_category([text], [kind], [before])
    of_kind = probability[:, model.classes_.index(kind)]
    lost = (of_kind[0] - of_kind[1:]).round(4).tolist()
    return Explanation(
        text,
        kind,
        category,
        round(float(of_kind[0]), 4),
        tuple(zip(words, lost[:-1], strict=True)),
        lost[-1],
    )
