"""How far an asset answers a theme.

An asset answers a theme as well as its best part does, a part being one to three passages: for
each quote of the theme the part's most similar passage is taken, and the similarities are averaged
over the quotes. What the part has in common with every theme (it is dense with the trade's
words) and the theme with every asset is set against it. Beside it stands how likely a passage
answers what the theme's quotes are about, whatever its words. A logistic curve turns both into
the probability that a reader would say "yes, this answers it". All was fitted on the passages of
corpora/voices, see `resonance.training.relevance`.

So nothing that is added to an asset lowers what it answers (past 30 passages not every three are
tried, only every two), and what is repeated, moved or as near to every theme as to this one does
not raise it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resonance.comparison import Comparison, compare
from resonance.embed import Encoder
from resonance.errors import InputError, ModelError
from resonance.judgement import (
    Quoted,
    Weights,
    beside_decoys,
    curve,
    features,
    fitting,
    load_weights,
    pieces_beside_decoys,
    shares,
    standing_out,
)


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
        The proof: the row, in the asset, of the passage that best answers the theme's quotes
        together, and the row, in the theme, of the quote it is nearest to.
    by_passage : one (n_passages, n_themes) for each asset
        The probability that each passage, standing alone, at least touches the theme.
    """

    probability: np.ndarray
    touched: np.ndarray
    passage: np.ndarray
    quote: np.ndarray
    by_passage: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Beside:
    """How far assets stand out for themes: what of them others are judged beside.

    `assets` is (n_assets, n_themes), of the part of each that stands out most; `pieces`
    (n_pieces, n_themes), of each distinct passage alone.
    """

    assets: np.ndarray
    pieces: np.ndarray


class RelevanceModel:
    """Judge which assets answer which themes.

    Parameters
    ----------
    encoder : Encoder, default=None
        The one the weights were fitted for; None opens it when texts are given.
    weights : Weights, default=None
        What was learnt; None for the shipped ones.
    others : Beside, default=None
        Assets that are not asked about, but beside which those that are stand; themes as there.
    """

    def __init__(
        self,
        encoder: Encoder | None = None,
        weights: Weights | None = None,
        others: Beside | None = None,
    ):
        self.encoder = encoder
        self.weights = weights
        self.others = others

    def beside(self, quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray]) -> Beside:
        """These assets as the `others` of another model; takes what `from_embeddings` does."""
        weights = self.weights or load_weights()
        comparison = compare(quotes, passages, weights.proof)
        part, _ = beside_decoys(weights.decoys, comparison)
        return _beside(comparison, part, weights)

    def predict_proba(
        self,
        quotes: Sequence[Sequence[str]],
        passages: Sequence[Sequence[str]],
        categories: Sequence[Quoted] | None = None,
    ) -> np.ndarray:
        """Probability that each asset answers each theme.

        quotes     : for each theme, what prospects said
        passages   : for each asset, its passages
        categories : for each theme, of each quote, as `from_embeddings` takes them
        returns    : (n_assets, n_themes) in [0, 1]
        """
        encoder = self.encoder or Encoder()
        if encoder.name != (expected := (self.weights or load_weights()).model):
            raise ModelError(
                f"Relevance is calibrated for {expected}, not for {encoder.name};"
                " leave the encoder out to use that one."
            )
        said, written = (_encode(encoder, texts) for texts in (quotes, passages))
        return self.from_embeddings(said, written, categories).probability

    def from_embeddings(
        self,
        quotes: Sequence[np.ndarray],
        passages: Sequence[np.ndarray],
        categories: Sequence[Quoted] | None = None,
    ) -> Relevance:
        """The same from unit vectors: (n_quotes, n_dims) a theme, (n_passages, n_dims) an asset.

        `categories` are, for each theme, those of its quotes ("objection/price_value", …; "" where
        not known), or how many quotes have each, or None where none is known: the judgement is
        then less sure. The order of
        quotes, passages, themes or assets changes nothing but the order of the result. Raises
        InputError for a theme or an asset with nothing in it.
        """
        weights = self.weights or load_weights()
        for name, groups in (("theme", quotes), ("asset", passages)):
            _check(name, groups, weights.decoys.passage.size)
        if not quotes or not passages:
            return _nothing(len(quotes), passages)
        comparison = compare(quotes, passages, weights.proof)
        part, theme = beside_decoys(weights.decoys, comparison)
        about = shares(categories or [[]] * len(quotes), weights.categories.tolist())
        fit = fitting(comparison.pieces, weights.answering, about)
        best_fit = np.stack([fit[rows].max(axis=0) for rows in comparison.rows])
        own = _beside(comparison, part, weights)
        others = self.others or Beside(own.assets[:0], own.pieces[:0])
        whole, alone = (
            features(
                np.concatenate([these, those]),
                theme @ weights.theme_prior,
                comparison.n_quotes,
                fit_of_these,
            )
            for these, those, fit_of_these in (
                (own.assets, others.assets, best_fit),
                (own.pieces, others.pieces, fit),
            )
        )
        probability = curve(whole, weights.answers)
        by_piece = curve(alone, weights.passage_touches)
        return Relevance(
            probability,
            np.maximum(curve(whole, weights.touches), probability),
            comparison.passage,
            comparison.quote,
            tuple(by_piece[rows] for rows in comparison.rows),
        )


def _beside(comparison: Comparison, part: np.ndarray, weights: Weights) -> Beside:
    piece = pieces_beside_decoys(weights.decoys, comparison)
    return Beside(
        standing_out(comparison.similarity, part @ weights.part_prior, comparison.starts),
        standing_out(comparison.by_piece, piece @ weights.part_prior, np.arange(len(piece))),
    )


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
