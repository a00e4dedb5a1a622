"""Whose voices count: those of accounts with deals of some segment, stage, outcome or campaign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from resonance.errors import InputError
from resonance.leads import Lead, leads
from resonance.records import Deal, Findings
from resonance.score import account_of

Traits = Mapping[str, str]  # "segment", "stage", "outcome", "campaign" → the deal's own


@dataclass(frozen=True, slots=True)
class Heard:
    """Ids of the calls whose voices count, and whose they are in words; "" is everybody's."""

    calls: frozenset[str]
    told: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """Accounts with a deal of one of these segments, stages, campaigns and outcomes; () is any.

    Deals carry no campaign of their own: a deal is of the campaign whose asset `resonance
    leads` would send it next. Capitals do not matter.
    """

    segments: Sequence[str] = ()
    stages: Sequence[str] = ()
    campaigns: Sequence[str] = ()
    outcomes: Sequence[str] = ()

    def __bool__(self) -> bool:
        return any(self._wanted().values())

    def __str__(self) -> str:
        """ "segment enterprise or mid-market, stage Demo"; "" for everybody."""
        told = (f"{name} {' or '.join(own)}" for name, own in self._wanted().items() if own)
        return ", ".join(told)

    def calls(self, findings: Findings, found: Iterable[Lead] | None = None) -> frozenset[str]:
        """Ids of the calls of these accounts.

        found : the leads of the findings, where they are known already
        """
        return self._calls(findings, self._traits(findings, found))

    def heard(self, findings: Findings, found: Iterable[Lead] | None = None) -> Heard:
        """The same with whose they are in words.

        Raises InputError where nothing is of that segment, stage, campaign or outcome, naming
        those that there are, or where no account of all of them together voiced anything.
        """
        traits = self._traits(findings, found)
        for name, own in self._wanted().items():
            _check_known(name, own, {trait[name] for trait in traits.values()})
        calls = self._calls(findings, traits)
        if self and not any(s.theme_id and s.call_id in calls for s in findings.statements):
            raise InputError(
                "No account is left that voiced anything:"
                f" {_deals(len(self._chosen(traits)))} of {self}. Ask for less."
            )
        return Heard(calls, str(self))

    def _calls(self, findings: Findings, traits: Mapping[str, Traits]) -> frozenset[str]:
        if not self:
            return frozenset(call.call_id for call in findings.calls)
        chosen = self._chosen(traits)
        account = account_of(findings.calls, findings.deals)
        accounts = {deal.account for deal in findings.deals if deal.deal_id in chosen} - {""}
        return frozenset(
            call.call_id
            for call in findings.calls
            if call.deal_id in chosen or account[call.call_id] in accounts
        )

    def _traits(self, findings: Findings, found: Iterable[Lead] | None) -> dict[str, Traits]:
        """By deal; campaigns only where they are asked for, since they cost most."""
        if not self.campaigns:
            found = ()
        return _traits(findings.deals, leads(findings) if found is None else found)

    def _chosen(self, traits: Mapping[str, Traits]) -> frozenset[str]:
        wanted = self._wanted()
        return frozenset(
            deal_id
            for deal_id, own in traits.items()
            if all(_is_of(own[name], each) for name, each in wanted.items())
        )

    def _wanted(self) -> dict[str, Sequence[str]]:
        return {
            "segment": self.segments,
            "stage": self.stages,
            "campaign": self.campaigns,
            "outcome": self.outcomes,
        }


EVERYBODY = Readers()


def one_of_each(
    segment: str = "", stage: str = "", campaign: str = "", outcome: str = ""
) -> Readers:
    """Readers of a single segment, stage, campaign and outcome, "" for any."""
    chosen = (segment, stage, campaign, outcome)
    return Readers(*((each,) if each else () for each in chosen))


def choices(findings: Findings, found: Iterable[Lead]) -> dict[str, list[str]]:
    """The segments, stages, campaigns and outcomes, by name, of whose accounts there are calls.

    found : the leads of the findings
    """
    accounts = set(account_of(findings.calls, findings.deals).values()) - {""}
    called = {call.deal_id for call in findings.calls}
    traits = _traits(findings.deals, found)
    own = [
        traits[d.deal_id] for d in findings.deals if d.deal_id in called or d.account in accounts
    ]
    return {
        name: sorted({each[name] for each in own} - {""})
        for name in ("segment", "stage", "campaign", "outcome")
    }


def _traits(deals: Iterable[Deal], found: Iterable[Lead]) -> dict[str, Traits]:
    campaign = {lead.deal_id: lead.campaign for lead in found}
    return {
        deal.deal_id: {
            "segment": deal.segment,
            "stage": deal.stage,
            "outcome": deal.outcome,
            "campaign": campaign.get(deal.deal_id, ""),
        }
        for deal in deals
    }


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
