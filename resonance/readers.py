"""A draft's readers: whose voices count when it is checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from resonance.errors import InputError
from resonance.leads import leads
from resonance.records import Findings
from resonance.score import account_of


@dataclass(frozen=True, slots=True)
class Readers:
    """Accounts with a deal of one of these segments, stages and campaigns; () is any.

    Deals carry no campaign of their own: a deal is of the campaign whose asset `resonance
    leads` would send it next. Capitals do not matter.
    """

    segments: Sequence[str] = ()
    stages: Sequence[str] = ()
    campaigns: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.segments or self.stages or self.campaigns)

    def __str__(self) -> str:
        """ "segment enterprise or mid-market, stage Demo"; "" for everybody."""
        told = (f"{name} {' or '.join(wanted)}" for name, wanted in self._wanted() if wanted)
        return ", ".join(told)

    def calls(self, findings: Findings) -> frozenset[str]:
        """Ids of the calls of these accounts.

        Raises InputError where nothing is of that segment, stage or campaign, naming those
        that there are, or where no deal is of all of them together.
        """
        if not self:
            return frozenset(call.call_id for call in findings.calls)
        campaign = {lead.deal_id: lead.campaign for lead in leads(findings)}
        traits = {
            deal.deal_id: (deal.segment, deal.stage, campaign[deal.deal_id])
            for deal in findings.deals
        }
        for place, (name, wanted) in enumerate(self._wanted()):
            _check_known(name, wanted, {trait[place] for trait in traits.values()})
        chosen = {
            deal_id
            for deal_id, own in traits.items()
            if all(_is_of(trait, w) for trait, (_, w) in zip(own, self._wanted(), strict=True))
        }
        account = account_of(findings.calls, findings.deals)
        accounts = {deal.account for deal in findings.deals if deal.deal_id in chosen} - {""}
        kept = frozenset(
            call.call_id
            for call in findings.calls
            if call.deal_id in chosen or account[call.call_id] in accounts
        )
        if not any(s.theme_id and s.call_id in kept for s in findings.statements):
            raise InputError(
                f"No account is left that voiced anything: {_deals(len(chosen))} of {self}."
                " Ask for less."
            )
        return kept

    def _wanted(self) -> list[tuple[str, Sequence[str]]]:
        return [
            ("segment", self.segments),
            ("stage", self.stages),
            ("campaign", self.campaigns),
        ]


def _is_of(trait: str, wanted: Collection[str]) -> bool:
    return not wanted or trait.casefold() in {each.casefold() for each in wanted}


def _check_known(name: str, wanted: Iterable[str], found: Collection[str]) -> None:
    known = sorted(trait for trait in found if trait)
    for each in wanted:
        if not any(_is_of(trait, [each]) for trait in known):
            raise InputError(
                f"No deal is of the {name} {each!r}; there are {', '.join(known) or 'none'}."
            )


def _deals(n: int) -> str:
    return "one deal is" if n == 1 else f"{n or 'no'} deals are"
