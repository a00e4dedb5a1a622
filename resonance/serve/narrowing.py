"""Themes counted anew for some of the calls: of a segment, a stage, a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from resonance.readers import EVERYBODY, Readers
from resonance.records import Findings, Theme
from resonance.score import account_of, amounts_by_account

NO_MONTH = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whose voices count, and when they were heard: months such as "2026-03", "" for any."""

    readers: Readers = EVERYBODY
    since: str = ""
    until: str = ""

    def __bool__(self) -> bool:
        return bool(self.readers or self.since or self.until)


class Voices:
    """Every statement of a theme by theme, account and call, ready to be counted.

    `months` are those in which there were calls.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        account = account_of(findings.calls, findings.deals)
        calls = {call.call_id: row for row, call in enumerate(findings.calls)}
        self._month = np.array(
            [f"{c.date:%Y-%m}" if c.date else NO_MONTH for c in findings.calls], dtype=object
        )
        self.months = sorted(set(self._month.tolist()) - {NO_MONTH})
        self._accounts = sorted(set(account.values()))
        place = {name: i for i, name in enumerate(self._accounts)}
        account_of_call = np.array([place[account[c.call_id]] for c in findings.calls], dtype=int)
        amounts = amounts_by_account(findings.deals)
        self._amount = np.array([amounts.get(name, 0.0) for name in self._accounts])
        self._themes = {theme.theme_id: i for i, theme in enumerate(findings.themes)}
        said = [s for s in findings.statements if s.theme_id in self._themes and s.call_id in calls]
        self._call = np.array([calls[s.call_id] for s in said], dtype=int)
        self._theme = np.array([self._themes[s.theme_id] for s in said], dtype=int)
        self._account = account_of_call[self._call]

    def counted(self, themes: Sequence[Theme], narrowing: Narrowing) -> tuple[list[Theme], int]:
        """The themes that these calls voice, with their figures in them, and how many calls.

        Demand becomes a theme's share of what is voiced there, each account alike.
        """
        calls = self._kept(narrowing)
        rows = calls[self._call]
        n_themes = len(self._themes)
        n_statements = np.bincount(self._theme[rows], minlength=n_themes)
        by_call = _pairs(self._theme[rows], self._call[rows])
        by_account = _pairs(self._theme[rows], self._account[rows])
        n_calls = np.bincount(by_call[:, 0], minlength=n_themes)
        n_accounts = np.bincount(by_account[:, 0], minlength=n_themes)
        amount = np.bincount(
            by_account[:, 0], weights=self._amount[by_account[:, 1]], minlength=n_themes
        )
        whole = max(int(n_accounts.sum()), 1)
        found = []
        for theme in themes:
            i = self._themes[theme.theme_id]
            if n_statements[i]:
                found.append(
                    replace(
                        theme,
                        n_statements=int(n_statements[i]),
                        n_calls=int(n_calls[i]),
                        n_accounts=int(n_accounts[i]),
                        amount=float(amount[i]),
                        demand=round(float(n_accounts[i]) / whole, 6),
                    )
                )
        return found, int(calls.sum())

    def who(self, theme_id: str) -> list[tuple[str, int]]:
        """The accounts that voiced a theme and how often, most often first."""
        own = self._account[self._theme == self._themes[theme_id]]
        accounts, counts = np.unique(own, return_counts=True)
        pairs = zip(accounts.tolist(), counts.tolist(), strict=True)
        return sorted(((self._accounts[a], n) for a, n in pairs), key=lambda p: (-p[1], p[0]))

    def _kept(self, narrowing: Narrowing) -> np.ndarray:
        kept = np.ones(len(self._month), dtype=bool)
        if narrowing.readers:
            heard = narrowing.readers.calls(self._findings)
            kept = np.array([call.call_id in heard for call in self._findings.calls], dtype=bool)
        if narrowing.since:
            kept &= self._month >= narrowing.since
        if narrowing.until:
            kept &= (self._month <= narrowing.until) & (self._month != NO_MONTH)
        return kept


def _pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distinct pairs, (n_pairs, 2)."""
    width = int(other.max(initial=0)) + 1
    distinct = np.unique(one * width + other)
    return np.stack([distinct // width, distinct % width], axis=1)
