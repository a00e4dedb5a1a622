"""What a user does to the themes: every edit says which state it was made on, and can be undone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from resonance import curation
from resonance.curate import describe
from resonance.entries import By
from resonance.errors import InputError
from resonance.report.views import Quote
from resonance.serve.site import Here, csv
from resonance.serve.snapshot import Snapshot, address

router = APIRouter()

QUESTIONS_SHOWN = 8
PREVIEWED = 6
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
        hidden=[(theme.theme_id, theme.name) for theme in snapshot.findings.hidden],
        seen=snapshot.last_edit,
    )


@router.get("/review")
def review(request: Request, site: Here) -> Response:
    snapshot = site.snapshot
    asked = (
        snapshot.once("review", lambda: curation.review(site.workspace)) if snapshot.themes else ()
    )
    said = snapshot.once(
        "statements", lambda: {s.statement_id: s for s in snapshot.findings.statements}
    )

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


def _by(seen: str) -> By:
    """Whoever is at this page, with the last edit that they were shown."""
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 9):
        raise InputError("The form does not say what it was made on; load the page again.")
    return curation.user(seen=int(seen))


def _words(by: str) -> list[str]:
    return [by.strip()] if by.strip() else []


def _known(snapshot: Snapshot, theme_id: str) -> str:
    if theme_id not in snapshot.themes:
        raise InputError("There is no such theme any more; see the history.")
    return theme_id


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
