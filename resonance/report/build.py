"""Findings joined up, sorted, and cut to what a page can hold.

What is cut off is counted, so that the page can say so; all of it is in `resonance export`.
The order of rows in the findings changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from resonance.deals import Trend, trends, win_loss
from resonance.records import Asset, Findings, Match, Problem, Score, Theme
from resonance.report.views import (
    AssetView,
    DealRow,
    Evidence,
    HeatMap,
    Ledger,
    Link,
    Quote,
    ThemeView,
    Totals,
    View,
)
from resonance.score import account_of, gaps

THEMES_SHOWN = 50
ASSETS_SHOWN = 50
GAPS_SHOWN = 20
IDLE_SHOWN = 3
QUOTES_SHOWN = 10
EVIDENCE_SHOWN = 5
PARTS_SHOWN = 15
HEAT_THEMES = 30
HEAT_ASSETS = 30
MONTHS_SHOWN = 24

VERDICT_ORDER = ("answers", "contradicts", "names")


def build(findings: Findings, problems: Sequence[Problem] = ()) -> View:
    """Everything that a report shows.

    Trends and deals are asked of the themes shown, and corrected for asking that many.
    """
    themes = sorted(findings.themes, key=lambda t: (-t.demand, t.theme_id))
    missing = gaps(findings.themes, findings.matches)
    kept = {t.theme_id for t in themes[:THEMES_SHOWN]} | set(missing[:GAPS_SHOWN])
    shown = tuple(t for t in themes if t.theme_id in kept)
    score_of = {s.asset_id: s for s in findings.scores}
    assets = sorted(findings.assets, key=lambda a: (-_resonance(score_of, a), a.asset_id))
    names = _Names(themes, kept, assets)
    evidence = [names.evidence(m) for m in _telling(findings.matches, names)]
    by_theme = _grouped(evidence, lambda e: e.match.theme_id)
    by_asset = _grouped(evidence, lambda e: e.match.asset_id)
    quotes = _quotes(findings)
    over_time = {t.theme_id: t for t in trends(replace(findings, themes=shown))}
    views = {
        t.theme_id: _theme_view(
            t, names.themes[t.theme_id], quotes[t.theme_id], by_theme[t.theme_id],
            over_time[t.theme_id],
        )
        for t in shown
    }  # fmt: skip

    def asset_view(asset: Asset) -> AssetView:
        proof = by_asset[asset.asset_id]
        return _asset_view(asset, score_of.get(asset.asset_id), names, proof)

    idle = [a for a in assets if a.asset_id in score_of and not _resonance(score_of, a)]
    idle.sort(key=lambda a: (-(a.impressions or 0), a.asset_id))
    return View(
        totals=_totals(findings, themes, missing, len(idle)),
        themes=tuple(views.values()),
        assets=tuple(map(asset_view, assets[:ASSETS_SHOWN])),
        gaps=tuple(views[theme_id] for theme_id in missing[:GAPS_SHOWN]),
        idle=tuple(map(asset_view, idle[:IDLE_SHOWN])),
        heat=_heat(findings, names, shown[:HEAT_THEMES], assets[:HEAT_ASSETS]),
        deals=_deals(findings, shown, names),
        problems=problems,
    )


class _Names:
    """What themes and assets are called, and where on the page they stand."""

    def __init__(self, themes: Sequence[Theme], shown: set[str], assets: Sequence[Asset]) -> None:
        self.records = {a.asset_id: a for a in assets}
        self.themes = {
            t.theme_id: Link(t.name, _href("theme", t.theme_id, t.theme_id in shown), t.kind)
            for t in themes
        }
        self.assets = {
            a.asset_id: Link(a.title or a.source, _href("asset", a.asset_id, i < ASSETS_SHOWN))
            for i, a in enumerate(assets)
        }

    def theme(self, theme_id: str) -> Link:
        return self.themes.get(theme_id, Link(theme_id))

    def evidence(self, match: Match) -> Evidence:
        passages = self.records[match.asset_id].passages
        known = 0 <= match.passage_row < len(passages)
        passage = passages[match.passage_row] if known else None
        asset = self.assets[match.asset_id]
        heading = passage.heading if passage and passage.heading != asset.text else ""
        where = ", ".join(filter(None, [heading, passage.place if passage else ""]))
        return Evidence(match, self.theme(match.theme_id), asset, where)


def _href(what: str, identity: str, shown: bool) -> str:
    """A place on the page. Ids of assets come from a manifest and may hold anything."""
    return f"#{what}-{quote(identity, safe='', errors='replace')}" if shown else ""


def _resonance(score_of: Mapping[str, Score], asset: Asset) -> float:
    score = score_of.get(asset.asset_id)
    return score.resonance if score else -1.0


def _telling(matches: Iterable[Match], names: _Names) -> list[Match]:
    """The matches that say something, of what is there: what answers first, best first."""
    telling = [
        m
        for m in matches
        if m.verdict in VERDICT_ORDER and m.asset_id in names.assets and m.theme_id in names.themes
    ]
    return sorted(
        telling,
        key=lambda m: (VERDICT_ORDER.index(m.verdict), -m.relevance, m.asset_id, m.theme_id),
    )


def _grouped(
    evidence: Iterable[Evidence], key: Callable[[Evidence], str]
) -> Mapping[str, list[Evidence]]:
    groups: defaultdict[str, list[Evidence]] = defaultdict(list)
    for each in evidence:
        groups[key(each)].append(each)
    return groups


def _quotes(findings: Findings) -> Mapping[str, list[Quote]]:
    """Each theme's quotes: its exemplars, then the rest from the latest call back."""
    calls = {call.call_id: call for call in findings.calls}
    place = {
        statement_id: i
        for theme in findings.themes
        for i, statement_id in enumerate(theme.exemplars)
    }
    groups: defaultdict[str, list[Quote]] = defaultdict(list)
    for s in findings.statements:
        if s.theme_id:
            groups[s.theme_id].append(Quote(s, calls.get(s.call_id)))
    for group in groups.values():
        group.sort(key=lambda q: _quote_order(q, place))
    return groups


