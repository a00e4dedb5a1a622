"""What changed, what is loudest, what nobody answers, what to fix."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from resonance.report.build import ASSETS_SHOWN, GAPS_SHOWN, IDLE_SHOWN, THEMES_SHOWN
from resonance.report.views import View
from resonance.serve.seen import changes
from resonance.serve.site import Here, csv
from resonance.serve.snapshot import Snapshot
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

TOP_THEMES = 5


@router.get("/")
def overview(request: Request, site: Here, format: str = "") -> Response:
    snapshot = site.snapshot
    if format == "csv":
        return csv("overview", [_figures(snapshot)])
    return site.page(
        request,
        "overview.html",
        view=snapshot.once("overview", lambda: _view(snapshot)),
        changes=changes(snapshot, site.snapshots.before(snapshot)),
        n_top=TOP_THEMES,
    )


@router.get("/guide")
def guide(request: Request, site: Here) -> Response:
    return site.page(request, "how.html")


def _view(snapshot: Snapshot) -> View:
    """The report's view; what the overview has no room for is left out."""
    joined = snapshot.joined
    return View(
        totals=snapshot.totals,
        themes=tuple(joined.theme(t.theme_id) for t in joined.themes[:THEMES_SHOWN]),
        assets=tuple(joined.asset(a.asset_id) for a in joined.assets[:ASSETS_SHOWN]),
        gaps=tuple(map(joined.theme, joined.missing[:GAPS_SHOWN])),
        idle=tuple(joined.asset(a.asset_id) for a in joined.idle[:IDLE_SHOWN]),
        heat=joined.heat((), ()),
        deals=(),
        problems=(),
    )


def _figures(snapshot: Snapshot) -> dict[str, object]:
    totals = snapshot.totals
    return {
        "calls": totals.calls,
        "accounts": totals.accounts,
        "objections": totals.objections,
        "needs": totals.needs,
        "themes": totals.themes,
        "assets": totals.assets,
        "gaps": totals.gaps,
        "demand_answered": round(totals.answered, 6),
        "first": str(totals.first or ""),
        "last": str(totals.last or ""),
    }
