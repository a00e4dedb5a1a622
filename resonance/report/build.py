"""Findings joined up, sorted, and cut to what a page can hold.

What is cut off is counted, so that the page can say so; all of it is in `resonance export`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from resonance.deals import trends
from resonance.records import Findings, Problem
from resonance.report.joined import Joined
from resonance.report.views import View
from resonance.score import gaps

THEMES_SHOWN = 50
ASSETS_SHOWN = 50
GAPS_SHOWN = 20
IDLE_SHOWN = 3
HEAT_THEMES = 30
HEAT_ASSETS = 30


def build(findings: Findings, problems: Sequence[Problem] = ()) -> View:
    """Everything that a report shows.

    Trends and deals are asked of the themes shown, and corrected for asking that many.
    """
    loudest = sorted(findings.themes, key=lambda t: (-t.demand, t.theme_id))
    missing = gaps(findings.themes, findings.matches)
    kept = {t.theme_id for t in loudest[:THEMES_SHOWN]} | set(missing[:GAPS_SHOWN])
    shown = tuple(t for t in loudest if t.theme_id in kept)
    over_time = {t.theme_id: t for t in trends(replace(findings, themes=shown))}
    places = {"theme": kept, "asset": set[str]()}
    joined = Joined(
        findings,
        lambda what, identity: anchor(what, identity) if identity in places.get(what, ()) else "",
        over_time,
    )
    assets = joined.assets[:ASSETS_SHOWN]
    places["asset"].update(a.asset_id for a in assets)
    views = {t.theme_id: joined.theme(t.theme_id) for t in shown}
    return View(
        totals=joined.totals(),
        themes=tuple(views.values()),
        assets=tuple(joined.asset(a.asset_id) for a in assets),
        gaps=tuple(views[theme_id] for theme_id in missing[:GAPS_SHOWN]),
        idle=tuple(joined.asset(a.asset_id) for a in joined.idle[:IDLE_SHOWN]),
        heat=joined.heat(shown[:HEAT_THEMES], joined.assets[:HEAT_ASSETS]),
        deals=joined.deals(shown),
        problems=problems,
    )


def anchor(what: str, identity: str) -> str:
    """A place on the page. Ids of assets come from a manifest and may hold anything."""
    return f"#{what}-{quote(identity, safe='', errors='replace')}"
