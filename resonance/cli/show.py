"""Findings as tables that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from resonance.records import Asset, Findings, Score, Theme

QUOTE_LENGTH = 110


def console() -> Console:
    return Console(highlight=False)


def quotes_of(findings: Findings) -> dict[str, str]:
    """Text of each statement, by id."""
    return {s.statement_id: s.text for s in findings.statements}


def money(amount: float) -> str:
    """41,500 as "42k", 1,240,000 as "1.2M"."""
    if amount >= 1e6:
        return f"{amount / 1e6:.1f}M"
    return f"{amount / 1e3:.0f}k" if amount >= 1e3 else f"{amount:.0f}"


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """The text on one line, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0] + "…"


def theme_table(findings: Findings, themes: Iterable[Theme], *, title: str) -> Table:
    """Id, name with its most central quote, kind, calls, accounts and the amount of their deals."""
    quotes = quotes_of(findings)
    table = _table(title)
    table.add_column("id")
    table.add_column("theme, and a quote", ratio=1)
    table.add_column("kind")
    table.add_column("calls", justify="right")
    table.add_column("accounts", justify="right")
    table.add_column("deals", justify="right")
    for theme in themes:
        name = Text(theme.name, style="bold")
        if theme.exemplars:
            name.append(f"\n“{shorten(quotes[theme.exemplars[0]])}”", style="not bold dim")
        table.add_row(
            theme.theme_id,
            name,
            theme.kind,
            str(theme.n_calls),
            str(theme.n_accounts),
            money(theme.amount),
        )
    return table


def asset_table(findings: Findings, *, title: str) -> Table:
    """Resonance with its interval, the asset, what it answers best, and its focus."""
    assets = {asset.asset_id: asset for asset in findings.assets}
    names = {theme.theme_id: theme.name for theme in findings.themes}
    table = _table(title)
    table.add_column("resonance", justify="right")
    table.add_column("asset", ratio=3)
    table.add_column("answers best", ratio=3)
    table.add_column("focus", justify="right")
    for score in sorted(findings.scores, key=lambda s: (-s.resonance, s.asset_id)):
        table.add_row(
            interval(score),
            _label(assets[score.asset_id]),
            _best(score, names),
            f"{score.focus:.0%}",
        )
    return table


def interval(score: Score) -> str:
    """ "12.3 (8–17)"; the number alone where there are too few accounts for an interval."""
    if score.low is None or score.high is None:
        return f"{score.resonance:.1f}"
    return f"{score.resonance:.1f} ({score.low:.0f}–{score.high:.0f})"


def _best(score: Score, names: dict[str, str]) -> Text:
    if not score.best_theme_id:
        return Text("nothing that was voiced", style="dim")
    return Text(f"{score.best_theme_id} {names[score.best_theme_id]}")


def _label(asset: Asset) -> Text:
    return Text(asset.title or asset.source)


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
