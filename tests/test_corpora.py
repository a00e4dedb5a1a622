"""The corpora are whole."""

import shutil
import subprocess
import sys

import pytest


@pytest.mark.parametrize("corpus", ["tallyroot", "voices", "talks"])
def test_a_corpus_passes_its_own_check(corpus, request):
    folder = request.getfixturevalue(corpus)
    done = subprocess.run(
        [sys.executable, "check.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_voices_corpus_with_a_lost_line_fails_its_check(voices, tmp_path):
    copy = shutil.copytree(voices, tmp_path / "voices")
    path = copy / "iam-banks" / "statements.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")
    done = subprocess.run(
        [sys.executable, "check.py"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "README.md states" in done.stdout


def test_the_demo_finds_its_corpus(tallyroot):
    from resonance.demo import corpus

    assert corpus() == tallyroot
