"""Whose voices count when a draft is checked for some readers only."""

from dataclasses import replace

import pytest

from resonance.errors import InputError
from resonance.leads import leads
from resonance.readers import Heard, Readers, choices
from resonance.records import Asset, Call, Deal, Findings, Match, Passage, Statement


def voiced(number, call_id, theme_id="T1"):
    return Statement(
        f"S{number}", call_id, "a.vtt", 0, None, "prospect-1", "prospect", "objection",
        "price_value", 0.9, f"It is too dear, {number}.", theme_id=theme_id,
    )  # fmt: skip


FINDINGS = Findings(
    calls=(
        Call("C1", "1.vtt", (), deal_id="D1"),
        Call("C2", "2.vtt", (), account="Acme"),
        Call("C3", "3.vtt", (), deal_id="D2"),
        Call("C4", "4.vtt", ()),
    ),
    statements=(voiced(1, "C1"), voiced(2, "C2"), voiced(3, "C3", "T2"), voiced(4, "C4")),
    assets=(Asset("A1", "a.md", "Value", (Passage("It pays."),), campaign="Spring"),),
    matches=(Match("A1", "T1", 0.9, "answers", "It pays.", 0, "It is too dear, 1."),),
    deals=(
        Deal("D1", "Acme", segment="SMB", stage="Demo"),
        Deal("D2", "Bolt", segment="enterprise", stage="Demo"),
        Deal("D3", "Cask", segment="enterprise", stage="Closed"),
    ),
)


def test_everybody_counts_unless_readers_are_named():
    assert Readers().calls(FINDINGS) == {"C1", "C2", "C3", "C4"}
    assert str(Readers()) == ""


def test_a_segment_is_all_calls_of_its_accounts_whatever_its_capitals():
    assert Readers(segments=["smb"]).calls(FINDINGS) == {"C1", "C2"}


def test_several_of_one_kind_add_up_and_kinds_narrow_each_other():
    assert Readers(segments=["SMB", "enterprise"]).calls(FINDINGS) == {"C1", "C2", "C3"}
    both = Readers(segments=["enterprise"], stages=["Demo"])
    assert both.calls(FINDINGS) == {"C3"}
    assert both.heard(FINDINGS) == Heard(frozenset({"C3"}), "segment enterprise, stage Demo")


def test_a_campaign_is_the_accounts_that_its_asset_is_next_for():
    assert Readers(campaigns=["Spring"]).calls(FINDINGS) == {"C1", "C2"}


@pytest.mark.parametrize(
    ("readers", "told"),
    [
        (Readers(segments=["retail"]), "segment 'retail'; there are SMB, enterprise"),
        (Readers(stages=["Lost"]), "stage 'Lost'; there are Closed, Demo"),
        (Readers(campaigns=["Fall"]), "campaign 'Fall'; there are Spring"),
        (Readers(segments=["SMB"], stages=["Closed"]), "no deals are of segment SMB, stage Closed"),
        (Readers(stages=["Closed"]), "one deal is of stage Closed"),
    ],
)
def test_readers_there_are_none_of_are_refused_with_those_there_are(readers, told):
    with pytest.raises(InputError, match=told):
        readers.heard(FINDINGS)


def test_there_is_to_choose_from_what_accounts_with_calls_are():
    assert choices(FINDINGS, leads(FINDINGS)) == {
        "segment": ["SMB", "enterprise"],
        "stage": ["Demo"],
        "campaign": ["Spring"],
        "outcome": ["open"],
    }


def test_everybody_of_an_account_is_heard_whichever_of_its_deals_is_asked_for():
    second = Deal("D4", "Acme", outcome="lost", segment="enterprise")
    found = replace(FINDINGS, deals=(*FINDINGS.deals, second))
    assert Readers(outcomes=["lost"]).calls(found) == {"C1", "C2"}
    assert Readers(outcomes=["won"]).calls(found) == frozenset()


def test_a_name_that_no_deal_has_is_refused_beside_one_that_some_have():
    with pytest.raises(InputError, match="segment 'retail'; there are SMB, enterprise"):
        Readers(segments=["SMB", "retail"]).heard(FINDINGS)
