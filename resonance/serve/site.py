"""What every view stands on: the workspace, its latest snapshot, and how a page is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from resonance.embed import Encoder
from resonance.report.page import environment, fit, style_sheet
from resonance.report.tables import ENCODERS
from resonance.report.views import Link
from resonance.serve.dropped import Dropped
from resonance.serve.guard import Key
from resonance.serve.jobs import Jobs
from resonance.serve.snapshot import Snapshot, Snapshots
from resonance.workspace import Workspace

NAV = (
    Link("Overview", "/"),
    Link("Themes", "/themes"),
    Link("Assets", "/assets"),
    Link("Check a draft", "/check"),
    Link("Answer", "/answer"),
    Link("Gaps", "/gaps"),
    Link("Deals", "/deals"),
    Link("Map", "/map"),
    Link("Review", "/review"),
    Link("Data", "/data"),
)
ROWS_A_PAGE = 50
KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass
class Site:
    """One running page. `originals` says whether calls may be shown as they were read."""

    workspace: Workspace
    key: Key
    originals: bool = False
    encoder: Encoder = field(default_factory=Encoder)
    voice: Encoder = field(default_factory=partial(Encoder, space="voice"))

    def __post_init__(self) -> None:
        self.snapshots = Snapshots(self.workspace)
        self.jobs = Jobs(self.workspace)
        self.dropped = Dropped()

    @property
    def snapshot(self) -> Snapshot:
        return self.snapshots.now()

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A view as a whole page."""
        html = environment("resonance.serve").get_template(template).render(
            values,
            nav=NAV,
            here=request.url.path,
            csrf=self.key.csrf,
            mark=mark(),
            as_csv=self._as_csv(request),
        )  # fmt: skip
        return HTMLResponse(fit(html), status)

    def _as_csv(self, request: Request) -> str:
        """The address of the same view as a table."""
        pairs = [(k, v) for k, v in request.query_params.multi_items() if k != "format"]
        return f"{request.url.path}?{urlencode([*pairs, ('format', 'csv')], errors='replace')}"


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


Here = Annotated[Site, Depends(site_of)]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of many, and the pages before and after."""

    rows: Sequence[Any]
    n_rows: int
    first: int
    before: str
    after: str

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def cut(request: Request, rows: Sequence[Any], page: str, size: int = ROWS_A_PAGE) -> Slice:
    """The rows of a page, counted from 1; a number that is none is the first."""
    last = max(1, -(-len(rows) // size))
    number = min(int(page), last) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
    number = max(number, 1)

    def at(other: int) -> str:
        pairs = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]
        return f"{request.url.path}?{urlencode([*pairs, ('page', str(other))], errors='replace')}"

    return Slice(
        rows[(number - 1) * size : number * size],
        len(rows),
        (number - 1) * size + 1,
        before=at(number - 1) if number > 1 else "",
        after=at(number + 1) if number < last else "",
    )


def csv(name: str, table: pd.DataFrame | Iterable[Mapping[str, Any]]) -> Response:
    """A table as a download; what a spreadsheet would run as a formula is made harmless."""
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(list(map(dict, table)))
    return download(f"{name}.csv", ENCODERS["csv"](frame), "text/csv; charset=utf-8")


def download(name: str, body: bytes, kind: str) -> Response:
    """A file for the browser to keep; its name has no quotes in it."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


@cache
def statics() -> dict[str, tuple[bytes, str]]:
    """Everything under /static by name: what is not here is not served."""
    folder = files("resonance.serve") / "static"
    names = ("htmx.min.js", "page.js", "icon.svg")
    found = {name: (folder / name).read_bytes() for name in names}
    found["style.css"] = style_sheet().encode()
    return {name: (body, KINDS[name.rpartition(".")[2]]) for name, body in found.items()}


@cache
def mark() -> str:
    """Changes when any of the static files does, so that browsers may keep them."""
    whole = hashlib.sha256(b"".join(body for body, _ in statics().values()))
    return whole.hexdigest()[:12]
