"""A draft as it is written: what it answers, what it misses, and what the last change gave."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from resonance.check import Check, check_draft, is_same, own_words
from resonance.errors import InputError
from resonance.known import encode_passages
from resonance.readers import Readers, one_of_each
from resonance.records import Asset
from resonance.relevance import RelevanceModel
from resonance.report import charts
from resonance.report.check_page import LEAST_SCALE, draft_view
from resonance.report.page import fit
from resonance.report.views import Link
from resonance.serve import apart
from resonance.serve.dropped import Dropping
from resonance.serve.jobs import safe_name
from resonance.serve.site import Here, Site, csv, download
from resonance.serve.snapshot import Snapshot
from resonance.serve.turns import TURN, Viewing
from resonance.sources.assets import read_draft
from resonance.sources.assets.formats import reader_of
from resonance.store.codec import from_json, to_json

router = APIRouter(route_class=Viewing)

LONGEST = 200_000  # characters of a pasted draft; a longer one comes as a file
PARTS = re.compile(r"(T\d{1,9})=(\d{1,3}\.\d)")
PASTED = "Your draft.md"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Move:
    """The points of a theme before a change and after it."""

    theme: Link
    before: float
    after: float

    @property
    def gained(self) -> float:
        return round(self.after - self.before, 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form as it was sent.

    `before` are the points that an earlier check had, counted in the voices of `heard`;
    `dropped` is the key of the file that the text was read from.
    """

    text: str = ""
    before: str = ""
    heard: str = ""
    dropped: str = ""
    segment: str = ""
    stage: str = ""
    campaign: str = ""


@router.get("/check")
def blank(
    request: Request, site: Here, segment: str = "", stage: str = "", campaign: str = ""
) -> Response:
    return _page(request, site, Sheet(segment=segment, stage=stage, campaign=campaign))


