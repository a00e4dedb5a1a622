"""Text to vectors: the door to the default model and to any other that is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Protocol, get_args

import numpy as np
from tokenizers import Tokenizer

from resonance.errors import InputError
from resonance.minilm import MiniLM, Space
from resonance.named_model import NamedModel

Progress = Callable[[int], object]

MOST_RECENT = 20_000  # vectors; 30 MB


class Encoder:
    """Turn texts into vectors whose dot product is the texts' similarity.

    Files are opened when the first text is encoded or counted, not before.

    Parameters
    ----------
    model : str, default="default"
        "default" for all-MiniLM-L6-v2, or the name or folder of a sentence-transformers model.
        A named model that is not on this machine is fetched from its hub; nothing else here
        uses the network.
    space : {"base", "voice"}, default="base"
        "base" is the model as published, for passages and what is looked for in them. "voice"
        is what it learned from prospects of many industries: statements that voice the same
        objection or need lie close, however they are put. The default model only.
    """

    def __init__(self, model: str = "default", space: Space = "base"):
        if space not in get_args(Space):
            raise InputError(f"There is no space {space!r}; say 'base' or 'voice'.")
        if space != "base" and model != "default":
            raise InputError(f"{model} has no space {space!r}; only the default model has it.")
        self.model = model
        self.space: Space = space

    @property
    def name(self) -> str:
        """Model, space and weights: the key under which its vectors may be kept."""
        return self._model.name

    @property
    def max_tokens(self) -> int:
        """Most tokens of a text that are read; what comes after them is not seen."""
        return self._model.max_tokens

    def n_tokens(self, texts: Sequence[str]) -> list[int]:
        """Length of each whole text in tokens (word pieces and the marks at its ends).

        A text is read to its end if this is at most `max_tokens`.
        """
        encodings = self._model.tokenizer.encode_batch_fast(_as_list(texts))
        return [len(encoding) for encoding in encodings]

    def encode(
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> np.ndarray:
        """Vectors of texts; a text met again costs nothing.

        texts    : (n_texts,)
        before   : (n_texts,), what the other side said just before each, "" for nothing. It is
                   read together with the text; where both are too long, its beginning is left out
        progress : called after every batch with the number of texts done in it
        returns  : (n_texts, n_dims), float32, rows of length 1
        """
        texts = _as_list(texts)
        before = [""] * len(texts) if before is None else _as_list(before)
        if len(before) != len(texts):
            raise InputError(f"{len(texts)} texts but {len(before)} befores; give one for each.")
        wanted = list(zip(texts, before, strict=True))
        copies = Counter(wanted)
        pairs = sorted(copies)
        vectors = np.empty((len(pairs), self._model.n_dims), dtype=np.float32)
        for rows, batch in self._model.encode([t for t, _ in pairs], [b for _, b in pairs]):
            vectors[rows] = batch
            if progress:
                progress(sum(copies[pairs[row]] for row in rows))
        row_of = {pair: row for row, pair in enumerate(pairs)}
        return vectors[[row_of[pair] for pair in wanted]]

    @cached_property
    def _model(self) -> _Model:
        return MiniLM(self.space) if self.model == "default" else NamedModel(self.model)


class RecentEncoder(Encoder):
    """An encoder that keeps its last vectors: what voice has read, themes ask for again."""

    def __init__(self, model: str = "default", space: Space = "base"):
        super().__init__(model, space)
        self._recent: dict[tuple[str, str], np.ndarray] = {}

    def encode(
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> np.ndarray:
        befores = [""] * len(texts) if before is None else before
        wanted = list(zip(texts, befores, strict=True))
        known = {pair: self._recent[pair] for pair in wanted if pair in self._recent}
        new = sorted(set(wanted) - known.keys())
        vectors = super().encode([t for t, _ in new], [b for _, b in new], progress)
        known |= zip(new, vectors, strict=True)
        self._recent |= known
        for pair in list(islice(self._recent, max(0, len(self._recent) - MOST_RECENT))):
            del self._recent[pair]
        return np.stack([known[pair] for pair in wanted]) if wanted else vectors


class _Model(Protocol):
    """What an Encoder asks of a model."""

    @property
    def name(self) -> str: ...
    @property
    def n_dims(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...
    @property
    def tokenizer(self) -> Tokenizer: ...

    def encode(self, texts: list[str], before: list[str]) -> Iterator[tuple[list[int], np.ndarray]]:
        """Rows done and their vectors, batch by batch; every row once."""


def _as_list(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputError("One text was given where a list of texts is wanted; put it in a list.")
    return list(texts)
