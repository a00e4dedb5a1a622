"""Commands as people type them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from resonance.cli.main import COMMANDS, cli

ROOT = Path(__file__).parent.parent
DRAFT = "blog/posted-is-not-sent.md"


def type_in(*words: object, workspace: Path) -> str:
    result = CliRunner().invoke(cli, ["-w", str(workspace), *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def shell(*words: object) -> subprocess.CompletedProcess[str]:
    """The real program, errors and exit code and all."""
    command = [sys.executable, "-m", "resonance", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_command_has_help_that_says_what_it_does():
    for name in COMMANDS:
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0
        assert len(shown.output.splitlines()) > 5


def test_every_command_is_in_the_readme_and_nothing_else_is():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `resonance (\w+)` \|", readme, re.MULTILINE)) == set(COMMANDS)


def test_themes_say_who_voices_what(analysed):
    shown = json.loads(type_in("themes", "--json", workspace=analysed))
    assert len(shown) > 5
    assert abs(sum(theme["demand"] for theme in shown) - 1) < 1e-3
    assert len({theme["name"] for theme in shown}) == len(shown)
    table = type_in("themes", workspace=analysed)
    assert all(theme["theme_id"] in table for theme in shown)
    assert max(map(len, table.splitlines())) <= 80


def test_one_theme_shows_every_quote_of_it(analysed):
    first = json.loads(type_in("themes", "--json", workspace=analysed))[0]
    whole = json.loads(type_in("themes", "show", first["theme_id"], "--json", workspace=analysed))
    assert len(whole["statements"]) == first["n_statements"]
    shown = type_in("themes", "show", first["theme_id"].lower(), workspace=analysed)
    assert first["name"] in shown


def test_a_theme_shows_what_its_demand_is_made_of_and_its_rank_beside_that_of_equals(analysed):
    themes = json.loads(type_in("themes", "--json", workspace=analysed))
    for place, theme in enumerate(themes, start=1):
        factors = theme["factors"]
        assert factors["n_accounts"] == theme["n_accounts"]
        assert factors["rank"] == factors["rank_equal"] == place  # no factor is on
        assert abs(factors["demand_equal"] - theme["demand"]) < 1e-6
    shown = type_in("themes", "show", themes[0]["theme_id"], workspace=analysed)
    told = f"{themes[0]['n_accounts']} accounts × amount 1.00 × recency 1.00 × stage 1.00"
    assert told in " ".join(shown.split())


def test_trends_show_the_last_month_with_its_interval(analysed):
    rows = json.loads(type_in("trends", "--json", workspace=analysed))
    table = type_in("trends", workspace=analysed)
    assert max(map(len, table.splitlines())) <= 80
    for row in rows:
        last = row["months"][-1]
        assert last["low"] <= last["share"] <= last["high"]
        assert f"{last['n_voiced']} of {last['n_heard']}" in table
        assert f"{100 * last['low']:.0f}–{100 * last['high']:.0f} %" in table


def test_the_parts_of_an_assets_resonance_add_up(analysed):
    scores = json.loads(type_in("assets", "--json", workspace=analysed))
    assert len(scores) == 24
    for score in scores:
        assert round(sum(part["points"] for part in score["parts"]), 1) == score["resonance"]
    best = max(scores, key=lambda score: score["resonance"])
    assert "in all" in type_in("assets", "show", best["asset_id"], workspace=analysed)


def test_gaps_are_the_themes_that_no_asset_answers(analysed):
    gaps = json.loads(type_in("gaps", "--json", workspace=analysed))
    rows = type_in("export", "matches", "--format", "jsonl", workspace=analysed).splitlines()
    answered = {m["theme_id"] for m in map(json.loads, rows) if m["verdict"] == "answers"}
    themes = {t["theme_id"] for t in json.loads(type_in("themes", "--json", workspace=analysed))}
    assert set(gaps) == themes - answered


def test_a_draft_is_checked_in_every_format(analysed, tallyroot):
    draft = tallyroot / "assets" / DRAFT
    (found,) = json.loads(type_in("check", draft, "--format", "json", workspace=analysed))
    assert round(sum(part["points"] for part in found["parts"]), 1) == found["resonance"]
    assert found["missing"]
    assert "Resonance" in type_in("check", draft, workspace=analysed)
    assert "::" in type_in("check", draft, "--format", "github", workspace=analysed)
    sarif = json.loads(type_in("check", draft, "--format", "sarif", workspace=analysed))
    assert sarif["version"] == "2.1.0"
    assert type_in("check", draft, "--format", "html", workspace=analysed).startswith("<!")


def test_a_draft_from_standard_input_scores_as_from_its_file(analysed, tallyroot):
    draft = tallyroot / "assets" / DRAFT
    arguments = ["-w", str(analysed), "check", "-", "--format", "json"]
    piped = CliRunner().invoke(cli, arguments, input=draft.read_bytes())
    from_file = json.loads(type_in("check", draft, "--format", "json", workspace=analysed))
    assert json.loads(piped.stdout)[0]["parts"] == from_file[0]["parts"]


def test_a_low_draft_fails_the_gate_with_exit_code_1(analysed, tallyroot):
    draft = tallyroot / "assets" / DRAFT
    failed = shell("-w", analysed, "check", draft, "--min-score", 100)
    assert failed.returncode == 1
    assert "Below 100" in failed.stderr
    assert shell("check", draft, "--min-score", 0, "-w", analysed).returncode == 0


def test_a_draft_is_checked_for_some_readers_only(analysed, tallyroot):
    draft = tallyroot / "assets" / DRAFT
    words = ["check", draft, "--segment", "Enterprise", "--format", "json"]
    (some,) = json.loads(type_in(*words, workspace=analysed))
    (everybody,) = json.loads(type_in("check", draft, "--format", "json", workspace=analysed))
    assert some["readers"] == "segment Enterprise"
    assert 0 < some["n_accounts"] < everybody["n_accounts"]


def test_two_versions_of_a_draft_are_compared(analysed, tallyroot, tmp_path):
    old = tallyroot / "assets" / DRAFT
    new = tmp_path / "new.md"
    new.write_text("# Nothing\n\nWe are a platform for the future.\n", "utf-8")
    told = json.loads(type_in("check", old, new, "--diff", "--format", "json", workspace=analysed))
    gained = sum(round(10 * gain["points"]) for gain in told["gains"])
    assert gained == round(10 * told["points"]) < 0
    assert "in all" in type_in("check", old, new, "--diff", workspace=analysed)


def test_a_draft_comes_back_with_comments(analysed, tallyroot, tmp_path):
    from docx import Document

    out = tmp_path / "commented.docx"
    type_in("check", tallyroot / "assets" / DRAFT, "--annotate", out, workspace=analysed)
    told = [comment.text for comment in Document(str(out)).comments]
    assert any(text.startswith("Resonance ") for text in told)
    assert any(text.startswith("Answers, ") for text in told)


def test_a_gap_has_a_brief_and_a_theme_a_card(analysed, tmp_path):
    first, *_ = json.loads(type_in("gaps", "--json", workspace=analysed))
    type_in("gaps", "--brief", first, "-o", tmp_path / "brief.md", workspace=analysed)
    assert (tmp_path / "brief.md").read_text("utf-8").startswith("# Brief: ")
    told = json.loads(type_in("gaps", "--brief", first.lower(), "--json", workspace=analysed))
    assert told["sides"]
    assert not any(near["verdict"] == "answers" for near in told["nearest"])
    assert "## They say" in type_in("themes", "card", first, workspace=analysed)
    assert json.loads(type_in("themes", "card", first, "--json", workspace=analysed))["near"]


def test_the_review_says_what_to_do_about_which_asset(analysed):
    told = json.loads(type_in("assets", "review", "--json", workspace=analysed))
    scored = json.loads(type_in("assets", "--json", workspace=analysed))
    answers_nothing = {score["asset_id"] for score in scored if not score["resonance"]}
    assert set(told["retire"]) <= answers_nothing
    assert not set(told["retire"]) & {update["asset_id"] for update in told["update"]}
    shown = type_in("assets", "review", workspace=analysed)
    assert all(asset_id in shown for asset_id in told["retire"])
    assert all(word["ours"] in shown for word in told["jargon"])


def test_results_are_set_beside_resonance_in_plain_words(analysed):
    found = json.loads(type_in("backtest", "--json", workspace=analysed))
    assert {row["n_assets"] for row in found} == {24}
    shown = " ".join(type_in("backtest", workspace=analysed).split())
    for row in found:
        zero_inside = row["low"] <= 0 <= row["high"]
        assert zero_inside == (row["verdict"] == "no evidence")
        assert f"{row['name'].capitalize()}: " in shown
    n_open = sum(row["verdict"] == "no evidence" for row in found)
    assert shown.count("no evidence") == n_open


def test_an_answer_names_the_theme_and_the_passages_to_send(analysed):
    reply = json.loads(type_in("answer", "you're twice what we pay", "--json", workspace=analysed))
    assert reply["theme"]["kind"] in ("objection", "need")
    assert 1 <= len(reply["passages"]) <= 3
    theme_id, first = reply["theme"]["theme_id"], reply["passages"][0]
    asset = json.loads(type_in("assets", "show", first["asset_id"], "--json", workspace=analysed))
    assert theme_id in {part["theme_id"] for part in asset["parts"]}


def test_a_sentence_is_explained_word_by_word(tmp_path):
    said = ("We would need it to talk to our till.", "--before", "Anything else?")
    shown = type_in("explain", *said, workspace=tmp_path)
    assert max(map(len, shown.splitlines())) <= 80
    assert "till." in shown
    found = json.loads(type_in("explain", "We have two shops.", "--json", workspace=tmp_path))
    assert (found["kind"], found["category"]) == ("none", "")


def test_trends_and_deals_fit_a_terminal(analysed):
    for command in ("trends", "deals"):
        shown = type_in(command, workspace=analysed)
        assert max(map(len, shown.splitlines())) <= 80
        rows = json.loads(type_in(command, "--json", workspace=analysed))
        assert {row["theme_id"] for row in rows}


def test_every_table_is_exported_to_a_file_of_its_format(analysed, tmp_path):
    for table in ("calls", "statements", "themes", "assets", "passages", "matches", "deals"):
        type_in("export", table, "-o", tmp_path / f"{table}.jsonl", workspace=analysed)
        assert json.loads((tmp_path / f"{table}.jsonl").read_text("utf-8").splitlines()[0])


def test_the_report_is_one_page_without_the_network(analysed, tmp_path):
    type_in("report", "-o", tmp_path / "r.html", workspace=analysed)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"""(?:src|href)=["']https?:""", page)


