"""Small pictures as inline SVG, from numbers and escaped words.

They carry no colour, size or script of their own: style.css gives them through classes, so
they follow the theme of the page, print well, and pass a policy that allows no style
attribute. Each has a <title>, which is its name to a screen reader and its tip to a mouse.
Widths are in percent of the picture, which stretches to its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from resonance.deals import Month
from resonance.report import words
from resonance.report.views import ThemeView

BAR_WIDTH, BAR_GAP, SPARK_HEIGHT = 6, 2, 24
TOPS = (1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)

EMPTY = Markup("")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a strip: its share of the whole in [0, 1], hollow or full, and its tip."""

    share: float
    kind: str
    hollow: bool
    title: str


def bar(share: float, *, kind: str, title: str) -> Markup:
    """How much of the whole: `share` in [0, 1]."""
    body = _rect(0, 0, 100, 8, "track") + _rect(0, 0, _points(share), 8, f"fill {kind}")
    return _svg("bar", 100, 8, body, title)


def whisker(
    value: float, low: float | None, high: float | None, *, top: float, title: str
) -> Markup:
    """A value on a scale from 0 to `top`, with its interval where there is one."""
    body = _rect(0, 1, 100, 8, "track") + _rect(0, 1, _points(value / top), 8, "fill asset")
    if low is not None and high is not None:
        body += Markup('<path class="whisker" d="M{} 11v4m0-2H{}m0-2v4"/>').format(
            _number(_points(low / top)), _number(_points(high / top))
        )
    return _svg("bar whiskered", 100, 16, body, title)


def sparkline(
    heights: Sequence[float | None], tips: Sequence[str], *, kind: str, title: str
) -> Markup:
    """A column for each step; the tallest fills the picture, None (not known) leaves a hole."""
    tallest = max((height for height in heights if height), default=1.0)
    step = BAR_WIDTH + BAR_GAP
    columns = EMPTY
    for i, (height, tip) in enumerate(zip(heights, tips, strict=True)):
        if height is None:
            column = _rect(i * step, SPARK_HEIGHT - 1, BAR_WIDTH / 3, 1, "hole")
        else:
            size = max(1.0, (SPARK_HEIGHT - 1) * height / tallest)
            look = f"fill {kind}" if height else "nothing"
            column = _rect(i * step, SPARK_HEIGHT - size, BAR_WIDTH, size, look)
        columns += Markup("<g><title>{}</title>{}</g>").format(tip, column)
    return _svg("spark", max(1, len(heights) * step - BAR_GAP), SPARK_HEIGHT, columns, title, tips)


def strip(segments: Sequence[Segment], *, title: str) -> Markup:
    """A whole cut into its parts, left to right."""
    body, start = EMPTY, 0.0
    for each in segments:
        width = _points(each.share)
        look = f"{'hollow' if each.hollow else 'fill'} {each.kind}"
        rect = _rect(start + 0.15, 1, max(width - 0.3, 0.1), 14, look)
        body += Markup("<g><title>{}</title>{}</g>").format(each.title, rect)
        start += width
    return _svg("strip", 100, 16, body, title, [each.title for each in segments])


def over_time(months: Sequence[Month], *, kind: str, name: str) -> Markup:
    """The share of accounts that voiced a theme, of those heard from, month by month."""
    tips = [
        f"{words.month(m.month)}: {m.n_voiced} of {words.count(m.n_heard, 'account')}"
        for m in months
    ]
    ends = f", {words.month(months[0].month)} to {words.month(months[-1].month)}" if months else ""
    return sparkline([m.share for m in months], tips, kind=kind, title=f"{name}{ends}")


def demand_strip(themes: Sequence[ThemeView], n_themes: int) -> Markup:
    """All demand as one strip, a piece for each theme, hollow where no asset answers it."""
    segments = [
        Segment(
            each.theme.demand,
            each.theme.kind,
            each.best is None,
            f"{each.theme.name}: {words.percent(each.theme.demand)}"
            + ("" if each.best else ", answered by nothing"),
        )
        for each in themes
    ]
    rest = 1 - sum(each.share for each in segments)
    if n_themes > len(themes):
        other = words.count(n_themes - len(themes), "other theme")
        segments.append(Segment(rest, "other", False, f"{other}: {words.percent(rest)}"))
    return strip(segments, title="Demand by theme")


def round_top(value: float) -> float:
    """The end of a scale, up to 100, that holds the value."""
    return next((top for top in TOPS if top >= value), TOPS[-1])


def _svg(
    look: str, width: float, height: float, body: Markup, title: str, lines: Sequence[str] = ()
) -> Markup:
    desc = Markup("<desc>{}</desc>").format("; ".join(lines)) if lines else EMPTY
    return Markup(
        '<svg class="{}" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        "<title>{}</title>{}{}</svg>"
    ).format(look, _number(width), _number(height), title, desc, body)


def _rect(x: float, y: float, width: float, height: float, look: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        look, _number(x), _number(y), _number(width), _number(height)
    )


def _points(share: float) -> float:
    return 100 * min(max(share, 0.0), 1.0)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
