"""Which leads are worth a call, from what was voiced and nothing else.

Every objection stands in the way of one of three things:

    the date    timing, authority, and price where it speaks of a budget
    us          all else: price, competitor, trust, contract, fears of the rollout
    the need    status quo (what they have does), and a feature that is missing

What most of its objections stand in the way of decides for a lead; of equals, the last named.

    ready                needs voiced, and no objection
    nearly ready         needs voiced, and the date decides; or us, and the needs are more
    contested            us decides, and the needs are no more; or no need stands beside the
                         date, or more needs than there are objections to the need
    wrong fit            the need decides, and the needs voiced are no more than that
    nothing voiced yet   neither objection nor need was heard

Counted in statements. The rule is ours, from how sellers qualify (budget, authority, need,
timing); it was settled on with the demo corpus in sight and is not validated on any other. It
says what was said, and predicts nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from resonance.records import Asset, Call, Deal, Findings, Match, Statement
from resonance.score import account_of

Standing = Literal["ready", "nearly ready", "contested", "wrong fit", "nothing voiced yet"]
Hurdle = Literal["date", "us", "need"]

STANDINGS: tuple[Standing, ...] = get_args(Standing)  # most worth a call first
HURDLES: tuple[Hurdle, ...] = get_args(Hurdle)  # lowest first
OUTCOMES = ("open", "lost", "won")
N_QUOTES = 2

BUDGET = re.compile(r"\b(?:budget\w*|fiscal|funding|funds|funded|fy ?\d+|capex|opex)\b", re.I)
OF_THE_DATE = {"timing_priority", "authority_process"}
OF_THE_NEED = {"status_quo", "product_gap"}


@dataclass(frozen=True, slots=True)
class Quote:
    """What decides where a lead stands: a statement and what it is about."""

    statement_id: str
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A deal, where it stands, why, and what to send next.

    `quotes` are the surest of what decides, at most `N_QUOTES`, behind a need where the lead is
    nearly ready. `theme_id` is the theme that
    the asset to send answers, the most voiced of what decides that any asset answers;
    `relevance` in [0, 1] is that of the match and `passage` its evidence. `asset_id` is "" where
    no asset answers. `campaign` is that of the asset: deals carry none of their own.
    """

    deal_id: str
    account: str
    outcome: str
    stage: str
    amount: float | None
    standing: Standing
    n_needs: int
    n_objections: int
    quotes: tuple[Quote, ...] = ()
    theme_id: str = ""
    asset_id: str = ""
    campaign: str = ""
    relevance: float | None = None
    passage: str = ""


def leads(findings: Findings) -> list[Lead]:
    """Every deal as a lead: open ones first, most worth a call first, then the larger."""
    said = _said(findings.calls, findings.deals, findings.statements)
    best = _best(findings.matches)
    assets = {asset.asset_id: asset for asset in findings.assets}
    found = [_lead(deal, said.get(deal.deal_id, ()), best, assets) for deal in findings.deals]
    return sorted(found, key=_order)


def by_campaign(found: Iterable[Lead]) -> dict[str, dict[Standing, int]]:
    """How many leads of each standing the assets of each campaign are next for.

    By name, "" (no asset, or one of no campaign) left out; standings in the order of `STANDINGS`.
    """
    counts = Counter((lead.campaign, lead.standing) for lead in found if lead.campaign)
    return {
        campaign: {s: counts[campaign, s] for s in STANDINGS if counts[campaign, s]}
        for campaign in sorted({campaign for campaign, _ in counts})
    }


def standing_of(statements: Sequence[Statement]) -> tuple[Standing, tuple[Statement, ...]]:
    """Where what was voiced puts a lead, and the statements that decide it."""
    needs = tuple(s for s in statements if s.kind == "need")
    objections = [s for s in statements if s.kind == "objection"]
    if not objections:
        return ("ready" if needs else "nothing voiced yet"), needs
    counts = Counter(hurdle(s) for s in objections)
    most = max(HURDLES, key=lambda h: (counts[h], HURDLES.index(h)))
    deciding = tuple(s for s in objections if hurdle(s) == most)
    if most == "need" and len(deciding) >= len(needs):
        return "wrong fit", deciding
    settled = most == "date" or (most == "us" and len(needs) > len(deciding))
    return ("nearly ready" if needs and settled else "contested"), deciding


def hurdle(objection: Statement) -> Hurdle:
    """What an objection stands in the way of."""
    if objection.category in OF_THE_NEED:
        return "need"
    of_budget = objection.category == "price_value" and BUDGET.search(objection.text)
    return "date" if of_budget or objection.category in OF_THE_DATE else "us"


def _lead(
    deal: Deal,
    said: Sequence[Statement],
    best: Mapping[str, Match],
    assets: Mapping[str, Asset],
) -> Lead:
    standing, deciding = standing_of(said)
    needs = _surest(s for s in said if s.kind == "need" and standing == "nearly ready")
    surest = [*needs[:1], *_surest(deciding)][:N_QUOTES]
    match = _to_send(deciding, best) or _to_send(said, best)
    kinds = Counter(s.kind for s in said)
    lead = (
        deal.deal_id, deal.account, deal.outcome, deal.stage, deal.amount, standing,
        kinds["need"], kinds["objection"],
        tuple(Quote(s.statement_id, s.category, s.text) for s in surest),
    )  # fmt: skip
    if match is None:
        return Lead(*lead)
    campaign = assets[match.asset_id].campaign if match.asset_id in assets else ""
    return Lead(*lead, match.theme_id, match.asset_id, campaign, match.relevance, match.passage)


def _surest(said: Iterable[Statement]) -> list[Statement]:
    return sorted(said, key=lambda s: (-s.confidence, s.text, s.statement_id))


def _to_send(said: Iterable[Statement], best: Mapping[str, Match]) -> Match | None:
    """The best match of the most voiced theme that has one."""
    counts = Counter(s.theme_id for s in said if s.theme_id in best)
    if not counts:
        return None
    return best[min(counts, key=lambda theme_id: (-counts[theme_id], theme_id))]


def _best(matches: Iterable[Match]) -> dict[str, Match]:
    """The most relevant asset that answers each theme."""
    answering = [match for match in matches if match.verdict == "answers"]
    ranked = sorted(answering, key=lambda match: (match.relevance, match.asset_id))
    return {match.theme_id: match for match in ranked}


def _said(
    calls: Sequence[Call], deals: Sequence[Deal], statements: Iterable[Statement]
) -> dict[str, list[Statement]]:
    """What was voiced for each deal: in its own calls, and in its account's that have no deal."""
    known = {deal.deal_id for deal in deals}
    of_account: dict[str, list[str]] = {}
    for deal in deals:
        if deal.account:
            of_account.setdefault(deal.account, []).append(deal.deal_id)
    account = account_of(calls, deals)
    for_deals = {
        call.call_id: [call.deal_id]
        if call.deal_id in known
        else of_account.get(account[call.call_id], [])
        for call in calls
    }
    said: dict[str, list[Statement]] = {}
    for statement in statements:
        for deal_id in for_deals.get(statement.call_id, ()):
            said.setdefault(deal_id, []).append(statement)
    return said


def _order(lead: Lead) -> tuple[int, int, float, str]:
    place = OUTCOMES.index(lead.outcome)
    return place, STANDINGS.index(lead.standing), -(lead.amount or 0.0), lead.deal_id
