"""Personal data that got out, and ordinary words that were taken for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, fields

from lxml import html

from resonance.evaluate.corpus import Corpus
from resonance.evaluate.figures import Figure, Section
from resonance.records import Call, Findings
from resonance.report import render
from resonance.report.tables import tables

# What the user gave as the name of a file or an account is theirs, and stays as it is.
GIVEN = {"source", "account", "call_id", "deal_id", "asset_id"}
ABOUT_MARKETING = {"assets", "passages"}
LABEL = re.compile(r"\[(?:(?:prospect|vendor|speaker|person)-\d+|phone)\]")
ANY_LABEL = re.compile(r"\[(?:(?:prospect|vendor|speaker|person)-\d+|email|phone|address)\]")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text that leaves the store, where it stands, and the calls it may be from.

    `calls` is empty where the text may be from any call, as in a report.
    """

    place: str
    text: str
    calls: Set[str] = frozenset()


def privacy_section(corpus: Corpus, findings: Findings) -> tuple[Section, dict[str, list[str]]]:
    """Leaks into exports, report and redacted calls, and words redacted by mistake, with lists."""
    shared = _shared(corpus, findings)
    cells = {
        "exports": export_cells(findings),
        "report": report_cells(findings),
        "redacted calls": call_cells(findings),
    }
    leaks = {
        where: sorted(_leaks(each, corpus.gold.personal, shared)) for where, each in cells.items()
    }
    n_redacted, mistaken = redacted_by_mistake(corpus, findings)
    n_personal = sum(map(len, corpus.gold.personal.values()))
    figures = (
        *(
            Figure(
                f"leaks, {where}",
                len(found),
                f"spellings of gold/pii.csv ({n_personal}) found in {text}; must be 0",
            )
            for (where, found), text in zip(
                leaks.items(),
                ("the tables of `export`", "the HTML report", "the calls as kept for display"),
                strict=True,
            )
        ),
        Figure(
            "ordinary words redacted",
            mistaken.total(),
            "words redacted as a name or a number that are in neither pii.csv nor the name"
            " of somebody who took part",
            of=n_redacted,
        ),
    )
    about = (
        "Names, e-mail addresses and phone numbers of the prospects, each spelling looked for as"
        " whole words: in what is from one call those of that call, elsewhere those of all calls"
        " unless other calls, assets or accounts use the word too."
    )
    lists = {f"leaks, {where}": found for where, found in leaks.items()}
    lists["ordinary words redacted"] = [f"{w} ({n})" for w, n in sorted(mistaken.items())]
    return Section("Privacy", about, figures), lists


def export_cells(findings: Findings) -> Iterator[Cell]:
    """Every cell of text in the tables, but for what the user gave as file and account names."""
    calls_of: defaultdict[str, set[str]] = defaultdict(set)
    for statement in findings.statements:
        calls_of[statement.theme_id].add(statement.call_id)
    for call in findings.calls:
        calls_of[call.deal_id].add(call.call_id)
    for name, frame in tables(findings).items():
        texts = [c for c in frame.columns if frame[c].dtype == "str" and c not in GIVEN]
        for row in frame.to_dict("records"):
            if name in ABOUT_MARKETING:
                calls = set()
            elif "call_id" in row:
                calls = {row["call_id"]}
            else:
                calls = calls_of.get(row.get("theme_id") or row.get("deal_id") or "", set())
            identity = row.get("statement_id") or next(iter(row.values()))
            for column in texts:
                if row[column]:
                    yield Cell(f"{name} {identity} {column}", row[column], calls)


def report_cells(findings: Findings) -> Iterator[Cell]:
    """Every text and every attribute of the report."""
    for element in html.fromstring(render(findings)).iter():
        if element.tag in ("style", "script") or not isinstance(element.tag, str):
            continue
        for text in (element.text, element.tail, *element.attrib.values()):
            if text and text.strip():
                yield Cell(f"<{element.tag}>", text)


