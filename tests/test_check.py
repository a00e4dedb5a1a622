"""A draft checked against what prospects voiced."""

import json
from dataclasses import asdict, replace
from decimal import Decimal
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance import check as room
from resonance.change import compare
from resonance.config import Demand
from resonance.errors import NothingToRead
from resonance.matching import match_assets, passage_text
from resonance.readers import Readers
from resonance.records import Asset, Call, Deal, Findings, Passage, Statement, Theme
from resonance.report import check_formats
from resonance.score import score_assets, voiced

N_QUOTES = 6


class Desk:
    """Prospects of one industry of the voices corpus, and a vendor's assets for it."""

    def __init__(self, folder, encoder):
        self.encoder = encoder
        said = [json.loads(line) for line in (folder / "statements.jsonl").open(encoding="utf-8")]
        written = [json.loads(line) for line in (folder / "passages.jsonl").open(encoding="utf-8")]
        self.answers = {row["theme_id"]: row["text"] for row in written if row["grade"] == 3}
        self.fluff = [row["text"] for row in written if row["grade"] == 0]
        names = sorted(self.answers)
        statements = [
            self.statement(name, i, row, call=f"C{(7 * t + 3 * i) % 23:02}")
            for t, name in enumerate(names)
            for i, row in enumerate([r for r in said if r["theme_id"] == name][:N_QUOTES])
        ]
        calls = [Call(f"C{i:02}", f"c{i}.vtt", (), account=f"Café {i}") for i in range(23)]
        shares = voiced(statements, calls, [], Demand()).demand
        themes = [self.theme(name, statements, shares) for name in names]
        self.names = names
        bodies = [[self.answers[name], self.fluff[i % 6]] for i, name in enumerate(names[:8])]
        assets = [asset(f"A{i}", body) for i, body in enumerate(bodies)]
        self.findings = Findings(
            tuple(calls), tuple(statements), tuple(themes), assets=tuple(assets)
        )
        self.passage_vectors = [self.encode(a) for a in assets]
        self.statement_vectors = encoder.encode(
            [s.text for s in statements], [s.before for s in statements]
        )

    @staticmethod
    def statement(name, i, row, call):
        return Statement(
            f"{name}-{i}",
            call,
            f"{call}.vtt",
            turn=i,
            start_s=None,
            speaker="prospect-1",
            speaker_role="prospect",
            kind=row["kind"],
            category=row["category"],
            confidence=0.9,
            text=row["text"],
            before=row["before"],
            theme_id=name,
        )

    @staticmethod
    def theme(name, statements, shares):
        own = [s for s in statements if s.theme_id == name]
        n_calls = len({s.call_id for s in own})
        exemplars = tuple(s.statement_id for s in own[2:5])
        kind, category = own[0].kind, own[0].category
        return Theme(
            name, kind, category, name.replace("-", " "), (), exemplars, N_QUOTES, n_calls,
            n_calls, 0.0, shares[name],
        )  # fmt: skip

    def encode(self, piece):
        return self.encoder.encode([passage_text(p) for p in piece.passages])

    def check(self, piece, findings=None):
        return room.check_draft(
            piece,
            findings or self.findings,
            self.encode(piece),
            self.passage_vectors,
            self.statement_vectors,
        )


def source_of(check):
    """The file of a draft whose passages stand on every other line."""
    return "\n\n".join(passage.text for passage in check.passages)


def asset(asset_id, texts, source=None):
    passages = tuple(
        Passage(t, place=f"line {2 * i + 1}", line=2 * i + 1) for i, t in enumerate(texts)
    )
    return Asset(asset_id, source or f"drafts/{asset_id}.md", f"Draft {asset_id}", passages)


@pytest.fixture(scope="module")
def desk(voices, encoder):
    return Desk(voices / "pos-cafes", encoder)


@pytest.fixture(scope="module")
def draft(desk):
    first, second = desk.names[9], desk.names[11]
    return asset("new", [desk.fluff[0], desk.answers[first], desk.answers[second], desk.fluff[3]])


@pytest.fixture(scope="module")
def checked(desk, draft):
    return desk.check(draft)


def test_a_draft_that_answers_is_told_so_with_passage_and_quote(desk, checked):
    found = {theme.theme_id: theme for theme in checked.answers}
    assert set(found) & {desk.names[9], desk.names[11]}
    for theme in checked.answers:
        assert theme.passage == checked.passages[theme.passage_row].text
        assert theme.line == 2 * theme.passage_row + 1
        assert theme.quote in {
            s.text for s in desk.findings.statements if s.theme_id == theme.theme_id
        }
        assert checked.passages[theme.passage_row].theme_id


