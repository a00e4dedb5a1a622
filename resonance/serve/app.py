"""The app: every view's routes behind the guard, and how errors are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Header
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from resonance.errors import InputError, ResonanceError, StaleEdit, StoreError
from resonance.serve import (
    answer,
    assets,
    calls,
    check,
    data,
    deals,
    edits,
    gaps,
    map,
    overview,
    themes,
)
from resonance.serve.guard import Guard, Key
from resonance.serve.site import Here, Site, statics
from resonance.workspace import Workspace

VIEWS = (overview, themes, assets, check, answer, gaps, deals, calls, map, data, edits)
A_YEAR = 365 * 24 * 3600


def create_app(
    workspace: Workspace,
    *,
    key: Key | None = None,
    host: str = "127.0.0.1",
    originals: bool = False,
) -> ASGIApp:
    """The page of a workspace, as an ASGI app.

    key       : what opens it; a new one where None
    host      : where it will listen, which says what it may be called
    originals : whether a call may be shown as it was read, names and all
    """
    site = Site(workspace, key or Key(), originals)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.jobs.stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.site = site
    for view in VIEWS:
        app.include_router(view.router, dependencies=[Depends(_is_our_form)])
    app.add_api_route("/static/{name}", _static, methods=["GET"])
    app.add_exception_handler(ResonanceError, _told)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _unexpected)

    def locked(request: Request) -> Response:
        return site.page(request, "locked.html", status=403)

    return Guard(app, site.key, host, locked)


async def _is_our_form(request: Request, site: Here, x_csrf: Annotated[str, Header()] = "") -> None:
    """Every POST says what only our own pages know."""
    if request.method in ("GET", "HEAD"):
        return
    sent = x_csrf or (await request.form()).get("csrf", "")
    if not (isinstance(sent, str) and site.key.wrote(sent)):
        raise HTTPException(403, "This form is from an earlier start of the page; load it again.")


def _static(name: str) -> Response:
    if name not in statics():
        raise HTTPException(404)
    body, kind = statics()[name]
    headers = {"cache-control": f"private, max-age={A_YEAR}, immutable"}
    return Response(body, media_type=kind, headers=headers)


def _error(request: Request, status: int, heading: str, told: str) -> Response:
    site: Site = request.app.state.site
    return site.page(request, "error.html", status=status, heading=heading, told=told)


def _told(request: Request, error: Exception) -> Response:
    known = ((StaleEdit, 409), (InputError, 422), (StoreError, 503))
    status = next((status for kind, status in known if isinstance(error, kind)), 500)
    return _error(request, status, "That cannot be done", str(error))


def _no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        told = "" if error.detail == "Not Found" else str(error.detail)
        return _error(request, 404, "There is nothing here", told)
    return _error(request, error.status_code, "That cannot be done", str(error.detail))


def _not_understood(request: Request, error: Exception) -> Response:
    return _error(
        request, 400, "That was not understood", "Something in the address or form is off."
    )


def _unexpected(request: Request, error: Exception) -> Response:
    told = f"resonance met something it did not expect ({type(error).__name__})."
    return _error(request, 500, "That went wrong", f"{told} Nothing in the store was harmed.")