@router.post("/check")
def check(
    request: Request,
    site: Here,
    text: Annotated[str, Form()] = "",
    before: Annotated[str, Form()] = "",
    heard: Annotated[str, Form()] = "",
    dropped: Annotated[str, Form()] = "",
    segment: Annotated[str, Form()] = "",
    stage: Annotated[str, Form()] = "",
    campaign: Annotated[str, Form()] = "",
    anew: Annotated[str, Form()] = "",
    format: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    snapshot = site.snapshot
    sheet = Sheet(text, before, heard, dropped, segment, stage, campaign)
    if not snapshot.themes:
        return _page(request, site, sheet)
    source = site.dropped.unchanged(dropped, text) if format == "docx" else None
    try:
        if file is not None and file.filename:
            name, data = safe_name(file.filename), file.file.read()
            draft = _read_apart(name, data)
            source = Dropping(name, data, fit(as_text(draft)))
            sheet = replace(sheet, text=source.text, before="", dropped=site.dropped.keep(source))
        elif not text.strip():
            return _page(request, site, sheet)
        else:
            draft = _read_apart(source.name, source.data) if source else _read_pasted(site, text)
        with TURN:
            found = _check(site, snapshot, draft, one_of_each(segment, stage, campaign))
        if format == "docx":
            return _with_comments(found, source)
    except InputError as error:
        return _page(request, site, sheet, told=f"{str(error).rstrip('.')}.")
    if format == "csv":
        return csv(
            "check", [{"theme_id": p.theme_id, "points": p.points} for p in found.score.parts]
        )
    points = {part.theme_id: part.points for part in found.score.parts}
    goes_on = not anew and heard == found.readers
    earlier = (parse(sheet.before) if goes_on else {}) or points
    kept = " ".join(f"{theme_id}={p:.1f}" for theme_id, p in earlier.items()) or "T0=0.0"
    return _page(
        request,
        site,
        replace(sheet, before=kept, heard=found.readers),
        check=found,
        moves=moves(snapshot, earlier, points),
    )


def parse(before: str) -> dict[str, float]:
    """The points that an earlier check had, as the form kept them; {} where it kept none."""
    return {theme_id: float(points) for theme_id, points in PARTS.findall(before[:10_000])}


def moves(
    snapshot: Snapshot, before: Mapping[str, float], after: Mapping[str, float]
) -> list[Move]:
    """The themes whose points changed, what moved furthest first; they add up to the whole move."""
    found = [
        Move(snapshot.joined.theme_link(t), before.get(t, 0.0), after.get(t, 0.0))
        for t in sorted(before.keys() | after.keys())
    ]
    return sorted((m for m in found if m.gained), key=lambda m: -abs(m.gained))


def as_text(draft: Asset) -> str:
    """A draft that came as a file as Markdown to go on with."""
    lines, heading = [f"# {draft.title}"], draft.title
    for passage in draft.passages:
        if passage.heading and passage.heading != heading:
            lines.append(f"## {passage.heading}")
            heading = passage.heading
        lines.append(passage.text)
    return "\n\n".join(lines)


def _read_pasted(site: Site, text: str) -> Asset:
    if len(text) > LONGEST:
        raise InputError(f"That is more than {LONGEST:,} characters; give it as a file")
    return read_draft(PASTED, text.encode("utf-8", "replace"), ruler=site.encoder)


def _read_apart(name: str, data: bytes) -> Asset:
    return from_json(Asset, json.dumps(apart.ask("draft", name, data=data)))


def _with_comments(found: Check, source: Dropping | None) -> Response:
    """The draft as a Word file with comments: the one that was dropped in, or a plain one."""
    original = b""
    if source and reader_of(source.name, source.data) == "word":
        original = source.data
    asked = to_json(found).encode() + b"\n" + original
    document = b64decode(apart.ask("annotate", data=asked))
    return download(f"{PurePosixPath(found.source).stem}-commented.docx", document, WORD)


def _check(site: Site, snapshot: Snapshot, draft: Asset, readers: Readers) -> Check:
    """The check; what is said of a missing theme and answers it is looked up among all there is."""
    known = snapshot.thinned
    (vectors,) = encode_passages(site.encoder, [draft], known.said)
    findings = known.findings
    heard = readers.heard(snapshot.findings, snapshot.leads)
    who = snapshot.voiced_in(heard) if readers else snapshot.who
    if known is snapshot.known:
        return check_draft(
            draft, findings, vectors, known.passages, known.statements, heard=heard, who=who
        )
    others = [row for row, asset in enumerate(findings.assets) if not is_same(asset, draft)]
    found = check_draft(
        draft,
        replace(findings, assets=()),
        vectors,
        [],
        known.statements,
        model=RelevanceModel(others=snapshot.beside(others) if others else None),
        heard=heard,
        who=who,
        gathered=known.gathered,
    )
    joined, themes = snapshot.joined, snapshot.themes
    missing = tuple(
        replace(
            m,
            quotes=own_words(
                themes[m.theme_id],
                (s for s in joined.said(m.theme_id) if s.call_id in heard.calls),
            ),
            answered_by=tuple(map(joined.asset_title, joined.answering(m.theme_id))),
        )
        for m in found.missing
    )
    return replace(found, missing=missing)


def _beside(snapshot: Snapshot) -> tuple[int, int]:
    """How many assets a draft is held against, and how many there are."""
    return len(snapshot.thinned.findings.assets), len(snapshot.assets)


def _page(
    request: Request,
    site: Site,
    sheet: Sheet,
    *,
    told: str = "",
    check: Check | None = None,
    moves: list[Move] | None = None,
) -> Response:
    highest = max(check.score.resonance, check.score.high or 0.0) if check else 0.0
    return site.page(
        request,
        "check.html",
        totals=site.snapshot.totals,
        sheet=sheet,
        choices=site.snapshot.choices,
        told=told,
        draft=draft_view("draft", check) if check else None,
        top=charts.round_top(max(LEAST_SCALE, highest)),
        moves=moves or [],
        was=sum(parse(sheet.before).values()),
        beside=_beside(site.snapshot) if check else (0, 0),
    )
