"""A check as text, as GitHub annotations and as SARIF."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from resonance import __version__
from resonance.check import Check, Missing, PassageCheck, ThemeCheck
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
        f" {check.n_themes} themes, {check.reach:.0%} of what {_accounts(check.n_accounts)} voiced."
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


def as_github(check: Check) -> list[str]:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    return [
        _command("warning" if rule == "missing" else "notice", check.source, line, rule, message)
        for rule, line, message in _remarks(check)
    ]


def as_sarif(checks: Sequence[Check]) -> dict[str, Any]:
    """One SARIF 2.1.0 log for all drafts."""
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in RULES.items()]
    results = [
        _result(rule, message, check.source, line)
        for check in checks
        for rule, line, message in _remarks(check)
    ]
    driver = {"name": "resonance", "version": __version__, "rules": rules}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _remarks(check: Check) -> Iterable[tuple[str, int | None, str]]:
    """Rule, line and message of everything worth saying beside the draft."""
    for theme in check.answers:
        yield (
            "answers",
            theme.line,
            f"Answers {_title(theme)}, {theme.points:.1f} points. They said: {theme.quote}",
        )
    for theme in check.names:
        yield (
            "names-only",
            theme.line,
            f"Names {_title(theme)} without answering it. They said: {theme.quote}",
        )
    for passage in check.passages:
        if not passage.theme_id:
            yield "answers-nothing", passage.line, RULES["answers-nothing"]
    for missing in check.missing:
        words = " / ".join(missing.quotes)
        yield "missing", 1, f"Does not answer {_title(missing)}. Their words: {words}"


def _command(level: str, file: str, line: int | None, rule: str, message: str) -> str:
    place = f",line={line}" if line else ""
    return f"::{level} file={_escape(file, ':,')}{place},title=resonance {rule}::{_escape(message)}"


def _escape(text: str, marks: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + marks else c for c in text)


def _result(rule: str, message: str, source: str, line: int | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(PurePath(source).as_posix())}}
    if line:
        location["region"] = {"startLine": line}
    fine = rule == "answers"
    return {
        "ruleId": rule,
        "kind": "pass" if fine else "fail",
        "level": "none" if fine else "warning" if rule == "missing" else "note",
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
    }


def _answer(theme: ThemeCheck) -> list[str]:
    about = f"{_accounts(theme.n_accounts)}, relevance {theme.relevance:.2f}"
    return [f"{theme.points:5.1f}  {_title(theme)}: {about}", *_proof(theme)]


def _name(theme: ThemeCheck) -> list[str]:
    about = f"{_accounts(theme.n_accounts)}, relevance {theme.relevance:.2f}"
    return [f"       {_title(theme)}: {about}", *_proof(theme)]


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
    about = f"{_accounts(missing.n_accounts)}, {missing.demand:.1%} of what is voiced{elsewhere}"
    head = textwrap.wrap(f"{_title(missing)}: {about}", WIDTH - 7)
    return [
        *(f"       {line}" for line in head),
        *(line for words in missing.quotes for line in _wrapped(f"“{shorten(words, EXCERPT)}”")),
    ]


def _title(theme: ThemeCheck | Missing) -> str:
    return f"{theme.theme_id} {theme.name} ({theme.kind})"


def _accounts(n: int) -> str:
    return "1 account" if n == 1 else f"{n} accounts"


def _wrapped(text: str) -> list[str]:
    indent = " " * 9
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _lines(blocks: Iterable[list[str]]) -> list[str]:
    return [line for block in blocks for line in block]
