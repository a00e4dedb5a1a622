"""How people talk on the two sides of a call, for where no name or address tells them apart.

Two things tell: what is said (a hashed word n-gram model of what reps and prospects say, from
the voices corpus), and who speaks after whom (people answer the other side more than their own).
Neither settles a speaker alone, so all ways of seating the speakers of a call are weighed
together. How much a company's style differs from the training's is unknown, and so is how far
its two sides lie apart; both are left free, the first by maximum likelihood, the second by an
even mixture over STEPS.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer

Chances = dict[str, tuple[float, float]]  # of each speaker, to be the vendor's, the prospect's

N_FEATURES = 2**16
WEIGHTS = "speakers.npz"

MOST_SPEAKERS = 10  # seated together; the quieter rest stays unknown
FEWEST_WORDS = 3  # "Yeah, right." says nothing about a side
STEPS = (0.5, 1.0, 2.0, 4.0)  # log-odds that may lie between the two sides' sentences
SPREAD = 2.5  # standard deviation of a sentence's log-odds within a side, as in training
PERSONAL = 0.5  # and of a speaker's mean
FARTHEST = 4.0  # log-odds from the call's median at which a sentence's evidence ends
ACROSS = 0.8  # of the changes of speaker go to the other side
VENDOR_OPENS = 0.7
NO_SIDES = 0.02  # probability that a call has one side only: a meeting among themselves

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[?!.,]")


def sentences(text: str) -> list[str]:
    """Sentences by their punctuation alone; quick, and good enough to weigh words."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def word_grams(sentence: str) -> list[str]:
    """Words, pairs and triples of a sentence with its ends marked; numbers are all alike."""
    words = _TOKEN.findall(sentence.lower().replace("’", "'"))
    words = ["<s>", *("#" if word.isdigit() else word for word in words), "</s>"]
    pairs = map("_".join, pairwise(words))
    triples = map("_".join, zip(words, words[1:], words[2:], strict=False))
    return [*words, *pairs, *triples]


def vectorizer() -> HashingVectorizer:
    return HashingVectorizer(analyzer=word_grams, n_features=N_FEATURES, alternate_sign=False)


def vendor_likeness(said: Sequence[str]) -> NDArray[np.float64]:
    """Log-odds (n_sentences,) that a rep said each; only differences within a call mean much."""
    if not said:
        return np.zeros(0)
    coefficients, intercept = _weights()
    return vectorizer().transform(said) @ coefficients + intercept


def seat(
    said: Sequence[tuple[str, str]],
    known: Mapping[str, bool],
    prior: Mapping[str, float],
    firms: Mapping[str, str],
) -> Chances:
    """Probabilities that each speaker is the vendor's and the prospect's.

    said : speaker and text of each turn, in order.
    known : speakers whose side is known, True for the vendor's.
    prior : log-odds for the vendor from elsewhere, 0 where absent.
    firms : the company or e-mail domain of a speaker; those of one firm sit on one side.

    The two probabilities add up to the probability that the call has two sides.
    """
    counts = Counter(name for name, _ in said)
    speakers = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_SPEAKERS]
    rows = [row for row in product((0, 1), repeat=len(speakers)) if 0 < sum(row) < len(row)]
    rows = [row for row in rows if _fits(dict(zip(speakers, row, strict=True)), known, firms)]
    if not rows:
        return {}
    seatings = np.array(rows)
    turns = [(speakers.index(name), text) for name, text in said if name in speakers]
    order = [who for who, _ in turns]
    means, variances = _style(turns, len(speakers))
    weight = _by_style(means, variances, seatings) + _by_order(order, seatings)
    weight += seatings @ np.array([prior.get(name, 0.0) for name in speakers])
    weight += math.log((1 - NO_SIDES) / len(seatings))
    if not known:
        weight = np.append(weight, math.log(NO_SIDES) + _one_side(means, variances, order))
    chance = np.exp(weight - weight.max())
    chance = chance[: len(seatings)] / chance.sum()
    vendor, two_sides = chance @ seatings, chance.sum()
    return {
        name: (float(p), float(two_sides - p)) for name, p in zip(speakers, vendor, strict=True)
    }


def _fits(
    is_vendor: Mapping[str, int], known: Mapping[str, bool], firms: Mapping[str, str]
) -> bool:
    """Whether a seating keeps to what is known, and each firm on one side."""
    sides: dict[str, int] = {}
    for name, side in is_vendor.items():
        if known.get(name, side) != side or sides.setdefault(firms.get(name) or name, side) != side:
            return False
    return True


def _style(turns: Sequence[tuple[int, str]], n_speakers: int) -> tuple[NDArray, NDArray]:
    """Mean log-odds of each speaker's sentences, and its variance."""
    said = [
        (who, sentence)
        for who, text in turns
        for sentence in sentences(text)
        if len(sentence.split()) >= FEWEST_WORDS
    ]
    odds = vendor_likeness([sentence for _, sentence in said])
    middle = np.median(odds) if said else 0.0
    odds = np.clip(odds - middle, -FARTHEST, FARTHEST)
    who = np.array([who for who, _ in said], dtype=int)
    n_said = np.bincount(who, minlength=n_speakers)
    means = np.bincount(who, weights=odds, minlength=n_speakers) / np.maximum(n_said, 1)
    return means, PERSONAL**2 + SPREAD**2 / np.maximum(n_said, 0.01)


def _by_style(means: NDArray, variances: NDArray, seatings: NDArray) -> NDArray[np.float64]:
    """Log-likelihood of each seating by what was said, up to a constant."""
    by_step = [_fit(means - step * seatings, variances) for step in STEPS]
    return np.logaddexp.reduce(by_step, axis=0) - math.log(len(STEPS))


def _fit(rest: NDArray, variances: NDArray) -> NDArray[np.float64]:
    """Log-likelihood of what a seating leaves unexplained, about the best middle."""
    middle = (rest / variances).sum(axis=-1, keepdims=True) / (1 / variances).sum()
    return -0.5 * ((rest - middle) ** 2 / variances).sum(axis=-1)


def _by_order(order: Sequence[int], seatings: NDArray) -> NDArray[np.float64]:
    """Log-likelihood of each seating by who opens the call and who speaks after whom."""
    n_speakers, n_vendor = seatings.shape[1], seatings.sum(axis=1)
    total = np.log(np.where(seatings[:, order[0]] == 1, VENDOR_OPENS, 1 - VENDOR_OPENS))
    for (a, b), times in Counter(pairwise(order)).items():
        if a == b:
            continue
        n_own = np.where(seatings[:, a] == 1, n_vendor, n_speakers - n_vendor)
        to_other = np.where(n_own > 1, ACROSS, 1.0) / (n_speakers - n_own)
        to_own = (1 - ACROSS) / np.maximum(n_own - 1, 1)
        crosses = seatings[:, a] != seatings[:, b]
        total += times * np.log(np.where(crosses, to_other, to_own))
    return total


def _one_side(means: NDArray, variances: NDArray, order: Sequence[int]) -> float:
    """Log-likelihood that all of them are on one side."""
    changes = sum(a != b for a, b in pairwise(order))
    return float(_fit(means, variances)) - changes * math.log(max(len(means) - 1, 1))


@cache
def _weights() -> tuple[NDArray[np.float32], float]:
    with (files("resonance") / "weights" / WEIGHTS).open("rb") as file:
        stored = np.load(file)
        return stored["coefficients"].astype(np.float32), float(stored["intercept"])