def call_cells(findings: Findings) -> Iterator[Cell]:
    """Every text of the redacted calls."""
    for call in findings.calls:
        for row, turn in enumerate(call.turns):
            yield Cell(f"{call.call_id} turn {row}", f"{turn.speaker}\n{turn.text}", {call.call_id})
        for party in call.parties:
            texts = (str(getattr(party, each.name)) for each in fields(party))
            yield Cell(f"{call.call_id} parties", "\n".join(texts), {call.call_id})
        yield Cell(f"{call.call_id} title", call.title, {call.call_id})


def redacted_by_mistake(corpus: Corpus, findings: Findings) -> tuple[int, Counter[str]]:
    """How many words were redacted as a name or a number, and which of them should not have been.

    The vendor's people who are only spoken of are in no list, and count as mistakes.
    """
    anybody = {w for people in corpus.gold.sides.values() for n in people for w in WORD.findall(n)}
    n_redacted = 0
    mistaken: Counter[str] = Counter()
    for call in findings.calls:
        raw = corpus.calls.get(call.call_id)
        spellings = corpus.gold.personal.get(call.call_id, frozenset())
        people = corpus.gold.sides.get(call.call_id, {})
        meant = {word.lower() for text in (*spellings, *people) for word in WORD.findall(text)}
        for text, redacted in _texts(raw, call):
            taken = [w for part in taken_out(text, redacted) for w in WORD.findall(part)]
            n_redacted += len(taken)
            mistaken.update(w for w in taken if w.lower() not in meant and w not in anybody)
    return n_redacted, mistaken


def taken_out(text: str, redacted: str) -> list[str]:
    """What stood where the redacted text has the label of a person or a phone."""
    labels = ANY_LABEL.findall(redacted)
    pattern = "(.+?)".join(re.escape(part) for part in ANY_LABEL.split(redacted))
    match = re.fullmatch(pattern, text, re.DOTALL)
    if not match:
        return []
    pairs = zip(labels, match.groups(), strict=True)
    return [part for label, part in pairs if LABEL.fullmatch(label) and part != label]


def _texts(raw: Call | None, redacted: Call) -> Iterator[tuple[str, str]]:
    if raw and len(raw.turns) == len(redacted.turns):
        for before, after in zip(raw.turns, redacted.turns, strict=True):
            yield before.text, after.text


def _leaks(
    cells: Iterable[Cell], personal: Mapping[str, Set[str]], shared: Set[str]
) -> Iterator[str]:
    """Where a spelling stands that should not: "place: spelling".

    personal : the spellings of each call; shared : those that innocent texts use as well
    """
    everyone = frozenset().union(*personal.values())
    for cell in cells:
        if cell.calls and len(cell.calls) == 1:
            wanted = personal.get(min(cell.calls), frozenset())
        elif cell.calls:
            wanted = frozenset().union(*(personal.get(c, ()) for c in cell.calls)) - shared
        else:
            wanted = everyone - shared
        for spelling in sorted(wanted):
            if stands_in(spelling, cell.text):
                yield f"{cell.place}: {spelling}"


def _shared(corpus: Corpus, findings: Findings) -> frozenset[str]:
    """Spellings that also stand where nobody of that name is: Will, Grant, a firm's founder."""
    given = [(call.account, call.source) for call in findings.calls]
    ours = [findings.assets, findings.deals, given]
    marketing = "\n".join(str(record) for records in ours for record in records)
    said = {c.call_id: "\n".join(turn.text for turn in c.turns) for c in findings.calls}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for call_id, spellings in corpus.gold.personal.items():
        for spelling in spellings:
            owners[spelling].add(call_id)
    return frozenset(
        spelling
        for spelling, calls in owners.items()
        if stands_in(spelling, marketing)
        or any(stands_in(spelling, text) for c, text in said.items() if c not in calls)
    )


def stands_in(spelling: str, text: str) -> bool:
    """Whether a text has it, as whole words."""
    return spelling in text and bool(re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", text))
