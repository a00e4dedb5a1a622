"""Drafts checked where pull requests and commits are."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DRAFT = "blog/posted-is-not-sent.md"


@pytest.fixture(scope="module")
def action():
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.fixture
def runner(analysed, tallyroot, tmp_path):
    """Runs a script of the action as a GitHub runner does, in a folder with a draft."""
    (tmp_path / "blog").mkdir()
    shutil.copy(tallyroot / "assets" / DRAFT, tmp_path / DRAFT)
    command = tmp_path / "resonance"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m resonance "$@"\n', "utf-8")
    command.chmod(0o755)

    def run(script, **inputs):
        env = {
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RESONANCE_WORKSPACE": str(analysed),
            "MIN_SCORE": "0",
            "SEGMENT": "",
            "SARIF": "",
            **inputs,
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            shell, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    return run


def test_the_action_takes_every_input_that_its_page_names(action):
    page = (ROOT / "docs" / "check-in-ci.md").read_text("utf-8")
    (step,) = (
        s for s in yaml.safe_load(re.findall(r"```yaml\n(.*?)```", page, re.S)[0]) if "with" in s
    )
    assert set(step["with"]) <= set(action["inputs"])
    used = re.findall(r"inputs\.([\w-]+)", str(action["runs"]))
    assert set(used) == set(action["inputs"])


def test_the_action_says_beside_the_lines_what_they_answer(action, runner, tmp_path):
    done = runner(action["runs"]["steps"][1]["run"], DRAFTS="blog/**/*.md", SARIF="out.sarif")
    assert done.returncode == 0, done.stderr
    assert f"::notice file={DRAFT},line=" in done.stdout
    assert '"version": "2.1.0"' in (tmp_path / "out.sarif").read_text("utf-8")


def test_the_action_fails_below_the_least_score(action, runner):
    done = runner(action["runs"]["steps"][1]["run"], DRAFTS=DRAFT, MIN_SCORE="99")
    assert done.returncode == 1
    assert "Below 99" in done.stderr


def test_the_action_passes_where_no_draft_changed(action, runner):
    done = runner(action["runs"]["steps"][1]["run"], DRAFTS="none/*.md")
    assert done.returncode == 0
    assert "No draft matches none/*.md." in done.stdout


def test_the_action_installs_what_is_here(action):
    script = action["runs"]["steps"][0]["run"]
    for name in re.findall(r'"\$HERE/([\w.]+)"', script):
        assert (ROOT / name).is_file()


def test_the_hook_runs_the_check_on_every_format_there_is(runner):
    from resonance.sources.assets.formats import READERS

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert all(re.search(hook["files"], f"posts/draft{suffix}") for suffix in READERS)
    assert not re.search(hook["files"], "resonance/check.py")
    done = runner(f"{hook['entry']} --min-score 0 {DRAFT}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Posted is not the same as sent")
