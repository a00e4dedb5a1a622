"""Why a rep says that a deal was lost, beside what its prospects voiced.

A typed reason is read by its words, which are those that reps and the pick lists of CRMs use
everywhere; what they do not name is left unread rather than guessed at. What a prospect voiced is
read by category: that of its theme, or its own where it has none. Neither is why the
deal was lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from resonance.deals import who_voiced
from resonance.records import Deal, Findings, Statement
from resonance.score import account_of, account_of_deal

Comparison = Literal[
    "never voiced",
    "voiced in part",
    "voiced less than other things",
    "what they voiced most",
    "no theme is near",
    "nothing voiced",
    "no reason typed",
]

COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)  # those that differ first
N_VOICED = 3

# What a reason names: the words for it, and the categories that would bear it out.
NAMED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("price", r"pric\w*|cost\w*|expensive|discount\w*|roi|too much money", ("price_value",)),
    ("budget", r"budget\w*|funding|funds|afford\w*", ("price_value", "timing_priority")),
    (
        "timing",
        r"timing|not now|too early|postpone\w*|delay\w*|deferred|pushed|on hold|freeze|next year"
        r"|priorit\w*",
        ("timing_priority",),
    ),
    (
        "no urgency",
        r"no urgency|not urgent|no decision|do(?:ing)? nothing|no need|no pain|status quo",
        ("status_quo", "timing_priority"),
    ),
    (
        "own solution",
        r"in-?house|home-?grown|built (?:their|its) own|spreadsheets?|excel",
        ("status_quo",),
    ),
    (
        "competitor",
        r"competit\w*|incumbent|lost to|went with|chose|chosen|switched to"
        r"|(?:staying|stayed|already|stick\w*|stuck|renewed) (?:on|with)"
        r"|existing (?:vendor|supplier)",
        ("competitor_incumbent",),
    ),
    (
        "authority",
        r"authority|sign-?off|decision.?makers?|approv\w*|no champion",
        ("authority_process",),
    ),
    ("integration", r"integrat\w*|erp|api|sync\w*|connector\w*", ("integration_tech",)),
    ("security", r"security|infosec|privacy|soc ?2", ("security_privacy", "compliance_legal")),
    (
        "compliance",
        r"complian\w*|legal|regulat\w*|gdpr|hipaa",
        ("compliance_legal", "security_privacy"),
    ),
    (
        "adoption",
        r"adoption|(?:won't|wont|will not|would not|wouldn't) use|change management|buy-?in",
        ("adoption_people",),
    ),
    (
        "rollout effort",
        r"implementation|rollout|onboarding|bandwidth|no resources?|no capacity|too complex",
        ("implementation_effort", "adoption_people"),
    ),
    ("trust", r"trust\w*|reputation|references?|reliab\w*", ("vendor_trust",)),
    (
        "fit",
        r"features?|functionality|missing|product gap|(?:no|not a|poor|bad|product) fit",
        ("product_gap", "status_quo"),
    ),
    (
        "contract",
        r"contract\w*|lock-?in|auto-?renew\w*|multi-?year|payment terms",
        ("contract_terms",),
    ),
    ("data", r"migrat\w*|data quality|dirty data", ("data_migration_quality",)),
)
PATTERNS = tuple((name, re.compile(rf"\b(?:{words})\b", re.I), c) for name, words, c in NAMED)


@dataclass(frozen=True, slots=True)
class LossReason:
    """A lost deal: what the rep typed, and what its account's prospects voiced.

    `named` has what the typed reason names, and in how many of the account's `n_objections` it
    came up. `voiced` are the theme ids of the objections that they voiced most, most first.
    `comparison` says where the two differ: what is named came up never, only in part, or less
    than some other category did.
    """

    deal_id: str
    account: str
    typed: str
    named: tuple[tuple[str, int], ...]
    n_objections: int
    voiced: tuple[str, ...]
    comparison: Comparison

    @property
    def differs(self) -> bool:
        """Whether the prospects were heard to say something else, or something else more often."""
        return COMPARISONS.index(self.comparison) < COMPARISONS.index("what they voiced most")


def loss_reasons(findings: Findings) -> list[LossReason]:
    """Every lost deal that was heard from or has a typed reason, those that differ first."""
    by_account = _objections(findings)
    about = {theme.theme_id: theme.category for theme in findings.themes}
    heard, _ = who_voiced(findings)
    lost = [(deal, account_of_deal(deal)) for deal in findings.deals if deal.outcome == "lost"]
    found = [
        _compare(deal, by_account.get(account, []), about)
        for deal, account in lost
        if deal.loss_reason or account in heard
    ]
    return sorted(found, key=lambda r: (COMPARISONS.index(r.comparison), r.deal_id))


def named_in(reason: str) -> dict[str, tuple[str, ...]]:
    """What a typed reason names, and for each the categories that would bear it out.

    >>> named_in("Price, not a fit")
    {'price': ('price_value',), 'fit': ('product_gap', 'status_quo')}
    """
    return {name: categories for name, pattern, categories in PATTERNS if pattern.search(reason)}


def _objections(findings: Findings) -> dict[str, list[Statement]]:
    account = account_of(findings.calls, findings.deals)
    found: dict[str, list[Statement]] = {}
    for statement in findings.statements:
        if statement.kind == "objection" and statement.call_id in account:
            found.setdefault(account[statement.call_id], []).append(statement)
    return found


def _compare(deal: Deal, said: Sequence[Statement], about: Mapping[str, str]) -> LossReason:
    came_up = Counter(about.get(s.theme_id) or s.category for s in said)
    categories = named_in(deal.loss_reason)
    named = {name: sum(came_up[c] for c in any_of) for name, any_of in categories.items()}
    borne_out = {category for any_of in categories.values() for category in any_of}
    counts = Counter(s.theme_id for s in said if s.theme_id)
    ranked = sorted(counts, key=lambda theme_id: (-counts[theme_id], theme_id))
    return LossReason(
        deal.deal_id, deal.account, deal.loss_reason, tuple(named.items()), len(said),
        tuple(ranked[:N_VOICED]), _comparison(deal, came_up, named, borne_out),
    )  # fmt: skip


def _comparison(
    deal: Deal, came_up: Mapping[str, int], named: Mapping[str, int], borne_out: set[str]
) -> Comparison:
    if not deal.loss_reason.strip():
        return "no reason typed"
    if not came_up:
        return "nothing voiced"
    if not named:
        return "no theme is near"
    if not any(named.values()):
        return "never voiced"
    if not all(named.values()):
        return "voiced in part"
    most = max(came_up.values())
    if any(came_up[category] == most for category in borne_out if category in came_up):
        return "what they voiced most"
    return "voiced less than other things"
