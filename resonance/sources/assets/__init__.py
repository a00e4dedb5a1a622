"""Marketing assets: one reader for each format, behind one door."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from resonance.embed import Encoder
from resonance.errors import InputError
from resonance.records import Asset
from resonance.sources.assets.formats import is_content, read_document
from resonance.sources.assets.manifest import find_manifest
from resonance.sources.assets.passages import Ruler, cut
from resonance.sources.files import Reading, SourceFile, digest, find, read_each

NOTHING: Mapping[str, str] = MappingProxyType({})
MAX_BYTES = 200 * 2**20
# Raise it when the same file would be read otherwise, so that no store keeps the old passages.
VERSION = 1


def read_assets(
    path: Path,
    *,
    columns: Mapping[str, str] = NOTHING,
    known: Mapping[str, str] = NOTHING,
    ruler: Ruler | None = None,
) -> Reading[Asset]:
    """Read a marketing piece, or every one below a folder.

    columns : our column of `assets.csv` to the header that holds it, where that is another
    known   : source to digest, as an earlier Reading gave them; what is unchanged is not read
    ruler   : the encoder whose window passages must fit; the default model's if None

    A file that cannot be read becomes a Problem and gets no digest, so the next reading tries
    it again. Raises InputError only where `path` does not exist.
    """
    path = Path(path)
    ruler = ruler or Encoder()
    files = [file for file in find(path) if path.is_file() or is_content(file.source)]
    manifest = find_manifest(path, files, columns)
    digests: dict[str, str] = {}

    def read(file: SourceFile) -> list[Asset]:
        data = read_bytes(file)
        entry = manifest.of(file.path)
        seen = digest(
            data, *(cell.encode() for cell in entry.cells), f"{VERSION} {ruler.model}".encode()
        )
        if known.get(file.source) == seen:
            digests[file.source] = seen
            return []
        asset = read_draft(file.source, data, title=entry.fields.get("title", ""), ruler=ruler)
        digests[file.source] = seen
        return [replace(asset, **entry.fields)]

    assets, problems = read_each(files, read)
    n_unchanged = len(digests) - len(assets)
    return Reading(tuple(assets), (*manifest.problems, *problems), digests, n_unchanged)


def read_draft(name: str, data: bytes, *, title: str = "", ruler: Ruler | None = None) -> Asset:
    """Read the bytes of a marketing piece, as from a pipe or an upload.

    name : decides the format by its ending; one without an ending is told by its content
    title : if given, goes before what the piece calls itself
    """
    document = read_document(name, data)
    title = title or document.title or _readable(PurePosixPath(name).stem)
    passages = cut(document.blocks, title, ruler or Encoder())
    if not passages:
        raise InputError("it holds no text; add some, or remove the file")
    asset_id = "A" + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return Asset(asset_id, name, title, passages)


def read_bytes(file: SourceFile) -> bytes:
    """A file's bytes. Raises InputError where it cannot be opened or is too large."""
    try:
        size = file.path.stat().st_size
    except OSError as error:
        raise InputError(f"it cannot be opened ({error.strerror}); check the file") from error
    if size > MAX_BYTES:
        raise InputError(
            f"it has {size >> 20} MB, and files over {MAX_BYTES >> 20} MB are not read;"
            " take out its pictures and films"
        )
    return file.read()


def _readable(stem: str) -> str:
    """A file's name as a title: posted-is-not-sent → Posted is not sent."""
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] or "Untitled"
