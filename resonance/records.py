"""The nouns: what was said, by whom, and which marketing answers it.

Plain frozen records. Every room takes them in and gives them out; none of them
knows a file, a database or a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["prospect", "vendor", "unknown"]
Kind = Literal["objection", "need"]
Channel = Literal["call", "note", "email"]
Verdict = Literal["answers", "names", "contradicts", "silent"]


@dataclass(frozen=True, slots=True)
class Party:
    """Someone who took part in a call, as the source or a manifest names them.

    `speaker_id` is the id that turns refer to where a source has one (Gong);
    `role_from` says what the role rests on ("manifest", "affiliation", …), "" while unknown.
    `company` is the organisation the source gives beside the name, "" where it gives none.
    """

    name: str
    role: Role = "unknown"
    email: str = ""
    title: str = ""
    speaker_id: str = ""
    role_from: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without a break, or one block of a typed note.

    `speaker` is the name as the source gives it, a pseudonym after redaction, "" where
    none is given. `start_s` is in seconds from the start of the call; None where unknown.
    """

    speaker: str
    text: str
    speaker_role: Role = "unknown"
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation or note.

    `source` is the path below the folder that was read, in POSIX form, with `#record`
    for a row of a CSV or one of several calls in a file. `channel` is "call" for a
    transcript, "note" for a rep's own words, "email" for a message.
    """

    call_id: str
    source: str
    turns: tuple[Turn, ...]
    channel: Channel = "call"
    date: date | None = None
    deal_id: str = ""
    account: str = ""
    title: str = ""
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or two that belong together, in which a prospect voices an objection or a need.

    `turn` is the row of its turn in the call, from 0. `before` is what the other side said
    last before it ("" for none). `context` is the prospect's turn around it. `confidence`
    is the probability in [0, 1] that it is of its `kind`. `theme_id` is "" for none.
    """

    statement_id: str
    call_id: str
    source: str
    turn: int
    start_s: float | None
    speaker: str
    speaker_role: Role
    kind: Kind
    category: str
    confidence: float
    text: str
    before: str = ""
    context: str = ""
    theme_id: str = ""

    @property
    def about(self) -> str:
        """Kind and category in one, "objection/price_value"; "" where there is no category."""
        return f"{self.kind}/{self.category}" if self.category else ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of statements that voice the same objection or need.

    `exemplars` are the ids of its statements, most central first. `amount` is the sum of
    its accounts' deals in their currency. `demand` is its share of all demand, in [0, 1].
    `stability` in [0, 1] is how often the theme comes back when calls are resampled,
    None where it was not measured. `first_seen` and `last_seen` are the dates of its calls.
    """

    theme_id: str
    kind: Kind
    category: str
    name: str
    keyphrases: tuple[str, ...]
    exemplars: tuple[str, ...]
    n_statements: int
    n_calls: int
    n_accounts: int
    amount: float
    demand: float
    stability: float | None = None
    trend: str = ""
    first_seen: date | None = None
    last_seen: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an asset that fits the encoder's window.

    `place` is where a person finds it ("line 12", "page 2", "slide 3 notes"); `line` is its
    first line in a text file, from 1, None where the format has no lines. `heading` is the
    nearest heading above it, "" for none.
    """

    text: str
    heading: str = ""
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A marketing piece, split into passages. Figures are None where no manifest gives them."""

    asset_id: str
    source: str
    title: str
    passages: tuple[Passage, ...]
    campaign: str = ""
    channel: str = ""
    funnel_stage: str = ""
    published: date | None = None
    impressions: float | None = None
    clicks: float | None = None
    leads: float | None = None
    influenced_won_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity. `outcome` is "won", "lost" or "open"."""

    deal_id: str
    account: str
    outcome: Literal["won", "lost", "open"] = "open"
    stage: str = ""
    amount: float | None = None
    segment: str = ""
    industry: str = ""
    loss_reason: str = ""
    created: date | None = None
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How far an asset answers a theme.

    `relevance` in [0, 1] is the probability that a reader would say "yes, this answers it".
    `passage` (text, and its row in the asset) and `quote` are the pair that proves it.
    """

    asset_id: str
    theme_id: str
    relevance: float
    verdict: Verdict
    passage: str = ""
    passage_row: int = -1
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The points a theme adds to an asset's resonance: 100 × its demand × the relevance.

    `points` are rounded to tenths, so that the parts of a score sum to it exactly.
    """

    theme_id: str
    points: float
    demand: float = 0.0
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """An asset's resonance: 0 answers nothing voiced, 100 answers all of it.

    `resonance` is exactly the sum of `parts`. `low` and `high` bound it at 90 %, over
    resampled accounts and calls; None where there are too few. `focus` in [0, 1] is the share of
    the passages that answer something. `best_theme_id` is "" when it answers nothing.
    `carried` has the theme that each passage helps to answer, "" for none; () where not kept.
    """

    asset_id: str
    resonance: float
    parts: tuple[Part, ...]
    focus: float
    low: float | None = None
    high: float | None = None
    best_theme_id: str = ""
    carried: tuple[str, ...] = ()

    @property
    def reach(self) -> float:
        """Share of all that is voiced that belongs to the themes it answers, in [0, 1]."""
        return sum(part.demand for part in self.parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, said so that a person can act on it.

    `place` narrows it down inside the file ("line 7", "row 3"), "" for the whole file.
    """

    source: str
    reason: str
    remedy: str
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.source}, {self.place}" if self.place else self.source
        return f"{where}: {self.reason}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Findings:
    """All that an analysis found, redacted: what tables, reports and checks are made of.

    `hidden` are themes that a user hid; their statements have no theme, and nothing is scored
    by them.
    """

    calls: tuple[Call, ...] = ()
    statements: tuple[Statement, ...] = ()
    themes: tuple[Theme, ...] = ()
    assets: tuple[Asset, ...] = ()
    matches: tuple[Match, ...] = ()
    scores: tuple[Score, ...] = ()
    deals: tuple[Deal, ...] = ()
    hidden: tuple[Theme, ...] = ()
