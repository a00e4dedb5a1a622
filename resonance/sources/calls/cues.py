"""WebVTT and SRT: cues with times, as Zoom, Teams, Otter and caption tools write them.

Own code, since webvtt-py 0.6 drops what real exports hold: cues with negative or cut-off times,
a second voice in a cue, payloads after a stray blank line.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from resonance.records import Turn
from resonance.sources.calls.labels import seconds, speakers_among, split_company, spoken_line
from resonance.sources.calls.parts import Found, companies, join_turns, with_speakers
from resonance.sources.dates import parse_date

_TIME_LINE = re.compile(r"(\S{0,20})\s*-->")
_TIME = re.compile(r"-?(?:\d+:){1,2}\d+(?:[.,]\d+)?")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,50})?[ \t]+([^<>]{0,200})>")
_TAG = re.compile(r"</?(?:c|b|i|u|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\an?\d\}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,31});")


@dataclass(frozen=True, slots=True)
class Cue:
    """`start_s` is None where its time line is cut off or missing."""

    start_s: float | None
    lines: tuple[str, ...]


def read(text: str) -> Found:
    """The call in a WebVTT or SRT file."""
    cues = list(split_cues(text))
    speeches = _metadata(cues) or _voices(cues) or _labelled(cues)
    turns = join_turns(turn for turn, _ in speeches)
    parties = companies((turn.speaker, company) for turn, company in speeches)
    return Found(turns, date=_date(cues), parties=with_speakers(parties, turns))


def is_cues(text: str) -> bool:
    """Whether a text is in one of these formats, whatever its file is called."""
    top = (line.strip() for line in text.split("\n", 10)[:10])
    return text.startswith("WEBVTT") or any(map(_TIME_LINE.match, top))


def split_cues(text: str) -> Iterator[Cue]:
    """Cues in order. Comments, styles, the header and cue numbers or ids are left out.

    Text after a blank line, without a time of its own, is a cue without start: it was said.
    """
    for number, block in enumerate(re.split(r"\n[ \t]*\n", text)):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        times = [row for row, line in enumerate(lines) if _TIME_LINE.match(line)]
        if times:
            yield from _timed(lines, times)
        elif lines and not _is_silent(lines[0], is_first=number == 0):
            yield Cue(None, tuple(lines))


def _is_silent(line: str, *, is_first: bool) -> bool:
    """Whether a block without times that begins so is a comment, style, number or the header."""
    is_header = is_first and line.startswith("WEBVTT")
    return is_header or bool(_NO_CUE.match(line)) or line.isdecimal()


def _timed(lines: list[str], times: list[int]) -> Iterator[Cue]:
    """The cues of a block; more than one where the blank lines between them are missing."""
    for row, following in zip(times, [*times[1:], None], strict=True):
        end = following
        if end is not None and end - row > 1 and lines[end - 1].isdecimal():
            end -= 1
        match = _TIME_LINE.match(lines[row])
        time = _TIME.fullmatch(match[1]) if match else None
        yield Cue(seconds(time[0]) if time else None, tuple(lines[row + 1 : end]))


def _metadata(cues: list[Cue]) -> list[tuple[Turn, str]]:
    """Teams' metadata form: the text of a cue is one JSON object."""
    turns = []
    for cue in cues:
        said = _object(cue)
        if said is None:
            continue
        name, company = split_company(str(said.get("speakerName") or ""))
        turns.append((Turn(name, str(said["spokenText"]), start_s=cue.start_s), company))
    return turns


def _object(cue: Cue) -> dict | None:
    payload = " ".join(cue.lines)
    if not payload.startswith("{"):
        return None
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.get("spokenText") else None


def _voices(cues: list[Cue]) -> list[tuple[Turn, str]]:
    """Teams' usual form: `<v Name>text</v>`, closed or not, several in a cue or none."""
    if not any(_VOICE.search(line) for cue in cues for line in cue.lines):
        return []
    turns = []
    name = company = ""
    for cue in cues:
        before, *voiced = _VOICE.split(" ".join(cue.lines))
        turns.append((Turn(name, _clean(before), start_s=cue.start_s), company))
        for label, said in zip(voiced[::2], voiced[1::2], strict=True):
            name, company = split_company(_clean(label))
            turns.append((Turn(name, _clean(said), start_s=cue.start_s), company))
    return turns


def _labelled(cues: list[Cue]) -> list[tuple[Turn, str]]:
    """Zoom's form: `Name: text`; a cue without a name goes on with the speaker before."""
    texts = [[_clean(line) for line in cue.lines] for cue in cues]
    firsts = [spoken_line(lines[0]) for lines in texts if lines]
    speakers = speakers_among(first.speaker if first else None for first in firsts)
    turns = []
    name = company = ""
    for cue, lines in zip(cues, texts, strict=True):
        for line in lines:
            label = spoken_line(line)
            if label and label.speaker in speakers:
                name, company, line = label.speaker, label.company, label.text
            turns.append((Turn(name, line, start_s=cue.start_s), company))
    return turns


def _date(cues: list[Cue]) -> date | None:
    said = (_object(cue) for cue in cues)
    return next((parse_date(str(each.get("startDateTime") or "")) for each in said if each), None)


def _clean(text: str) -> str:
    """Without tags, then with entities as the characters they stand for."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), _TAG.sub("", text)).strip()
