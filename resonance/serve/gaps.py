"""What prospects voice and no asset answers."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from resonance.records import Findings
from resonance.report.tables import tables
from resonance.serve.site import Here, csv, cut

router = APIRouter()

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
