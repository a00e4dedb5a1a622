"""How far an asset answers a theme.

For each quote of the theme the asset's most similar passage is taken, and the similarities are
averaged over the quotes. What the asset has in common with every theme (it is long, or dense
with the trade's words) and the theme with every asset is set against it, and a logistic curve
turns the rest into the probability that a reader would say "yes, this answers it". The curve
was fitted on the passages of corpora/voices, see `resonance.training.relevance`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.special import expit

from resonance.embed import Encoder
from resonance.errors import InputError, ModelError

MAX_QUOTES = 200  # of a theme; of more, that many are taken, evenly spread
# An own mean over n others counts n, and what decoys make expected of it counts this much.
PRIOR_WEIGHT = 6.0
# Cohesion of a theme of few quotes is drawn to that of the themes of corpora/voices.
USUAL_COHESION, FEW_PAIRS = 0.19, 2.0
LEARNT = ("answers", "touches", "passage_touches", "asset_prior", "theme_prior")
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
    decoys: Decoys
    model: str


@dataclass(frozen=True, eq=False)
class Relevance:
    """Every asset against every theme, and the proof.

    Attributes
    ----------
    probability : (n_assets, n_themes)
        That a reader would say the asset answers the theme; 0 surely not, 1 surely.
    touched : (n_assets, n_themes)
        That the asset at least touches the theme; never below `probability`.
    passage, quote : (n_assets, n_themes) of int
        The rows, in the asset and in the theme as given, of the pair that is most similar
        once what each has in common with everything is taken off.
    by_passage : one (n_passages, n_themes) for each asset
        The probability that each passage, standing alone, at least touches the theme.
    """

    probability: np.ndarray
    touched: np.ndarray
    passage: np.ndarray
    quote: np.ndarray
    by_passage: tuple[np.ndarray, ...]


class RelevanceModel:
    """Judge which assets answer which themes.

    Parameters
    ----------
    encoder : Encoder, default=None
        The one the weights were fitted for; None opens it when texts are given.
    """

    def __init__(self, encoder: Encoder | None = None):
        self.encoder = encoder

    def predict_proba(
        self, quotes: Sequence[Sequence[str]], passages: Sequence[Sequence[str]]
    ) -> np.ndarray:
        """Probability that each asset answers each theme.

        quotes   : for each theme, what prospects said
        passages : for each asset, its passages
        returns  : (n_assets, n_themes) in [0, 1]
        """
        encoder = self.encoder or Encoder()
        if encoder.name != (expected := load_weights().model):
            raise ModelError(
                f"Relevance is calibrated for {expected}, not for {encoder.name};"
                " leave the encoder out to use that one."
            )
        vectors = [_encode(encoder, texts) for texts in (quotes, passages)]
        return self.from_embeddings(*vectors).probability

    def from_embeddings(
        self, quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray]
    ) -> Relevance:
        """The same from unit vectors: (n_quotes, n_dims) a theme, (n_passages, n_dims) an asset.

        The order of quotes, passages, themes or assets changes nothing but the order of the
        result. Raises InputError for a theme or an asset with nothing in it.
        """
        weights = load_weights()
        for name, groups in (("theme", quotes), ("asset", passages)):
            _check(name, groups, weights.decoys.passage.size)
        if not quotes or not passages:
            return _nothing(len(quotes), passages)
        comparison = compare(quotes, passages)
        n_quotes = comparison.n_quotes
        asset, theme = priors(weights, *beside_decoys(weights.decoys, comparison))
        whole = features(comparison.similarity, asset, theme, n_quotes)
        piece, _ = priors(weights, *pieces_beside_decoys(weights.decoys, comparison))
        alone = features(comparison.by_piece, piece, theme, n_quotes)
        probability = curve(whole, weights.answers)
        by_piece = curve(alone, weights.passage_touches)
        return Relevance(
            probability,
            np.maximum(curve(whole, weights.touches), probability),
            comparison.passage,
            comparison.quote,
            tuple(by_piece[rows] for rows in comparison.rows),
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Quotes set beside passages, before any judgement.

    `similarity` (n_assets, n_themes) is the mean over quotes of the best passage's cosine;
    `by_piece` (n_pieces, n_themes) the same for each distinct passage alone. `pieces` are
    those passages, in an order of their own; `rows` has the pieces of each asset's passages.
    `centres` (n_themes, n_dims) are the means of the themes' quotes, of which there are
    `n_quotes` (n_themes,), each distinct one counted once.
    """

    similarity: np.ndarray
    by_piece: np.ndarray
    passage: np.ndarray
    quote: np.ndarray
    pieces: np.ndarray
    rows: tuple[np.ndarray, ...]
    centres: np.ndarray
    n_quotes: np.ndarray


