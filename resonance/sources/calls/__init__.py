"""Calls, notes and e-mails from the files that people have: one reader per format, one door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resonance.errors import InputError, NothingToRead
from resonance.records import Call
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
        look = _look(file, context, repr(manifest.of_file(file.path)), known)
        found, flaws = register.join(file, look.harvest, is_read=look.is_read)
        problems += flaws
        print_ = FLAWED + digest(repr((look.print, flaws)).encode()) if flaws else look.print
        digests[file.source] = print_
        if known.get(file.source) != print_:
            calls += found
    problems += register.unused(file.path for file in chosen)
    unchanged = sum(known.get(source) == print_ for source, print_ in digests.items())
    return Reading(tuple(calls), tuple(problems), digests, unchanged)


@dataclass(frozen=True, slots=True)
class _Look:
    """A file's harvest and the digest of all that it came from; unread where that is known."""

    harvest: Harvest
    print: str
    is_read: bool = True


def _look(file: SourceFile, context: Context, entries: str, known: Mapping[str, str]) -> _Look:
    try:
        data = file.read()
    except InputError as error:
        return _Look(Harvest((), (_flaw(error),)), digest(entries.encode()))
    print_ = digest(data, entries.encode())
    suffix = file.path.suffix.casefold()
    if suffix not in CONTAINERS and known.get(file.source) == print_:
        return _Look(Harvest(()), print_, is_read=False)
    if not data.strip():
        empty = Unreadable("it is empty", "Export it again, or remove it.")
        return _Look(Harvest((), (empty,)), print_)
    try:
        harvest = READERS[suffix](data, context)
    except InputError as error:
        harvest = Harvest((), (_flaw(error),))
    return _Look(harvest, digest(print_.encode(), harvest.companions), is_read=True)


def _flaw(error: InputError) -> Unreadable:
    """The error itself, or one in the words of another room: "reason; remedy"."""
    if isinstance(error, Unreadable):
        return error
    reason, _, remedy = str(error).partition("; ")
    return Unreadable(reason, remedy or "Export it again, or remove it.")
