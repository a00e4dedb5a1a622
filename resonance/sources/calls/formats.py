"""Which reader reads which file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resonance.sources.calls import crm, cues, dialogue, gong, labelled, mail
from resonance.sources.calls.parts import Harvest, Unreadable
from resonance.sources.files import decode


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader may need beside the file: headers of tables, Gong's details of the calls,
    and whether a manifest says that it is a note."""

    columns: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, gong.Details] = field(default_factory=dict)
    is_note: bool = False


Reader = Callable[[bytes, Context], Harvest]


def parse_json(data: bytes) -> Any:
    """A JSON document. Raises Unreadable with the line where it breaks off."""
    try:
        return json.loads(decode(data))
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"it is not whole JSON ({error.msg})", "Export it again.", f"line {error.lineno}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            "its JSON has a number too long or is too deep", "Export it again."
        ) from error


def _cues(data: bytes, _: Context) -> Harvest:
    return Harvest((cues.read(decode(data)),))


def _text(data: bytes, context: Context) -> Harvest:
    return Harvest((labelled.read(decode(data), is_note=context.is_note),))


def _json(data: bytes, context: Context) -> Harvest:
    document = parse_json(data)
    if gong.is_transcript(document):
        return gong.read(document, context.details)
    if gong.is_extensive(document):
        return Harvest(())
    return Harvest(tuple(dialogue.read(document)))


def _table(data: bytes, context: Context) -> Harvest:
    return crm.read(decode(data), context.columns)


def _mail(data: bytes, _: Context) -> Harvest:
    return Harvest((mail.read(data),))


READERS: Mapping[str, Reader] = {
    **dict.fromkeys((".vtt", ".srt"), _cues),
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), _text),
    **dict.fromkeys((".csv", ".tsv"), _table),
    ".json": _json,
    ".eml": _mail,
}

# Files of these may hold many calls, with ids of their own, that may come again in another file.
CONTAINERS = frozenset((".csv", ".tsv", ".json"))
