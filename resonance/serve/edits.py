"""What a user does to the themes: every edit says which state it was made on, and can be undone."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from resonance import curation
from resonance.curate import NONE, describe
from resonance.entries import By, SeedPreview
from resonance.errors import InputError
from resonance.records import Findings, Kind, Statement, Theme
from resonance.report.tables import tables
from resonance.report.views import Link, Quote
from resonance.serve.site import Here, csv
from resonance.serve.snapshot import Snapshot, address
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

QUESTIONS_SHOWN = 8
PREVIEWED = 6
SEED_PREVIEWED = 12
MOST_QUOTES = 5
KINDS: tuple[Kind, ...] = get_args(Kind)
NO_THEME = "none"

Seen = Annotated[str, Form()]
Text = Annotated[str, Form()]


@router.post("/themes/{theme_id}/rename")
def rename(site: Here, theme_id: str, name: Text = "", seen: Seen = "") -> Response:
    curation.rename(site.workspace, theme_id, name, _by(seen))
    return _to(address("theme", theme_id))


@router.post("/themes/{theme_id}/pin")
def pin(site: Here, theme_id: str, seen: Seen = "") -> Response:
    curation.pin(site.workspace, theme_id, _by(seen))
    return _to(address("theme", theme_id))


@router.post("/themes/{theme_id}/hide")
def hide(site: Here, theme_id: str, seen: Seen = "") -> Response:
    curation.hide(site.workspace, theme_id, _by(seen))
    return _to("/history")


@router.post("/themes/{theme_id}/unhide")
def unhide(site: Here, theme_id: str, seen: Seen = "") -> Response:
    done = curation.unhide(site.workspace, theme_id, _by(seen))
    return _to(address("theme", done.edit.theme_id))


@router.get("/themes/{theme_id}/merge")
def preview_merge(request: Request, site: Here, theme_id: str, other: str = "") -> Response:
    snapshot = site.snapshot
    joined = snapshot.joined
    into = _known(snapshot, theme_id)
    gone = _known(snapshot, other)
    if into == gone:
        raise InputError("A theme cannot be merged into itself; choose another.")
    return site.page(
        request,
        "merge.html",
        into=joined.theme(into, n_quotes=PREVIEWED),
        gone=joined.theme(gone, n_quotes=PREVIEWED),
        seen=snapshot.last_edit,
    )


@router.post("/themes/{theme_id}/merge")
def merge(site: Here, theme_id: str, other: Text = "", seen: Seen = "") -> Response:
    curation.merge(site.workspace, theme_id, [other], _by(seen))
    return _to(address("theme", theme_id))


@router.get("/themes/{theme_id}/split")
def preview_split(request: Request, site: Here, theme_id: str, by: str = "") -> Response:
    snapshot = site.snapshot
    found = curation.preview_split(site.workspace, theme_id, _words(by))
    quote = snapshot.joined.quote
    return site.page(
        request,
        "split.html",
        theme=snapshot.joined.theme_link(found.theme.theme_id),
        theme_id=found.theme.theme_id,
        by=by,
        stay=[quote(s) for s in found.stay[:PREVIEWED]],
        n_stay=len(found.stay),
        leave=[quote(s) for s in found.leave[:PREVIEWED]],
        n_leave=len(found.leave),
        seen=snapshot.last_edit,
    )


@router.post("/themes/{theme_id}/split")
def split(site: Here, theme_id: str, by: Text = "", seen: Seen = "") -> Response:
    done = curation.split(site.workspace, theme_id, _words(by), _by(seen))
    return _to(address("theme", done.edit.others[0]))


@router.get("/seed")
def preview_seed(
    request: Request,
    site: Here,
    name: str = "",
    about: str = "",
    quote: Annotated[list[str] | None, Query()] = None,
    kind: str = "",
    format: str = "",
) -> Response:
    snapshot = site.snapshot
    quotes, found, told = _given(quote), None, ""
    if snapshot.themes and (name or about or quotes):
        try:
            found = curation.preview_seed(site.workspace, name, about, quotes, _kind(kind))
        except InputError as error:
            told = str(error)
    if format == "csv":
        said = found.statements if found else ()
        return csv("seed", tables(Findings(statements=said))["statements"])
    shown = found.statements[:SEED_PREVIEWED] if found else ()
    return site.page(
        request,
        "seed.html",
        totals=snapshot.totals,
        name=name,
        about=about,
        quotes=quotes,
        blank=max(MOST_QUOTES - len(quotes), 0),
        kind=kind,
        told=told,
        found=found,
        moved=_moved(snapshot, found) if found else [],
        said=[snapshot.joined.quote(s) for s in shown],
        seen=snapshot.last_edit,
    )


@router.post("/seed")
def seed(
    site: Here,
    name: Text = "",
    about: Text = "",
    kind: Text = "",
    seen: Seen = "",
    quote: Annotated[list[str] | None, Form()] = None,
) -> Response:
    by = _by(seen)
    done = curation.seed(site.workspace, name, about, _given(quote), _kind(kind), by)
    return _to(address("theme", done.edit.theme_id))


@router.post("/move")
def move(
    site: Here,
    to: Text = "",
    here: Text = "",
    seen: Seen = "",
    statement: Annotated[list[str] | None, Form()] = None,
) -> Response:
    if not statement:
        raise InputError("No quote was chosen; tick those to move.")
    curation.move(site.workspace, statement, to or NO_THEME, _by(seen))
    return _to(address("theme", here) if here in site.snapshot.themes else "/history")


@router.post("/undo")
def undo(site: Here, number: Text = "", seen: Seen = "") -> Response:
    target = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else None
    curation.undo(site.workspace, target, _by(seen))
    return _to("/history")


@router.get("/history")
def history(request: Request, site: Here, format: str = "") -> Response:
    snapshot = site.snapshot
    edits, in_force, _ = curation.history(site.workspace) if snapshot.themes else ((), (), ())
    rows = [
        {
            "number": edit.number,
            "when": edit.when,
            "who": edit.who,
            "what": describe(edit),
            "in_force": edit.number in in_force,
        }
        for edit in reversed(edits)
    ]
    if format == "csv":
        return csv("history", rows)
    return site.page(
        request,
        "history.html",
        rows=rows,
        hidden=_hidden(snapshot),
        seen=snapshot.last_edit,
    )


@router.get("/review")
def review(request: Request, site: Here) -> Response:
    snapshot = site.snapshot
    asked = (
        snapshot.once("review", lambda: curation.review(site.workspace)) if snapshot.themes else ()
    )
    said = _said(snapshot)

    def quotes(ids: tuple[str, ...]) -> list[Quote]:
        return [snapshot.joined.quote(said[i]) for i in ids if i in said]

    return site.page(
        request,
        "review.html",
        totals=snapshot.totals,
        questions=asked[:QUESTIONS_SHOWN],
        n_questions=len(asked),
        quotes=quotes,
        theme=snapshot.joined.theme_link,
        seen=snapshot.last_edit,
    )


@router.post("/review")
def answer(site: Here, question: Text = "", yes: Text = "", seen: Seen = "") -> Response:
    curation.answer(site.workspace, question, yes == "yes", _by(seen))
    return _to("/review")


def _hidden(snapshot: Snapshot) -> list[tuple[Theme, list[Quote]]]:
    """The themes that are hidden, each with the quote that most stands for it."""
    hidden = snapshot.findings.hidden
    said = _said(snapshot) if hidden else {}
    return [
        (theme, [snapshot.joined.quote(said[i]) for i in theme.exemplars[:1] if i in said])
        for theme in hidden
    ]


def _said(snapshot: Snapshot) -> dict[str, Statement]:
    """What was said, by id."""
    found: dict[str, Statement] = snapshot.once(
        "statements", lambda: {s.statement_id: s for s in snapshot.findings.statements}
    )
    return found


def _by(seen: str) -> By:
    """Whoever is at this page, with the last edit that they were shown."""
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 9):
        raise InputError("The form does not say what it was made on; load the page again.")
    return curation.user(seen=int(seen))


def _given(quotes: list[str] | None) -> list[str]:
    """The quotes that were filled in."""
    return [text for each in quotes or () if (text := each.strip())]


def _kind(kind: str) -> Kind | None:
    """None for what the texts voice."""
    return next((each for each in KINDS if each == kind), None)


def _moved(snapshot: Snapshot, found: SeedPreview) -> list[tuple[Link, int]]:
    """The themes that statements would leave and how many, most first."""
    hidden = {theme.theme_id: theme.name for theme in snapshot.findings.hidden}

    def link(theme_id: str) -> Link:
        if theme_id == NONE:
            return Link("no theme")
        if theme_id in hidden:
            return Link(f"{hidden[theme_id]}, which is hidden")
        return snapshot.joined.theme_link(theme_id)

    counts = sorted(found.moved_from.items(), key=lambda item: (-item[1], item[0]))
    return [(link(theme_id), n) for theme_id, n in counts]


def _words(by: str) -> list[str]:
    return [by.strip()] if by.strip() else []


def _known(snapshot: Snapshot, theme_id: str) -> str:
    if theme_id not in snapshot.themes:
        raise InputError("There is no such theme any more; see the history.")
    return theme_id


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
