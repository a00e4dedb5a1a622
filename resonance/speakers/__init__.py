"""Who is prospect, who is vendor.

For every party of every call the first of these that can tell decides: the source (a manifest,
Gong's affiliation, the owner of a CRM's row), a label that says a side ("Rep", "Customer"), the
domain of the e-mail address, a known name or company, the behaviour in the call. What none can
tell stays "unknown", and is never taken for a prospect; `Party.role_from` says which it was. In
a note the rep writes about the prospect, so its lines are told apart by whom they report.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from resonance.config import Vendor
from resonance.records import Call
from resonance.speakers.behaviour import Chances, seat
from resonance.speakers.notes import attribute
from resonance.speakers.people import gather, is_full_name, known_roles, same_person
from resonance.speakers.sides import Roles, by_domain, by_label, by_name, firm

SURE = 0.75  # probability from which behaviour tells a side
ROUNDS = 3  # in which calls tell each other what they think of the people they share
MOST_ODDS = 4.0  # log-odds that one call may tell another


def assign_roles(calls: Sequence[Call], vendor: Vendor) -> list[Call]:
    """The calls with a role on every party and turn, and with notes split by whom they report.

    Calls are judged together: who is known in one is known in all. Their order does not matter.
    """
    calls = [gather(call) for call in calls]
    for role_from, find in (
        ("label", by_label),
        ("domain", by_domain),
        ("name", by_name),
        ("behaviour", by_behaviour),
    ):
        found = find(calls, vendor)
        calls = [_tell(call, roles, role_from) for call, roles in zip(calls, found, strict=True)]
    ours = sorted({p.name for call in calls for p in call.parties if p.role == "vendor"})
    return [
        attribute(call, ours) if call.channel == "note" else _tell_turns(call) for call in calls
    ]


def by_behaviour(calls: Sequence[Call], vendor: Vendor) -> list[Roles]:
    """How people talk, where a call has somebody unknown.

    The other calls of a person are the prior in each of them, by some rounds of belief
    propagation; full names only, there is more than one Mike.
    """
    heard = [call for call in calls if _needs_hearing(call)]
    told: list[dict[str, float]] = [{} for _ in heard]
    chances: list[Chances] = []
    for _ in range(ROUNDS):
        total: Counter[str] = Counter()
        for odds in told:
            total.update(odds)
        chances, new = [], []
        for call, odds in zip(heard, told, strict=True):
            prior = {name: total[name] - odds[name] for name in odds}
            chance = _seat(call, prior)
            chances.append(chance)
            new.append(
                {n: _odds(*c) - prior.get(n, 0.0) for n, c in chance.items() if is_full_name(n)}
            )
        told = [{n: max(-MOST_ODDS, min(MOST_ODDS, o)) for n, o in odds.items()} for odds in new]
    found = iter(chances)
    return [_sure(next(found)) if _needs_hearing(call) else {} for call in calls]


def _needs_hearing(call: Call) -> bool:
    return call.channel == "call" and any(party.role == "unknown" for party in call.parties)


def _seat(call: Call, prior: dict[str, float]) -> Chances:
    known = {name: role == "vendor" for name, role in known_roles(call).items()}
    firms = {same_person(party.name): firm(party) for party in call.parties}
    said = [(same_person(turn.speaker), turn.text) for turn in call.turns if turn.speaker]
    tells = len(set(firms.values())) > 1  # one domain for all is that of the example or the host
    return seat(said, known, prior, firms if tells else {})


def _odds(vendor: float, prospect: float) -> float:
    return math.log((vendor + 1e-6) / (prospect + 1e-6))


def _sure(chances: Chances) -> Roles:
    vendors: Roles = {name: "vendor" for name, (p, _) in chances.items() if p >= SURE}
    return {**vendors, **{name: "prospect" for name, (_, p) in chances.items() if p >= SURE}}


def _tell(call: Call, roles: Roles, role_from: str) -> Call:
    """Give the parties that are still unknown the roles that were found for them."""
    parties = []
    for party in call.parties:
        role = roles.get(same_person(party.name), "unknown")
        is_new = party.role == "unknown" and role != "unknown"
        parties.append(replace(party, role=role, role_from=role_from) if is_new else party)
    return replace(call, parties=tuple(parties))


def _tell_turns(call: Call) -> Call:
    roles = known_roles(call)
    turns = (
        replace(turn, speaker_role=roles.get(same_person(turn.speaker), "unknown"))
        for turn in call.turns
    )
    return replace(call, turns=tuple(turns))
