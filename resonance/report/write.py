"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from resonance.errors import InputError


def write_whole(data: bytes, path: Path | None) -> None:
    """Write to a file, or to standard output where `path` is None.

    A file is replaced in one step, so nobody reads half of one and a failure leaves the old
    one as it was. Raises InputError when it cannot be written.
    """
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        _replace(data, path.resolve())
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); choose another place."
        ) from error


def _replace(data: bytes, path: Path) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # a pipe or /dev/stdout
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
