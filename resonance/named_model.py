"""Any other sentence-transformers model, by its name or folder; needs the extra "models"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from resonance.errors import ModelError
from resonance.extras import require

BATCH = 32  # texts
MAX_TOKENS = 512  # for a model without a limit of its own


class NamedModel:
    """A model run by sentence-transformers on the CPU.

    Its batches are padded: the same texts give the same vectors in whatever order, but a vector
    may differ in its last digits with which other texts are encoded.
    """

    def __init__(self, model: str):
        self.library = _open(require("sentence_transformers", extra="models"), model)
        self.tokenizer = _tokenizer(self.library, model)
        limit = self.library.max_seq_length
        self.max_tokens = int(limit) if limit and limit < np.inf else MAX_TOKENS
        self.n_dims = len(self.library.encode("", show_progress_bar=False))
        self.name = f"{model}/base/{_digest(self.library)[:12]}"

    def encode(self, texts: list[str], before: list[str]) -> Iterator[tuple[list[int], np.ndarray]]:
        joined = list(map(self.join, before, texts))
        rows = sorted(range(len(joined)), key=lambda row: (-len(joined[row]), joined[row]))
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            vectors = self.library.encode(
                [joined[row] for row in batch], normalize_embeddings=True, show_progress_bar=False
            )
            yield batch, np.asarray(vectors, dtype=np.float32)

    def join(self, before: str, text: str) -> str:
        """`before text`, without as much of the beginning of `before` as has no room."""
        room = self.max_tokens - len(self.tokenizer.encode(text))
        offsets = self.tokenizer.encode(before, add_special_tokens=False).offsets
        if room < 1 or not offsets:
            return text
        return f"{before[offsets[-room:][0][0] :]} {text}"


def _open(library: ModuleType, model: str) -> Any:
    """From this machine where it is here, else from its hub."""
    try:
        try:
            return library.SentenceTransformer(model, device="cpu", local_files_only=True)
        except OSError:
            return library.SentenceTransformer(model, device="cpu")
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"The model {model!r} cannot be loaded: {reason}") from error


def _tokenizer(library: Any, model: str) -> Tokenizer:
    found = getattr(library.tokenizer, "backend_tokenizer", library.tokenizer)
    if not isinstance(found, Tokenizer):
        raise ModelError(f"The model {model!r} has no fast tokenizer; choose one that has.")
    tokenizer = Tokenizer.from_str(found.to_str())  # a copy: the model's own keeps its settings
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _digest(library: Any) -> str:
    """SHA-256 over the names and values of its weights."""
    whole = hashlib.sha256()
    for name, tensor in sorted(library.state_dict().items()):
        whole.update(name.encode())
        whole.update(tensor.float().numpy().tobytes())
    return whole.hexdigest()
