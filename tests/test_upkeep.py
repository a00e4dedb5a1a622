"""What to do about the assets there are."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from resonance.jargon import jargon
from resonance.records import Asset, Call, Findings, Match, Passage, Statement, Theme
from resonance.upkeep import upkeep

PUBLISHED = date(2026, 3, 1)


def statement(number, call_id, text, theme_id="T1"):
    return Statement(
        f"S{number}", call_id, "a.vtt", 0, None, "prospect-1", "prospect", "objection",
        "price_value", 0.9, text, theme_id=theme_id,
    )  # fmt: skip


def theme(theme_id, demand):
    return Theme(
        theme_id, "objection", "price_value", f"Theme {theme_id}", (), (), 5, 5, 5, 0.0, demand
    )


def asset(asset_id, text="It pays."):
    return Asset(asset_id, f"{asset_id}.md", asset_id, (Passage(text),), published=PUBLISHED)


def match(asset_id, theme_id, verdict, relevance=0.4):
    return Match(asset_id, theme_id, relevance, verdict, "It pays.", 0, "Too dear.")


def findings(matches, demand):
    ids = sorted({m.asset_id for m in matches} | {"A0"})
    themes = tuple(theme(name, share) for name, share in demand.items())
    return Findings(themes=themes, assets=tuple(asset(i) for i in ids), matches=tuple(matches))


def advice(found):
    return upkeep(found, np.empty((0, 2)), [np.empty((1, 2))] * len(found.assets))


def test_an_asset_that_touches_nothing_is_retired_and_no_other():
    found = advice(findings([match("A1", "T1", "names"), match("A0", "T1", "silent")], {"T1": 1}))
    assert found.retire == ("A0",)


def test_each_asset_is_updated_for_the_most_voiced_theme_it_only_names():
    named = [match("A1", "T1", "names"), match("A1", "T2", "names"), match("A2", "T1", "answers")]
    (update,) = advice(findings(named, {"T1": 0.3, "T2": 0.7})).update
    assert (update.asset_id, update.theme_id, update.is_gap) == ("A1", "T2", True)
    (update,) = advice(findings(named, {"T1": 0.7, "T2": 0.3})).update
    assert (update.theme_id, update.is_gap) == ("T1", False)


def test_a_theme_with_many_answers_and_little_demand_is_over_served():
    answers = [match(f"A{n}", "T1", "answers") for n in range(1, 4)]
    answers.append(match("A4", "T2", "answers"))
    (over,) = advice(findings(answers, {"T1": 0.2, "T2": 0.8})).over_served
    assert (over.theme_id, over.share_of_answers) == ("T1", 0.75)
    assert over.asset_ids == ("A1", "A2", "A3")
    assert advice(findings(answers, {"T1": 0.6, "T2": 0.4})).over_served == ()


def moved(drift, n_calls=14, texts_each=1):
    """Calls before and after the asset; those after are put another way by that much."""
    rng = np.random.default_rng(3)
    half = n_calls // 2
    calls = tuple(
        Call(f"C{n:02}", f"{n}.vtt", (), date=PUBLISHED + timedelta(days=n - half + 1))
        for n in range(n_calls)
    )
    rows = [(n, i) for n in range(n_calls) for i in range(texts_each)]
    angles = [0.3 + rng.normal(0, 0.02) + (drift if n >= half else 0) for n, _ in rows]
    said = tuple(statement(f"{n:02}{i}", f"C{n:02}", f"{n} {i}") for n, i in rows)
    found = replace(findings([match("A0", "T1", "answers")], {"T1": 1}), calls=calls)
    vectors = np.array([[np.cos(a), np.sin(a)] for a in angles])
    return replace(found, statements=said), vectors, [np.array([[1.0, 0.0]])]


def test_an_answer_to_words_that_have_moved_since_is_stale():
    found = upkeep(*moved(drift=0.5))
    (old,) = found.stale
    assert (old.asset_id, old.theme_id) == ("A0", "T1")
    assert (old.n_calls_before, old.n_calls_since) == (7, 7)
    assert old.before > old.since
    assert old.p_value < 0.05


@pytest.mark.parametrize("drift", [0.0, -0.25])
def test_an_answer_to_words_that_stay_or_come_nearer_is_not(drift):
    found = upkeep(*moved(drift))
    assert (found.stale, found.n_tested) == ((), 1)


def test_a_few_talkative_calls_are_too_few_to_say_that_words_moved():
    found = upkeep(*moved(drift=0.5, n_calls=8, texts_each=9))
    assert (found.stale, found.n_tested) == ((), 0)


SAID = [
    "The price is too high for our budget.",
    "Your price eats the whole budget.",
    "Nobody here has the budget for that price.",
]
WRITTEN = [
    "Our platform brings synergy to your leaders. Ask Tallyroot.",
    "Synergy is what leaders want. Tallyroot has the price.",
]


def voiced_and_written():
    return Findings(
        calls=tuple(Call(f"C{n}", f"{n}.vtt", (), account=f"Acme {n}") for n in range(3)),
        statements=tuple(statement(n, f"C{n}", text) for n, text in enumerate(SAID)),
        assets=tuple(asset(f"A{n}", text) for n, text in enumerate(WRITTEN)),
    )


def test_words_of_ours_that_nobody_says_stand_beside_words_they_do_say(nlp, encoder):
    found = jargon(voiced_and_written(), nlp, encoder)
    assert {word.ours for word in found} == {"synergy", "leaders"}
    assert {word.theirs for word in found} <= {"price", "budget"}
    assert all(word.n_assets == 2 and word.n_accounts == 3 for word in found)


def test_the_order_of_what_was_read_changes_no_word(nlp, encoder):
    found = voiced_and_written()
    turned = replace(found, statements=found.statements[::-1], assets=found.assets[::-1])
    assert jargon(turned, nlp, encoder) == jargon(found, nlp, encoder)


def test_without_marketing_or_voices_there_are_no_words_to_tell_of(nlp, encoder):
    found = voiced_and_written()
    assert jargon(replace(found, assets=()), nlp, encoder) == ()
    assert jargon(replace(found, statements=()), nlp, encoder) == ()
