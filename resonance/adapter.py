"""What the voice encoder learned on top of the published weights, and how to read its vectors.

A change of low rank to each matrix (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language
Models"), and a linear head that tells from a vector what is voiced. Made by
`python -m resonance.training encoder`; weights/encoder.md says from what and how well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np

SHARE = 0.7  # of the change that is made: on the way back to the base less is forgotten
PATH = Path(str(files("resonance") / "weights" / "encoder.npz"))


class Change(NamedTuple):
    """`left @ right` is added to a matrix: (n_out, rank) and (rank, n_in)."""

    left: np.ndarray
    right: np.ndarray


class Head(NamedTuple):
    """A linear reading of vectors; `classes` are "objection/price_value", …, "none"."""

    classes: list[str]
    coefficients: np.ndarray  # (n_dims + 1, n_classes), the intercepts in the last row

    def log_proba(self, vectors: np.ndarray) -> np.ndarray:
        """Log-probabilities (n_texts, n_classes) of vectors (n_texts, n_dims)."""
        from scipy.special import log_softmax  # slow to load, and `check` does without it

        return log_softmax(vectors @ self.coefficients[:-1] + self.coefficients[-1], axis=1)

    def log_proba_of_kinds(self, vectors: np.ndarray, kinds: Sequence[str]) -> np.ndarray:
        """Log-probabilities (n_texts, n_kinds) of "objection", "need" and "none" as named."""
        from scipy.special import logsumexp

        likely = self.log_proba(vectors)
        kind_of = np.array([name.partition("/")[0] for name in self.classes])
        return np.column_stack([logsumexp(likely[:, kind_of == kind], axis=1) for kind in kinds])


@cache
def load(path: Path = PATH) -> dict[str, Change]:
    """The change of each matrix, by its name in the model's file."""
    with path.open("rb") as file, np.load(file) as arrays:
        names = sorted(name.removesuffix("/left") for name in arrays if name.endswith("/left"))
        return {name: Change(arrays[f"{name}/left"], arrays[f"{name}/right"]) for name in names}


@cache
def load_head(path: Path = PATH) -> Head:
    with path.open("rb") as file, np.load(file) as arrays:
        return Head(arrays["classes"].tolist(), arrays["head"].astype(np.float64))


@cache
def digest(path: Path = PATH) -> str:
    """SHA-256 of the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def adapt(
    weights: Mapping[str, np.ndarray], changes: Mapping[str, Change]
) -> dict[str, np.ndarray]:
    """The weights with a share of the changes made; `weights` is left as it is.

    Weights between the published and the learned ones do better on text of another kind
    (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """
    adapted = dict(weights)
    for name, (left, right) in changes.items():
        change = left.astype(np.float32) @ right.astype(np.float32)
        adapted[name] = weights[name] + SHARE * change
    return adapted
