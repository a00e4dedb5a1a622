"""What to write for a theme: who voices it, in which words, and what comes nearest now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resonance.records import Asset, Findings, Kind, Match, Passage, Theme, Verdict
from resonance.score import account_of
from resonance.sides import Side, sides

N_SIDES = 6
N_NEAREST = 3
UNKNOWN = "unknown"

# What a reader with this worry or wish needs to see before they believe an answer.
MUST: Mapping[str, str] = {
    "price_value": "what it costs at their size, and what that buys or saves, in figures",
    "timing_priority": "what it takes of their time, when they could start, what waiting costs",
    "authority_process": "what the one who signs needs to see, ready to be passed on",
    "status_quo": "what their present way costs or misses, shown, without calling it wrong",
    "competitor_incumbent": "what differs from what they have, fairly put, and how to switch",
    "integration_tech": "the systems it works with, how they connect, what happens when that fails",
    "security_privacy": "where data goes, who sees it, and the proof: reports, certificates",
    "compliance_legal": "the rule by name, how it is met, and the document that says so",
    "adoption_people": "what changes for the people who use it, how they learn it, who did",
    "implementation_effort": "the steps, who does each, how long it takes, what is left to them",
    "vendor_trust": "what others can check: customers to call, a record, who answers",
    "product_gap": "whether it can be done, how today, and if not, plainly when or never",
    "contract_terms": "the terms themselves: length, notice, renewal, price changes, the way out",
    "data_migration_quality": "what is carried over, by whom, how it is checked, and what is lost",
    "visibility_reporting": "the view or report itself, and what can be decided from it",
    "save_time_automation": "the task before and after, step by step, with the time it takes",
    "reduce_errors_risk": "the error itself, how it is caught, and what happens then",
    "compliance_proof": "the proof an auditor gets: what it shows, and how fast it is found",
    "grow_revenue": "where the additional revenue comes from, with a case in figures",
    "cut_cost": "which cost falls, by how much, and how that was measured",
    "customer_experience": "what their own customers or partners would see and do",
    "mobility_collaboration": "the work away from the desk or together, as it is done",
    "integration_need": "the systems it joins, and what then need not be typed twice",
    "scale_multi_site": "how it works with many sites or entities, apart and together",
    "support_onboarding": "who helps, how fast, in which hours, and for how long",
    "speed_alerts": "what is noticed, how soon, and who is told",
    "control_customisation": "what they can set themselves, and who may",
}
MUST_OTHERWISE = "a direct answer, with something that shows it is true"


@dataclass(frozen=True, slots=True)
class Word:
    """A phrase of theirs, and how many accounts say it."""

    phrase: str
    n_accounts: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """An asset that comes near; `unsaid` are their words that it never uses."""

    asset_id: str
    title: str
    verdict: Verdict
    relevance: float
    passage: str
    place: str
    unsaid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a writer needs to answer a theme.

    `segments` and `outcomes` count the accounts that voice it, most first, UNKNOWN for those
    without. `must` says what an answer to its category has to contain. `nearest` are the
    assets that come nearest, most relevant first.
    """

    theme_id: str
    name: str
    kind: Kind
    category: str
    demand: float
    n_accounts: int
    n_calls: int
    amount: float
    segments: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    sides: tuple[Side, ...]
    words: tuple[Word, ...]
    must: str
    nearest: tuple[Nearest, ...]

    @property
    def is_answered(self) -> bool:
        return any(each.verdict == "answers" for each in self.nearest)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def brief(theme: Theme, findings: Findings, vectors: np.ndarray) -> Brief:
    """The brief of a theme; vectors : (n_statements, n_dims) for findings.statements."""
    account = account_of(findings.calls, findings.deals)
    said: dict[str, list[str]] = {}
    for statement in findings.statements:
        if statement.theme_id == theme.theme_id:
            said.setdefault(account[statement.call_id], []).append(statement.text)
    deals = {deal.account: deal for deal in sorted(findings.deals, key=lambda d: d.deal_id)}
    theirs = [deals.get(name) for name in sorted(said)]
    return Brief(
        theme.theme_id,
        theme.name,
        theme.kind,
        theme.category,
        theme.demand,
        theme.n_accounts,
        theme.n_calls,
        theme.amount,
        _counted(deal.segment if deal else "" for deal in theirs),
        _counted(deal.outcome if deal else "" for deal in theirs),
        sides(theme, findings, vectors, N_SIDES),
        _words(theme, said),
        MUST.get(theme.category, MUST_OTHERWISE),
        nearest(theme, findings),
    )


def nearest(theme: Theme, findings: Findings) -> tuple[Nearest, ...]:
    """The assets that come nearest to answering a theme, those that do first.

    Of assets that do not touch it only the nearest, where there is no other.
    """
    assets = {asset.asset_id: asset for asset in findings.assets}
    found = [m for m in findings.matches if m.theme_id == theme.theme_id and m.asset_id in assets]
    found.sort(key=lambda m: (m.verdict != "answers", -m.relevance, m.asset_id))
    near = [match for match in found if match.verdict != "silent"][:N_NEAREST] or found[:1]
    return tuple(_nearest(match, assets[match.asset_id], theme) for match in near)


def _nearest(match: Match, asset: Asset, theme: Theme) -> Nearest:
    passage: Passage = asset.passages[match.passage_row]
    ours = [asset.title, *(p.heading for p in asset.passages), *(p.text for p in asset.passages)]
    return Nearest(
        asset.asset_id,
        asset.title or asset.source,
        match.verdict,
        match.relevance,
        passage.text,
        ", ".join(filter(None, (passage.heading, passage.place))),
        tuple(phrase for phrase in theme.keyphrases if not any(_says(t, phrase) for t in ours)),
    )


def _words(theme: Theme, said: Mapping[str, list[str]]) -> tuple[Word, ...]:
    counts = [
        Word(phrase, sum(any(_says(t, phrase) for t in texts) for texts in said.values()))
        for phrase in theme.keyphrases
    ]
    return tuple(sorted((w for w in counts if w.n_accounts), key=lambda w: -w.n_accounts))


def _says(text: str, phrase: str) -> bool:
    """Whether the text has the phrase, or a longer form of its last word."""
    return re.search(rf"(?<!\w){re.escape(phrase)}", text, re.IGNORECASE) is not None


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(name or UNKNOWN for name in names)
    return tuple(sorted(counts.items(), key=lambda item: (item[0] == UNKNOWN, -item[1], item[0])))
