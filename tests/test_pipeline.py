"""The whole way, on real files: what is new is done, what is done is kept."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from resonance import pipeline
from resonance.report.tables import write_table
from resonance.store.codec import to_json
from resonance.workspace import Workspace

N_CALLS = 11  # two batches, so that a run can be killed between them


def exports(workspace: Workspace, folder: Path) -> dict[str, bytes]:
    """Every table as the bytes a user would get."""
    folder.mkdir(exist_ok=True)
    for name, frame in workspace.tables().items():
        write_table(frame, folder / f"{name}.csv", "csv")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def part_of(tallyroot: Path, folder: Path) -> Path:
    """Some of its calls, and the blog."""
    (folder / "calls" / "zoom").mkdir(parents=True)
    for path in sorted((tallyroot / "calls" / "zoom").iterdir())[:N_CALLS]:
        shutil.copy(path, folder / "calls" / "zoom")
    shutil.copytree(tallyroot / "assets" / "blog", folder / "assets" / "blog")
    shutil.copy(tallyroot / "deals.csv", folder / "deals.csv")
    return folder


@pytest.fixture
def company(tallyroot, tmp_path) -> Path:
    """Files that a test may change."""
    return part_of(tallyroot, tmp_path / "company")


@dataclass(frozen=True)
class Once:
    """The same company, analysed in one run; tests read it and never change it."""

    company: Path
    workspace: Path
    outcome: pipeline.Outcome


@pytest.fixture(scope="module")
def once(tallyroot, tmp_path_factory) -> Once:
    folder = tmp_path_factory.mktemp("once")
    company = part_of(tallyroot, folder / "company")
    return Once(company, folder / "w", run(folder / "w", company))


def run(workspace: Path, company: Path) -> pipeline.Outcome:
    return pipeline.run(
        Workspace(workspace),
        calls=[company / "calls"],
        assets=[company / "assets"],
        deals=company / "deals.csv",
    )


def command(workspace: Path, company: Path) -> list[str]:
    paths = ["--calls", company / "calls", "--assets", company / "assets"]
    paths += ["--deals", company / "deals.csv"]
    return [sys.executable, "-m", "resonance", "-w", str(workspace), "run", *map(str, paths)]


def test_a_call_that_another_folder_has_under_the_same_path_is_named(tmp_path):
    for folder in ("east", "west"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"Dana: It is too dear in the {folder}.\n")
    workspace = Workspace(tmp_path / "mine")
    folders = [tmp_path / "east", tmp_path / "west"]
    (told,) = pipeline.read(workspace, "calls", folders).problems
    assert told.source == "a.txt"
    assert str(folders[0]) in told.reason
    folders[0].joinpath("a.txt").rename(folders[0] / "b.txt")
    assert pipeline.read(workspace, "calls", folders).problems == ()
    assert len(workspace.store().calls()) == 2


def test_a_second_run_on_unchanged_folders_changes_nothing(once, tmp_path):
    workspace = shutil.copytree(once.workspace, tmp_path / "w")
    before = exports(Workspace(workspace), tmp_path / "a")
    second = run(workspace, once.company)
    assert once.outcome.changed
    assert not second.changed
    assert exports(Workspace(workspace), tmp_path / "b") == before


def test_new_calls_cost_new_calls_and_end_where_one_run_would(company, once, tmp_path, monkeypatch):
    later = sorted((company / "calls" / "zoom").iterdir())[-3:]
    aside = tmp_path / "aside"
    aside.mkdir()
    for path in later:
        path.rename(aside / path.name)
    few = run(tmp_path / "w", company).findings
    for path in later:
        (aside / path.name).rename(path)
    heard = []
    hear = pipeline._hear_batch
    monkeypatch.setattr(
        pipeline, "_hear_batch", lambda calls, voice: heard.extend(calls) or hear(calls, voice)
    )
    grown = run(tmp_path / "w", company).findings
    whole = once.outcome.findings
    assert len(heard) == len(later)
    assert grown.calls == whole.calls
    said = [(s.statement_id, s.text) for s in whole.statements]
    assert [(s.statement_id, s.text) for s in grown.statements] == said
    names = {t.theme_id: t.name for t in grown.themes}
    assert all(names[t.theme_id] == t.name for t in few.themes if held(t, few) <= held(t, grown))
    assert few.themes


def held(theme, findings):
    return {s.statement_id for s in findings.statements if s.theme_id == theme.theme_id}


def test_files_under_other_names_are_found_the_same_themes(company, once, tmp_path):
    """Other names put the files in another order; who said what stays as it was."""
    for place, path in enumerate(sorted((company / "calls" / "zoom").iterdir(), reverse=True)):
        path.rename(path.with_name(f"{path.stem[:10]}_{place:02}.vtt"))
    other = run(tmp_path / "other", company).findings

    def themes(findings):
        members: dict[str, list[str]] = {}
        for s in findings.statements:
            members.setdefault(s.theme_id, []).append(s.text)
        return sorted(sorted(texts) for texts in members.values())

    assert themes(once.outcome.findings) == themes(other)


def test_killed_in_mid_run_the_store_is_whole_and_the_next_run_completes_it(
    company, once, tmp_path
):
    process = subprocess.Popen(command(tmp_path / "w", company), stderr=subprocess.DEVNULL)
    store = tmp_path / "w" / ".resonance" / "store.db"
    while process.poll() is None and not (store.exists() and heard(tmp_path / "w")):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = heard(tmp_path / "w")
    assert 0 < done < N_CALLS, "it was to be killed while it heard calls"
    after = run(tmp_path / "w", company)
    fresh = once.outcome.findings
    assert list(map(to_json, after.findings.statements)) == list(map(to_json, fresh.statements))


def heard(workspace: Path) -> int:
    """Calls heard so far, looked up as any reader of the store would."""
    import sqlite3

    with sqlite3.connect(workspace / ".resonance" / "store.db") as connection:
        try:
            query = "SELECT count(*) FROM memo WHERE stage = 'heard'"
            return connection.execute(query).fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def test_two_runs_at_once_end_as_one_would(company, once, tmp_path):
    both = [
        subprocess.Popen(command(tmp_path / "w", company), stderr=subprocess.PIPE) for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0], [p.stderr.read() for p in both]
    alone = exports(Workspace(once.workspace), tmp_path / "alone")
    assert exports(Workspace(tmp_path / "w"), tmp_path / "both") == alone


def test_a_file_that_cannot_be_read_is_told_each_time_and_stops_nothing(company, tmp_path):
    (company / "calls" / "broken.json").write_text('{"callTranscripts": [', "utf-8")
    for path in sorted((company / "calls" / "zoom").iterdir())[3:]:
        path.unlink()
    for _ in range(2):
        outcome = run(tmp_path / "w", company)
        assert [p.source for p in outcome.problems] == ["broken.json"]
        assert len(outcome.findings.calls) == 3


def test_a_call_whose_sides_cannot_be_told_is_named_until_they_can(tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    turns = [
        "Dana Whitfield (Acme): We are worried that the price doubles in year two.",
        "Sam Ortiz (Ledger Co): It does not double, it grows with seats.",
        "Dana Whitfield (Acme): Well, it is too expensive for us either way.",
        "Sam Ortiz (Ledger Co): What would help?",
        "Dana Whitfield (Acme): We need a fixed price for three years.",
    ]
    (calls / "a.txt").write_text("\n".join(turns), "utf-8")
    for _ in range(2):
        outcome = pipeline.run(Workspace(tmp_path), calls=[calls])
        assert [(p.source, "[vendor]" in p.remedy) for p in outcome.problems] == [("a.txt", True)]
    (tmp_path / "resonance.toml").write_text('[vendor]\nnames = ["Sam Ortiz"]\n', "utf-8")
    named = pipeline.run(Workspace(tmp_path), calls=[calls])
    assert not named.problems
    assert {s.speaker_role for s in named.findings.statements} == {"prospect"}


def test_a_handful_of_statements_gives_no_themes_and_no_error(tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    (calls / "one.txt").write_text(
        "Sam (Vendor): What would stop you?\nKim (Acme): It is far too expensive for us.\n", "utf-8"
    )
    outcome = pipeline.run(Workspace(tmp_path / "w"), calls=[calls])
    assert len(outcome.findings.calls) == 1
    assert outcome.findings.themes == ()


def test_what_was_typed_of_a_lost_deal_names_nobody_of_its_calls(tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    turns = [
        "Sam Ortiz (Ledger Co): What would stop you?",
        "Zanele Brk (Acme): It is far too expensive for us.",
        "Sam Ortiz (Ledger Co): And at half of it?",
        "Zanele Brk (Acme): Then we would talk.",
    ]
    (calls / "one.txt").write_text("\n".join(turns), "utf-8")
    (calls / "calls.csv").write_text("file,deal_id\none.txt,D1\n", "utf-8")
    deals = tmp_path / "deals.csv"
    deals.write_text(
        "deal_id,account,outcome,loss_reason\n"
        "D1,Acme,lost,Brk said no over price (zanele@acme.com)\n",
        "utf-8",
    )
    (deal,) = pipeline.run(Workspace(tmp_path / "w"), calls=[calls], deals=deals).findings.deals
    assert deal.loss_reason == "[person-1] said no over price ([email])"
