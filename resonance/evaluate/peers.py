"""Other ways to find themes, at their best: what ours is measured beside.

Both are given the same vectors of the statements' texts, and objections and needs apart as
ours are, which helps them much.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from resonance.evaluate.measures import NOISE
from resonance.extras import require

N_SEEDS = 5
MIN_THEME_SIZE = 5  # as ThemeModel's
N_NEIGHBORS, N_COMPONENTS = 15, 5  # BERTopic's own choice for UMAP
FEWEST = 20  # statements of a kind, below which UMAP has too few to lay out


def apart(kinds: Sequence[str], group: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Labels of all statements, from grouping the rows of each kind by themselves."""
    labels = np.full(len(kinds), NOISE)
    for kind in sorted(set(kinds)):
        rows = np.flatnonzero(np.asarray(kinds) == kind)
        own = np.asarray(group(rows))
        labels[rows] = np.where(own == NOISE, NOISE, own + labels.max(initial=NOISE) + 1)
    return labels


def bertopic(texts: Sequence[str], embeddings: np.ndarray, seed: int) -> np.ndarray:
    """Topic of each text by BERTopic, those it leaves out put into the nearest topic.

    embeddings : (n_texts, n_dims). Nothing is downloaded. Raises MissingExtra.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = require("bertopic", extra="baselines")
        if len(texts) < FEWEST:
            return np.full(len(texts), NOISE)
        model = package.BERTopic(
            embedding_model=None, umap_model=_umap(seed), min_topic_size=MIN_THEME_SIZE
        )
        topics, _ = model.fit_transform(list(texts), embeddings)
        if NOISE in topics and max(topics) >= 0:
            topics = model.reduce_outliers(
                list(texts), topics, strategy="embeddings", embeddings=embeddings
            )
    return np.asarray(topics)


def k_means(embeddings: np.ndarray, n_themes: int) -> np.ndarray:
    """Labels by k-means, which has to be told the number."""
    return KMeans(n_themes, n_init=10, random_state=0).fit_predict(embeddings)


def _umap(seed: int) -> Any:
    """BERTopic's default, made to give the same again."""
    return require("umap", extra="baselines").UMAP(
        n_neighbors=N_NEIGHBORS,
        n_components=N_COMPONENTS,
        min_dist=0.0,
        metric="cosine",
        random_state=seed,
        n_jobs=1,
    )
