"""The talks corpus as rows: whole conversations, with what prospects voice marked in its place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from spacy.language import Language

from resonance.voice.sentences import split

NONE = "none"
VENDOR = "V"  # whose a line is; "P" is the prospect, "N" what a rep noted

_LINE = re.compile(r"(?P<side>[VPN])(?: (?P<speaker>[^:]+))?: (?P<words>.*)")
MARK = re.compile(
    r"\[\[(?P<theme>[^|]*)\|(?P<kind>[^|]*)\|(?P<category>[^|]*)\|(?P<text>[^\]]*)\]\]"
)


def read_talks(talks: Path, nlp: Language, industry: str = "*") -> list[dict[str, str]]:
    """Every statement, and every other sentence that a prospect says, in the order of the files.

    The fields are those of corpora/voices, and `call`, `speaker` and `lead`: what the prospect said
    before it in its turn. A statement that nobody else shares has no theme.
    """
    return [
        row
        for folder in sorted(path.parent for path in talks.glob(f"{industry}/themes.csv"))
        for path in sorted(folder.glob("calls/*.txt"))
        for row in _read_call(path, _themes(folder), nlp)
    ]


def _themes(folder: Path) -> dict[str, str]:
    with (folder / "themes.csv").open(encoding="utf-8", newline="") as file:
        return {row["theme_id"]: row["description"] for row in csv.DictReader(file)}


def _read_call(path: Path, themes: dict[str, str], nlp: Language) -> Iterator[dict[str, str]]:
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    channel = first.removeprefix("channel: ")
    before = ""
    for line in filter(str.strip, lines):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{path}: no speaker before {line[:40]!r}")
        if found["side"] == VENDOR:
            before = found["words"]
            continue
        lead = ""
        for text, mark in _parts(found["words"], nlp, is_note=channel == "note"):
            theme_id = mark["theme"].strip("-") if mark else ""
            yield {
                "industry": path.parent.parent.name,
                "kind": mark["kind"] if mark else NONE,
                "category": mark["category"] if mark else "",
                "theme_id": theme_id,
                "theme": themes.get(theme_id, ""),
                "text": text,
                "before": before,
                "channel": channel,
                "call": path.stem,
                "speaker": found["speaker"] or "",
                "lead": lead,
            }
            lead = f"{lead} {text}".strip()


def _parts(
    words: str, nlp: Language, *, is_note: bool
) -> Iterator[tuple[str, re.Match[str] | None]]:
    """The marked statements whole, and what stands between them in sentences."""
    marks = list(MARK.finditer(words))
    ends = [0, *(end for mark in marks for end in mark.span()), len(words)]
    between = [words[a:b] for a, b in list(pairwise(ends))[::2]]
    for at, sentences in enumerate(split(between, nlp, is_note=is_note)):
        yield from ((sentence, None) for sentence in sentences)
        if at < len(marks):
            yield " ".join(marks[at]["text"].split()), marks[at]