def _quote_order(each: Quote, place: Mapping[str, int]) -> tuple[object, ...]:
    s = each.statement
    age = -(each.date or date.min).toordinal()
    return place.get(s.statement_id, len(place)), age, s.call_id, s.turn, s.statement_id


def _theme_view(
    theme: Theme,
    link: Link,
    quotes: Sequence[Quote],
    evidence: Sequence[Evidence],
    trend: Trend,
) -> ThemeView:
    return ThemeView(
        theme,
        link,
        quotes=tuple(quotes[:QUOTES_SHOWN]),
        n_quotes=len(quotes),
        evidence=tuple(evidence[:EVIDENCE_SHOWN]),
        n_evidence=len(evidence),
        trend=theme.trend or trend.direction,
        months=trend.months[-MONTHS_SHOWN:],
    )


def _asset_view(
    asset: Asset, score: Score | None, names: _Names, evidence: Sequence[Evidence]
) -> AssetView:
    parts = sorted(score.parts if score else (), key=lambda p: (-p.points, p.theme_id))
    named, rest = parts[:PARTS_SHOWN], parts[PARTS_SHOWN:]
    return AssetView(
        asset,
        names.assets[asset.asset_id],
        score,
        best=names.theme(score.best_theme_id) if score and score.best_theme_id else None,
        ledger=Ledger(
            tuple((names.theme(p.theme_id), p.points) for p in named),
            n_rest=len(rest),
            rest=sum(p.points for p in rest),
        ),
        evidence=tuple(evidence[:EVIDENCE_SHOWN]),
        n_evidence=len(evidence),
    )


def _heat(
    findings: Findings, names: _Names, themes: Sequence[Theme], assets: Sequence[Asset]
) -> HeatMap:
    rows, columns = [t.theme_id for t in themes], [a.asset_id for a in assets]
    wanted_rows, wanted_columns = set(rows), set(columns)
    cells = {
        (m.theme_id, m.asset_id): m
        for m in findings.matches
        if m.theme_id in wanted_rows and m.asset_id in wanted_columns
    }
    return HeatMap(
        tuple(names.themes[t] for t in rows),
        tuple(names.assets[a] for a in columns),
        tuple(tuple(cells.get((t, a)) for a in columns) for t in rows),
    )


def _deals(findings: Findings, shown: Sequence[Theme], names: _Names) -> tuple[DealRow, ...]:
    """Themes by what can be said of them, the surest first; none where there are no deals."""
    if not findings.deals:
        return ()
    found = win_loss(replace(findings, themes=tuple(shown)))
    found.sort(key=lambda w: (w.p_value is None, w.p_value or 0.0))
    return tuple(DealRow(names.themes[w.theme_id], w) for w in found)


def _totals(
    findings: Findings, themes: Sequence[Theme], missing: Sequence[str], n_idle: int
) -> Totals:
    demand = {t.theme_id: t.demand for t in themes}
    unanswered = sum(demand[theme_id] for theme_id in missing)
    kinds = Counter(s.kind for s in findings.statements)
    outcomes = Counter(d.outcome for d in findings.deals)
    dates = [c.date for c in findings.calls if c.date]
    return Totals(
        calls=len(findings.calls),
        accounts=len(set(account_of(findings.calls, findings.deals).values())),
        objections=kinds["objection"],
        needs=kinds["need"],
        unthemed=sum(not s.theme_id for s in findings.statements),
        themes=len(themes),
        assets=len(findings.assets),
        gaps=len(missing),
        idle=n_idle,
        answered=sum(demand.values()) - unanswered,
        won=outcomes["won"],
        lost=outcomes["lost"],
        open=outcomes["open"],
        first=min(dates, default=None),
        last=max(dates, default=None),
    )
