"""What lies among calls without being one: manifests, assets, labels, read-mes, Gong's details."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from resonance.errors import InputError
from resonance.records import Problem
from resonance.sources.calls import gong
from resonance.sources.calls.formats import READERS
from resonance.sources.files import SourceFile, decode
from resonance.sources.manifest import ASSETS, DEALS, Manifest, is_manifest, named_assets

GOLD = frozenset(("statements.csv", "themes.csv", "negatives.csv", "relevance.csv"))

_ABOUT = re.compile(r"readme|licen[cs]es?|copying|notice|changelog|contributing", re.I)


def choose(
    path: Path, files: Sequence[SourceFile], manifest: Manifest
) -> tuple[list[SourceFile], list[Problem]]:
    """The files to read as calls, and why others are not.

    Tables that are read elsewhere go unsaid.
    """
    assets = named_assets(path)
    names = {file.source for file in files}
    chosen: list[SourceFile] = []
    problems: list[Problem] = []
    groups: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        place = PurePosixPath(file.source)
        if is_manifest(file.path, manifest) or place.name in (ASSETS, DEALS):
            continue
        if file.path.resolve() in assets:
            groups[ASSETS, "it names", "Give them with --assets."] += 1
        elif _is_gold(place, names):
            groups[place.parent.as_posix(), "it holds labels in", "Nothing to do."] += 1
        elif any(map(_ABOUT.fullmatch, (*place.parts[:-1], place.stem))):
            problems.append(
                Problem(file.source, "it is about the folder, not a call", "Nothing to do.")
            )
        elif file.path.suffix.casefold() not in READERS:
            problems.append(
                Problem(
                    file.source,
                    f"calls are not read from {file.path.suffix or 'nameless'} files",
                    "Export it as WebVTT, SRT, JSON, CSV, .eml or plain text.",
                )
            )
        else:
            chosen.append(file)
    problems += [
        Problem(source, f"{how} {n} files that are not calls", remedy)
        for (source, how, remedy), n in groups.items()
    ]
    return chosen, problems


def gong_details(path: Path, files: Iterable[SourceFile]) -> dict[str, gong.Details]:
    """What calls-extensive responses say of each call: any below the folder, or beside the file."""
    if path.is_file():
        files = (SourceFile(each, each.name) for each in sorted(path.parent.iterdir()))
    details: dict[str, gong.Details] = {}
    for file in files:
        if file.path.suffix.casefold() == ".json":
            for call_id, found in _details(file).items():
                details.setdefault(call_id, found)
    return details


def _details(file: SourceFile) -> dict[str, gong.Details]:
    """Of one file; nothing where it is none or broken, which its own reading reports."""
    try:
        text = decode(file.read())
        return gong.read_details(json.loads(text)) if '"metaData"' in text else {}
    except (InputError, ValueError, RecursionError):
        return {}


def _is_gold(place: PurePosixPath, names: set[str]) -> bool:
    """Whether it lies in a corpus's folder of labels; a customer may be called Gold as well."""
    folder = place.parent
    return folder.name == "gold" and any((folder / name).as_posix() in names for name in GOLD)
