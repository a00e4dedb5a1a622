"""How themes go with deals, where each deal stands, and one deal with what was voiced in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from resonance.leads import STANDINGS, Lead
from resonance.reasons import loss_reasons
from resonance.records import Call
from resonance.report import words
from resonance.report.views import DealRow, Link
from resonance.serve.site import Here, csv, cut
from resonance.serve.snapshot import Snapshot, address
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

REASONS_SHOWN = 12
THEMES_SHOWN = 30


@router.get("/deals")
def deals(
    request: Request,
    site: Here,
    standing: str = "",
    outcome: str = "",
    page: str = "1",
    format: str = "",
) -> Response:
    snapshot = site.snapshot
    kept = [
        lead
        for lead in snapshot.leads
        if standing in ("", lead.standing) and outcome in ("", lead.outcome)
    ]
    if format == "csv":
        return csv("deals", [_row(lead) for lead in kept])
    return site.page(
        request,
        "deals_view.html",
        totals=snapshot.totals,
        themes=snapshot.once("deal rows", lambda: _theme_rows(snapshot)),
        reasons=snapshot.once("reasons", lambda: loss_reasons(snapshot.findings))[:REASONS_SHOWN],
        shown=cut(request, kept, page),
        counts=Counter(lead.standing for lead in snapshot.leads),
        standings=STANDINGS,
        link=_Links(snapshot),
        chosen={"standing": standing, "outcome": outcome},
    )


@router.get("/deal")
def deal(request: Request, site: Here, id: str = "", format: str = "") -> Response:
    snapshot = site.snapshot
    lead = next((lead for lead in snapshot.leads if lead.deal_id == id), None)
    if lead is None:
        raise HTTPException(404, f"There is no deal {words.shorten(id, 60)}.")
    if format == "csv":
        return csv("deal", [_row(lead)])
    calls = _calls_of(snapshot, lead)
    said = [s for call in calls for s in snapshot.said_in.get(call.call_id, ())]
    return site.page(
        request,
        "deal.html",
        lead=lead,
        deal=snapshot.deals[id],
        calls=calls,
        quotes=[snapshot.joined.quote(s) for s in said],
        link=_Links(snapshot),
        address=address,
    )


class _Links:
    """Links by what they lead to, for the templates."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def theme(self, theme_id: str) -> Link:
        return self.snapshot.joined.theme_link(theme_id)

    def asset(self, asset_id: str) -> Link:
        if asset_id not in self.snapshot.assets:
            return Link(asset_id)
        return self.snapshot.joined.asset_link(asset_id)

    def deal(self, deal_id: str, name: str = "") -> Link:
        return Link(name or deal_id, address("deal", deal_id))


def _theme_rows(snapshot: Snapshot) -> list[DealRow]:
    """Themes by what can be said of them, the surest first; corrected for asking of them all."""
    if not snapshot.deals:
        return []
    found = sorted(
        snapshot.win_loss.values(), key=lambda w: (w.p_value is None, w.p_value or 0.0, w.theme_id)
    )
    return [DealRow(snapshot.joined.theme_link(w.theme_id), w) for w in found[:THEMES_SHOWN]]


def _calls_of(snapshot: Snapshot, lead: Lead) -> list[Call]:
    """The calls of a deal, and those of its account that have none."""
    known = snapshot.deals
    own = [
        call
        for call in snapshot.findings.calls
        if call.deal_id == lead.deal_id
        or (call.deal_id not in known and lead.account and call.account == lead.account)
    ]
    return sorted(own, key=lambda c: (str(c.date or ""), c.call_id))


def _row(lead: Lead) -> dict[str, object]:
    row = asdict(lead)
    row["quotes"] = " / ".join(quote.text for quote in lead.quotes)
    return row
