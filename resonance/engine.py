"""Where batches run: many texts' word pieces through one ONNX session.

A text's vector is the same to the last bit whichever texts are encoded with it, in whatever
order, on however many cores. Three things make it so. A batch holds texts of equal length only,
so that nothing is padded or masked. onnxruntime adds up each row of a matrix product in the
same order however many rows there are. And the mean over a text's tokens is taken here, text by
text, because onnxruntime's own mean adds them in an order that depends on the batch.
Another kind of processor may round otherwise.

Batches run side by side, each on one core. Spread over two cores, a batch took 15 % more
processor time, and up to 85 % more where the cores wait for each other actively, as onnxruntime
has them do by default (measured on a busy two-core machine).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import numpy as np
import onnxruntime as ort

GRAPH = files("resonance") / "weights" / "minilm.onnx"
BATCH_TOKENS = 256  # a core is at its full speed from about 100 on; small batches share out well
DTYPES = {"F32": "<f4", "I64": "<i8"}


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A text as the graph takes it: ids of its word pieces, (n_tokens,) int32.

    The first `n_before` of them are of what was said before it.
    """

    ids: np.ndarray
    n_before: int = 0


def load_weights(path: Path) -> dict[str, np.ndarray]:
    """Tensors of a safetensors file by name, mapped from the disk, not read.

    The format: the length of a JSON header in 8 bytes, the header, the tensors end to end
    (README of huggingface/safetensors, "Format").
    """
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int(raw[:8].view("<u8")[0])
    header: dict[str, dict] = json.loads(raw[8:start].tobytes())
    header.pop("__metadata__", None)
    weights = {}
    for name, tensor in header.items():
        first, end = tensor["data_offsets"]
        values = raw[start + first : start + end].view(DTYPES[tensor["dtype"]])
        weights[name] = values.reshape(tensor["shape"])
    return weights


def open_session(weights: Mapping[str, np.ndarray]) -> ort.InferenceSession:
    """The shipped graph with these weights in it; it keeps copies of its own.

    `weights` must have all the names that `training/graph.py` uses, and no others.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    values = [ort.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    options.add_external_initializers(list(weights), values)
    return ort.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])


def run(
    session: ort.InferenceSession, texts: Sequence[Pieces], *, own_words: bool = False
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Batch by batch, the rows done and their vectors: means over tokens, at unit length.

    own_words : whether what was said before a text is read with it, but left out of the mean
    yields    : rows (n_rows,), vectors (n_rows, n_dims) float32; every row of `texts` once
    """

    def run_batch(rows: list[int]) -> np.ndarray:
        ids = np.stack([texts[row].ids for row in rows])
        starts = np.array([[texts[row].n_before or ids.shape[1]] for row in rows])
        types = (np.arange(ids.shape[1]) >= starts).astype(np.int32)
        tokens = session.run(["tokens"], {"ids": ids, "types": types})[0]
        first = [texts[row].n_before if own_words else 0 for row in rows]
        means = np.stack([text[at:].mean(axis=0) for text, at in zip(tokens, first, strict=True)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    batches = list(_batches(texts))
    with ThreadPoolExecutor(_n_cores()) as pool:
        yield from zip(batches, pool.map(run_batch, batches), strict=True)


def _batches(texts: Sequence[Pieces]) -> Iterator[list[int]]:
    """Rows of texts of equal length, at most BATCH_TOKENS tokens (or one text), longest first.

    Longest first: the last batches are short, so that no core waits long for another.
    """
    by_length = sorted(range(len(texts)), key=lambda row: -len(texts[row].ids))
    for length, group in groupby(by_length, key=lambda row: len(texts[row].ids)):
        rows = list(group)
        size = max(1, BATCH_TOKENS // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def _n_cores() -> int:
    """Cores this process may use; the machine's where the system cannot tell (macOS)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