def test_the_ledger_adds_up_to_the_score(checked):
    points = [Decimal(str(theme.points)) for theme in checked.answers]
    assert sum(points) == Decimal(str(checked.score.resonance)) > 0
    assert points == sorted(points, reverse=True)


def test_fluff_scores_nothing_and_is_shown_what_prospects_voice(desk):
    found = desk.check(asset("fluff", desk.fluff))
    assert found.score.resonance == 0 == found.reach
    assert found.answers == ()
    assert not any(passage.theme_id for passage in found.passages)
    assert len(found.missing) == room.MAX_MISSING


def test_what_is_missing_is_what_is_voiced_most_in_prospects_own_words(desk, checked):
    shares = [missing.demand for missing in checked.missing]
    assert shares == sorted(shares, reverse=True)
    assert not {m.theme_id for m in checked.missing} & {t.theme_id for t in checked.answers}
    texts = {s.statement_id: s.text for s in desk.findings.statements}
    for missing in checked.missing:
        theme = next(t for t in desk.findings.themes if t.theme_id == missing.theme_id)
        assert missing.quotes == tuple(texts[i] for i in theme.exemplars[:2])


def test_a_missing_theme_names_the_asset_that_already_answers_it(desk, checked):
    matches = match_assets(
        desk.findings.assets, desk.passage_vectors, desk.findings.statements, desk.statement_vectors
    ).matches
    answered = {m.theme_id for m in matches if m.verdict == "answers" and m.relevance > 0.7}
    for missing in checked.missing:
        assert missing.answered_by or missing.theme_id not in answered


def test_adding_a_paragraph_that_answers_a_voiced_theme_raises_the_score(desk):
    before = desk.check(asset("new", desk.fluff[:3])).score.resonance
    n_raised = 0
    for name in desk.names[::2]:
        after = desk.check(asset("new", [*desk.fluff[:3], desk.answers[name]])).score
        assert after.resonance >= before
        n_raised += after.resonance > before
    assert n_raised >= 4


def of(desk, draft, segment):
    """The draft for the readers of a segment: every third café is a chain."""
    deals = tuple(
        Deal(f"D{i}", call.account, segment="chain" if i % 3 == 0 else "alone")
        for i, call in enumerate(desk.findings.calls)
    )
    findings = replace(desk.findings, deals=deals)
    return room.check_draft(
        draft,
        findings,
        desk.encode(draft),
        desk.passage_vectors,
        desk.statement_vectors,
        heard=Readers(segments=[segment]).heard(findings),
    )


def test_for_some_readers_only_their_voices_count_and_are_quoted(desk, draft, checked):
    found = of(desk, draft, "chain")
    chains = {call.call_id for call in desk.findings.calls[::3]}
    theirs = {s.text for s in desk.findings.statements if s.call_id in chains}
    assert found.readers == "segment chain"
    assert found.n_accounts == len(chains) == 8
    assert "(segment chain)" in check_formats.headline(found)
    assert {t.quote for t in (*found.answers, *found.names)} <= theirs
    assert {quote for missing in found.missing for quote in missing.quotes} <= theirs
    assert all(t.n_accounts <= 8 for t in (*found.answers, *found.missing))
    judged = {t.theme_id: t.relevance for t in (*checked.answers, *checked.names)}
    for theme in found.answers:
        assert theme.relevance == judged[theme.theme_id]


def test_shares_of_what_some_readers_voice_add_up_to_all_of_it(desk, draft):
    for segment in ("chain", "alone"):
        found = of(desk, draft, segment)
        points = [Decimal(str(theme.points)) for theme in found.answers]
        assert sum(points) == Decimal(str(found.score.resonance))
        assert found.reach <= 1


def test_reordering_paragraphs_changes_nothing(desk, draft, checked):
    turned = desk.check(replace(draft, passages=draft.passages[::-1]))
    assert turned.score == checked.score
    assert [p.theme_id for p in turned.passages] == [p.theme_id for p in checked.passages][::-1]
    assert [t.quote for t in turned.answers] == [t.quote for t in checked.answers]


def test_repeating_a_paragraph_gains_nothing(desk, draft, checked):
    twice = desk.check(replace(draft, passages=draft.passages * 2))
    assert twice.score.resonance == checked.score.resonance


