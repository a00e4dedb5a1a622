"""A check as text, as GitHub annotations and as SARIF."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from resonance import __version__
from resonance.change import Change, Gain
from resonance.check import Check, Missing, PassageCheck, ThemeCheck
from resonance.report.regions import Region, find_region
from resonance.report.words import NOT_ENOUGH, shorten

WIDTH = 80
EXCERPT = 180
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES = {
    "answers": "The passage answers what prospects voice.",
    "names-only": "The passage names what prospects voice without answering it.",
    "answers-nothing": "The passage answers nothing that prospects voice.",
    "missing": "The draft does not answer something that prospects voice.",
}


def headline(check: Check) -> str:
    """The verdict in one line."""
    score = check.score
    interval = "" if score.low is None else f" (90 % interval {score.low:.1f} to {score.high:.1f})"
    return (
        f"Resonance {score.resonance:.1f} of 100{interval}: answers {len(check.answers)} of"
        f" {check.n_themes} themes, {check.reach:.0%} of what {accounts(check.n_accounts)}"
        f"{f' ({check.readers})' if check.readers else ''} voiced."
    )


def as_text(check: Check) -> str:
    """The whole check for a terminal, without colours."""
    helping = sum(bool(passage.theme_id) for passage in check.passages)
    blocks = [
        [f"{check.title} ({check.source})", *textwrap.wrap(headline(check), WIDTH)],
        [f"Focus {check.score.focus:.0%}: {helping} of {len(check.passages)} passages help."],
    ]
    if check.score.low is None:
        blocks[1].append(f"How sure: {NOT_ENOUGH}.")
    if check.answers:
        total = f"{check.score.resonance:5.1f}  in all"
        blocks.append(["Answers", *_lines(map(_answer, check.answers)), total])
    if check.names:
        blocks.append(["Names without answering", *_lines(map(_name, check.names))])
    idle = [passage for passage in check.passages if not passage.theme_id]
    if idle:
        blocks.append(["Answers nothing", *_lines(map(_idle, idle))])
    if check.missing:
        blocks.append(["Missing, most voiced first", *_lines(map(_missing, check.missing))])
    return "\n\n".join("\n".join(block) for block in blocks)


def change_as_text(change: Change) -> str:
    """What a new version gained and lost, for a terminal."""
    before, after = change.before, change.after
    blocks = [
        [
            f"{before.source} → {after.source}",
            f"Resonance {before.score.resonance:.1f} → {after.score.resonance:.1f}:"
            f" {change.points:+.1f} points.",
            f"{len(change.added)} of {len(after.passages)} passages are new,"
            f" {len(change.removed)} of {len(before.passages)} are gone.",
        ]
    ]
    if change.gains:
        total = f"{change.points:+6.1f}  in all"
        blocks.append(["Gained and lost", *_lines(map(_gain, change.gains)), total])
    return "\n\n".join("\n".join(block) for block in blocks)


def as_github(check: Check, source: str) -> list[str]:
    """Workflow commands that GitHub shows beside the lines of a pull request.

    source : the text of the file; "" for a format without lines
    """
    return [
        _command("warning" if rule == "missing" else "notice", check.source, region, rule, message)
        for rule, region, message in _remarks(check, source)
    ]


def as_sarif(checks: Sequence[Check], sources: Sequence[str]) -> dict[str, Any]:
    """One SARIF 2.1.0 log for all drafts; `sources` as for `as_github`, one for each."""
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in RULES.items()]
    results = [
        _result(rule, message, check.source, region)
        for check, source in zip(checks, sources, strict=True)
        for rule, region, message in _remarks(check, source)
    ]
    driver = {"name": "resonance", "version": __version__, "rules": rules}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def theme_title(theme: ThemeCheck | Missing | Gain) -> str:
    return f"{theme.theme_id} {theme.name} ({theme.kind})"


def accounts(n: int) -> str:
    return "1 account" if n == 1 else f"{n} accounts"


def _remarks(check: Check, source: str) -> Iterable[tuple[str, Region | None, str]]:
    """Rule, place and message of everything worth saying beside the draft."""
    for theme in check.answers:
        yield (
            "answers",
            _region(theme.line, theme.passage, source),
            f"Answers {theme_title(theme)}, {theme.points:.1f} points. They said: {theme.quote}",
        )
    for theme in check.names:
        yield (
            "names-only",
            _region(theme.line, theme.passage, source),
            f"Names {theme_title(theme)} without answering it. They said: {theme.quote}",
        )
    for passage in check.passages:
        if not passage.theme_id:
            region = _region(passage.line, passage.text, source)
            yield "answers-nothing", region, RULES["answers-nothing"]
    for missing in check.missing:
        words = " / ".join(missing.quotes)
        message = f"Does not answer {theme_title(missing)}. Their words: {words}"
        yield "missing", Region(1, 1, 1, 1), message


def _region(line: int | None, text: str, source: str) -> Region | None:
    return None if line is None else find_region(source, line, text)


def _command(level: str, file: str, region: Region | None, rule: str, message: str) -> str:
    place = ""
    if region:
        place = f",line={region.line},endLine={region.end_line}"
        if region.line == region.end_line:  # GitHub refuses columns across lines
            place += f",col={region.column},endColumn={region.end_column}"
    return f"::{level} file={_escape(file, ':,')}{place},title=resonance {rule}::{_escape(message)}"


def _escape(text: str, marks: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + marks else c for c in text)


def _result(rule: str, message: str, source: str, region: Region | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(PurePath(source).as_posix())}}
    if region:
        location["region"] = {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }
    fine = rule == "answers"
    return {
        "ruleId": rule,
        "kind": "pass" if fine else "fail",
        "level": "none" if fine else "warning" if rule == "missing" else "note",
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
    }


def _gain(gain: Gain) -> list[str]:
    said = {
        "new words": "new in the draft",
        "words gone": "gone from the draft",
        "words changed": "written anew",
        "the draft around it": "the same words; the draft around them changed",
    }
    verdicts = gain.after if gain.before == gain.after else f"{gain.before} → {gain.after}"
    head = f"{gain.points:+6.1f}  {theme_title(gain)}: {verdicts}; {said[gain.because]}"
    return [
        *textwrap.wrap(head, WIDTH, subsequent_indent=" " * 8),
        *_wrapped(f"they said: “{shorten(gain.quote, EXCERPT)}”"),
        *_wrapped(f"{gain.place or 'the draft'}: {shorten(gain.passage, EXCERPT)}"),
    ]


def _answer(theme: ThemeCheck) -> list[str]:
    about = f"{accounts(theme.n_accounts)}, relevance {theme.relevance:.2f}"
    return [f"{theme.points:5.1f}  {theme_title(theme)}: {about}", *_proof(theme)]


def _name(theme: ThemeCheck) -> list[str]:
    about = f"{accounts(theme.n_accounts)}, relevance {theme.relevance:.2f}"
    return [f"       {theme_title(theme)}: {about}", *_proof(theme)]


def _proof(theme: ThemeCheck) -> list[str]:
    where = ", ".join(filter(None, (theme.place, theme.heading)))
    return [
        *_wrapped(f"they said: “{shorten(theme.quote, EXCERPT)}”"),
        *_wrapped(f"{where or 'the draft'}: {shorten(theme.passage, EXCERPT)}"),
    ]


def _idle(passage: PassageCheck) -> list[str]:
    where = ", ".join(filter(None, (passage.place, passage.heading)))
    text = shorten(passage.text, EXCERPT)
    return _wrapped(f"{where}: {text}" if where else text)


def _missing(missing: Missing) -> list[str]:
    elsewhere = f"; answered by {', '.join(missing.answered_by[:2])}" if missing.answered_by else ""
    about = f"{accounts(missing.n_accounts)}, {missing.demand:.1%} of what is voiced{elsewhere}"
    head = textwrap.wrap(f"{theme_title(missing)}: {about}", WIDTH - 7)
    return [
        *(f"       {line}" for line in head),
        *(line for words in missing.quotes for line in _wrapped(f"“{shorten(words, EXCERPT)}”")),
    ]


def _wrapped(text: str) -> list[str]:
    indent = " " * 9
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _lines(blocks: Iterable[list[str]]) -> list[str]:
    return [line for block in blocks for line in block]
