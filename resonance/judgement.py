"""How similarity becomes a probability: what is set against it, and the curve.

A passage that is dense with the trade's words is near to every theme, and a theme that is put in
them near to every asset. Both are known from the other themes and assets, and, where those are
few, from decoys: quotes and passages of other industries. What a passage has in common with all
themes is taken off passage by passage, never for the asset as a whole: so nothing that is added
to an asset can take away from what it answers already.

Prospects talk in pictures and marketing in products, so the two may share no word. What a passage
answers, of the categories that prospects voice, is therefore learnt too, from passages of other
industries, and set beside the categories of the theme's quotes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from resonance.comparison import Comparison, of_parts

# Of what a part has in common with the other themes, so much is taken off.
HUB = 0.3
# An own mean over n others counts n, and what decoys make expected of it counts this much.
PRIOR_WEIGHT = 6.0
# Cohesion of a theme of few quotes is drawn to that of the themes of corpora/voices.
USUAL_COHESION, FEW_PAIRS = 0.19, 2.0
# A theme's categories are told from its quotes as if so many more had named all of them alike.
UNSURE = 1.0
NOTHING = "none"
LEARNT = (
    "answers",
    "touches",
    "passage_touches",
    "part_prior",
    "theme_prior",
    "proof",
    "categories",
    "answering",
)
DECOYS = ("quotes", "passage")

Quoted = Sequence[str] | Mapping[str, int]  # categories of a theme's quotes, or how often each


@dataclass(frozen=True, eq=False)
class Decoys:
    """Quotes and passages of other industries, which nothing in a workspace has to do with.

    `quotes` is (n_decoys, n_dims); `passage` (n_dims,) the mean of the passages.
    """

    quotes: np.ndarray
    passage: np.ndarray


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learnt from corpora/voices.

    `answers` (an asset a theme), `touches` (at least that) and `passage_touches` (a passage
    by itself) are coefficients of `features`, the intercept last. `part_prior` (2,) and
    `theme_prior` (3,) are those of `beside_decoys`. `answering` (n_dims + 1, n_categories) tells
    from a passage which of `categories` it answers, "objection/price_value", … or "none".
    """

    answers: np.ndarray
    touches: np.ndarray
    passage_touches: np.ndarray
    part_prior: np.ndarray
    theme_prior: np.ndarray
    proof: np.ndarray
    categories: np.ndarray
    answering: np.ndarray
    decoys: Decoys
    model: str


@cache
def load_weights() -> Weights:
    """The shipped weights, read once."""
    folder = files("resonance") / "weights"
    manifest = json.loads((folder / "relevance.json").read_text(encoding="utf-8"))
    with (folder / "relevance.npz").open("rb") as file, np.load(file) as arrays:
        quotes, passage = (arrays[f"decoy_{name}"].astype(np.float32) for name in DECOYS)
        learnt = {name: arrays[name] for name in LEARNT}
    return Weights(**learnt, decoys=Decoys(quotes, passage), model=manifest["model"])


