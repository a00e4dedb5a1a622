"""The map of statements: themes as circles, statements as dots, closer by link or key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from resonance.records import Statement
from resonance.report import words
from resonance.report.views import Link
from resonance.serve.layout import Circle, Label, arrange, labels
from resonance.serve.site import Here, csv
from resonance.serve.snapshot import Snapshot
from resonance.serve.turns import Viewing

router = APIRouter(route_class=Viewing)

MOST_DOTS = 1500
MOST_OF_ONE = 400
CLOSEST = 8
COLOURS = 10
BORDER = 3.0
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    statement: Statement
    href: str


@dataclass(frozen=True, slots=True)
class Region:
    """A theme on the map; `colour` is one of COLOURS. Alone on a map it has no name there."""

    theme_id: str
    link: Link
    colour: int
    circle: Circle
    label: Label | None
    dots: tuple[Dot, ...]
    n_statements: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole map: what it shows, and the box that holds all of it."""

    regions: tuple[Region, ...]
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a map that is looked at: `zoom` from 1, `x` and `y` its middle in percent."""

    zoom: int
    x: int
    y: int

    def moved(self, *, zoom: int = 0, x: int = 0, y: int = 0) -> Window:
        step = max(1, 40 // self.zoom)
        return Window(
            min(max(self.zoom + zoom, 1), CLOSEST),
            min(max(self.x + x * step, 0), 100),
            min(max(self.y + y * step, 0), 100),
        )

    def box(self, chart: Chart) -> str:
        """The viewBox."""
        width, height = chart.width / self.zoom, chart.height / self.zoom
        middle = 0.5 / self.zoom
        x, y = (min(max(v / 100, middle), 1 - middle) for v in (self.x, self.y))
        left = chart.left + x * chart.width - width / 2
        top = chart.top + y * chart.height - height / 2
        return f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"

    def href(self) -> str:
        return f"/map?zoom={self.zoom}&x={self.x}&y={self.y}"


@router.get("/map")
def map(
    request: Request,
    site: Here,
    theme: str = "",
    zoom: str = "1",
    x: str = "50",
    y: str = "50",
    format: str = "",
) -> Response:
    snapshot = site.snapshot
    if theme and theme not in snapshot.themes:
        raise HTTPException(404, f"There is no theme {words.shorten(theme, 40)}.")
    chart: Chart = snapshot.once(f"map {theme}", lambda: _chart(snapshot, theme))
    if format == "csv":
        return csv("map", _rows(chart))
    window = Window(_whole(zoom, 1, CLOSEST), _whole(x, 0, 100), _whole(y, 0, 100))
    return site.page(
        request,
        "map.html",
        totals=snapshot.totals,
        chart=chart,
        theme=chart.regions[0] if theme and chart.regions else None,
        window=window,
        box=Window(1, 50, 50).box(chart) if theme else window.box(chart),
    )


def _chart(snapshot: Snapshot, theme_id: str) -> Chart:
    joined = snapshot.joined
    if not snapshot.themes:
        return Chart((), 0, 0, 1, 1)
    ranked = [t.theme_id for t in joined.themes]
    rows: dict[str, list[int]] = {t: [] for t in ([theme_id] if theme_id else ranked)}
    statements = snapshot.known.findings.statements
    for row, statement in enumerate(statements):
        if statement.theme_id in rows:
            rows[statement.theme_id].append(row)
    rows = {t: own for t, own in rows.items() if own}
    vectors = snapshot.known.statements
    circles = arrange(
        (vectors[own] for own in rows.values()), most=MOST_OF_ONE if theme_id else MOST_DOTS
    )
    texts = [words.shorten(joined.theme_link(own_id).text, LONGEST_LABEL) for own_id in rows]
    names = [None] if theme_id else labels(circles, texts)
    regions = []
    for (own_id, own), circle, name in zip(rows.items(), circles, names, strict=True):
        said = [statements[own[i]] for i in circle.rows]
        dots = tuple(
            Dot(float(px), float(py), s, joined.quote(s).href)
            for (px, py), s in zip(circle.places, said, strict=True)
        )
        colour = ranked.index(own_id) % COLOURS
        link = joined.theme_link(own_id)
        regions.append(Region(own_id, link, colour, circle, name, dots, len(own)))
    reach = [(c.x, c.y, c.radius, c.radius) for c in circles]
    reach += [(name.x, name.y, name.half_width, name.half_height) for name in names if name]
    boxes = np.array(reach)
    low = (boxes[:, :2] - boxes[:, 2:]).min(axis=0) - BORDER
    high = (boxes[:, :2] + boxes[:, 2:]).max(axis=0) + BORDER
    return Chart(tuple(regions), *low.tolist(), *(high - low).tolist())


def _rows(chart: Chart) -> list[dict[str, object]]:
    return [
        {
            "statement_id": dot.statement.statement_id,
            "theme_id": region.theme_id,
            "x": round(dot.x, 3),
            "y": round(dot.y, 3),
            "text": dot.statement.text,
        }
        for region in chart.regions
        for dot in region.dots
    ]


def _whole(text: str, low: int, high: int) -> int:
    """A whole number in [low, high] from an address; the nearest, or the middle of nonsense."""
    if text.isascii() and text.isdecimal() and len(text) < 9:
        return min(max(int(text), low), high)
    return low or (low + high) // 2
