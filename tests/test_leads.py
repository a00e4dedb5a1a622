"""Where each deal stands, by what was voiced."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from click.testing import CliRunner

from resonance.cli.main import cli
from resonance.leads import Lead, leads
from resonance.records import Asset, Call, Deal, Findings, Match, Passage, Statement
from resonance.store import Store

NEEDS = {"visibility_reporting", "save_time_automation"}


def heard(*said, deal="D1"):
    """Statements in a call of the deal; each a category, or a category and its words."""
    statements = []
    for i, each in enumerate(said):
        category, text = each if isinstance(each, tuple) else (each, f"{each} {i}")
        kind = "need" if category in NEEDS else "objection"
        statements.append(
            Statement(f"{deal}-{i}", f"C-{deal}", "a.vtt", i, None, "prospect-1", "prospect",
                      kind, category, 0.9 - i / 100, text, theme_id=f"T-{category}")
        )  # fmt: skip
    return statements


def world(statements, deals=None, **more):
    deals = deals or (Deal("D1", "Acme", amount=5000.0),)
    calls = tuple(Call(f"C-{d.deal_id}", "a.vtt", (), deal_id=d.deal_id) for d in deals)
    return Findings(calls, tuple(statements), deals=tuple(deals), **more)


def lead(*said) -> Lead:
    (found,) = leads(world(heard(*said)))
    return found


NEED, OTHER_NEED = "visibility_reporting", "save_time_automation"
BUDGET = ("price_value", "There is no budget left this fiscal year.")
PRICE = ("price_value", "You are twice what we pay now.")


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        pytest.param([], "nothing voiced yet", id="silence"),
        pytest.param([NEED], "ready", id="a need and no objection"),
        pytest.param([NEED, "timing_priority"], "nearly ready", id="a need, but later"),
        pytest.param([NEED, "authority_process"], "nearly ready", id="a need, another signs"),
        pytest.param([NEED, BUDGET], "nearly ready", id="a need, but no budget"),
        pytest.param([NEED, PRICE], "contested", id="a need, but too dear"),
        pytest.param([NEED, "vendor_trust"], "contested", id="a need, but no trust"),
        pytest.param([NEED, "competitor_incumbent"], "contested", id="a need another meets"),
        pytest.param([NEED, OTHER_NEED, PRICE], "nearly ready", id="more needs than doubts of us"),
        pytest.param(["timing_priority"], "contested", id="later, and no need"),
        pytest.param(["status_quo"], "wrong fit", id="what they have does"),
        pytest.param([NEED, "product_gap"], "wrong fit", id="a feature is missing"),
        pytest.param([NEED, OTHER_NEED, "product_gap"], "contested", id="a gap, but more needs"),
        pytest.param([NEED, BUDGET, PRICE], "contested", id="of equals the harder"),
        pytest.param([NEED, BUDGET, BUDGET, PRICE], "nearly ready", id="most decides"),
    ],
)
def test_a_lead_stands_where_most_of_its_objections_do(said, standing):
    assert lead(*said).standing == standing


def test_a_nearly_ready_lead_says_why_it_is_worth_a_call_and_why_not_yet():
    found = lead("timing_priority", NEED, OTHER_NEED)
    assert [quote.category for quote in found.quotes] == [NEED, "timing_priority"]
    assert (found.n_needs, found.n_objections) == (2, 1)


def test_the_quotes_are_the_surest_of_what_decides():
    found = lead("vendor_trust", NEED, "contract_terms", PRICE)
    assert [quote.category for quote in found.quotes] == ["vendor_trust", "contract_terms"]


def test_the_asset_to_send_answers_what_decides_and_not_what_is_merely_answered_best():
    matches = (
        Match("A1", f"T-{NEED}", 0.95, "answers", "We show it."),
        Match("A2", "T-timing_priority", 0.6, "answers", "Start in a quiet week."),
        Match("A3", "T-timing_priority", 0.7, "answers", "Start small."),
        Match("A4", "T-timing_priority", 0.9, "names", "Timing is everything."),
    )
    assets = tuple(Asset(f"A{i}", f"{i}.md", f"Piece {i}", (), f"Spring {i}") for i in range(1, 5))
    said = heard(NEED, "timing_priority")
    (found,) = leads(world(said, matches=matches, assets=assets))
    assert (found.asset_id, found.theme_id) == ("A3", "T-timing_priority")
    assert (found.campaign, found.relevance, found.passage) == ("Spring 3", 0.7, "Start small.")
    (found,) = leads(world(said, matches=matches[:1], assets=assets))
    assert found.asset_id == "A1"
    (found,) = leads(world(said, assets=assets))
    assert (found.asset_id, found.campaign, found.relevance) == ("", "", None)


def test_open_deals_come_first_then_those_most_worth_a_call_then_the_larger():
    deals = (
        Deal("D1", "a", "won", amount=9e9),
        Deal("D2", "b", "open", amount=10.0),
        Deal("D3", "c", "open", amount=20.0),
        Deal("D4", "d", "open"),
        Deal("D5", "e", "lost"),
        Deal("D6", "f", "open", amount=1e6),
    )
    said = [
        *heard(NEED, deal="D1"),
        *heard(NEED, BUDGET, deal="D2"),
        *heard(NEED, BUDGET, deal="D3"),
        *heard(NEED, deal="D4"),
    ]
    found = leads(world(said, deals))
    assert [each.deal_id for each in found] == ["D4", "D3", "D2", "D6", "D5", "D1"]
    shuffled = random.Random(0)
    again = world(shuffled.sample(said, len(said)), shuffled.sample(deals, len(deals)))
    assert leads(again) == found


def test_a_call_of_the_account_without_a_deal_speaks_for_its_deals():
    findings = world([], (Deal("D1", "Acme"), Deal("D2", "Acme"), Deal("D3", "Other")))
    call = Call("C-none", "b.vtt", (), account="Acme")
    said = tuple(replace(s, call_id="C-none") for s in heard(NEED))
    found = leads(replace(findings, calls=(*findings.calls, call), statements=said))
    assert {each.deal_id: each.standing for each in found} == {
        "D1": "ready", "D2": "ready", "D3": "nothing voiced yet",
    }  # fmt: skip


def test_without_deals_there_are_no_leads():
    assert leads(Findings()) == []


# As people type it


@pytest.fixture
def told(tmp_path):
    """A workspace with two open deals and a lost one, and assets of two campaigns."""
    deals = (
        Deal("D1", "Acme", "open", amount=5000.0),
        Deal("D2", "Brook & Daughters Interplanetary Haulage", "open"),
        Deal("D3", "Cole", "lost", loss_reason="price"),
    )
    said = [*heard(NEED, BUDGET, deal="D1"), *heard("status_quo", deal="D3")]
    passages = (Passage("Start small."),)
    assets = (
        Asset("A1", "1.md", "Plan the year", passages, "Spring"),
        Asset("A2", "2.md", "Nothing", passages, "Autumn"),
    )
    matches = (Match("A1", "T-price_value", 0.8, "answers", "Start small.", 0, "no budget"),)
    findings = world(said, deals, assets=assets, matches=matches)
    Store(tmp_path, create=True).save_findings(findings, fingerprint="f", next_theme=1)
    return tmp_path


def ask(told, *words):
    return CliRunner().invoke(cli, ["-w", str(told), *words])


def test_the_table_fits_a_terminal_and_says_where_nothing_was_voiced(told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = ask(told, "leads").stdout
    assert max(map(len, shown.splitlines())) <= 80
    for words in ("nearly", "voiced yet", "no budget left", "A1 Plan", "wrong fit"):
        assert words in shown
    assert "Spring is next for 1 nearly ready" in shown
    assert "D3" not in ask(told, "leads", "--open").stdout


def test_a_campaign_has_the_leads_that_its_assets_are_for(told):
    found = json.loads(ask(told, "leads", "--campaign", "Spring", "--json").stdout)
    assert [each["deal_id"] for each in found] == ["D1"]
    assert ask(told, "leads", "--campaign", "Autumn").stdout.startswith("No leads")
    missing = ask(told, "leads", "--campaign", "Winter")
    assert "there are Autumn, Spring" in str(missing.exception)


def test_deals_show_the_typed_reason_beside_what_was_said(told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = ask(told, "deals").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "never voiced" in shown
    (reason,) = json.loads(ask(told, "deals", "--reasons", "--json").stdout)
    assert (reason["typed"], reason["named"]) == ("price", [["price", 0]])
    assert reason["voiced"] == ["T-status_quo"]