def compare(quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray]) -> Comparison:
    """Similarity of every asset to every theme, and the pair that shows it best.

    The pair is chosen after each quote's mean over all passages and each passage's mean over
    all themes are taken off, so that what resembles everything proves nothing.
    """
    pieces, rows = _distinct(passages)
    kept = [_spread(group) for group in quotes]
    centres = np.stack([q[k].mean(axis=0) for q, k in zip(quotes, kept, strict=True)])
    n_quotes = np.array([len(k) for k in kept])
    common = pieces @ _ordered_mean(centres)
    mean_piece = pieces.mean(axis=0)
    similarity = np.empty((len(passages), len(quotes)))
    by_piece = np.empty((len(pieces), len(quotes)))
    passage = np.empty(similarity.shape, dtype=int)
    quote = np.empty(similarity.shape, dtype=int)
    for t, (group, keep) in enumerate(zip(quotes, kept, strict=True)):
        cosine = group[keep] @ pieces.T
        similarity[:, t] = best_of_each(cosine, rows).mean(axis=0, dtype=float)
        centred = cosine - (group[keep] @ mean_piece)[:, None] - common
        best_quote = centred.argmax(axis=0)
        peak = centred.max(axis=0)
        passage[:, t] = [_first_best(peak, own) for own in rows]
        quote[:, t] = [keep[best_quote[own[p]]] for own, p in zip(rows, passage[:, t], strict=True)]
        by_piece[:, t] = cosine.mean(axis=0, dtype=float)
    return Comparison(similarity, by_piece, passage, quote, pieces, rows, centres, n_quotes)


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
    overall = (_ordered_mean(own_asset.ravel()) + _ordered_mean(own_theme.ravel())) / 2
    four = np.stack([similarity, own_asset, own_theme, np.full(similarity.shape, overall)], axis=-1)
    few_others = sum(_fewness(n) for n in similarity.shape) / 2
    few = np.stack(np.broadcast_arrays(few_others, _fewness(n_quotes), similarity)[:2], axis=-1)
    return np.concatenate([four, four * few[..., :1], four * few[..., 1:], few], axis=-1)


def best_of_each(cosine: np.ndarray, rows: Sequence[np.ndarray]) -> np.ndarray:
    """The most similar of each asset's passages.

    cosine  : (n_quotes, n_pieces); rows : for each asset, its pieces
    returns : (n_quotes, n_assets)
    """
    starts = np.cumsum([0, *(len(own) for own in rows[:-1])])
    return np.maximum.reduceat(cosine[:, np.concatenate(rows)], starts, axis=1)


def curve(inputs: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The logistic curve over the last axis of `features`."""
    return expit(inputs @ coefficients[:-1] + coefficients[-1])


@cache
def load_weights() -> Weights:
    """The shipped weights, read once."""
    folder = files("resonance") / "weights"
    manifest = json.loads((folder / "relevance.json").read_text(encoding="utf-8"))
    with (folder / "relevance.npz").open("rb") as file, np.load(file) as arrays:
        quotes, passage = (arrays[f"decoy_{name}"].astype(np.float32) for name in DECOYS)
        learnt = {name: arrays[name] for name in LEARNT}
    return Weights(**learnt, decoys=Decoys(quotes, passage), model=manifest["model"])


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


def _distinct(passages: Sequence[np.ndarray]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """All passages once, sorted by content, and the rows there of each asset's passages."""
    pieces, row = np.unique(np.concatenate(passages), axis=0, return_inverse=True)
    ends = np.cumsum([len(group) for group in passages])[:-1]
    return pieces, tuple(np.split(row.ravel(), ends))


def _spread(quotes: np.ndarray) -> np.ndarray:
    """Rows of at most MAX_QUOTES distinct quotes, sorted by content, evenly spread over them."""
    _, first = np.unique(quotes, axis=0, return_index=True)
    if len(first) <= MAX_QUOTES:
        return first
    return first[np.linspace(0, len(first) - 1, MAX_QUOTES).round().astype(int)]


def _first_best(peak: np.ndarray, own: np.ndarray) -> int:
    """Row in the asset of its piece with the highest peak; of equals, the first by content."""
    best = peak[own] == peak[own].max()
    return int(np.flatnonzero(best & (own == own[best].min()))[0])


def _ordered_mean(values: np.ndarray) -> np.ndarray:
    """The mean over rows, the same to the last bit in whatever order they come."""
    return np.sort(values, axis=0).mean(axis=0)


def _encode(encoder: Encoder, groups: Sequence[Sequence[str]]) -> list[np.ndarray]:
    vectors = encoder.encode([text for group in groups for text in group])
    return np.split(vectors, np.cumsum([len(group) for group in groups])[:-1]) if groups else []


def _check(name: str, groups: Sequence[np.ndarray], n_dims: int) -> None:
    for row, group in enumerate(groups):
        if not len(group):
            raise InputError(f"The {name} in row {row} has no texts; leave it out.")
        if group.ndim != 2 or group.shape[1] != n_dims:
            raise ModelError(
                f"The {name} in row {row} has vectors of shape {group.shape}; relevance is"
                f" calibrated for {n_dims} dimensions. Use the default encoder's."
            )


def _nothing(n_themes: int, passages: Sequence[np.ndarray]) -> Relevance:
    shape = len(passages), n_themes
    empty = np.zeros(shape)
    rows = np.zeros(shape, dtype=int)
    return Relevance(
        empty, empty, rows, rows, tuple(np.zeros((len(p), n_themes)) for p in passages)
    )
