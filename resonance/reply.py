"""What a prospect said → the theme it belongs to, and the passages to reply with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resonance.deals import WinLoss, win_loss
from resonance.errors import InputError, NothingToRead
from resonance.matching import about_by_theme
from resonance.records import Findings, Theme
from resonance.relevance import RelevanceModel

N_PASSAGES = 3
N_NEAR = 5  # quotes of a theme that decide how near it is; its far corners say nothing


@dataclass(frozen=True, slots=True)
class ReplyPassage:
    """A passage to send. `relevance` in [0, 1] is the probability that it touches what was said."""

    asset_id: str
    title: str
    place: str
    text: str
    relevance: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The nearest theme with what became of its deals, and passages, most relevant first.

    `similarity` in [-1, 1] is that of what was said to the theme's nearest quotes; `quote` is
    the nearest of them.
    """

    said: str
    theme: Theme
    similarity: float
    quote: str
    deals: WinLoss
    passages: tuple[ReplyPassage, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def find_reply(
    said: str,
    vector: np.ndarray,
    findings: Findings,
    statement_vectors: np.ndarray,
    passage_vectors: Sequence[np.ndarray],
    about: Mapping[str, Mapping[str, int]] | None = None,
) -> Reply:
    """The reply to what was said, its vector (n_dims,), from findings and their vectors.

    The themes stand beside what was said, so that a passage that suits everything is seen
    for what it is. `about` counts, for each theme, what all of its quotes are about, where these
    are only some. Raises InputError where nothing was said, NothingToRead where there are no
    themes.
    """
    if not said.strip():
        raise InputError("There is nothing to answer: what was said has no words.")
    rows: dict[str, list[int]] = defaultdict(list)
    for row, statement in enumerate(findings.statements):
        if statement.theme_id:
            rows[statement.theme_id].append(row)
    if not rows:
        raise NothingToRead("There are no themes to answer from; run: resonance run --calls PATH")
    similarity = statement_vectors @ vector
    nearness = {
        theme_id: float(np.sort(similarity[own])[-N_NEAR:].mean()) for theme_id, own in rows.items()
    }
    nearest = min(rows, key=lambda theme_id: (-nearness[theme_id], theme_id))
    best = max(rows[nearest], key=lambda row: (similarity[row], findings.statements[row].text))
    place = [theme.theme_id for theme in findings.themes].index(nearest)
    quotes = [vector[None, :], *(statement_vectors[own] for _, own in sorted(rows.items()))]
    about = about or about_by_theme(findings.statements)
    categories = [about[theme_id] for theme_id in (nearest, *sorted(rows))]
    # Each passage stands alone: what two or three of an asset answer together is not asked.
    alone = [passage[None, :] for own in passage_vectors for passage in own]
    judged = RelevanceModel().from_embeddings(quotes, alone, categories)
    return Reply(
        said,
        findings.themes[place],
        round(nearness[nearest], 4),
        findings.statements[best].text,
        win_loss(findings)[place],
        _passages(findings, judged.by_passage),
    )


def _passages(findings: Findings, by_passage: Sequence[np.ndarray]) -> tuple[ReplyPassage, ...]:
    """The passages that best suit what was said, the first column; no text twice.

    by_passage : (1, n_themes) for each passage of all assets, end to end
    """
    passages = [(asset, passage) for asset in findings.assets for passage in asset.passages]
    found = {
        passage.text: ReplyPassage(
            asset.asset_id, asset.title, passage.place, passage.text, round(float(suits), 4)
        )
        for (asset, passage), ((suits, *_),) in zip(passages, by_passage, strict=True)
    }
    ranked = sorted(found.values(), key=lambda p: (-p.relevance, p.asset_id, p.text))
    return tuple(ranked[:N_PASSAGES])
