"""An encoder that remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from resonance.embed import Encoder, Progress
from resonance.store.store import Store

BETWEEN = "\x1e"  # ASCII's record separator: marks what was said before off from the text


class KeptEncoder(Encoder):
    """Encode each text once in a workspace's life; same vectors as `Encoder`.

    Parameters
    ----------
    store   : where vectors are kept, under the encoder's name
    encoder : what encodes those that are not; the default one where None
    """

    def __init__(self, store: Store, encoder: Encoder | None = None):
        self.encoder = encoder or Encoder()
        super().__init__(self.encoder.model, self.encoder.space)
        self.store = store

    def encode(
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> np.ndarray:
        """Vectors (n_texts, n_dims), read with what was said before each; new ones are kept."""
        texts = list(texts)
        befores = [""] * len(texts) if before is None else list(before)
        keys = [
            f"{earlier}{BETWEEN}{text}" if earlier else text
            for earlier, text in zip(befores, texts, strict=True)
        ]
        place = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        known = set[str]()
        kept = np.empty((0, 0), dtype=np.float32)
        for key, vector in self.store.vectors(self.name, place):
            if not known:
                kept = np.empty((len(place), len(vector)), dtype=np.float32)
            kept[place[key]] = vector
            known.add(key)
        missing = {key: row for row, key in enumerate(keys) if key not in known}
        if missing:
            rows = list(missing.values())
            vectors = self.encoder.encode(
                [texts[row] for row in rows], [befores[row] for row in rows], progress
            )
            self.store.add_vectors(self.name, list(missing), vectors)
            if not known:
                kept = np.empty((len(place), vectors.shape[1]), dtype=np.float32)
            kept[[place[key] for key in missing]] = vectors
        if not keys:
            return self.encoder.encode([])
        return kept if len(place) == len(keys) else kept[[place[key] for key in keys]]
