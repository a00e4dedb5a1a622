"""Files below a folder, and their text whatever its encoding."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, overload

from charset_normalizer import from_bytes

from resonance.errors import InputError
from resonance.records import Problem

T = TypeVar("T")

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
MOST_CONTROLS = 0.02  # of the characters of a text

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `source` is its POSIX path below the folder that was given."""

    path: Path
    source: str

    def read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InputError(f"it cannot be opened ({error.strerror})") from error


@dataclass(frozen=True)
class Reading(Sequence[T]):
    """What was read: a sequence of calls, assets or deals, and what could not be.

    `digests` maps the source of each file that was looked at to a digest of its bytes and
    of the files it was read with; a file whose digest the caller already knew was skipped.
    """

    items: tuple[T, ...] = ()
    problems: tuple[Problem, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    n_unchanged: int = 0

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index):
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)


def find(path: Path) -> list[SourceFile]:
    """The file itself, or every file below the folder, sorted by source; hidden ones left out."""
    if path.is_file():
        return [SourceFile(path, path.name)]
    if not path.is_dir():
        raise InputError(f"{path} does not exist; give a file or a folder.")
    found = (p for p in path.rglob("*") if p.is_file())
    files = ((p, p.relative_to(path)) for p in found)
    kept = [
        SourceFile(p, below.as_posix())
        for p, below in files
        if not any(part.startswith((".", "~$")) for part in below.parts)
    ]
    return sorted(kept, key=lambda file: file.source)


def decode(data: bytes) -> str:
    """Text of a file: by its byte-order mark, else UTF-8, else the likeliest old encoding.

    Line ends become "\\n"; a few bytes broken in UTF-8 become "\\ufffd". Raises InputError for
    bytes that are no text.
    """
    text = _decode(data)
    if len(_CONTROL.findall(text)) > MOST_CONTROLS * len(text):
        raise InputError("it is not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def digest(*parts: bytes) -> str:
    """One hash of several byte strings, each marked off from the next."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def read_each(
    files: Iterable[SourceFile], read: Callable[[SourceFile], Iterable[T]]
) -> tuple[list[T], list[Problem]]:
    """Read every file; one that cannot be read becomes a Problem and the rest goes on."""
    items: list[T] = []
    problems: list[Problem] = []
    for file in files:
        try:
            items.extend(read(file))
        except InputError as error:
            reason, _, remedy = str(error).partition("; ")
            problems.append(Problem(file.source, reason, remedy))
    return items, problems


def _decode(data: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if _looks_like_utf16(data):
        return data.decode("utf-16-le" if data[1] == 0 else "utf-16-be", errors="replace")
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken <= sum(not char.isascii() for char in text) - broken:
        return text
    guess = from_bytes(data, cp_isolation=["cp1252", "latin-1"]).best()
    return str(guess) if guess else data.decode("cp1252", errors="replace")


def _looks_like_utf16(data: bytes) -> bool:
    """Plain Latin text in UTF-16 without a mark has a zero in every other byte."""
    head = data[:200]
    if len(head) < 4 or len(head) % 2:
        return False
    return head[0::2].count(0) > len(head) / 3 or head[1::2].count(0) > len(head) / 3
