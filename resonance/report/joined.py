"""Findings joined up: any theme with its quotes and proof, any asset with its own.

The order of rows in the findings changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from resonance.deals import Trend, win_loss
from resonance.records import Asset, Findings, Match, Statement, Theme
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
)
from resonance.score import account_of, gaps

QUOTES_SHOWN = 10
EVIDENCE_SHOWN = 5
PARTS_SHOWN = 15
MONTHS_SHOWN = 24

VERDICT_ORDER = ("answers", "contradicts", "names")

T = TypeVar("T")
Place = Callable[[str, str], str]  # "theme", "asset" or "call", and its id → href, "" for none


class Joined:
    """What pages are made of, by id.

    Parameters
    ----------
    findings  : an analysis
    place     : where a theme, an asset or a call can be looked at
    over_time : the trend of each theme that is asked for, by id
    """

    def __init__(self, findings: Findings, place: Place, over_time: Mapping[str, Trend]) -> None:
        self.findings = findings
        self.place = place
        self.over_time = over_time
        self.themes = sorted(findings.themes, key=lambda t: (-t.demand, t.theme_id))
        self.missing = gaps(findings.themes, findings.matches)
        self.scores = {s.asset_id: s for s in findings.scores}
        self.assets = sorted(findings.assets, key=lambda a: (-self._resonance(a), a.asset_id))
        self._themes = {t.theme_id: t for t in self.themes}
        self._assets = {a.asset_id: a for a in self.assets}
        self.calls = {c.call_id: c for c in findings.calls}
        telling = _telling(findings.matches, self._assets, self._themes)
        self._by_theme = _grouped(telling, lambda m: m.theme_id)
        self._by_asset = _grouped(telling, lambda m: m.asset_id)
        self._said = self._in_order(findings.statements)

    @cached_property
    def idle(self) -> list[Asset]:
        """Assets that answer nothing, most seen first."""
        found = [a for a in self.assets if a.asset_id in self.scores and not self._resonance(a)]
        return sorted(found, key=lambda a: (-(a.impressions or 0), a.asset_id))

    def theme(
        self, theme_id: str, *, n_quotes: int = QUOTES_SHOWN, n_evidence: int = EVIDENCE_SHOWN
    ) -> ThemeView:
        """A theme with its first quotes, the proof of who answers it, and its months."""
        theme, trend = self._themes[theme_id], self.over_time[theme_id]
        said, matches = self._said[theme_id], self._by_theme[theme_id]
        return ThemeView(
            theme,
            self.theme_link(theme_id),
            quotes=tuple(map(self.quote, said[:n_quotes])),
            n_quotes=len(said),
            evidence=tuple(map(self.evidence, matches[:n_evidence])),
            n_evidence=len(matches),
            trend=theme.trend or trend.direction,
            months=trend.months[-MONTHS_SHOWN:],
        )

    def asset(self, asset_id: str, *, n_evidence: int = EVIDENCE_SHOWN) -> AssetView:
        """An asset with its score, what that is made of, and the proof."""
        score, matches = self.scores.get(asset_id), self._by_asset[asset_id]
        parts = sorted(score.parts if score else (), key=lambda p: (-p.points, p.theme_id))
        named, rest = parts[:PARTS_SHOWN], parts[PARTS_SHOWN:]
        return AssetView(
            self._assets[asset_id],
            self.asset_link(asset_id),
            score,
            best=self.theme_link(score.best_theme_id) if score and score.best_theme_id else None,
            ledger=Ledger(
                tuple((self.theme_link(p.theme_id), p.points) for p in named),
                n_rest=len(rest),
                rest=sum(p.points for p in rest),
            ),
            evidence=tuple(map(self.evidence, matches[:n_evidence])),
            n_evidence=len(matches),
        )

    def said(self, theme_id: str) -> list[Statement]:
        """All that was said of a theme: its exemplars, then the rest from the latest call back."""
        return self._said[theme_id]

    def matches_of(self, asset_id: str) -> list[Match]:
        """What of an asset is not silent, that which answers first."""
        return self._by_asset[asset_id]

    def theme_link(self, theme_id: str) -> Link:
        """The name of a theme and where it is; its id alone where it is no more."""
        theme = self._themes.get(theme_id)
        if theme is None:
            return Link(theme_id)
        return Link(theme.name, self.place("theme", theme_id), theme.kind)

    def asset_link(self, asset_id: str) -> Link:
        """The title of an asset, else its file, and where it is."""
        asset = self._assets[asset_id]
        return Link(asset.title or asset.source, self.place("asset", asset_id))

    def answering(self, theme_id: str) -> list[str]:
        """Ids of the assets that answer a theme, the surest first."""
        return [m.asset_id for m in self._by_theme[theme_id] if m.verdict == "answers"]

    def asset_title(self, asset_id: str) -> str:
        """The title of an asset, else its file."""
        return self.asset_link(asset_id).text

    def quote(self, statement: Statement) -> Quote:
        """A statement with its call and where that is."""
        call = self.calls.get(statement.call_id)
        return Quote(statement, call, self.place("call", statement.call_id) if call else "")

    def evidence(self, match: Match) -> Evidence:
        passages = self._assets[match.asset_id].passages
        known = 0 <= match.passage_row < len(passages)
        passage = passages[match.passage_row] if known else None
        asset = self.asset_link(match.asset_id)
        heading = passage.heading if passage and passage.heading != asset.text else ""
        where = ", ".join(filter(None, [heading, passage.place if passage else ""]))
        return Evidence(match, self.theme_link(match.theme_id), asset, where)

    def heat(self, themes: Sequence[Theme], assets: Sequence[Asset]) -> HeatMap:
        rows, columns = [t.theme_id for t in themes], [a.asset_id for a in assets]
        wanted_rows, wanted_columns = set(rows), set(columns)
        cells = {
            (m.theme_id, m.asset_id): m
            for m in self.findings.matches
            if m.theme_id in wanted_rows and m.asset_id in wanted_columns
        }
        return HeatMap(
            tuple(map(self.theme_link, rows)),
            tuple(map(self.asset_link, columns)),
            tuple(tuple(cells.get((t, a)) for a in columns) for t in rows),
        )

    def deals(self, themes: Sequence[Theme]) -> tuple[DealRow, ...]:
        """These themes by what can be said of them, the surest first; none without deals."""
        if not self.findings.deals:
            return ()
        found = win_loss(replace(self.findings, themes=tuple(themes)))
        found.sort(key=lambda w: (w.p_value is None, w.p_value or 0.0))
        return tuple(DealRow(self.theme_link(w.theme_id), w) for w in found)

    def totals(self) -> Totals:
        findings = self.findings
        unanswered = sum(self._themes[theme_id].demand for theme_id in self.missing)
        kinds = Counter(s.kind for s in findings.statements)
        outcomes = Counter(d.outcome for d in findings.deals)
        dates = [c.date for c in findings.calls if c.date]
        return Totals(
            calls=len(findings.calls),
            accounts=len(set(account_of(findings.calls, findings.deals).values())),
            objections=kinds["objection"],
            needs=kinds["need"],
            unthemed=sum(not s.theme_id for s in findings.statements),
            themes=len(self.themes),
            assets=len(findings.assets),
            gaps=len(self.missing),
            idle=len(self.idle),
            answered=sum(t.demand for t in self.themes) - unanswered,
            won=outcomes["won"],
            lost=outcomes["lost"],
            open=outcomes["open"],
            first=min(dates, default=None),
            last=max(dates, default=None),
        )

    def _resonance(self, asset: Asset) -> float:
        score = self.scores.get(asset.asset_id)
        return score.resonance if score else -1.0

    def _in_order(self, statements: Iterable[Statement]) -> Mapping[str, list[Statement]]:
        """What was said of each theme: its exemplars, then the rest from the latest call back."""
        place = {s_id: i for theme in self.themes for i, s_id in enumerate(theme.exemplars)}
        groups = _grouped((s for s in statements if s.theme_id), lambda s: s.theme_id)
        for group in groups.values():
            group.sort(key=lambda s: self._order(s, place))
        return groups

    def _order(self, s: Statement, place: Mapping[str, int]) -> tuple[object, ...]:
        call = self.calls.get(s.call_id)
        age = -((call.date if call else None) or date.min).toordinal()
        return place.get(s.statement_id, len(place)), age, s.call_id, s.turn, s.statement_id


def _telling(
    matches: Iterable[Match], assets: Mapping[str, Asset], themes: Mapping[str, Theme]
) -> list[Match]:
    """The matches that say something, of what is there: what answers first, best first."""
    telling = [
        m
        for m in matches
        if m.verdict in VERDICT_ORDER and m.asset_id in assets and m.theme_id in themes
    ]
    return sorted(
        telling,
        key=lambda m: (VERDICT_ORDER.index(m.verdict), -m.relevance, m.asset_id, m.theme_id),
    )


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> Mapping[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for each in items:
        groups[key(each)].append(each)
    return groups
