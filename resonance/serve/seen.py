"""What changed since the analysis before: themes and assets that came, went, grew or moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resonance.records import Findings
from resonance.report import words
from resonance.report.views import Link
from resonance.score import gaps

if TYPE_CHECKING:
    from resonance.serve.snapshot import Snapshot

SHOWN = 5
LEAST_MOVE = 0.1  # points of resonance


@dataclass(frozen=True, slots=True)
class Seen:
    """What of an analysis the next one is held against.

    `themes` has the accounts of each theme, `assets` the resonance of each asset.
    """

    version: str
    calls: int
    themes: Mapping[str, int] = field(default_factory=dict)
    assets: Mapping[str, float] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A line of what changed: something, and what became of it."""

    what: Link
    told: str


def seen(version: str, findings: Findings) -> Seen:
    return Seen(
        version,
        len(findings.calls),
        {theme.theme_id: theme.n_accounts for theme in findings.themes},
        {score.asset_id: score.resonance for score in findings.scores},
        tuple(gaps(findings.themes, findings.matches)),
    )


def changes(snapshot: Snapshot, before: Seen | None) -> list[Change]:
    """What is worth telling, what moved furthest first; [] where nothing was seen before."""
    if before is None:
        return []
    joined, told = snapshot.joined, list[Change]()
    n_new = len(snapshot.findings.calls) - before.calls
    if n_new > 0:
        told.append(Change(Link(words.count(n_new, "more call"), "/calls"), "heard"))
    missing = set(joined.missing)
    for theme in joined.themes:
        if theme.theme_id not in before.themes:
            told.append(Change(joined.theme_link(theme.theme_id), "is a new theme"))
        elif theme.theme_id in missing and theme.theme_id not in before.gaps:
            told.append(Change(joined.theme_link(theme.theme_id), "is answered by nothing now"))
        elif theme.theme_id not in missing and theme.theme_id in before.gaps:
            told.append(Change(joined.theme_link(theme.theme_id), "is answered now"))
    grown = {t: snapshot.themes[t].n_accounts - n for t, n in before.themes.items()
             if t in snapshot.themes}  # fmt: skip
    for theme_id in sorted(grown, key=lambda t: (-grown[t], t))[:SHOWN]:
        if grown[theme_id] > 0:
            more = words.count(grown[theme_id], "more account")
            told.append(Change(joined.theme_link(theme_id), f"voiced by {more}"))
    gone = len(before.themes.keys() - snapshot.themes.keys())
    if gone:
        told.append(Change(Link(words.count(gone, "theme"), "/themes"), "no longer there"))
    moved = {
        asset_id: score.resonance - before.assets[asset_id]
        for asset_id, score in joined.scores.items()
        if asset_id in before.assets and asset_id in snapshot.assets
    }
    for asset_id in sorted(moved, key=lambda a: (-abs(moved[a]), a))[:SHOWN]:
        if abs(moved[asset_id]) >= LEAST_MOVE:
            link = joined.asset_link(asset_id)
            told.append(Change(link, f"resonance {moved[asset_id]:+.1f}"))
    return told
