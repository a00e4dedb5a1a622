"""What the store keeps, through kills, crowds and strange files."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from resonance.curate import Edit
from resonance.errors import StoreError
from resonance.identity import Revision, Transition
from resonance.records import (
    Asset,
    Call,
    Deal,
    Findings,
    Match,
    Part,
    Party,
    Passage,
    Problem,
    Score,
    Statement,
    Theme,
    Turn,
)
from resonance.store import Store, schema
from resonance.store.codec import from_json, to_json
from resonance.store.migrations import MIGRATIONS
from resonance.store.store import PARTS
from resonance.workspace import Workspace

RECORDS = (
    Call, Statement, Theme, Asset, Deal, Match, Score, Problem, Party, Part, Passage, Turn,
    Edit, Revision, Transition,
)  # fmt: skip

st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=())))  # surrogates too


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path, create=True)


def call(call_id, source=None, text="We need it cheaper."):
    turns = (Turn("Dana Whitfield", text, "prospect", 1.5),)
    return Call(call_id, source or f"{call_id}.vtt", turns, date=date(2026, 1, 14))


def statement(number, theme_id="T1", text="It costs more than we make."):
    return Statement(
        f"s{number}", "C1", "a.vtt", number, None, "prospect-1", "prospect", "objection",
        "price_value", 0.9, text, theme_id=theme_id,
    )  # fmt: skip


# Records as JSON


@pytest.mark.parametrize("kind", RECORDS)
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_record_holds_comes_back_from_json(kind, data):
    record = data.draw(st.from_type(kind))
    assert from_json(kind, to_json(record)) == record


def test_a_record_that_gained_a_field_still_reads_what_was_written_before():
    assert from_json(Turn, '{"speaker":"Dana","text":"No."}') == Turn("Dana", "No.")


def test_a_record_that_lost_a_field_still_reads_what_was_written_before():
    assert from_json(Part, '{"theme_id":"T1","points":2.5,"rank":1}') == Part("T1", 2.5)


def test_every_record_of_the_findings_is_in_the_round_trip():
    assert set(PARTS.values()) <= set(RECORDS)


# Files and what was read from them


def test_calls_come_back_by_id_with_the_digests_of_their_files(store):
    store.put("calls", [call("C2"), call("C1")], {"C1.vtt": "a", "C2.vtt": "b"})
    assert store.calls() == [call("C1"), call("C2")]
    assert store.digests("calls") == {"C1.vtt": "a", "C2.vtt": "b"}
    assert store.digests("assets") == {}


def test_a_call_that_left_its_file_is_forgotten_when_the_file_is_read_again(store):
    rows = [call("R1", "crm.csv#1"), call("R2", "crm.csv#2")]
    store.put("calls", [*rows, call("C1")], {"crm.csv": "a", "C1.vtt": "b"})
    changed = call("R2", "crm.csv#1", text="Now we want it.")
    store.put("calls", [changed], {"crm.csv": "a2", "C1.vtt": "b"})
    assert store.calls() == [call("C1"), changed]


def test_a_file_that_became_empty_takes_its_calls_along(store):
    store.put("calls", [call("C1")], {"C1.vtt": "a"})
    store.put("calls", [], {"C1.vtt": "a2"})
    assert store.calls() == []
    assert store.digests("calls") == {"C1.vtt": "a2"}


def test_a_file_that_is_gone_takes_its_calls_along(store):
    store.put("calls", [call("C1"), call("C2")], {"C1.vtt": "a", "C2.vtt": "b"})
    store.put("calls", [], {"C2.vtt": "b"})
    assert store.calls() == [call("C2")]


def test_two_folders_with_the_same_file_names_do_not_disturb_each_other(store):
    store.put("calls", [call("C1")], {"C1.vtt": "a"}, root="/east")
    store.put("calls", [call("C2", "C1.vtt")], {"C1.vtt": "b"}, root="/west")
    store.put("calls", [], {}, root="/east")
    assert store.calls() == [call("C2", "C1.vtt")]
    assert store.digests("calls", "/west") == {"C1.vtt": "b"}


def test_different_calls_of_one_path_in_two_folders_are_told_and_copies_are_not(store):
    for root, text in (("/east", "No."), ("/west", "Yes.")):
        rows = [call("C1", "a.vtt", text), call("C2", "b.vtt")]
        store.put("calls", rows, {"a.vtt": text, "b.vtt": "b"}, root=root)
    assert store.shadowed("calls") == [("a.vtt", "/east", "/west")]
    assert store.calls()[0] == call("C1", "a.vtt", "Yes.")
    assert store.shadowed("assets") == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_call_found_in_two_files_is_that_of_the_last_file_whatever_came_first(store, order):
    versions = [call("C1", "2026-01.csv#1", "Maybe."), call("C1", "2026-02.csv#1", "No.")]
    digests = {"2026-01.csv": "a", "2026-02.csv": "b"}
    store.put("calls", [versions[i] for i in order], digests)
    assert store.calls() == [versions[1]]


def test_a_file_name_may_hold_a_number_sign_and_bytes_that_are_no_text(store):
    odd = call("C1", "q#1/br\udcfccke.csv#7")
    store.put("calls", [odd], {"q#1/br\udcfccke.csv": "a"})
    assert store.calls() == [odd]
    assert store.digests("calls") == {"q#1/br\udcfccke.csv": "a"}


def test_assets_and_deals_are_kept_as_they_are(store):
    asset = Asset("A1", "blog/a.md", "Cost", (Passage("It pays.", "Why", "line 3", 3),), leads=2)
    deal = Deal("D1", "Brackwater", "lost", amount=41500.0, closed=date(2026, 3, 20))
    store.put("assets", [asset], {"blog/a.md": "a"})
    store.put("deals", [deal], {"deals.csv": "b"})
    assert store.assets() == [asset]
    assert store.deals() == [deal]


# Results that are not computed twice


def test_only_what_was_remembered_is_recalled(store):
    store.remember("hear", {"k1": "[1]", "k2": "[2]"})
    assert store.recall("hear", ["k2", "k3"]) == {"k2": "[2]"}
    assert store.recall("redact", ["k2"]) == {}


def test_a_stage_forgets_what_is_stale_and_other_stages_do_not(store):
    store.remember("hear", {"k1": "1", "k2": "2"})
    store.remember("redact", {"k1": "3"})
    store.forget_except("hear", ["k2"])
    assert store.recall("hear", ["k1", "k2"]) == {"k2": "2"}
    assert store.recall("redact", ["k1"]) == {"k1": "3"}


def test_more_keys_than_sqlite_takes_parameters_are_recalled(store):
    values = {f"k{n}": str(n) for n in range(40_000)}
    store.remember("hear", values)
    assert store.recall("hear", values) == values


def test_a_vector_is_kept_once_for_each_encoder_and_text(store):
    embeddings = np.eye(3, 384, dtype=np.float32)
    texts = ["too expensive", "too \ud800 broken", "too expensive"]
    store.add_vectors("small", texts, embeddings)
    store.add_vectors("small", texts[:1], embeddings[2:])
    found = dict(store.vectors("small", ["too expensive", "too \ud800 broken", "too late"]))
    assert set(found) == set(texts)
    np.testing.assert_array_equal(found["too expensive"], embeddings[0])
    np.testing.assert_array_equal(found["too \ud800 broken"], embeddings[1])
    assert list(store.vectors("large", texts)) == []


# The last analysis


def test_findings_come_back_whole_and_in_their_order(store):
    found = Findings(
        calls=(call("C2"), call("C1")),
        statements=(statement(2), statement(1)),
        themes=(Theme("T1", "objection", "price_value", "Cost", ("cost",), ("s1",), 2, 1, 1, 5.0,
                      1.0, first_seen=date(2026, 1, 14)),),
        matches=(Match("A1", "T1", 0.7, "answers", "It pays.", 0, "It costs"),),
        scores=(Score("A1", 70.0, (Part("T1", 70.0),), 0.5, best_theme_id="T1"),),
        deals=(Deal("D1", "Brackwater"),),
    )  # fmt: skip
    problem = Problem("b.vtt", "it is empty", "Export it again", "line 1")
    store.save_findings(found, fingerprint="f1", next_theme=2, problems=[problem])
    assert store.load_findings() == found
    assert store.problems() == (problem,)
    assert store.fingerprint() == "f1"


def test_a_new_analysis_replaces_the_old_one_but_never_the_count_of_themes(store):
    store.save_findings(Findings(calls=(call("C1"),)), fingerprint="f1", next_theme=9)
    store.save_findings(Findings(), fingerprint="f2", next_theme=1)
    assert store.load_findings() == Findings()
    assert store.next_theme() == 9


def test_problems_may_change_when_nothing_else_does(store):
    found = Findings(calls=(call("C1"),))
    problems = [Problem(f"{name}.vtt", "it is empty", "Export it again") for name in "ab"]
    store.save_findings(found, fingerprint="f1", next_theme=1, problems=problems)
    store.save_problems(problems[:1])
    assert store.problems() == (problems[0],)
    assert store.load_findings() == found


def test_an_analysis_without_findings_is_an_analysis(store):
    store.save_findings(Findings(), fingerprint="f", next_theme=1)
    assert store.load_findings() == Findings()


# Workspaces without an analysis, and files that are no store


def test_a_workspace_without_a_store_says_what_to_run(tmp_path):
    with pytest.raises(StoreError, match="no analysis yet; run: resonance run --calls"):
        Workspace(tmp_path).findings()
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_an_analysis_says_what_to_run(store, tmp_path):
    assert store.fingerprint() is None
    assert store.next_theme() == 1
    with pytest.raises(StoreError, match="no analysis yet; run: resonance run --calls"):
        Workspace(tmp_path).findings()


def test_a_file_that_is_no_store_is_refused_with_what_to_do(tmp_path):
    folder = tmp_path / ".resonance"
    folder.mkdir()
    (folder / "store.db").write_bytes(b"Dear prospect, thank you for your time.\n" * 99)
    with pytest.raises(StoreError, match=r"not a database; move it away and run"):
        Store(tmp_path)


def test_another_programs_database_is_left_alone(tmp_path):
    folder = tmp_path / ".resonance"
    folder.mkdir()
    with sqlite3.connect(folder / "store.db") as theirs:
        theirs.execute("CREATE TABLE files (name TEXT)")
    with pytest.raises(StoreError, match="not made by resonance"):
        Store(tmp_path, create=True)


def test_a_store_of_a_newer_resonance_asks_for_an_upgrade(store):
    path = store.workspace / ".resonance" / "store.db"
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="newer resonance; run: pip install --upgrade"):
        Store(store.workspace)


def test_a_damaged_store_says_so(store):
    store.put("calls", [call(f"C{n}") for n in range(500)], {f"C{n}.vtt": "a" for n in range(500)})
    path = store.workspace / ".resonance" / "store.db"
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * len(data[8192:])
    path.write_bytes(data)
    with pytest.raises(StoreError, match="malformed; move it away"):
        Store(store.workspace).calls()


def test_a_workspace_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another workspace"):
        Store(tmp_path / "file", create=True)


def test_what_prospects_said_is_private_and_kept_out_of_git(store):
    folder = store.workspace / ".resonance"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / ".gitignore").read_text() == "*\n"


def test_the_migrations_lead_to_the_tables_that_the_code_uses(store):
    path = store.workspace / ".resonance" / "store.db"
    made = inspect(create_engine(f"sqlite:///{path}"))
    assert set(made.get_table_names()) == set(schema.metadata.tables)
    for name, table in schema.metadata.tables.items():
        columns = [column["name"] for column in made.get_columns(name)]
        assert columns == [column.name for column in table.columns]
        key = made.get_pk_constraint(name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns]


# Kills and crowds


SAVES_FOR_EVER = """
import sys
from pathlib import Path
from resonance.records import Call, Findings, Turn
from resonance.store import Store

