"""Who speaks, by the labels that transcripts put before what is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d+)?"

NEARLY_ALL = 0.9  # of the lines labelled: then every label is a speaker
ENOUGH = 0.2  # of the lines labelled by likely speakers: fewer are colons in speech

LONGEST_LABEL = 200  # characters; what is longer is no name

_SPOKEN = re.compile(
    rf"""(?:[\[(]?(?P<before>{TIME})[\])]?\s*(?:-\s*)?)?
         (?P<name>[^\W\d_][^:\t\n]{{0,60}}?)
         (?:\s*[\[(](?P<after>{TIME})[\])])?
         \s*:(?:\s+(?P<text>.*))?""",
    re.VERBOSE,
)
_HEADER = re.compile(
    rf"""(?P<name>[^\W\d_].{{0,80}}?)[\s|,·–—-]*[\[(]?(?P<after>(?<!\d){TIME})[\])]?:?
       | [\[(]?(?P<before>{TIME})[\])]?[\s|,·–—-]+(?P<late>[^\W\d_].{{0,80}}?):?""",
    re.VERBOSE,
)
_WITH_COMPANY = re.compile(r"(?P<name>.*\S)\s*\((?P<company>[^()]*)\)")
_TO_ALL = re.compile(r"\A(?:From\s+)?(.+?)\s+to\s+Everyone\b.*", re.I)  # Zoom's chat
_PRONOUNS = re.compile(r"(?:she|he|they|her|him|them|hers|his|theirs|ze|any)(?:\s*/\s*\w+)*", re.I)
_WORD = re.compile(r"[^\W_](?:[\w'’&-]*|\.)\.?,?")
_ROLES = frozenset(
    (
        *("q", "a", "rep", "ae", "sdr", "agent", "seller", "vendor", "sales", "host"),
        *("interviewer", "interviewee", "caller", "customer", "client", "prospect", "buyer"),
        *("lead", "user", "guest", "speaker", "participant"),
    )
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line with its label. `start_s` is in seconds, None where the label has no time."""

    speaker: str
    company: str
    start_s: float | None
    text: str


def spoken_line(line: str) -> Labelled | None:
    """`Name: text`, also with a time in front or behind; None where no name can stand there."""
    match = _SPOKEN.fullmatch(line)
    if not match or not _is_name(match["name"]):
        return None
    name, company = split_company(match["name"])
    time = match["before"] or match["after"]
    return Labelled(name, company, seconds(time) if time else None, (match["text"] or "").strip())


def header_line(line: str) -> Labelled | None:
    """`Name (Company) 00:01:12` or `0:03 Name` alone on a line, what is said below it."""
    match = _HEADER.fullmatch(line.strip()) if len(line) <= LONGEST_LABEL else None
    label = match and (match["name"] or match["late"])
    if not match or not label or not _is_name(label):
        return None
    name, company = split_company(label)
    return Labelled(name, company, seconds(match["before"] or match["after"]), "")


def split_company(label: str) -> tuple[str, str]:
    """Name and company of `Name (Company)`; pronouns in brackets and "to Everyone" are dropped."""
    label = label.strip()
    if len(label) > LONGEST_LABEL:
        return label, ""
    label = _TO_ALL.sub(r"\1", label)
    match = _WITH_COMPANY.fullmatch(label)
    if not match:
        return label, ""
    company = match["company"].strip()
    return match["name"], "" if _PRONOUNS.fullmatch(company) else company


def speakers_among(labels: Iterable[str | None]) -> set[str]:
    """The labels that are speakers, given each line's label (None: it has none).

    Labels that come back, say a side or look like a full name, if they label enough of the
    lines: a lone "Order ID:" is none. Where nearly all lines are labelled a lone first name
    will do, but not the beginning of a sentence.
    """
    lines = list(labels)
    counts = Counter(label for label in lines if label)
    nearly_all = counts.total() >= NEARLY_ALL * len(lines)
    looks_right = _may_be_name if nearly_all else _is_full_name
    likely = {each for each, n in counts.items() if n > 1 or is_role(each) or looks_right(each)}
    if nearly_all:
        return likely or set(counts)
    return likely if sum(counts[label] for label in likely) >= ENOUGH * len(lines) else set()


def is_role(label: str) -> bool:
    """Whether a label says a side instead of a name: Rep, Customer, Q, Speaker 2."""
    return re.sub(r"\s*\d+$", "", label).casefold() in _ROLES


def seconds(time: str) -> float:
    """Seconds of [H:]MM:SS[.mmm]; parts need no zeros, a comma may stand for the point."""
    total = 0.0
    for part in time.replace(",", ".").lstrip("-").split(":"):
        total = total * 60 + float(part)
    total = round(total, 3)
    return -total if time.startswith("-") else total


def _is_name(label: str) -> bool:
    name, _ = split_company(label)
    words = name.split()
    return 1 <= len(words) <= 6 and len(name) <= 50 and all(map(_WORD.fullmatch, words))


def _may_be_name(label: str) -> bool:
    words = label.split()
    return len(words) == 1 or not (words[0][0].islower() or words[-1][0].islower())


def _is_full_name(label: str) -> bool:
    words = label.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)