def test_checking_a_stored_asset_gives_the_score_it_has(desk):
    findings = desk.findings
    matching = match_assets(
        findings.assets, desk.passage_vectors, findings.statements, desk.statement_vectors
    )
    who = voiced(findings.statements, findings.calls, (), Demand())
    scores = score_assets(findings.assets, matching.matches, who, matching.passage_themes)
    for stored, score in zip(findings.assets, scores, strict=True):
        again = desk.check(replace(stored, asset_id="elsewhere", source="else/where.md")).score
        assert replace(again, asset_id=score.asset_id) == score


def test_a_draft_can_be_checked_before_there_is_any_asset(desk, draft):
    alone = room.check_draft(
        draft,
        replace(desk.findings, assets=()),
        desk.encode(draft),
        [],
        desk.statement_vectors,
    )
    assert 0 <= alone.score.resonance <= 100


def test_without_themes_there_is_nothing_to_check_against(desk, draft):
    with pytest.raises(NothingToRead, match="resonance run --calls"):
        desk.check(draft, Findings())


def test_the_json_is_plain_and_carries_the_same(checked):
    plain = json.loads(json.dumps(checked.to_dict()))
    assert plain["resonance"] == checked.score.resonance
    assert sum(Decimal(str(p["points"])) for p in plain["parts"]) == Decimal(
        str(plain["resonance"])
    )
    assert [t["theme_id"] for t in plain["answers"]] == [t.theme_id for t in checked.answers]
    assert len(plain["passages"]) == 4
    assert plain["missing"][0]["quotes"]


def test_the_json_is_what_its_schema_and_its_page_say(desk, draft, checked, voices):
    docs = voices.parents[1] / "docs"
    schema = json.loads((docs / "check.schema.json").read_text(encoding="utf-8"))
    page = (docs / "check-json.md").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(schema)
    change = compare(desk.check(asset("old", desk.fluff)), checked)
    for plain in (json.loads(json.dumps(v)) for v in ([checked.to_dict()], change.to_dict())):
        validator.validate(plain)
    for name, record in [
        ("check", checked.to_dict()),
        ("theme", asdict(checked.answers[0])),
        ("passage", asdict(checked.passages[0])),
        ("missing", asdict(checked.missing[0])),
        ("change", change.to_dict()),
        ("gain", asdict(change.gains[0])),
    ]:
        assert set(record) == set(schema["$defs"][name]["properties"])
        assert all(f"`{field}`" in page for field in record)


def test_the_schema_refuses_what_is_no_check(checked, voices):
    schema = json.loads((voices.parents[1] / "docs" / "check.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    plain = json.loads(json.dumps(checked.to_dict()))
    for wrong in ({"resonance": 101}, {"passages": None}, {"answers": [{}]}):
        assert not validator.is_valid([plain | wrong])


def test_the_text_shows_score_ledger_quotes_and_gaps(checked):
    text = check_formats.as_text(checked)
    assert check_formats.headline(checked).startswith(
        f"Resonance {checked.score.resonance:.1f} of 100"
    )
    for theme in checked.answers:
        assert f"{theme.points:5.1f}  {theme.theme_id}" in text
    assert f"{checked.score.resonance:5.1f}  in all" in text
    for heading in ("Answers", "Answers nothing", "Missing, most voiced first"):
        assert f"\n{heading}\n" in text
    assert max(map(len, text.splitlines())) <= 160


def test_github_gets_one_line_each_at_the_line_of_the_passage(checked):
    commands = check_formats.as_github(checked, source_of(checked))
    assert all(
        c.startswith(("::notice file=drafts/new.md", "::warning file=drafts/new.md"))
        for c in commands
    )
    assert all("\n" not in c for c in commands)
    first = checked.answers[0]
    place = f",line={first.line},endLine={first.line},col=1,endColumn={len(first.passage)}"
    assert any(f"{place},title=resonance answers::" in c for c in commands)


@given(st.text(max_size=40))
def test_no_draft_can_break_out_of_a_github_command(text):
    escaped = check_formats._escape(text, ":,")
    assert not set(escaped) & set("\r\n:,")
    assert unquote(escaped) == text


def test_sarif_points_into_the_file(checked):
    source = source_of(checked)
    log = check_formats.as_sarif([replace(checked, source="my drafts/a b.md")], [source])
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"none", "note", "warning"}
        assert (result["kind"] == "pass") == (result["level"] == "none")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "my%20drafts/a%20b.md"
        region = place["region"]
        shown = source.split("\n")[region["startLine"] - 1]
        marked = shown[region["startColumn"] - 1 : region["endColumn"] - 1]
        assert region["startLine"] == region["endLine"]
        assert result["ruleId"] == "missing" or marked == shown.rstrip(".?!”")
