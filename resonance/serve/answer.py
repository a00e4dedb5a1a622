"""What to send to a prospect who said this."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from resonance.reply import Reply, find_reply
from resonance.report.views import DealRow
from resonance.serve.site import Here, Site, csv
from resonance.serve.snapshot import Snapshot
from resonance.serve.thinning import nearest
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

LONGEST = 2000  # characters of what was said


@router.get("/answer")
def answer(request: Request, site: Here, said: str = "", format: str = "") -> Response:
    snapshot = site.snapshot
    said = said[:LONGEST].strip()
    reply = _reply(site, snapshot, said) if said and snapshot.themes else None
    if format == "csv":
        rows = reply.passages if reply else ()
        return csv("answer", [{name: getattr(p, name) for name in p.__slots__} for p in rows])
    joined = snapshot.joined
    return site.page(
        request,
        "answer.html",
        totals=snapshot.totals,
        said=said,
        reply=reply,
        theme=joined.theme(reply.theme.theme_id) if reply else None,
        deal=DealRow(joined.theme_link(reply.theme.theme_id), reply.deals) if reply else None,
        asset_link=joined.asset_link,
    )


def _reply(site: Site, snapshot: Snapshot, said: str) -> Reply:
    """The reply; the deals are those of all that was said, and counted once."""
    (vector,), (meaning,) = site.encoder.encode([said]), site.voice.encode([said])
    near = nearest(snapshot.known, vector)
    reply = find_reply(said, vector, meaning, snapshot.centres, near)
    return replace(reply, deals=snapshot.win_loss[reply.theme.theme_id])
