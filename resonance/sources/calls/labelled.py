"""Plain text: a transcript that labels its speakers, or else a typed note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from resonance.records import Turn
from resonance.sources.calls import cues, notes
from resonance.sources.calls.labels import (
    Labelled,
    header_line,
    is_role,
    speakers_among,
    spoken_line,
)
from resonance.sources.calls.parts import Found, companies, join_turns, with_speakers
from resonance.sources.dates import find_date, parse_date

HOUR = 3600  # seconds
HALF = 0.5  # of a transcript's lines, or of its paragraphs, begin with a speaker

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---(?:\n|\Z)", re.DOTALL)  # as note-taking tools write
_FOOTER = re.compile(r"Transcribed by (?:https?://)?(?:www\.)?otter\.ai/?", re.IGNORECASE)
_BOLD = re.compile(r"\A(?:#{1,6}\s+)?(\*\*|__)(.{1,80}?)\1")
_DATE_LINE = re.compile(
    r"(?:call |meeting )?(?:date|when|held|recorded)\s*(?:on|at)?\s*:\s*(.+)", re.I
)


def read(text: str, *, is_note: bool = False) -> Found:
    """The call in a text file; `is_note` says that a manifest calls it a note."""
    if cues.is_cues(text):
        return cues.read(text)
    body = _FRONT_MATTER.sub("", text)
    said = [] if is_note else read_speeches(body)
    if not said:
        return Found(notes.read(body), channel="note", date=_date(text))
    zero = _zero(said)
    turns = join_turns(
        Turn(each.speaker, each.text, start_s=None if each.start_s is None else each.start_s - zero)
        for each in said
    )
    parties = with_speakers(companies((each.speaker, each.company) for each in said), turns)
    return Found(turns, date=_date(text), parties=parties)


def read_speeches(text: str) -> list[Labelled]:
    """What each label says, in order; nothing where the text is no transcript.

    Lines before the first label are the export's own heading and are left out.
    """
    lines = [_BOLD.sub(r"\2", " ".join(line.split())) for line in text.split("\n")]
    lines = [line for line in lines if not _FOOTER.fullmatch(line)]
    labels = _headers(lines) or _spoken(lines)
    said: list[tuple[Labelled, list[str]]] = []
    for line, label in zip(lines, labels, strict=False):
        if label:
            said.append((label, [label.text]))
        elif said and line:
            said[-1][1].append(line)
    return [replace(label, text=" ".join(parts).strip()) for label, parts in said]


def _headers(lines: Sequence[str]) -> list[Labelled | None]:
    """Otter's form: a name and a time on one line, what is said below. Empty if it is not that."""
    labels = [header_line(line) for line in lines]
    written = [label for label, line in zip(labels, lines, strict=True) if line]
    followed = [below is None for label, below in pairwise(written) if label]
    is_transcript = len(followed) > 1 and sum(followed) >= HALF * len(followed)
    return labels if is_transcript else []


def _spoken(lines: Sequence[str]) -> list[Labelled | None]:
    """`Name: text` line by line. Empty if too few lines are like that, or no name comes back."""
    labels = [spoken_line(line) if line else None for line in lines]
    starts = [label for label, line in zip(labels, lines, strict=True) if line]
    speakers = speakers_among(label.speaker if label else None for label in starts)
    kept = [label if label and label.speaker in speakers else None for label in labels]
    return kept if _alternates(kept) and _is_mostly_labelled(kept, lines) else []


def _alternates(labels: Iterable[Labelled | None]) -> bool:
    """A name that comes back, a time, or names of sides; a form's "Budget:" has none of them."""
    found = [label for label in labels if label]
    counts = Counter(label.speaker for label in found)
    comes_back = any(n > 1 for n in counts.values())
    timed = any(label.start_s is not None for label in found)
    return comes_back or timed or all(map(is_role, counts))


def _is_mostly_labelled(labels: Sequence[Labelled | None], lines: Sequence[str]) -> bool:
    rows = [row for row, line in enumerate(lines) if line]
    paragraphs = [row for row in rows if row == 0 or not lines[row - 1]]
    return any(
        sum(labels[row] is not None for row in starts) >= HALF * len(starts)
        for starts in (rows, paragraphs if len(paragraphs) > 1 else [])
        if starts
    )


def _zero(said: Iterable[Labelled]) -> float:
    """The time of day at the start, in seconds, where the labels count from midnight; else 0."""
    first = next((each.start_s for each in said if each.start_s is not None), 0.0)
    return first if first > HOUR else 0.0


def _date(text: str) -> date | None:
    """The date of a "Date:" line near the top, or in the first line."""
    top = [" ".join(line.split()).strip("*_# ") for line in text.lstrip().split("\n", 10)[:10]]
    stated = (_DATE_LINE.match(line) for line in top)
    written = (parse_date(match[1].strip("*_\"' \t")) for match in stated if match)
    return next((day for day in written if day), None) or find_date(top[0])
