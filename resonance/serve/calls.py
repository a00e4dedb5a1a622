"""The calls, and one of them turn by turn with what was voiced in it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from resonance.records import Findings
from resonance.report import words
from resonance.report.tables import tables
from resonance.serve.site import Here, csv, cut
from resonance.serve.snapshot import Snapshot, address
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)


@router.get("/calls")
def calls(request: Request, site: Here, q: str = "", page: str = "1", format: str = "") -> Response:
    snapshot = site.snapshot
    sought = q.casefold().split()
    by_date = snapshot.once("calls", lambda: _latest_first(snapshot))
    kept = [c for c in by_date if all(w in f"{c.account} {c.source}".casefold() for w in sought)]
    if format == "csv":
        return csv("calls", tables(Findings(calls=tuple(kept)))["calls"])
    return site.page(
        request,
        "calls.html",
        shown=cut(request, kept, page),
        said_in=snapshot.said_in,
        address=address,
        q=q,
    )


@router.get("/call")
def call(request: Request, site: Here, id: str = "", format: str = "") -> Response:
    snapshot = site.snapshot
    if id not in snapshot.calls:
        raise HTTPException(404, f"There is no call {words.shorten(id, 60)}.")
    said = snapshot.said_in.get(id, [])
    if format == "csv":
        return csv("call", tables(Findings(statements=tuple(said)))["statements"])
    found = snapshot.calls[id]
    by_turn: dict[int, list] = {}
    for statement in said:
        by_turn.setdefault(statement.turn, []).append(statement)
    store = site.snapshots.store()
    original = store.call(id) if site.originals and store else None
    return site.page(
        request,
        "call.html",
        call=found,
        original=original,
        by_turn=by_turn,
        theme=snapshot.joined.theme_link,
        deal=address("deal", found.deal_id) if found.deal_id in snapshot.deals else "",
    )


def _latest_first(snapshot: Snapshot) -> list:
    return sorted(
        snapshot.findings.calls, key=lambda c: (-(c.date.toordinal() if c.date else 0), c.call_id)
    )
