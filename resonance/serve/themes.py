"""What prospects voice, sorted and narrowed; and one theme with all that was said of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from resonance import curation
from resonance.card import Card, battlecard
from resonance.deals import WinLoss
from resonance.errors import InputError
from resonance.identity import badge
from resonance.readers import one_of_each
from resonance.records import Findings, Theme
from resonance.report import words
from resonance.report.markdown import card_as_markdown
from resonance.report.tables import tables
from resonance.report.views import DealRow, Link, ThemeView
from resonance.serve.narrowing import Narrowing
from resonance.serve.site import Here, Site, csv, cut, download
from resonance.serve.snapshot import NOTHING, Snapshot, address
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

DIRECTIONS = ("rising", "steady", "fading", "not enough calls")
SORTS: dict[str, tuple[str, Callable[[Theme], Any]]] = {
    "demand": ("demand", lambda t: -t.demand),
    "accounts": ("accounts", lambda t: -t.n_accounts),
    "statements": ("times said", lambda t: -t.n_statements),
    "amount": ("amount of the deals", lambda t: -t.amount),
    "rising": ("rising first", lambda t: DIRECTIONS.index(t.trend) if t.trend else 9),
    "latest": ("heard last", lambda t: -(t.last_seen.toordinal() if t.last_seen else 0)),
    "name": ("name", lambda t: t.name.casefold()),
}
EVIDENCE_SHOWN = 12
QUOTES_A_PAGE = 25
ACCOUNTS_SHOWN = 12
THEMES_A_PAGE = 25


@router.get("/themes")
def themes(
    request: Request,
    site: Here,
    kind: str = "",
    q: str = "",
    segment: str = "",
    stage: str = "",
    outcome: str = "",
    since: str = "",
    until: str = "",
    sort: str = "demand",
    page: str = "1",
    format: str = "",
) -> Response:
    snapshot = site.snapshot
    readers = one_of_each(segment, stage, outcome=outcome)
    narrowing = Narrowing(readers, since, until)
    listed, n_calls = _counted(snapshot, narrowing)
    sought = q.casefold().split()
    kept = [t for t in listed if kind in ("", t.kind) and _holds(t, sought)]
    kept.sort(key=lambda t: (SORTS.get(sort, SORTS["demand"])[1](t), -t.demand, t.theme_id))
    if format == "csv":
        table = tables(Findings(themes=tuple(kept)))["themes"]
        order = {t.theme_id: i for i, t in enumerate(kept)}
        return csv("themes", table.sort_values("theme_id", key=lambda ids: ids.map(order)))
    shown = cut(request, kept, page, THEMES_A_PAGE)
    views = [_as_counted(snapshot, theme) for theme in shown.rows]
    return site.page(
        request,
        "themes_view.html",
        totals=snapshot.totals,
        views=views,
        n_hidden=len(snapshot.findings.hidden),
        shown=shown,
        n_calls=n_calls,
        is_narrowed=bool(narrowing),
        choices=snapshot.choices,
        months=snapshot.voices.months,
        sorts={name: told for name, (told, _) in SORTS.items()},
        chosen={
            "kind": kind,
            "q": q,
            "segment": segment,
            "stage": stage,
            "outcome": outcome,
            "since": since,
            "until": until,
            "sort": sort if sort in SORTS else "demand",
        },
    )


@router.get("/themes/{theme_id}")
def theme(
    request: Request, site: Here, theme_id: str, page: str = "1", format: str = ""
) -> Response:
    snapshot = site.snapshot
    if theme_id not in snapshot.themes:
        return _elsewhere(site, snapshot, theme_id)
    joined = snapshot.joined
    said = joined.said(theme_id)
    if format == "csv":
        return csv(theme_id, tables(Findings(statements=tuple(said)))["statements"])
    found = snapshot.win_loss.get(theme_id)
    return site.page(
        request,
        "theme.html",
        each=joined.theme(theme_id, n_quotes=1, n_evidence=EVIDENCE_SHOWN),
        badge=badge(snapshot.themes[theme_id].stability),
        shown=cut(request, said, page, QUOTES_A_PAGE),
        quote=joined.quote,
        who=_who(snapshot, theme_id),
        others=[t for t in joined.themes if t.theme_id != theme_id],
        seen=snapshot.last_edit,
        deal=_deal_row(joined.theme_link(theme_id), found) if snapshot.deals else None,
    )


@router.get("/themes/{theme_id}/card")
def card(request: Request, site: Here, theme_id: str, format: str = "") -> Response:
    """What a seller needs when a prospect voices the theme."""
    snapshot = site.snapshot
    if theme_id not in snapshot.themes:
        raise HTTPException(404, f"There is no theme {words.shorten(theme_id, 40)}.")
    found: Card = snapshot.once(f"card {theme_id}", lambda: _card(snapshot, theme_id))
    if format == "md":
        body = card_as_markdown(found).encode()
        return download(f"card-{theme_id}.md", body, "text/markdown; charset=utf-8")
    link = snapshot.joined.theme_link(theme_id)
    return site.page(
        request,
        "card.html",
        card=found,
        theme=link,
        pairs=snapshot.quoted(theme_id, found.sides),
        assets=snapshot.joined.asset_link,
        deal=DealRow(link, found.deals) if snapshot.deals else None,
    )


def _card(snapshot: Snapshot, theme_id: str) -> Card:
    known = snapshot.known
    return battlecard(snapshot.themes[theme_id], known.findings, known.statements)


def _elsewhere(site: Site, snapshot: Snapshot, theme_id: str) -> Response:
    """To the theme that goes by this id now, or that there is none, or that it is hidden."""
    if snapshot.version != NOTHING:
        with suppress(InputError):
            now = curation.look_up(site.workspace, theme_id).theme.theme_id
            if now in snapshot.themes:
                return RedirectResponse(address("theme", now), status_code=303)
            raise HTTPException(404, f"{now} is hidden; /history#hidden can show it again.")
    raise HTTPException(404, f"There is no theme {words.shorten(theme_id, 40)}.")


def _counted(snapshot: Snapshot, narrowing: Narrowing) -> tuple[list[Theme], int]:
    if not narrowing:
        return list(snapshot.joined.themes), len(snapshot.calls)
    return snapshot.once(
        f"narrowed {narrowing}",
        lambda: snapshot.voices.counted(snapshot.joined.themes, narrowing),
    )


def _holds(theme: Theme, sought: list[str]) -> bool:
    text = " ".join((theme.theme_id, theme.name, *theme.keyphrases)).casefold()
    return all(word in text for word in sought)


def _as_counted(snapshot: Snapshot, theme: Theme) -> ThemeView:
    return replace(snapshot.joined.theme(theme.theme_id, n_quotes=2), theme=theme)


def _deal_row(link: Link, found: WinLoss | None) -> DealRow | None:
    return DealRow(link, found) if found else None


def _who(snapshot: Snapshot, theme_id: str) -> list[tuple[Link, str, int]]:
    """Who says it: the account's deal, what became of it, how often they said it."""
    of_account = {deal.account: deal for deal in snapshot.findings.deals if deal.account}
    rows: list[tuple[Link, str, int]] = []
    for account, n in snapshot.voices.who(theme_id)[:ACCOUNTS_SHOWN]:
        deal = of_account.get(account) or snapshot.deals.get(account.removeprefix("deal "))
        href = address("deal", deal.deal_id) if deal else ""
        rows.append((Link(account, href), deal.outcome if deal else "", n))
    return rows