def test_doctor_finds_this_installation_well(tmp_path):
    assert "NO " not in type_in("doctor", workspace=tmp_path)


def test_doctor_finds_a_damaged_store(tmp_path):
    (tmp_path / ".resonance").mkdir()
    (tmp_path / ".resonance" / "store.db").write_text("no database", "utf-8")
    result = CliRunner().invoke(cli, ["-w", str(tmp_path), "doctor"])
    assert result.exit_code == 2
    assert "NO  store: " in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["themes"], "no analysis yet; run: resonance run"),
        (["check", ROOT / "README.md"], "no analysis yet"),
        (["run", "--calls", "/nowhere"], "does not exist"),
        (["frobnicate"], "No such command"),
        (["evaluate", "."], "gold"),
        (["explain", " "], "has no words"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_with_exit_code_2(words, told, tmp_path):
    done = shell("-w", tmp_path, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_said_has_no_answer(analysed):
    done = shell("-w", analysed, "answer", " ")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing to answer" in done.stderr


def test_a_theme_or_asset_that_is_not_there_is_said_with_those_that_are(analysed):
    for words, told in (
        (["themes", "show", "T999"], "T1"),
        (["themes", "card", "T999"], "T1"),
        (["gaps", "--brief", "T999"], "T1"),
        (["assets", "show", "zz"], "A01"),
    ):
        done = shell("-w", analysed, *words)
        assert done.returncode == 2
        assert told in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["{draft}", "--segment", "Moon"], "No deal is of the segment 'Moon'; there are SMB"),
        (["{empty}"], "empty.md: it is empty; remove it"),
        (["{draft}", "--diff"], "--diff takes two drafts"),
        (["{draft}", "{draft}", "--diff", "--format", "sarif"], "--format text or json"),
        (["{draft}", "{draft}", "--annotate", "x.docx"], "--annotate takes one draft"),
        (["{draft}", "--annotate", "/nowhere/x.docx"], "cannot be written"),
    ],
)
def test_a_check_that_cannot_be_made_says_why(analysed, tallyroot, tmp_path, words, told):
    (tmp_path / "empty.md").touch()
    files = {"draft": tallyroot / "assets" / DRAFT, "empty": tmp_path / "empty.md"}
    done = shell("-w", analysed, "check", *(word.format(**files) for word in words))
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
