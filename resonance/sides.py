"""The different things that prospects say when they voice one theme, and who says each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from resonance.records import Findings, Statement, Theme
from resonance.score import account_of


@dataclass(frozen=True, slots=True)
class Side:
    """A quote that stands for those most like it.

    `n_accounts` voice this side of the theme. `segment` and `outcome` are those of the deal
    of the account that said it, "" where there is none.
    """

    statement_id: str
    text: str
    account: str
    segment: str
    outcome: str
    date: date | None
    n_accounts: int


def sides(theme: Theme, findings: Findings, vectors: np.ndarray, most: int) -> tuple[Side, ...]:
    """At most that many quotes that together are nearest to all that was said of the theme.

    vectors : (n_statements, n_dims), unit rows, for findings.statements

    The first is the one nearest to all the others; each next one is that which brings the
    rest nearest to a chosen one (greedy facility location, Nemhauser et al. 1978). Only what
    is as surely voiced as the middle one stands for others. Those that most accounts stand
    behind come first. A text said twice counts as one.
    """
    first: dict[str, int] = {}
    own = [r for r, s in enumerate(findings.statements) if s.theme_id == theme.theme_id]
    for row in sorted(own, key=lambda r: findings.statements[r].statement_id):
        first.setdefault(findings.statements[row].text, row)
    rows = [first[text] for text in sorted(first)]
    if not rows:
        return ()
    near = vectors[rows] @ vectors[rows].T
    sure = np.array([findings.statements[row].confidence for row in rows])
    chosen = _spread(near, np.flatnonzero(sure >= np.median(sure)), most)
    side_of = dict(zip(sorted(first), near[:, chosen].argmax(axis=1).tolist(), strict=True))
    account = account_of(findings.calls, findings.deals)
    behind: list[set[str]] = [set() for _ in chosen]
    for row in own:
        statement = findings.statements[row]
        behind[side_of[statement.text]].add(account[statement.call_id])
    found = [
        _side(findings.statements[rows[i]], findings, account, len(voices))
        for i, voices in zip(chosen, behind, strict=True)
    ]
    return tuple(sorted(found, key=lambda side: (-side.n_accounts, side.text)))


def _spread(near: np.ndarray, candidates: np.ndarray, most: int) -> list[int]:
    """Candidates that leave no row far from its nearest; of equals, the first."""
    chosen: list[int] = []
    reached = np.full(len(near), -1.0)
    for _ in range(min(most, len(candidates))):
        worth = np.round(np.maximum(near[:, candidates], reached[:, None]).sum(axis=0), 6)
        worth[np.isin(candidates, chosen)] = -np.inf
        chosen.append(int(candidates[worth.argmax()]))
        reached = np.maximum(reached, near[:, chosen[-1]])
    return chosen


def _side(
    statement: Statement, findings: Findings, account: dict[str, str], n_accounts: int
) -> Side:
    call = next(call for call in findings.calls if call.call_id == statement.call_id)
    said_by = account[call.call_id]
    deals = sorted(
        (d for d in findings.deals if d.account == said_by or d.deal_id == call.deal_id),
        key=lambda deal: (deal.deal_id != call.deal_id, deal.deal_id),
    )
    return Side(
        statement.statement_id,
        statement.text,
        said_by,
        deals[0].segment if deals else "",
        deals[0].outcome if deals else "",
        call.date,
        n_accounts,
    )
