"""How similarity becomes a probability: what is set against it, and the curve.

What an asset has in common with every theme (it is long, or dense with the trade's words) and a
theme with every asset is known from the other themes and assets, and, where those are few, from
decoys: quotes and passages of other industries.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from resonance.comparison import Comparison, best_of_each, ordered_mean

# An own mean over n others counts n, and what decoys make expected of it counts this much.
PRIOR_WEIGHT = 6.0
# Cohesion of a theme of few quotes is drawn to that of the themes of corpora/voices.
USUAL_COHESION, FEW_PAIRS = 0.19, 2.0
LEARNT = ("answers", "touches", "passage_touches", "asset_prior", "theme_prior", "proof")
DECOYS = ("quotes", "passage")


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
    by itself) are coefficients of `features`, the intercept last. `asset_prior` (2,) and
    `theme_prior` (3,) are those of `beside_decoys`.
    """

    answers: np.ndarray
    touches: np.ndarray
    passage_touches: np.ndarray
    asset_prior: np.ndarray
    theme_prior: np.ndarray
    proof: np.ndarray
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
    """What tells how similar an asset is to any theme, and a theme to any asset.

    returns : (n_assets, 2), a constant and the mean over decoy quotes of the asset's best
        passage; (n_themes, 3), a constant, the mean similarity to decoy passages and the
        theme's cohesion, the mean similarity of two of its quotes
    """
    best = best_of_each(decoys.quotes @ comparison.pieces.T, comparison.rows)
    return _with_constant(best.mean(axis=0, dtype=float)), _theme_beside(decoys, comparison)


def pieces_beside_decoys(decoys: Decoys, comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """The same with every passage an asset by itself: (n_pieces, 2) and (n_themes, 3)."""
    to_decoys = comparison.pieces @ decoys.quotes.mean(axis=0)
    return _with_constant(to_decoys), _theme_beside(decoys, comparison)


def priors(weights: Weights, asset: np.ndarray, theme: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What decoys make expected of each asset's mean over themes and each theme's over assets.

    asset, theme : as `beside_decoys` gives them; returns (n_assets,) and (n_themes,)
    """
    return asset @ weights.asset_prior, theme @ weights.theme_prior


def features(
    similarity: np.ndarray, asset: np.ndarray, theme: np.ndarray, n_quotes: np.ndarray
) -> np.ndarray:
    """What the curves judge by.

    similarity : (n_assets, n_themes); asset, theme : what `priors` expects of their means
    n_quotes   : (n_themes,)
    returns    : (n_assets, n_themes, 14): the similarity; the asset's mean over the other
        themes and the theme's over the other assets, each drawn to its prior where the others
        are few; the mean of those means; and the four again times how few others there are,
        and times how few quotes, each in (0, 1], with these two at the end
    """
    own_asset = _mean_of_others(similarity, asset[:, None], axis=1)
    own_theme = _mean_of_others(similarity, theme[None, :], axis=0)
    overall = (ordered_mean(own_asset.ravel()) + ordered_mean(own_theme.ravel())) / 2
    four = np.stack([similarity, own_asset, own_theme, np.full(similarity.shape, overall)], axis=-1)
    few_others = sum(_fewness(n) for n in similarity.shape) / 2
    few = np.stack(np.broadcast_arrays(few_others, _fewness(n_quotes), similarity)[:2], axis=-1)
    return np.concatenate([four, four * few[..., :1], four * few[..., 1:], few], axis=-1)


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
