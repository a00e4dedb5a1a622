"""A year of calls, month by month: themes stand, and what became of each is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from resonance.curate import Curation
from resonance.fits import MOST_UNFITTED, Said, Settled, settle
from resonance.identity import transitions
from resonance.records import Findings, Statement
from resonance.score import account_of
from resonance.standing import (
    Ground,
    Placed,
    Standing,
    give_names,
    new_place,
    number,
    standing_names,
    take_over,
)


@pytest.fixture(scope="module")
def year(analysed) -> tuple[Findings, dict[str, np.ndarray]]:
    """What was found in every second call of tallyroot, and the vector of each statement."""
    from resonance import pipeline
    from resonance.workspace import Workspace

    workspace = Workspace(analysed)
    findings = workspace.findings()
    calls = findings.calls[::2]
    heard = {call.call_id for call in calls}
    said = tuple(s for s in findings.statements if s.call_id in heard)
    findings = replace(findings, calls=calls, statements=said)
    vectors = pipeline.vectors_of(workspace, findings.statements)
    return findings, {s.statement_id: v for s, v in zip(findings.statements, vectors, strict=True)}


def settled(
    year, statements: Sequence[Statement], before: Settled | None = None, *, refit: bool = False
) -> Settled:
    findings, vectors = year
    said = sorted(statements, key=lambda s: s.statement_id)
    account = account_of(findings.calls, findings.deals)
    return settle(
        Said(
            said,
            np.stack([vectors[s.statement_id] for s in said]),
            [account[s.call_id] for s in said],
            {},
        ),
        before.standing if before else Standing(),
        Curation(),
        space="x",
        min_theme_size=5,
        next_theme=before.next_theme if before else 1,
        refit=refit,
    )


def groups(themes: Mapping[str, str]) -> set[frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for statement_id, theme_id in themes.items():
        found[theme_id].add(statement_id)
    return {frozenset(own) for own in found.values()}


def test_through_a_year_ids_stand_every_change_is_told_and_a_fit_ends_where_one_run_would(year):
    findings, _ = year
    month = {c.call_id: c.date.strftime("%Y-%m") if c.date else "" for c in findings.calls}
    now: Settled | None = None
    ever: set[str] = set()
    for until in sorted(set(month.values())):
        said = [s for s in findings.statements if month[s.call_id] <= until]
        if not said:
            continue
        was = now
        now = settled(year, said, was)
        ids = set(now.themes.values()) - {""}
        assert all(number(t) > max(map(number, ever), default=0) for t in ids - ever)
        ever |= ids
        if was is None:
            continue
        told = transitions(now.before, now.themes)
        named = {t.theme_id for t in told} | {other for t in told for other in t.others}
        assert named == ids | (set(was.themes.values()) - {""})
        if not now.fitted:
            assert all(now.themes[i] == t for i, t in was.themes.items() if t)
            assert {t.change for t in told} <= {"survived", "grew", "emerged"}
    assert now is not None
    at_once = settled(year, findings.statements)
    last = settled(year, findings.statements, now, refit=True)
    assert groups(last.themes) == groups(at_once.themes)


def test_a_tenth_of_new_calls_moves_no_old_statement_in_any_order(year):
    findings, _ = year
    calls = sorted({s.call_id for s in findings.statements})
    old = [s for s in findings.statements if s.call_id not in calls[::10]]
    before = settled(year, old)
    after = settled(year, findings.statements, before)
    turned = settled(year, findings.statements[::-1], settled(year, old[::-1]))
    assert not after.fitted
    stayed = [after.themes[s.statement_id] == before.themes[s.statement_id] for s in old]
    assert np.mean(stayed) >= 0.95
    new = [after.themes[s.statement_id] for s in findings.statements if s not in old]
    assert np.mean([bool(theme_id) for theme_id in new]) > 0.5
    assert turned.themes == after.themes
    assert dict(turned.standing.placed) == dict(after.standing.placed)


def test_themes_are_fitted_anew_when_more_than_a_quarter_is_new(year):
    findings, _ = year
    said = sorted(findings.statements, key=lambda s: (s.call_id, s.statement_id))
    few = round(len(said) * (1 - MOST_UNFITTED)) - 5
    assert settled(year, said, settled(year, said[:few])).fitted


def test_a_statement_of_a_call_that_was_edited_stays_in_its_theme(year):
    findings, vectors = year
    before = settled(year, findings.statements)
    some = next(s for s in findings.statements if before.themes[s.statement_id])
    moved = replace(some, statement_id="Sffffffffff", turn=some.turn + 1)
    vectors[moved.statement_id] = vectors[some.statement_id]
    said = [moved if s is some else s for s in findings.statements]
    after = settled(year, said, before)
    assert after.themes[moved.statement_id] == before.themes[some.statement_id]
    assert after.standing.placed[moved.statement_id].origin == some.statement_id


def test_what_is_gone_is_remembered_should_it_come_back(year):
    findings, _ = year
    some = findings.statements[0]
    placed = {some.statement_id: replace(new_place(some), theme_id="T1")}
    assert take_over(placed, []) == placed
    assert take_over(placed, [replace(some, text="other words")]) == placed


def named_standing(themes: Mapping[str, str], names: Mapping[str, str]) -> Standing:
    placed = {i: Placed(theme_id, True, i, "") for i, theme_id in themes.items()}
    grounds = {t: Ground("objection", np.ones(2), 0.5) for t in ("T1", "T2", "T3")}
    return give_names(Standing("x", placed, grounds), themes, names)


def test_a_theme_keeps_its_name_until_half_of_what_it_holds_is_other():
    themes = {f"S{n}": "T1" for n in range(6)} | {f"S{n}": "T2" for n in range(6, 10)}
    standing = named_standing(themes, {"T1": "Too dear", "T2": "Too late"})
    assert standing_names(standing, themes) == {"T1": "Too dear", "T2": "Too late"}
    some = themes | {"S0": "T2", "S1": "T2"}
    assert standing_names(standing, some) == {"T1": "Too dear", "T2": "Too late"}
    most = some | {"S2": "T2", "S3": "T2"}
    assert standing_names(standing, most) == {"T2": "Too late"}


def test_small_changes_add_up_until_a_theme_is_named_anew():
    themes = {f"S{n}": "T1" if n < 8 else "" for n in range(16)}
    standing = named_standing(themes, {"T1": "Too dear"})
    for n in range(8):
        themes |= {f"S{n}": "", f"S{n + 8}": "T1"}
        stood = standing_names(standing, themes)
        assert bool(stood) == (n < 2)
        standing = give_names(standing, themes, {})


def test_a_theme_that_comes_back_does_not_share_its_name_with_one_that_has_it_now():
    themes = {f"S{n}": "T1" if n < 5 else "T2" for n in range(10)}
    standing = named_standing(themes, {"T1": "Too dear", "T2": "Too dear"})
    assert standing_names(standing, themes) == {"T1": "Too dear"}
