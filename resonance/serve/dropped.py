"""Files that were dropped in to be checked, kept a while so that comments can go into them."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

MOST = 4  # files, each at most as large as a request may be


@dataclass(frozen=True, slots=True)
class Dropping:
    """A file by its name, and the text that the page goes on with."""

    name: str
    data: bytes
    text: str


class Dropped:
    """The last few files; where one more comes, the one that was dropped in first goes."""

    def __init__(self) -> None:
        self._files: dict[str, Dropping] = {}
        self._lock = threading.Lock()

    def keep(self, file: Dropping) -> str:
        """Keep a file; what it is asked for by."""
        key = hashlib.sha256(file.name.encode() + b"\n" + file.data).hexdigest()
        with self._lock:
            self._files.pop(key, None)
            self._files[key] = file
            for oldest in list(self._files)[:-MOST]:
                del self._files[oldest]
        return key

    def unchanged(self, key: str, text: str) -> Dropping | None:
        """The file, while the text is still what was read from it; however its lines end."""
        file = self._files.get(key)
        return file if file and file.text.split() == text.split() else None