store = Store(Path(sys.argv[1]))
for number in range(1, 10_000):
    calls = tuple(Call(f"C{n}", "a.vtt", (Turn("", f"{number} " * 50),)) for n in range(2000))
    store.remember("hear", {str(number): str(number)})
    store.save_findings(Findings(calls=calls), fingerprint=str(number), next_theme=number)
    print(number, flush=True)
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.03, 0.06])
def test_a_run_that_is_killed_leaves_the_last_whole_analysis(store, delay_s):
    run = [sys.executable, "-c", SAVES_FOR_EVER, str(store.workspace)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "1\n"
        saved = int(process.stdout.readline())
        time.sleep(delay_s)
        os.kill(process.pid, signal.SIGKILL)
        saved = max([saved, *map(int, process.stdout.read().split())])
    with sqlite3.connect(store.workspace / ".resonance" / "store.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    number = int(store.fingerprint())
    assert number in (saved, saved + 1)
    found = store.load_findings()
    assert len(found.calls) == 2000
    assert {c.turns[0].text for c in found.calls} == {f"{number} " * 50}
    assert store.recall("hear", [str(saved)]) == {str(saved): str(saved)}
    store.save_findings(Findings(), fingerprint="next", next_theme=1)  # the lock is free again
    assert store.fingerprint() == "next"


ADDS_ONE_AT_A_TIME = """
import sys
from pathlib import Path
from resonance.records import Call
from resonance.store import Store

name = sys.argv[2]
store = Store(Path(sys.argv[1]), create=True)
for number in range(10):
    with store.writing():
        count = int(store.recall("count", ["n"]).get("n", "0"))
        store.remember("count", {"n": str(count + 1)})
    call = Call(f"{name}{number}", f"{name}.vtt", ())
    store.put("calls", [call], {f"{name}.vtt": str(number)}, root=name)
"""


def test_two_processes_that_write_at_once_lose_nothing(tmp_path):
    run = [sys.executable, "-c", ADDS_ONE_AT_A_TIME, str(tmp_path)]
    writers = [subprocess.Popen([*run, name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    store = Store(tmp_path)
    assert store.recall("count", ["n"]) == {"n": "20"}
    assert [c.call_id for c in store.calls()] == ["a9", "b9"]


HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from resonance.store import Store

store = Store(Path(sys.argv[1]))
with store._database.transaction() as connection:
    connection.exec_driver_sql("INSERT INTO memo VALUES ('hear', 'k', X'31')")
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_reader_is_not_held_up_by_a_writer_and_a_second_writer_is_told_whom_it_waits_for(store):
    told = []
    run = [sys.executable, "-c", HOLDS_THE_LOCK, str(store.workspace)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        started = time.monotonic()
        assert Store(store.workspace).recall("hear", ["k"]) == {}
        assert time.monotonic() - started < 1

        def let_go(message):
            told.append(message)
            holder.stdin.close()

        with Store(store.workspace, on_wait=let_go).writing():
            assert store.recall("hear", ["k"]) == {"k": "1"}
        assert told == [
            f"process {holder.pid} is writing to {store.workspace / '.resonance' / 'store.db'}; "
            "waiting for it to finish"
        ]


def test_a_writer_may_open_the_store_again_and_write(store):
    with store.writing():
        Store(store.workspace).remember("hear", {"k": "1"})
    assert store.recall("hear", ["k"]) == {"k": "1"}


def test_one_who_waits_for_nobody_is_told_nothing(store):
    told = []
    mine = Store(store.workspace, on_wait=told.append)
    with mine.writing(), mine.writing():
        mine.remember("hear", {"k": "1"})
    assert told == []
