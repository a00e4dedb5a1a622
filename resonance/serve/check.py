"""A draft as it is written: what it answers, what it misses, and what the last change gave."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from resonance.check import Check, check_draft, is_same, own_words
from resonance.errors import InputError
from resonance.known import encode_passages
from resonance.records import Asset
from resonance.relevance import RelevanceModel
from resonance.report import charts
from resonance.report.check_page import LEAST_SCALE, draft_view
from resonance.report.views import Link
from resonance.serve import apart
from resonance.serve.jobs import safe_name
from resonance.serve.site import Here, Site, csv
from resonance.serve.snapshot import Snapshot
from resonance.sources.assets import read_draft
from resonance.store.codec import from_json

router = APIRouter()

LONGEST = 200_000  # characters of a pasted draft; a longer one comes as a file
PARTS = re.compile(r"(T\d{1,9})=(\d{1,3}\.\d)")


@dataclass(frozen=True, slots=True)
class Move:
    """The points of a theme before a change and after it."""

    theme: Link
    before: float
    after: float

    @property
    def gained(self) -> float:
        return round(self.after - self.before, 1)


@router.get("/check")
def blank(request: Request, site: Here) -> Response:
    return _page(request, site)


@router.post("/check")
def check(
    request: Request,
    site: Here,
    text: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    before: Annotated[str, Form()] = "",
    anew: Annotated[str, Form()] = "",
    format: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    snapshot = site.snapshot
    if not snapshot.themes:
        return _page(request, site)
    try:
        if file is not None and file.filename:
            name = safe_name(file.filename)
            draft = _read_apart(name, file.file.read())
            text, before = as_text(draft), ""
        elif text.strip():
            draft = _read_pasted(text)
        else:
            return _page(request, site)
        found = _check(site, snapshot, draft)
    except InputError as error:
        return _page(request, site, text=text, name=name, before=before, told=f"{error}.")
    if format == "csv":
        return csv(
            "check", [{"theme_id": p.theme_id, "points": p.points} for p in found.score.parts]
        )
    points = {part.theme_id: part.points for part in found.score.parts}
    earlier = points if anew else (parse(before) or points)
    return _page(
        request,
        site,
        text=text,
        name=name,
        before=" ".join(f"{theme_id}={p:.1f}" for theme_id, p in earlier.items()) or "T0=0.0",
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


def _read_pasted(text: str) -> Asset:
    if len(text) > LONGEST:
        raise InputError(f"That is more than {LONGEST:,} characters; give it as a file")
    return read_draft("Your draft.md", text.encode("utf-8", "replace"))


def _read_apart(name: str, data: bytes) -> Asset:
    return from_json(Asset, json.dumps(apart.ask("draft", name, data=data)))


def _check(site: Site, snapshot: Snapshot, draft: Asset) -> Check:
    """The check; what is said of a missing theme and answers it is looked up among all there is."""
    known = snapshot.thinned
    with site.encoding:
        (vectors,) = encode_passages(site.encoder, [draft], known.said)
    findings = known.findings
    if known is snapshot.known:
        passages, who = known.passages, snapshot.who
        return check_draft(draft, findings, vectors, passages, known.statements, who=who)
    others = [row for row, asset in enumerate(findings.assets) if not is_same(asset, draft)]
    found = check_draft(
        draft,
        replace(findings, assets=()),
        vectors,
        [],
        known.statements,
        model=RelevanceModel(others=snapshot.beside(others) if others else None),
        who=snapshot.who,
    )
    joined, themes = snapshot.joined, snapshot.themes
    missing = tuple(
        replace(
            m,
            quotes=own_words(themes[m.theme_id], joined.said(m.theme_id)),
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
    *,
    text: str = "",
    name: str = "",
    before: str = "",
    told: str = "",
    check: Check | None = None,
    moves: list[Move] | None = None,
) -> Response:
    highest = max(check.score.resonance, check.score.high or 0.0) if check else 0.0
    return site.page(
        request,
        "check.html",
        totals=site.snapshot.totals,
        text=text,
        name=name,
        before=before,
        told=told,
        draft=draft_view("draft", check) if check else None,
        top=charts.round_top(max(LEAST_SCALE, highest)),
        moves=moves or [],
        was=sum(parse(before).values()),
        beside=_beside(site.snapshot) if check else (0, 0),
    )
