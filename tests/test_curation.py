"""Editing themes as people type it: at once, for ever, and taken back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from resonance.cli.main import cli


@pytest.fixture
def mine(analysed, tmp_path) -> Path:
    """A copy of the analysed workspace, to be changed."""
    shutil.copytree(analysed, tmp_path / "mine")
    return tmp_path / "mine"


def ask(workspace: Path, *words: object) -> Result:
    return CliRunner().invoke(cli, ["-w", str(workspace), "themes", *map(str, words)])


def say(workspace: Path, *words: object) -> str:
    result = ask(workspace, *words)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout


def themes(workspace: Path, *options: str) -> dict[str, dict]:
    return {t["theme_id"]: t for t in json.loads(say(workspace, "--json", *options))}


def test_edits_take_effect_at_once_and_are_undone_one_by_one(mine):
    before = themes(mine)
    one, other = sorted(
        (t for t, theme in before.items() if theme["kind"] == "objection"),
        key=lambda t: -before[t]["n_statements"],
    )[:2]
    say(mine, "rename", one, "Too dear", "--as", "Dana")
    say(mine, "merge", one, other.lower(), "--as", "Kim")
    now = themes(mine)
    assert now[one]["name"] == "Too dear"
    whole = before[one]["n_statements"] + before[other]["n_statements"]
    assert now[one]["n_statements"] == whole
    assert other not in now
    assert f"{other} is {one} now" in ask(mine, "show", other).stderr
    assert say(mine, "card", other) == say(mine, "card", one)
    say(mine, "hide", one)
    assert "is hidden" in str(ask(mine, "card", one).exception)
    assert one not in themes(mine)
    assert list(themes(mine, "--hidden")) == [one]
    say(mine, "unhide", one)
    assert themes(mine, "--hidden") == {}
    say(mine, "undo")
    assert one not in themes(mine)
    told = say(mine, "history")
    assert re.search(r"1 .*Dana: T\d+ named “Too dear”", told)
    assert re.search(r"2 .*Kim: T\d+ merged into", told)
    for _ in range(3):
        say(mine, "undo")
    assert themes(mine) == before
    assert ask(mine, "undo").exception


def test_an_edit_of_what_is_no_longer_so_is_refused_and_told_what_changed(mine):
    theme_id = next(iter(themes(mine)))
    say(mine, "rename", theme_id, "Too dear", "--expect", "0", "--as", "Dana")
    refused = ask(mine, "pin", theme_id, "--expect", "0")
    assert "Dana: " in str(refused.exception)
    assert len(json.loads(say(mine, "history", "--json"))["edits"]) == 1


def test_an_edit_with_which_the_themes_are_fitted_anew_tells_what_became_of_each(mine):
    theme_id, *others = themes(mine)
    (mine / "resonance.toml").write_text("min_theme_size = 7\n")
    say(mine, "rename", theme_id, "Too dear")
    told = json.loads(say(mine, "history", "--json"))["runs"]
    assert [(run["fitted"], run["version"]) for run in told] == [(True, 0), (True, 1)]
    assert {t["theme_id"] for t in told[-1]["transitions"]} >= {theme_id, *others}


def test_a_preview_changes_nothing_and_yes_does_what_it_showed(mine):
    theme_id, theme = max(themes(mine).items(), key=lambda item: item[1]["n_statements"])
    shown = say(mine, "split", theme_id)
    assert "add --yes" in shown
    assert themes(mine)[theme_id] == theme
    leave = int(re.findall(r"Would leave \((\d+)\)", shown)[0])
    said = say(mine, "split", theme_id, "--yes")
    made = re.findall(r"(T\d+) split from", said)[0]
    assert themes(mine)[made]["n_statements"] == leave


WRITES = """
import sys
from pathlib import Path
from resonance.store import Store

with Store(Path(sys.argv[1])).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_an_edit_says_for_whom_it_waits_and_is_made_when_that_is_done(mine):
    theme_id = next(iter(themes(mine)))
    words = ["-w", str(mine), "themes", "rename", theme_id, "Too dear"]
    edit = [sys.executable, "-m", "resonance", *words]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WRITES, str(mine)], text=True, **piped) as run:
        assert run.stdout.readline() == "writing\n"
        with subprocess.Popen(edit, text=True, **piped) as editor:
            said = editor.stderr.readline()
            run.stdin.close()
            editor.communicate()
    assert said.startswith(f"process {run.pid} is writing to ")
    assert editor.returncode == 0
    assert themes(mine)[theme_id]["name"] == "Too dear"
