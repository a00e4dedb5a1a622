"""A theme's battlecard: what they say, how those deals go, what to reply and what to send."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resonance.brief import MUST, MUST_OTHERWISE, Nearest, nearest
from resonance.deals import WinLoss, win_loss
from resonance.records import Findings, Theme
from resonance.sides import Side, sides

N_SIDES = 4


@dataclass(frozen=True, slots=True)
class Card:
    """All that a seller needs when a prospect voices a theme.

    `replies` are the passages of assets that answer it, most relevant first; where none does,
    it is empty and `near` has the asset that comes nearest.
    """

    theme: Theme
    sides: tuple[Side, ...]
    deals: WinLoss
    must: str
    replies: tuple[Nearest, ...]
    near: Nearest | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def battlecard(theme: Theme, findings: Findings, vectors: np.ndarray) -> Card:
    """The card of a theme; vectors : (n_statements, n_dims) for findings.statements."""
    found = nearest(theme, findings)
    replies = tuple(each for each in found if each.verdict == "answers")
    return Card(
        theme,
        sides(theme, findings, vectors, N_SIDES),
        next(row for row in win_loss(findings) if row.theme_id == theme.theme_id),
        MUST.get(theme.category, MUST_OTHERWISE),
        replies,
        None if replies or not found else found[0],
    )
