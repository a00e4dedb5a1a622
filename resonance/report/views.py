"""What a page shows, joined up: a theme with its quotes, an asset with its proof.

The report is made of these, and so can any other page be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from resonance.deals import Month, WinLoss
from resonance.identity import evidence
from resonance.records import Asset, Call, Match, Problem, Score, Statement, Theme


@dataclass(frozen=True, slots=True)
class Link:
    """A theme or an asset by name; `href` is "" where it has no place on the page.

    `kind` is a theme's, "" for an asset.
    """

    text: str
    href: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a prospect said, and the call it was said in, None where that is not known.

    `href` is where the call can be read, "" for nowhere.
    """

    statement: Statement
    call: Call | None
    href: str = ""

    @property
    def date(self) -> date | None:
        return self.call.date if self.call else None

    @property
    def channel(self) -> str:
        return self.call.channel if self.call else "call"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A match that is not silent: `where` is the passage's heading and place in the asset."""

    match: Match
    theme: Link
    asset: Link
    where: str


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with what was said of it, and what is said to it, that which answers it first.

    `quotes` and `evidence` are the first of `n_quotes` and `n_evidence`.
    """

    theme: Theme
    link: Link
    quotes: tuple[Quote, ...]
    n_quotes: int
    evidence: tuple[Evidence, ...]
    n_evidence: int
    trend: str
    months: tuple[Month, ...]

    @property
    def firmness(self) -> str:
        """How firm the theme is, in a word or two; "" where it was not measured."""
        return evidence(self.theme.stability, self.theme.n_accounts)

    @property
    def best(self) -> Evidence | None:
        """The asset that answers it best."""
        return self._first("answers")

    @property
    def near(self) -> Evidence | None:
        """The asset that comes nearest without answering it."""
        return self._first("names")

    @property
    def opposed(self) -> Evidence | None:
        """An asset that says the opposite."""
        return self._first("contradicts")

    def _first(self, verdict: str) -> Evidence | None:
        return next((each for each in self.evidence if each.match.verdict == verdict), None)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The points of an asset's resonance: some by name, the rest of the themes in one row."""

    rows: tuple[tuple[Link, float], ...]
    n_rest: int
    rest: float


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset with what it scores and why; `score` is None where it has none."""

    asset: Asset
    link: Link
    score: Score | None
    best: Link | None
    ledger: Ledger
    evidence: tuple[Evidence, ...]
    n_evidence: int

    @property
    def reach(self) -> float:
        """How far its interval goes up."""
        return max(self.score.resonance, self.score.high or 0.0) if self.score else 0.0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Relevance of assets (columns) to themes (rows); None where it was not judged."""

    themes: tuple[Link, ...]
    assets: tuple[Link, ...]
    cells: tuple[tuple[Match | None, ...], ...]


@dataclass(frozen=True, slots=True)
class DealRow:
    theme: Link
    found: WinLoss


@dataclass(frozen=True, slots=True)
class Totals:
    """How much of everything there is, shown or not. `answered` is a share of demand."""

    calls: int
    accounts: int
    objections: int
    needs: int
    unthemed: int
    themes: int
    assets: int
    gaps: int
    idle: int
    answered: float
    won: int
    lost: int
    open: int
    first: date | None
    last: date | None

    @property
    def statements(self) -> int:
        return self.objections + self.needs

    @property
    def deals(self) -> int:
        return self.won + self.lost + self.open


@dataclass(frozen=True, slots=True)
class View:
    """A whole report.

    `themes` and `gaps` are the loudest, loudest first; `assets` those that resonate most;
    `idle` some that answer nothing, most seen first.
    """

    totals: Totals
    themes: tuple[ThemeView, ...]
    assets: tuple[AssetView, ...]
    gaps: tuple[ThemeView, ...]
    idle: tuple[AssetView, ...]
    heat: HeatMap
    deals: tuple[DealRow, ...]
    problems: Sequence[Problem]
