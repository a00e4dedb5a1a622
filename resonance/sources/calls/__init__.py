"""Calls, notes and e-mails from the files that people have: one reader per format, one door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resonance.errors import InputError, NothingToRead
from resonance.records import Call, Problem
from resonance.sources.calls.beside import choose, gong_details
from resonance.sources.calls.formats import CONTAINERS, READERS, Context
from resonance.sources.calls.join import Register
from resonance.sources.calls.parts import Harvest, Unreadable
from resonance.sources.files import Reading, SourceFile, digest, find
from resonance.sources.manifest import find_manifest

NONE: Mapping[str, str] = {}
FLAWED = "!"  # before the digest of a file with problems: it is read again, to name them again


def read_calls(
    path: Path, *, columns: Mapping[str, str] = NONE, known: Mapping[str, str] = NONE
) -> Reading[Call]:
    """Every call in a file or below a folder.

    `columns` maps our names to the headers of manifests and CRM exports. `known` maps sources
    to the digests of an earlier reading: the calls of a file that is still the same are left
    out and the file is counted. Whatever cannot be read is a Problem. Raises InputError when
    the path does not exist, and NothingToRead when nothing there can be a call.
    """
    files = find(path)
    manifest = find_manifest(path, files, columns)
    chosen, left_out = choose(path, files, manifest)
    if not chosen:
        why = left_out[0] if left_out else "Give a folder of transcripts, notes or exports."
        raise NothingToRead(f"{path} holds no calls. {why}")
    details = gong_details(path, chosen)
    register = Register(manifest)
    calls: list[Call] = []
    problems = [*left_out, *manifest.problems]
    digests: dict[str, str] = {}
    for file in chosen:
        context = Context(columns, details, manifest.is_note(file.path))
        container = file.path.suffix.casefold() in CONTAINERS
        rows = repr(manifest.of_file(file.path, container=container)).encode()
        look = _look(file, context, rows, "" if container else known.get(file.source, ""))
        found, flaws = register.join(file, look.harvest, is_read=look.is_read)
        problems += flaws
        digests[file.source] = _flawed(look.digest, flaws) if flaws else look.digest
        if known.get(file.source) != digests[file.source]:
            calls += found
    problems += register.unused(file.path for file in chosen)
    n_unchanged = sum(known.get(source) == mark for source, mark in digests.items())
    if not (calls or problems or n_unchanged):
        raise NothingToRead(f"{path} holds no calls, only what belongs to them.")
    return Reading(tuple(calls), tuple(problems), digests, n_unchanged)


@dataclass(frozen=True, slots=True)
class _Look:
    """A file's harvest and the digest of all that it came from; not read where that is known."""

    harvest: Harvest
    digest: str
    is_read: bool = True


def _look(file: SourceFile, context: Context, rows: bytes, known: str) -> _Look:
    """Read a file; not if the digest of it and its manifest `rows` is `known`."""
    try:
        data = file.read()
    except InputError as error:
        return _Look(Harvest((), (_flaw(error),)), digest(rows))
    mark = digest(data, rows)
    if known == mark:
        return _Look(Harvest(()), mark, is_read=False)
    if not data.strip():
        empty = Unreadable("it is empty", "Export it again, or remove it.")
        return _Look(Harvest((), (empty,)), mark)
    try:
        harvest = READERS[file.path.suffix.casefold()](data, context)
    except InputError as error:
        harvest = Harvest((), (_flaw(error),))
    return _Look(harvest, digest(mark.encode(), harvest.companions) if harvest.companions else mark)


def _flawed(mark: str, flaws: list[Problem]) -> str:
    return FLAWED + digest(mark.encode(), repr(flaws).encode())


def _flaw(error: InputError) -> Unreadable:
    """The error itself, or one in the words of another room: "reason; remedy"."""
    if isinstance(error, Unreadable):
        return error
    reason, _, remedy = str(error).partition("; ")
    return Unreadable(reason, remedy or "Export it again, or remove it.")
