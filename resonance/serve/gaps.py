"""What prospects voice and no asset answers, and what to write about it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from resonance.brief import Brief, brief
from resonance.records import Findings
from resonance.report import words
from resonance.report.markdown import brief_as_markdown
from resonance.report.tables import tables
from resonance.serve.site import Here, csv, cut, download
from resonance.serve.snapshot import Snapshot
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

GAPS_A_PAGE = 24


@router.get("/gaps")
def gaps(request: Request, site: Here, page: str = "1", format: str = "") -> Response:
    snapshot = site.snapshot
    if format == "csv":
        missing = tuple(snapshot.themes[theme_id] for theme_id in snapshot.joined.missing)
        return csv("gaps", tables(Findings(themes=missing))["themes"])
    shown = cut(request, snapshot.joined.missing, page, GAPS_A_PAGE)
    return site.page(
        request,
        "gaps_view.html",
        totals=snapshot.totals,
        views=[snapshot.joined.theme(theme_id) for theme_id in shown.rows],
        shown=shown,
    )


@router.get("/gaps/{theme_id}")
def show_brief(request: Request, site: Here, theme_id: str, format: str = "") -> Response:
    """The brief of any theme; one that some asset answers has one too."""
    snapshot = site.snapshot
    if theme_id not in snapshot.themes:
        raise HTTPException(404, f"There is no theme {words.shorten(theme_id, 40)}.")
    found: Brief = snapshot.once(f"brief {theme_id}", lambda: _brief(snapshot, theme_id))
    if format == "md":
        body = brief_as_markdown(found).encode()
        return download(f"brief-{theme_id}.md", body, "text/markdown; charset=utf-8")
    return site.page(
        request,
        "brief.html",
        brief=found,
        theme=snapshot.joined.theme_link(theme_id),
        pairs=snapshot.quoted(theme_id, found.sides),
        assets=snapshot.joined.asset_link,
    )


def _brief(snapshot: Snapshot, theme_id: str) -> Brief:
    known = snapshot.known
    return brief(snapshot.themes[theme_id], known.findings, known.statements)
