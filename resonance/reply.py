"""What a prospect said → the theme it belongs to, and the passages to reply with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resonance.deals import WinLoss, win_loss
from resonance.errors import InputError, NothingToRead
from resonance.known import Known
from resonance.records import Findings, Theme
from resonance.relevance import RelevanceModel

N_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class ReplyPassage:
    """A passage to send. `relevance` in [0, 1] is the probability that it touches the theme."""

    asset_id: str
    title: str
    place: str
    text: str
    relevance: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The nearest theme with what became of its deals, and passages, the nearest first.

    `similarity` in [-1, 1] is that of what was said to the middle of the theme; `quote` is the
    nearest of what others said.
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
    meaning: np.ndarray,
    centres: Mapping[str, np.ndarray],
    known: Known,
) -> Reply:
    """The reply to what was said, from a workspace's findings and their vectors.

    vector  : (n_dims,), of what was said, in the base space, in which passages are compared
    meaning : (n_dims,), in the voice space, in which themes are
    centres : of the themes, as `known.theme_centres` gives them

    Passages come by how near they are to what was said and, as much, to all that was said of its
    theme: terse words alone are near to much that is only worded alike. Raises InputError where
    nothing was said, NothingToRead where there are no themes.
    """
    if not said.strip():
        raise InputError("There is nothing to answer: what was said has no words.")
    if not centres:
        raise NothingToRead("There are no themes to answer from; run: resonance run --calls PATH")
    findings, themes = known.findings, known.gathered
    nearness = {theme_id: float(meaning @ centre) for theme_id, centre in centres.items()}
    nearest = min(centres, key=lambda theme_id: (-nearness[theme_id], theme_id))
    column = list(themes.quotes).index(nearest)
    quotes, vectors = themes.quotes[nearest], themes.vectors[column]
    best = int((vectors @ vector).argmax())
    # Each passage stands alone: what two or three of an asset answer together is not asked.
    alone = [passage[None, :] for own in known.passages for passage in own]
    judged = RelevanceModel().from_embeddings(themes.vectors, alone, themes.about)
    towards = vector + vectors.mean(axis=0)
    near = [float(passage @ towards) for (passage,) in alone]
    touches = [float(by_theme[0, column]) for by_theme in judged.by_passage]
    place = [theme.theme_id for theme in findings.themes].index(nearest)
    return Reply(
        said,
        findings.themes[place],
        round(nearness[nearest], 4),
        quotes[best],
        win_loss(findings)[place],
        _passages(findings, near, touches),
    )


def _passages(
    findings: Findings, near: Sequence[float], touches: Sequence[float]
) -> tuple[ReplyPassage, ...]:
    """The nearest passages, of those of all assets end to end; no text twice."""
    passages = [(asset, passage) for asset in findings.assets for passage in asset.passages]
    nearness = dict(zip((passage.text for _, passage in passages), near, strict=True))
    found = {
        passage.text: ReplyPassage(
            asset.asset_id, asset.title, passage.place, passage.text, round(relevance, 4)
        )
        for (asset, passage), relevance in zip(passages, touches, strict=True)
    }
    ranked = sorted(found.values(), key=lambda p: (-nearness[p.text], p.asset_id, p.text))
    return tuple(ranked[:N_PASSAGES])