def beside_decoys(decoys: Decoys, comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """What tells how similar a part is to any theme, and a theme to any asset.

    returns : (n_parts, 2), a constant and the part's mean similarity to decoy quotes;
        (n_themes, 3), a constant, the mean similarity to decoy passages and the theme's
        cohesion, the mean similarity of two of its quotes
    """
    to_decoys = of_parts(decoys.quotes @ comparison.pieces.T, comparison.parts)
    return _with_constant(to_decoys), _theme_beside(decoys, comparison)


def pieces_beside_decoys(decoys: Decoys, comparison: Comparison) -> np.ndarray:
    """The same for every passage an asset by itself: (n_pieces, 2)."""
    return _with_constant(comparison.pieces @ decoys.quotes.mean(axis=0))


def standing_out(similarity: np.ndarray, prior: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How far the part of each asset that most stands out for a theme does so.

    similarity : (n_parts, n_themes); prior : (n_parts,), what decoys make expected of a part's
        mean over themes; starts : (n_assets,), the first part of each
    returns    : (n_assets, n_themes)
    """
    apart = similarity - HUB * _mean_of_others(similarity, prior[:, None], axis=1)
    return np.maximum.reduceat(apart, starts)


def shares(voiced: Sequence[Quoted], categories: Sequence[str]) -> np.ndarray:
    """How likely each theme is of each category, by those of its quotes.

    voiced  : for each theme the category of each quote, "objection/price_value", …, or how many
        have each; those that are not known are passed over
    returns : (n_themes, n_categories), rows sum to 1 and are 0 for "none"
    """
    counts = np.array([[said[name] for name in categories] for said in map(Counter, voiced)])
    possible = np.array([name != NOTHING for name in categories])
    likely = counts.reshape(len(voiced), len(categories)) + UNSURE / possible.sum()
    likely = np.where(possible, likely, 0.0)
    return likely / likely.sum(axis=1, keepdims=True)


def fitting(pieces: np.ndarray, answering: np.ndarray, about: np.ndarray) -> np.ndarray:
    """Log-probability (n_pieces, n_themes) that a passage answers a category of the theme's.

    pieces : (n_pieces, n_dims); about : (n_themes, n_categories), as `shares` gives it
    """
    scores = pieces @ answering[:-1] + answering[-1]
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.log(likely @ about.T) - np.log(likely.sum(axis=1, keepdims=True))


def features(
    standing: np.ndarray, theme: np.ndarray, n_quotes: np.ndarray, fit: np.ndarray
) -> np.ndarray:
    """What the curves judge by.

    standing : (n_assets, n_themes), as `standing_out` gives it; theme : (n_themes,), what decoys
        make expected of its mean over assets; n_quotes : (n_themes,); fit : (n_judged, n_themes),
        of the first of the assets, those that are judged beside all: that of its passage with
        the highest, by `fitting`
    returns  : (n_judged, n_themes, 12): how far the asset stands out; the theme's mean over the
        other assets, drawn to its prior where these are few; the mean of those means; and the
        three again times how few others there are, and times how few quotes, each in (0, 1],
        with these two, and the fit, at the end
    """
    own_theme = _mean_of_others(standing, theme[None, :], axis=0)
    overall = np.sort(own_theme, axis=1).mean(axis=1, keepdims=True)
    three = np.stack(np.broadcast_arrays(standing, own_theme, overall), axis=-1)
    few_others = sum(_fewness(n) for n in standing.shape) / 2
    few = np.stack(np.broadcast_arrays(few_others, _fewness(n_quotes), standing)[:2], axis=-1)
    beside = np.concatenate([three, three * few[..., :1], three * few[..., 1:], few], axis=-1)
    return np.concatenate([beside[: len(fit)], fit[..., None]], axis=-1)


def curve(inputs: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The logistic curve over the last axis of `features`."""
    # SciPy's expit is the same, and takes a third of a second to load.
    return (1 + np.tanh((inputs @ coefficients[:-1] + coefficients[-1]) / 2)) / 2


def _fewness(n):
    return PRIOR_WEIGHT / (n - 1 + PRIOR_WEIGHT)


def _mean_of_others(values: np.ndarray, prior: np.ndarray, axis: int) -> np.ndarray:
    total = np.sort(values, axis=axis).sum(axis=axis, keepdims=True)
    mean_with_prior = total - values + PRIOR_WEIGHT * prior
    return mean_with_prior / (values.shape[axis] - 1 + PRIOR_WEIGHT)


def _theme_beside(decoys: Decoys, comparison: Comparison) -> np.ndarray:
    centres, n = comparison.centres, comparison.n_quotes
    to_decoys = (centres * decoys.passage).sum(axis=1)
    in_pairs = n * (centres * centres).sum(axis=1) - 1  # sum over a quote's pairs with the others
    cohesion = (in_pairs + FEW_PAIRS * USUAL_COHESION) / (n - 1 + FEW_PAIRS)
    return _with_constant(to_decoys, cohesion)


def _with_constant(*columns: np.ndarray) -> np.ndarray:
    return np.stack([np.ones(len(columns[0])), *columns], axis=1)
