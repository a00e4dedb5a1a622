"""What our marketing answers: every asset, one asset passage by passage, and the heat map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from resonance.records import Asset, Findings, Passage, Score
from resonance.report import charts, words
from resonance.report.build import HEAT_ASSETS, HEAT_THEMES
from resonance.report.tables import tables
from resonance.report.views import Link
from resonance.serve.site import Here, csv, cut
from resonance.serve.snapshot import Snapshot
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

EVIDENCE_SHOWN = 15
Sort = Callable[[Asset, Score | None], Any]
SORTS: dict[str, tuple[str, Sort]] = {
    "resonance": ("resonance", lambda a, s: -(s.resonance if s else -1)),
    "least": ("least resonance", lambda a, s: s.resonance if s else -1),
    "focus": ("focus", lambda a, s: -(s.focus if s else -1)),
    "seen": ("impressions", lambda a, s: -(a.impressions or 0)),
    "title": ("title", lambda a, s: (a.title or a.source).casefold()),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage of an asset with the theme it helps to answer and those that it only names."""

    passage: Passage
    helps: tuple[Link, ...]
    names: tuple[Link, ...]


@router.get("/assets")
def assets(
    request: Request,
    site: Here,
    q: str = "",
    campaign: str = "",
    sort: str = "resonance",
    page: str = "1",
    format: str = "",
) -> Response:
    snapshot = site.snapshot
    joined = snapshot.joined
    sought = q.casefold().split()
    kept = [
        a for a in joined.assets if campaign in ("", a.campaign) and _holds(a, sought)
    ]  # fmt: skip
    by = SORTS.get(sort, SORTS["resonance"])[1]
    kept.sort(key=lambda a: by(a, joined.scores.get(a.asset_id)))
    if format == "csv":
        ids = {a.asset_id: i for i, a in enumerate(kept)}
        scores = tuple(s for s in snapshot.findings.scores if s.asset_id in ids)
        table = tables(Findings(assets=tuple(kept), scores=scores))["assets"]
        return csv("assets", table.sort_values("asset_id", key=lambda found: found.map(ids)))
    shown = cut(request, kept, page)
    views = [joined.asset(a.asset_id, n_evidence=0) for a in shown.rows]
    return site.page(
        request,
        "assets_view.html",
        totals=snapshot.totals,
        views=views,
        shown=shown,
        top=charts.round_top(max((v.reach for v in views), default=0.0)),
        campaigns=sorted({a.campaign for a in snapshot.findings.assets if a.campaign}),
        sorts={name: told for name, (told, _) in SORTS.items()},
        chosen={"q": q, "campaign": campaign, "sort": sort if sort in SORTS else "resonance"},
    )


@router.get("/asset")
def asset(request: Request, site: Here, id: str = "", format: str = "") -> Response:
    snapshot = site.snapshot
    if id not in snapshot.assets:
        raise HTTPException(404, f"There is no asset {words.shorten(id, 60)}.")
    if format == "csv":
        matches = tuple(m for m in snapshot.findings.matches if m.asset_id == id)
        return csv("asset", tables(Findings(matches=matches))["matches"])
    view = snapshot.joined.asset(id, n_evidence=EVIDENCE_SHOWN)
    marked = _marked(snapshot, snapshot.assets[id])
    return site.page(
        request,
        "asset.html",
        each=view,
        top=charts.round_top(max(10.0, view.reach)),
        marked=marked,
        strip=[_segment(i, each, len(marked)) for i, each in enumerate(marked, 1)],
    )


@router.get("/heat")
def heat(request: Request, site: Here, format: str = "") -> Response:
    snapshot = site.snapshot
    themes = snapshot.joined.themes[:HEAT_THEMES]
    kept = snapshot.joined.assets[:HEAT_ASSETS]
    if format == "csv":
        pairs = {t.theme_id for t in themes}, {a.asset_id for a in kept}
        matches = (
            m
            for m in snapshot.findings.matches
            if m.theme_id in pairs[0] and m.asset_id in pairs[1]
        )
        return csv("heat", tables(Findings(matches=tuple(matches)))["matches"])
    return site.page(
        request,
        "heat_view.html",
        totals=snapshot.totals,
        heat=snapshot.once("heat", lambda: snapshot.joined.heat(themes, kept)),
    )


def _holds(asset: Asset, sought: list[str]) -> bool:
    text = " ".join((asset.title, asset.source, asset.asset_id)).casefold()
    return all(word in text for word in sought)


def _marked(snapshot: Snapshot, asset: Asset) -> list[Marked]:
    """Every passage in order, with what it does."""
    joined = snapshot.joined
    score = joined.scores.get(asset.asset_id)
    carried = (score.carried if score else ()) or ("",) * len(asset.passages)
    proofs: dict[tuple[int, str], list[str]] = {}
    for match in joined.matches_of(asset.asset_id):
        proofs.setdefault((match.passage_row, match.verdict), []).append(match.theme_id)
    marked = []
    for row, (passage, theme_id) in enumerate(zip(asset.passages, carried, strict=True)):
        helps = dict.fromkeys(filter(None, [theme_id, *proofs.get((row, "answers"), ())]))
        marked.append(
            Marked(
                passage,
                tuple(map(joined.theme_link, helps)),
                tuple(map(joined.theme_link, proofs.get((row, "names"), ()))),
            )
        )
    return marked


def _segment(number: int, each: Marked, n_passages: int) -> charts.Segment:
    name = ", ".join(link.text for link in each.helps) or "answers nothing"
    kind = each.helps[0].kind if each.helps else "other"
    return charts.Segment(1 / n_passages, kind, not each.helps, f"Passage {number}: {name}")
