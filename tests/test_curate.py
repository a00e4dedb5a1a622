"""The edit log: what it means, what it refuses, and that nothing in it is ever lost."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from resonance import entries
from resonance.curate import Curation, Edit, in_force, last_edit, replay
from resonance.entries import By, Themes
from resonance.errors import InputError, StaleEdit
from resonance.fits import Said, settle
from resonance.grouping import _names
from resonance.neighbours import unit
from resonance.records import Findings, Statement, Theme
from resonance.review import questions
from resonance.standing import Standing, number
from resonance.store.codec import from_json, to_json

BY = By("Dana", "2026-03-02T09:00:00+00:00")


def log(*edits: tuple[str, dict]) -> list[Edit]:
    return [Edit(n, BY.who, BY.when, verb, **what) for n, (verb, what) in enumerate(edits, start=1)]


def rename(theme_id: str, name: str):
    return "rename", {"theme_id": theme_id, "name": name}


def merge(into: str, gone: str, statements: Sequence[str]):
    return "merge", {"theme_id": into, "others": (gone,), "statements": tuple(statements)}


def split(theme_id: str, made: str, stay: Sequence[str], leave: Sequence[str]):
    parts = {"statements": tuple(stay), "parted": tuple(leave)}
    return "split", {"theme_id": theme_id, "others": (made,), **parts}


def move(statements: Sequence[str], theme_id: str):
    return "move", {"theme_id": theme_id, "statements": tuple(statements)}


def undo(target: int):
    return "undo", {"target": target}


def test_an_empty_log_means_nothing():
    assert replay([]) == Curation()


def test_the_last_name_counts_until_it_is_undone():
    edits = log(rename("T1", "Price"), rename("T1", "Too dear"))
    assert replay(edits).names == {"T1": "Too dear"}
    assert replay([*edits, *log(rename("", ""), rename("", ""), undo(2))[2:]]).names == {
        "T1": "Price"
    }


def test_a_merged_theme_leads_to_the_one_it_is_now_however_often_that_is_merged():
    edits = log(merge("T3", "T7", "abcd"), merge("T1", "T3", "abcdef"))
    found = replay(edits)
    assert (found.theme_now("T7"), found.theme_now("T3")) == ("T1", "T1")
    assert found.confirmed == dict.fromkeys("abcdef", "T1")


def test_themes_merged_both_ways_round_by_undoing_still_lead_somewhere():
    found = replay(log(merge("T3", "T7", "ab"), undo(1), merge("T7", "T3", "ab"), undo(2)))
    assert {found.theme_now("T3"), found.theme_now("T7")} == {"T3"}


def test_undoing_an_undoing_brings_the_edit_back():
    edits = log(rename("T1", "Price"), undo(1), undo(2))
    assert in_force(edits) == {1, 3}
    assert replay(edits).names == {"T1": "Price"}


def test_a_plain_undo_takes_back_the_last_edit_in_force_and_goes_on_to_the_one_before():
    edits = log(rename("T1", "a"), rename("T2", "b"), undo(2))
    last = last_edit(edits)
    assert last is not None
    assert last.number == 1


def test_a_split_that_is_undone_leads_back_to_where_it_came_from():
    found = replay(log(split("T7", "T20", "ab", "cd"), undo(1)))
    assert found.theme_now("T20") == "T7"
    assert found.confirmed == {}
    assert found.highest == 20


def test_what_was_merged_into_a_theme_that_is_unmade_is_not_lost():
    edits = log(
        ("seed", {"theme_id": "T20", "name": "Audit", "quotes": ("paper",), "core": ("a",)}),
        merge("T20", "T7", "abc"),
        undo(2),
        undo(1),
        undo(3),
    )
    found = replay(edits)
    assert found.theme_now("T7") == "T7"
    assert found.confirmed == {}


def test_a_hidden_theme_is_shown_again_and_that_is_undone_like_any_edit():
    edits = log(("hide", {"theme_id": "T1"}), ("unhide", {"theme_id": "T1"}), undo(2))
    assert [sorted(replay(edits[:n]).hidden) for n in (1, 2, 3)] == [["T1"], [], ["T1"]]


def test_a_later_edit_has_the_last_word_on_a_statement():
    found = replay(log(merge("T3", "T7", "abcd"), move("a", "T5"), move("b", "")))
    assert found.confirmed == {"a": "T5", "b": "", "c": "T3", "d": "T3"}


def test_the_order_in_which_the_log_is_read_changes_nothing():
    edits = log(split("T7", "T20", "ab", "cd"), move("c", "T1"), rename("T20", "x"), undo(2))
    assert replay(reversed(edits)) == replay(edits)


# What people ask for


def statement(n: int, kind: str = "objection", call: int | None = None) -> Statement:
    return Statement(
        f"S{n:010x}", f"C{n % 29 if call is None else call}", "a.vtt", n, None, "prospect-1",
        "prospect", kind, "price_value", 0.9, f"said number {n}",
    )  # fmt: skip


class World:
    """Statements as points, and all that a workspace keeps of their themes."""

    def __init__(self, n_statements: int, seed: int = 0) -> None:
        chance = np.random.default_rng(seed)
        kinds = np.where(np.arange(n_statements) % 3 == 0, "need", "objection")
        centres = unit(chance.normal(size=(7, 12)))
        about = chance.integers(0, 7, n_statements)
        points = unit(centres[about] + 0.16 * chance.normal(size=(n_statements, 12)))
        self.said = [statement(n, str(kind)) for n, kind in enumerate(kinds)]
        self.points = {s.statement_id: p for s, p in zip(self.said, points, strict=True)}
        self.present = self.said[: n_statements // 2]
        self.edits: list[Edit] = []
        self.standing = Standing()
        self.next_theme = 1
        self.settle()

    def vectors(self, statements: Sequence[Statement]) -> np.ndarray:
        return np.stack([self.points[s.statement_id] for s in statements]).astype(np.float32)

    def of_texts(self, texts: Sequence[str], kind: str) -> np.ndarray:
        """Texts lie where the statements of that number do."""
        return self.vectors([self.said[int(text.split()[-1])] for text in texts])

    def settle(self, refit: bool = False) -> None:
        curation = replay(self.edits)
        quotes = {t: self.of_texts(seed.texts, seed.kind) for t, seed in curation.seeds.items()}
        accounts = [s.call_id for s in self.present]
        said = Said(self.present, self.vectors(self.present), accounts, quotes)
        self.settled = settle(
            said,
            self.standing,
            curation,
            space="x",
            min_theme_size=4,
            next_theme=self.next_theme,
            refit=refit,
        )
        self.standing, self.next_theme = self.settled.standing, self.settled.next_theme

    def do(self, edit: Edit) -> None:
        self.edits.append(from_json(Edit, to_json(edit)))
        self.settle()

    @property
    def now(self) -> Themes:
        curation = replay(self.edits)
        members: dict[str, list[Statement]] = {}
        for s in self.present:
            if theme_id := self.settled.themes[s.statement_id]:
                members.setdefault(theme_id, []).append(s)
        themes = tuple(
            Theme(
                theme_id, self.standing.grounds[theme_id].kind, "price_value",
                curation.names.get(theme_id, f"Theme {theme_id}"), (),
                tuple(s.statement_id for s in own[:5]), len(own), 2, 2, 0.0, 0.0,
            )
            for theme_id, own in members.items()
        )  # fmt: skip
        return Themes(
            Findings(statements=tuple(self.present), themes=themes),
            tuple(self.edits),
            self.standing,
            self.next_theme,
        )

    def state(self) -> bytes:
        """All that is kept, as bytes."""
        placed = [f"{i} {to_json(place)}" for i, place in sorted(self.standing.placed.items())]
        grounds = [
            f"{t} {g.kind} {g.rests} {g.reach!r} {g.steady!r} {g.centre.tobytes().hex()}"
            for t, g in sorted(self.standing.grounds.items())
        ]
        themes = [f"{i} {t}" for i, t in sorted(self.settled.themes.items())]
        return "\n".join([*placed, *grounds, *themes, str(self.next_theme)]).encode()


@pytest.fixture
def world() -> World:
    return World(120)


def biggest(now: Themes, kind: str = "objection") -> list[str]:
    own = [t for t in now.themes.values() if t.kind == kind]
    return [t.theme_id for t in sorted(own, key=lambda t: (-t.n_statements, t.theme_id))]


def test_merging_makes_one_theme_of_two_and_a_fit_does_not_part_them(world):
    one, other, *_ = biggest(world.now)
    both = set(world.now.members[one] + world.now.members[other])
    world.do(entries.merge(world.now, BY, one, [other]))
    assert set(world.now.members[one]) == both
    world.settle(refit=True)
    assert both <= set(world.now.members[one])
    assert other not in world.now.members
    assert world.now.theme(other).theme_id == one


def test_undoing_a_merge_after_a_fit_brings_back_both_themes_as_they_were(world):
    one, other, *_ = biggest(world.now)
    before = {t: set(world.now.members[t]) for t in (one, other)}
    world.do(entries.merge(world.now, BY, one, [other]))
    world.settle(refit=True)
    world.do(entries.undo(world.now, BY, None))
    assert before[other] <= set(world.now.members[other])
    assert before[one] <= set(world.now.members[one])


def test_a_theme_that_was_split_stays_split_through_a_fit_and_comes_together_when_undone(world):
    theme_id = biggest(world.now)[0]
    own = set(world.now.members[theme_id])
    parts = entries.part(world.now, theme_id, [], world.vectors, world.of_texts)
    world.do(entries.split(world.now, BY, parts))
    made = world.edits[-1].others[0]
    leave = {s.statement_id for s in parts.leave}
    world.settle(refit=True)
    assert leave <= set(world.now.members[made])
    world.do(entries.undo(world.now, BY, None))
    assert made not in world.now.members
    assert own <= set(world.now.members[theme_id])


def test_an_id_that_is_of_no_statement_is_not_taken_for_words_that_part_a_theme(world):
    theme_id = biggest(world.now)[0]
    for strange in ("S0000000fff", "s0000000FFE"):
        leaves = [world.now.members[theme_id][0], strange]
        with pytest.raises(InputError, match=f"no statement '{strange}'"):
            entries.part(world.now, theme_id, leaves, world.vectors, world.of_texts)


def test_a_moved_statement_stays_where_it_was_put_and_the_theme_stays_where_it_was(world):
    one, other, *_ = biggest(world.now)
    moved = world.now.members[one][0]
    others = set(world.now.members[other])
    world.do(entries.move(world.now, BY, [moved], other))
    world.settle(refit=True)
    assert moved in world.now.members[other]
    assert len(others & set(world.now.members[other])) >= 0.8 * len(others)


def test_a_statement_moved_to_none_is_in_none_after_a_fit(world):
    moved = world.now.members[biggest(world.now)[0]][0]
    world.do(entries.move(world.now, BY, [moved], "none"))
    world.settle(refit=True)
    assert world.settled.themes[moved] == ""


def test_a_pinned_theme_keeps_all_it_had_when_much_is_new(world):
    theme_id = biggest(world.now)[0]
    own = set(world.now.members[theme_id])
    world.do(entries.pin(world.now, BY, theme_id))
    world.present = world.said
    world.settle()
    assert world.settled.fitted
    assert own <= set(world.now.members[theme_id])


def test_a_seeded_theme_holds_what_is_like_its_quotes(world):
    theme_id = biggest(world.now)[0]
    own = world.now.members[theme_id]
    texts = [world.now.statements[i].text for i in own[:3]]
    arguments = ("Audit", "", texts, "objection", world.vectors, world.of_texts)
    found = entries.liken(world.now, *arguments)
    assert found.n_quoted == 3
    assert found.moved_from[theme_id] >= 3
    world.do(entries.seed(world.now, BY, found, "", texts))
    made = world.edits[-1].theme_id
    assert set(world.now.members[made]) == {s.statement_id for s in found.statements}
    world.settle(refit=True)
    assert set(own[:3]) <= set(world.now.members[made])
    world.do(entries.undo(world.now, BY, None))
    assert made not in world.now.members
    assert set(own) <= set(world.now.members[theme_id])


def test_a_theme_of_a_kind_that_nobody_voiced_cannot_be_seeded(world):
    world.present = [s for s in world.present if s.kind == "objection"]
    world.settle()
    arguments = ("Audit", "", ["said number 0"], "need", world.vectors, world.of_texts)
    with pytest.raises(InputError, match="No need was said yet"):
        entries.liken(world.now, *arguments)


def test_a_quote_of_nothing_describes_no_theme(world):
    own = world.now.members[biggest(world.now)[0]]
    texts = [world.now.statements[i].text for i in own[:3]]
    quotes = [*texts, " "]
    arguments = ("Audit", "", quotes, "objection", world.vectors, world.of_texts)
    world.do(entries.seed(world.now, BY, entries.liken(world.now, *arguments), "", quotes))
    made = world.edits[-1].theme_id
    assert replay(world.edits).seeds[made].texts == tuple(texts)


def test_themes_that_come_to_one_name_by_undoing_are_told_apart():
    edits = log(rename("T1", "Price"), undo(1), rename("T2", "price"), undo(2))
    named = _names(["T1", "T2", "T3"], ["Cost", "Fee", "Price (T3)"], replay(edits).names)
    assert named == {"T1": "Price", "T2": "price (T2)", "T3": "Price (T3)"}


def test_a_question_answered_no_is_never_asked_again(world):
    def asked():
        now = world.now
        origins = {i: place.origin for i, place in world.standing.placed.items()}
        said = [
            from_json(Statement, to_json(s).replace('"theme_id":""', f'"theme_id":"{t}"'))
            for s in world.present
            for t in [world.settled.themes[s.statement_id]]
        ]
        themes = sorted(now.themes.values(), key=lambda t: number(t.theme_id))
        return questions(themes, said, world.vectors(said), now.curation, origins)

    seen: set[str] = set()
    for _ in range(6):
        question = next(iter(asked()), None)
        if question is None:
            break
        assert question.question_id not in seen
        seen.add(question.question_id)
        world.do(entries.answer(world.now, BY, question, yes=False))
        world.settle(refit=True)
    assert seen


def test_what_cannot_be_done_is_refused_with_what_there_is(world):
    now = world.now
    objection, need = biggest(now)[0], biggest(now, "need")[0]
    for attempt, told in (
        (lambda: entries.rename(now, BY, "T99", "x"), "Near it are T"),
        (lambda: entries.rename(now, BY, objection, f"theme {need.lower()}"), "is called"),
        (lambda: entries.rename(now, BY, objection, "  "), "1 to 80 characters"),
        (lambda: entries.merge(now, BY, objection, [objection]), "another theme"),
        (lambda: entries.merge(now, BY, objection, [need]), "cannot be one"),
        (lambda: entries.move(now, BY, ["S0000000fff"], objection), "no statement"),
        (lambda: entries.unhide(now, BY, objection), "is not hidden"),
        (lambda: entries.undo(now, BY, None), "nothing to undo"),
        (lambda: entries.undo(now, BY, 7), "no entry 7"),
    ):
        with pytest.raises(InputError, match=told):
            attempt()


def test_an_edit_by_somebody_who_has_not_seen_the_last_one_is_refused_and_told_it(world):
    world.do(entries.rename(world.now, BY, biggest(world.now)[0], "Too dear"))
    entries.check_seen(world.now, By("Kim", BY.when, seen=1))
    with pytest.raises(StaleEdit, match=r"Dana: T\d+ named “Too dear”"):
        entries.check_seen(world.now, By("Kim", BY.when, seen=0))


def test_an_entry_that_made_a_theme_is_not_undone_under_those_that_use_it(world):
    theme_id = biggest(world.now)[0]
    parts = entries.part(world.now, theme_id, [], world.vectors, world.of_texts)
    world.do(entries.split(world.now, BY, parts))
    world.do(entries.rename(world.now, BY, world.edits[-1].others[0], "The other half"))
    with pytest.raises(InputError, match="first undo 2"):
        entries.undo(world.now, BY, 1)


def test_an_undoing_that_keeps_a_theme_is_not_undone_under_those_that_use_it(world):
    theme_id = biggest(world.now)[0]
    parts = entries.part(world.now, theme_id, [], world.vectors, world.of_texts)
    world.do(entries.split(world.now, BY, parts))
    made = world.edits[-1].others[0]
    world.do(entries.undo(world.now, BY, 1))
    world.do(entries.undo(world.now, BY, 2))
    world.do(entries.rename(world.now, BY, made, "The other half"))
    with pytest.raises(InputError, match="first undo 4"):
        entries.undo(world.now, BY, 3)


def wander(world: World, chance: random.Random) -> Edit:
    """Some edit that somebody may think of; it may well be refused."""
    now = world.now
    themes = sorted(now.themes, key=number)
    some = chance.choice(themes)
    verb = chance.choice(
        ["rename", "merge", "split", "move", "pin", "hide", "unhide", "seed", "undo", "undo"]
    )
    match verb:
        case "rename":
            return entries.rename(now, BY, some, f"Name {chance.randrange(40)}")
        case "merge":
            return entries.merge(now, BY, some, [chance.choice(themes)])
        case "split":
            parts = entries.part(now, some, [], world.vectors, world.of_texts)
            return entries.split(now, BY, parts)
        case "move":
            own = chance.sample([s.statement_id for s in world.present], 2)
            return entries.move(now, BY, own, chance.choice([some, "none"]))
        case "pin":
            return entries.pin(now, BY, some)
        case "hide":
            return entries.hide(now, BY, some)
        case "unhide":
            return entries.unhide(now, BY, some)
        case "seed":
            texts = [s.text for s in chance.sample(world.present, 3)]
            kind = chance.choice(["need", "objection"])
            name = f"Seed {len(now.edits)}"
            found = entries.liken(now, name, "", texts, kind, world.vectors, world.of_texts)
            return entries.seed(now, BY, found, "", texts)
    return entries.undo(now, BY, chance.choice([None, chance.randrange(1, len(now.edits) + 2)]))


def walk(n_commands: int, edits: Sequence[Edit] | None = None) -> tuple[World, set[str]]:
    """A year of commands, with calls coming in, fits and undoings; by a given log if there is one.

    At every step all statements are there, and a theme that is new has a number that is.
    """
    world, chance = World(120), random.Random(0)
    ever = set(world.now.themes)
    for step in range(n_commands):
        if step % 40 == 39:
            world.present = world.said[: len(world.present) + 5]
            world.settle()
        if step % 50 == 49:
            world.settle(refit=True)
        if edits is None:
            try:
                edit: Edit | None = wander(world, chance)
            except InputError:
                edit = None
            history.append(edit)
        else:
            edit = edits[step]
        if edit is not None:
            world.do(edit)
        assert set(world.settled.themes) == {s.statement_id for s in world.present}
        new = set(world.standing.grounds) - ever
        assert all(number(t) > max(map(number, ever)) for t in new)
        ever |= new
    return world, ever


history: list[Edit | None] = []


def test_five_hundred_commands_lose_nothing_reuse_nothing_and_replay_to_the_same_bytes():
    history.clear()
    world, _ = walk(500)
    assert len(world.edits) > 250
    assert {edit.verb for edit in world.edits} >= {"merge", "split", "move", "seed", "undo"}
    again, _ = walk(500, tuple(history))
    assert again.state() == world.state()


def test_when_all_is_undone_a_fit_finds_the_themes_that_it_finds_without_edits():
    world, chance = World(120), random.Random(1)
    for _ in range(40):
        try:
            world.do(wander(world, chance))
        except InputError:
            continue
    while last_edit(world.edits):
        world.do(entries.undo(world.now, BY, None))
    world.settle(refit=True)
    untouched = World(120)

    def groups(w: World) -> set[frozenset[str]]:
        found: dict[str, set[str]] = {}
        for i, t in w.settled.themes.items():
            found.setdefault(t, set()).add(i)
        return {frozenset(own) for t, own in found.items() if t}

    assert groups(world) == groups(untouched)
