"""An evaluation counts what is right, what leaked and what was taken from the wrong mouth."""

import json
import math
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from resonance.cli.main import cli
from resonance.errors import InputError, MissingColumn
from resonance.evaluate import Figure, Figures, Section, Spread, evaluate
from resonance.evaluate.corpus import Said, read_corpus
from resonance.evaluate.facts import Verdict, as_a_perfect_analysis, facts_sections, judge
from resonance.evaluate.gold import Fact, Label, read_gold
from resonance.evaluate.leaks import privacy_section, taken_out
from resonance.evaluate.peers import FEWEST, apart, bertopic, k_means
from resonance.evaluate.reading import reading_section, sides
from resonance.evaluate.relevance import best_assets_right, raw_cosine
from resonance.evaluate.themes import themes_section
from resonance.evaluate.voice import match, whole_section
from resonance.evaluate.wording import ours, page, peer
from resonance.pipeline import silent
from resonance.privacy import Redactor
from resonance.records import Call, Findings, Match, Statement, Turn
from resonance.sources import read_deals

# Two growers of flowers and one of vegetables, who are sold a machine that waters.
FILES = {
    "calls.csv": """\
call_id,file,date,deal_id,participants,format,source_id
C1,calls/one.vtt,2026-02-01,D1,Ada Quill|vendor;Berit Oskarsen|prospect,zoom,
C2,calls/two.vtt,2026-03-01,D2,Ada Quill|vendor;Grant Hollis|prospect,zoom,
C3,calls/three.txt,2026-04-01,D3,Ada Quill|vendor;Petra Lind|prospect,note,
""",
    "assets.csv": """\
asset_id,file,title
A1,assets/price.md,What it costs
A2,assets/picnic.md,Our summer picnic
""",
    "deals.csv": """\
deal_id,account,amount_usd,outcome
D1,Oskarsen Greens,9000,won
D2,Hollis Farm,4000,lost
D3,Lind Roses,2000,open
""",
    "calls/one.vtt": """\
Ada Quill: Thanks for joining. What would keep you from starting this spring?
Berit Oskarsen: Honestly, it is far too expensive for two greenhouses. We have eight people.
Ada Quill: So the price is too high for you, I hear that.
Berit Oskarsen: Yes. We need to see the humidity of every bay on one screen.
Ada Quill: Understood, I will send Berit a plan.
Berit Oskarsen: Send it to berit@oskarsen.example.com please.
""",
    "calls/two.vtt": """\
Ada Quill: How do you water today?
Grant Hollis: By hand, twice a day. Our growers will never trust a machine.
Ada Quill: And what would help?
Grant Hollis: I need an alert on my phone before the frost, not after.
Ada Quill: We can grant you a trial.
Grant Hollis: The price you quoted is more than we spend on seeds in a year.
""",
    "calls/three.txt": """\
Call with Petra Lind, Lind Roses

- She says the yearly fee is too much for a family farm.
- Petra needs a report for the water board every month.
- Next step: demo on Tuesday
""",
    "assets/price.md": """\
# What it costs

Two greenhouses pay 90 a month, no yearly fee, and the price falls with every bay.
Most growers earn it back in water and heat within one season.
""",
    "assets/picnic.md": """\
# Our summer picnic

The whole team met at the lake. There was cake, a canoe race and a great deal of sun.
""",
    "gold/statements.csv": """\
call_id,speaker,text,kind,theme_id
C1,Berit Oskarsen,"Honestly, it is far too expensive for two greenhouses.",objection,O1
C1,Berit Oskarsen,We need to see the humidity of every bay on one screen.,need,N1
C2,Grant Hollis,Our growers will never trust a machine.,objection,none
C2,Grant Hollis,"I need an alert on my phone before the frost, not after.",need,none
C2,Grant Hollis,The price you quoted is more than we spend on seeds in a year.,objection,O1
C3,Petra Lind,She says the yearly fee is too much for a family farm.,objection,O1
C3,Petra Lind,Petra needs a report for the water board every month.,need,N1
""",
    "gold/negatives.csv": """\
call_id,speaker,side,text,why
C1,Berit Oskarsen,prospect,We have eight people.,fact
C1,Ada Quill,vendor,"So the price is too high for you, I hear that.",rep_restatement
C2,Grant Hollis,prospect,"By hand, twice a day.",fact
""",
    "gold/relevance.csv": """\
asset_id,theme_id,grade,passage
A1,O1,3,
A1,N1,0,
A2,O1,0,
A2,N1,0,
""",
    "gold/pii.csv": """\
kind,text,call_id,location
name,Berit Oskarsen,C1,speaker_label
name,Berit,C1,text
name,Oskarsen,C1,speaker_label
email,berit@oskarsen.example.com,C1,text
name,Grant Hollis,C2,speaker_label
name,Grant,C2,speaker_label
name,Hollis,C2,speaker_label
name,Petra Lind,C3,text
name,Petra,C3,text
name,Lind,C3,text
""",
}


def write_corpus(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_vtt(text) if path.suffix == ".vtt" else text, encoding="utf-8")
    return folder


def as_vtt(text: str) -> str:
    cues = [
        f"00:00:{5 * n:02}.000 --> 00:00:{5 * n + 4:02}.000\n{line}\n"
        for n, line in enumerate(text.splitlines())
    ]
    return "\n".join(["WEBVTT\n", *cues])


@pytest.fixture(scope="module")
def greenhouse(tmp_path_factory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("greenhouse") / "corpus")


@pytest.fixture
def spoilt(tmp_path) -> Path:
    """A corpus that a test may break."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture(scope="module")
def corpus(greenhouse):
    return read_corpus(greenhouse)


@pytest.fixture(scope="module")
def redacted(corpus, nlp) -> tuple[Call, ...]:
    redactor = Redactor(nlp)
    return tuple(redactor.redact(call) for call in corpus.calls.values())


def statement(call: Call, turn: int, text: str = "", **fields) -> Statement:
    side = call.turns[turn].speaker_role
    made = Statement(
        f"{call.call_id}-{turn}", call.call_id, call.source, turn, None,
        call.turns[turn].speaker, side, "objection", "price_value", 0.9,
        text or call.turns[turn].text, theme_id="T1",
    )  # fmt: skip
    return replace(made, **fields)


# The whole


@pytest.fixture(scope="module")
def told(greenhouse, tmp_path_factory) -> tuple[dict, str]:
    """What the command prints for the greenhouses, and the page it writes."""
    written = tmp_path_factory.mktemp("page") / "evaluation.md"
    given = ["evaluate", str(greenhouse), "--json", "--no-peers", "--markdown", str(written)]
    done = CliRunner().invoke(cli, given, catch_exceptions=False)
    return json.loads(done.stdout), written.read_text(encoding="utf-8")


def test_a_small_corpus_is_evaluated_from_end_to_end(told):
    sections = told[0]["sections"]
    figures = {
        (title, name): figure["value"]
        for title, section in sections.items()
        for name, figure in section["figures"].items()
    }
    assert figures["Reading", "calls read"] == sections["Reading"]["figures"]["calls read"]["of"]
    assert figures["Reading", "right side"] == 1
    assert [figures["Privacy", f"leaks, {where}"] for where in ("exports", "report")] == [0, 0]
    assert figures["Statements, whole pipeline", "vendor speech taken"] == 0
    assert figures["Statements, whole pipeline", "recall"] >= 5 / 7
    assert figures["Relevance", "best asset right"] == 1
    assert figures["Themes, whole pipeline", "left alone"] == 1  # three calls make no theme


def test_the_page_has_every_figure_the_command_and_no_peers_that_were_not_asked_for(told):
    figures, text = told
    for section in figures["sections"].values():
        assert all(f"| {name} |" in text for name in section["figures"])
    assert "resonance evaluate" in text
    assert "--no-peers" in text
    assert "BERTopic by kind" not in text


def test_a_peer_that_is_not_installed_is_named_with_the_line_that_brings_it(corpus):
    if find_spec("bertopic"):
        pytest.skip("bertopic is installed")
    section, notes = themes_section(corpus, peers=True, progress=silent)
    assert "pip install 'resonance[baselines]'" in notes[0]
    assert section.peers == ("MiniLM k-means",)


def test_a_corpus_with_hardly_any_labels_leaves_blank_what_it_cannot_tell(spoilt):
    for name in ("negatives", "relevance", "pii"):
        path = spoilt / "gold" / f"{name}.csv"
        path.write_text(path.read_text().partition("\n")[0] + "\n")
    path = spoilt / "gold" / "statements.csv"
    path.write_text(path.read_text().replace(",O1", ",none").replace(",N1", ",none"))
    figures = evaluate(spoilt)
    assert math.isnan(figures.value("Statements, sentence by sentence", "AUC"))
    assert math.isnan(figures.value("Themes, given the statements", "ARI"))
    assert math.isnan(figures.value("Relevance", "average precision"))
    assert figures.value("Privacy", "leaks, exports") == 0
    assert figures.value("Statements, sentence by sentence", "recall") >= 5 / 7
    json.dumps(figures.to_dict(), allow_nan=False)


# Planted facts


@pytest.fixture(scope="module")
def perfect(tallyroot) -> tuple[Findings, tuple[Fact, ...]]:
    """The demo corpus as a perfect analysis would find it, and what is planted in it."""
    given = read_corpus(tallyroot)
    read = Findings(tuple(given.calls.values()), deals=tuple(read_deals(tallyroot / "deals.csv")))
    return as_a_perfect_analysis(given, read), given.gold.facts


def by_name(findings: Findings) -> dict[str, str]:
    return {theme.theme_id: theme.theme_id for theme in findings.themes}


def test_facts_are_said_where_the_deals_bear_them_out_and_ranked_first_where_they_are_few(perfect):
    findings, facts = perfect
    told = judge(facts, findings, by_name(findings))
    verdicts = {fact.subject: verdict for fact, verdict in zip(facts, told, strict=True)}
    # D07's status quo is taken for price: its prospects speak of licences that they do not pay.
    assert {s for s, v in verdicts.items() if not v.said} == {"D07", "O03", "O04", "O07", "O09"}
    # Security is voiced on the same large deals, and stands before the rare theme.
    assert {s for s, v in verdicts.items() if not v.first} == {"N04", "O02"}
    assert verdicts["O04"].figures.startswith("no evidence of a difference, p ")
    assert "2 won, 7 lost" in verdicts["O04"].figures
    assert "price in 0 of" in verdicts["D19"].figures


def test_what_nobody_planted_is_not_found(perfect):
    findings, _ = perfect
    wrong = [
        Fact("rising", "O07", "", "fades"),
        Fact("fading", "N02", "", "rises"),
        Fact("losing", "O01", "", "is harmless"),
        Fact("on large deals", "O01", "", "is everywhere"),
        Fact("frequent and harmless", "N04", "", "is rare"),
        Fact("leaning to losing", "O01", "", "leans to winning"),
        Fact("misleading reason", "D01", "price", "was won"),
    ]
    for fact in wrong:
        (verdict,) = judge([fact], findings, by_name(findings))
        assert not verdict.first, fact
        assert not verdict.said or fact.fact == "frequent and harmless", fact
    assert judge(wrong[:1], findings, {}) == [Verdict(False, False, "not found")]


def test_a_corpus_with_facts_tells_of_each_by_gold_and_by_found_themes(spoilt):
    (spoilt / "gold" / "facts.csv").write_text(
        "fact,subject,reason,says\nlosing,O1,,Price goes with losing\n"
        "misleading reason,D2,price,Nobody spoke of it\n"
    )
    corpus = read_corpus(spoilt)
    findings = Findings(tuple(corpus.calls.values()), deals=tuple(read_deals(spoilt / "deals.csv")))
    sections, lists = facts_sections(corpus, findings, [])
    by_gold, whole = sections
    assert [figure.name for figure in by_gold.figures] == [
        "said", "ranked first", "O1 losing", "D2 misleading reason",
    ]  # fmt: skip
    assert "not enough deals; 1 won, 1 lost" in by_gold.figures[2].meaning
    assert "not found" in whole.figures[2].meaning
    assert lists[whole.title][0].startswith("O1 losing: not said. Price goes with losing: ")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("soaring,O1,,x", r"row 2: fact is 'soaring'; it must be one of rising"),
        ("rising,O9,,x", r"is about 'O9', which is neither a theme"),
    ],
)
def test_a_fact_that_cannot_be_is_named(spoilt, row, complaint):
    (spoilt / "gold" / "facts.csv").write_text(f"fact,subject,reason,says\n{row}\n")
    with pytest.raises(InputError, match=complaint):
        facts_sections(read_corpus(spoilt), Findings(), [])


def test_a_corpus_without_facts_has_no_section_of_them(corpus):
    assert facts_sections(corpus, Findings(), []) == ((), {})


# The corpus


def test_every_label_is_found_in_its_turn_with_what_was_said_before_it(corpus):
    assert all(len(said.rows) == 1 for said in corpus.said)
    frost = next(said for said in corpus.said if "frost" in said.label.text)
    assert frost.before == "And what would help?"
    assert len(corpus.statements) == 7
    assert {said.label.theme_id for said in corpus.themed} == {"O1", "N1"}


@pytest.mark.parametrize(
    ("table", "old", "new", "complaint"),
    [
        ("gold/statements.csv", "objection", "objektion", r"row 2: kind is 'objektion'"),
        ("gold/negatives.csv", "vendor", "seller", r"row 3: side is 'seller'"),
        ("gold/relevance.csv", "A1,O1,3", "A1,O1,high", r"row 2: grade is 'high'"),
        ("gold/negatives.csv", "C2", "C9", r"call 'C9', which is not in calls.csv"),
    ],
)
def test_a_label_that_cannot_be_is_named_with_its_place(spoilt, table, old, new, complaint):
    path = spoilt / table
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=complaint):
        read_gold(spoilt)


@pytest.mark.parametrize("missing", ["calls.csv", "gold/pii.csv", "gold/statements.csv"])
def test_a_corpus_without_one_of_its_tables_says_which(spoilt, missing):
    (spoilt / missing).unlink()
    with pytest.raises(InputError, match=f"{missing} is missing"):
        read_corpus(spoilt)


def test_a_corpus_without_deals_says_so(spoilt):
    (spoilt / "deals.csv").unlink()
    with pytest.raises(InputError, match=r"deals\.csv is missing"):
        read_corpus(spoilt)


def test_a_table_without_a_column_says_which_and_what_it_has(spoilt):
    path = spoilt / "gold" / "statements.csv"
    path.write_text(path.read_text().replace("theme_id", "topic", 1))
    with pytest.raises(MissingColumn, match=r"no column 'theme_id'; it has .*'topic'"):
        read_gold(spoilt)


def test_labels_without_a_statement_are_nothing_to_measure_against(spoilt):
    path = spoilt / "gold" / "statements.csv"
    path.write_text(path.read_text().partition("\n")[0])
    with pytest.raises(InputError, match="has no rows"):
        read_gold(spoilt)


@pytest.mark.parametrize("place", ["nowhere", "calls.csv"])
def test_what_is_no_corpus_ends_in_one_line(greenhouse, place):
    done = CliRunner().invoke(cli, ["evaluate", str(greenhouse / place)])
    assert isinstance(done.exception, InputError)
    assert "is no folder" in str(done.exception)


# Privacy


def test_a_redacted_corpus_leaks_nothing(corpus, redacted):
    said = tuple(statement(call, row) for call in redacted for row in range(len(call.turns)))
    section, lists = privacy_section(
        corpus, Findings(calls=redacted, statements=said, assets=tuple(corpus.assets))
    )
    assert [figure.value for figure in section.figures[:3]] == [0, 0, 0]
    assert lists["leaks, exports"] == []


def test_names_that_were_left_in_are_found_in_the_export_and_in_the_calls(corpus):
    raw = tuple(corpus.calls.values())
    said = tuple(statement(call, row) for call in raw for row in range(len(call.turns)))
    _, lists = privacy_section(corpus, Findings(calls=raw, statements=said))
    assert "statements C1-5 text: berit@oskarsen.example.com" in lists["leaks, exports"]
    assert "statements C2-1 speaker: Grant Hollis" in lists["leaks, exports"]
    assert "C3 parties: Petra Lind" in lists["leaks, redacted calls"]


def test_a_name_is_looked_for_in_its_own_case_and_as_a_whole_word(corpus, redacted):
    call = next(call for call in redacted if call.call_id == "C2")
    harmless = statement(call, 1, "We grant that Hollisburg is far away.")
    _, lists = privacy_section(corpus, Findings(calls=redacted, statements=(harmless,)))
    assert lists["leaks, exports"] == []
    harmful = statement(call, 1, "Ask Grant's team.")
    _, lists = privacy_section(corpus, Findings(calls=redacted, statements=(harmful,)))
    assert lists["leaks, exports"] == ["statements C2-1 text: Grant"]


def test_an_ordinary_word_that_was_redacted_is_counted_and_named(corpus, redacted):
    spoilt = tuple(
        replace(
            call,
            turns=tuple(
                replace(turn, text=turn.text.replace("humidity", "[person-7]"))
                for turn in call.turns
            ),
        )
        for call in redacted
    )
    section, lists = privacy_section(corpus, Findings(calls=spoilt))
    assert lists["ordinary words redacted"] == ["humidity (1)"]
    assert section.figures[3].value == 1


@pytest.mark.parametrize(
    ("text", "redacted", "taken"),
    [
        ("Ask Dana Fox about it.", "Ask [prospect-1] about it.", ["Dana Fox"]),
        ("Dana: a@b.org, 555 0100", "[person-1]: [email], [phone]", ["Dana", "555 0100"]),
        ("Nothing here.", "Nothing here.", []),
        ("[person-1] was so before", "[person-1] was so before", []),
    ],
)
def test_what_was_taken_out_is_what_stood_where_a_label_is(text, redacted, taken):
    assert taken_out(text, redacted) == taken


# Reading


def test_everything_is_read_and_everybody_is_on_the_right_side(corpus, redacted):
    section = reading_section(corpus, Findings(calls=redacted, assets=tuple(corpus.assets)))
    calls, assets, with_manifest, *_ = section.figures
    assert (calls.value, calls.of, assets.value, assets.of) == (3, 3, 2, 2)
    assert with_manifest.value == 1.0


def test_a_turn_on_the_wrong_side_and_one_on_none_are_told_apart():
    turns = (Turn("Ada", "Hello.", "prospect"), Turn("Bo", "Hi.", "unknown"), Turn("", "(music)"))
    call = Call("C1", "a.vtt", turns)
    found = sides([call], {"a.vtt": {"Ada": "vendor", "Bo": "prospect"}})
    assert found == [("vendor", "prospect"), ("prospect", "unknown")]


# Statements


def likely(corpus, call_id: str, part: str) -> Statement:
    """A statement of the turn that has the words."""
    call = corpus.calls[call_id]
    row = next(row for row, turn in enumerate(call.turns) if part in turn.text)
    return statement(call, row, part)


def test_a_statement_is_matched_to_the_sentence_it_shares_most_with(corpus):
    both = likely(corpus, "C2", "By hand, twice a day. Our growers will never trust a machine.")
    assert match(both, corpus.said).label.text == "Our growers will never trust a machine."
    redacted = replace(likely(corpus, "C3", "needs a"), text="[prospect-1] needs a report for")
    assert match(redacted, corpus.said).label.theme_id == "N1"


def test_a_sentence_of_another_turn_is_not_the_same(corpus):
    elsewhere = replace(likely(corpus, "C1", "We have eight people."), turn=3)
    assert match(elsewhere, corpus.said) is None


def test_right_wrong_and_unlabelled_statements_are_counted_apart(corpus):
    said = (
        likely(corpus, "C1", "Honestly, it is far too expensive for two greenhouses."),
        replace(likely(corpus, "C1", "We need to see the humidity"), kind="objection"),
        likely(corpus, "C1", "We have eight people."),
        likely(corpus, "C1", "please"),
    )
    section, right, _ = whole_section(corpus, Findings(statements=said))
    told = {figure.name: figure for figure in section.figures}
    assert told["precision"].value == pytest.approx(2 / 3)
    assert told["recall"].value == pytest.approx(2 / 7)
    assert told["kind accuracy"].value == 0.5
    assert (told["unlabelled"].value, told["unlabelled"].of) == (1, 4)
    assert [each.label.theme_id for _, each in right] == ["O1", "N1"]
    assert told["vendor speech taken"].value == 0


@pytest.mark.parametrize("part", ["So the price is too high for you, I hear that.", "I will send"])
def test_whatever_was_taken_from_a_vendors_mouth_is_counted(corpus, part):
    section, *_, lists = whole_section(corpus, Findings(statements=(likely(corpus, "C1", part),)))
    assert section.figures[-1].value == 1
    assert lists["vendor speech taken"] == [f"C1: {part}"]


# Relevance, end to end


def answered(theme_id: str, *assets: tuple[str, float]) -> tuple[Match, ...]:
    return tuple(Match(asset_id, theme_id, score, "answers") for asset_id, score in assets)


def labelled(theme_id: str, found: str, n: int) -> list[tuple[Statement, Said]]:
    label = Label("C1", "Ada", "prospect", "It costs too much.", "objection", theme_id)
    call = Call("C1", "a.vtt", (Turn("prospect-1", "It costs too much.", "prospect"),))
    return [(statement(call, 0, theme_id=found), Said(label, frozenset({0}), "", ""))] * n


def test_a_gold_theme_is_judged_by_the_found_theme_that_has_most_of_it():
    grades = {("A1", "O1"): 3, ("A2", "O1"): 0}
    found = [*labelled("O1", "T1", 2), *labelled("O1", "T2", 1), *labelled("O1", "", 5)]
    right = (*answered("T1", ("A1", 0.9), ("A2", 0.1)), *answered("T2", ("A2", 0.9), ("A1", 0.1)))
    assert best_assets_right(grades, Findings(matches=right), found) == (1, 1)
    wrong = tuple(replace(m, theme_id={"T1": "T2", "T2": "T1"}[m.theme_id]) for m in right)
    assert best_assets_right(grades, Findings(matches=wrong), found) == (0, 1)


def test_a_gold_theme_that_was_not_found_is_wrong_and_one_that_nobody_addresses_does_not_count():
    grades = {("A1", "O1"): 3, ("A1", "O2"): 1}
    assert best_assets_right(grades, Findings(), []) == (0, 1)


def test_raw_cosine_takes_the_best_passage_for_the_middle_of_the_theme():
    quotes = [np.array([[1.0, 0], [0, 1]])]
    passages = [np.array([[1.0, 0], [np.sqrt(0.5), np.sqrt(0.5)]]), np.array([[1.0, 0]])]
    assert raw_cosine(quotes, passages) == pytest.approx(np.array([[1.0], [np.sqrt(0.5)]]))


# Peers


def test_themes_of_different_kinds_are_different_themes():
    labels = apart(list("aabba"), lambda rows: np.arange(len(rows)) // 2 - (rows[0] == 2))
    assert labels.tolist() == [0, 0, -1, -1, 1]


def test_k_means_finds_the_number_it_is_told():
    corners = np.repeat(np.eye(3), 4, axis=0)
    assert len(set(k_means(corners, 3))) == 3


def test_bertopic_reads_given_vectors_and_puts_its_outliers_back():
    pytest.importorskip("bertopic")
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(4, 32), 15, axis=0)
    vectors = centres + rng.normal(scale=0.05, size=centres.shape)
    texts = [f"word{row // 15} other{row % 3}" for row in range(60)]
    first, again = (bertopic(texts, vectors, seed=0) for _ in range(2))
    assert first.tolist() == again.tolist()
    assert -1 not in first
    assert len(set(first.tolist())) >= 3


def test_too_few_statements_for_bertopic_are_left_alone():
    pytest.importorskip("bertopic")
    assert set(bertopic(["a"] * (FEWEST - 1), np.ones((FEWEST - 1, 3)), 0)) == {-1}


# Words


FIGURES = Figures(
    (
        Section(
            "Themes",
            "Statements in groups.",
            (
                Figure("ARI", 0.25, "agreement", peers={"BERTopic": Spread.of([0.1, 0.2, 0.3])}),
                Figure("themes", 7, "number", of=18, peers={"BERTopic": Spread.of([5, 6, 6])}),
                Figure("AUC", float("nan"), "chance | luck"),
            ),
        ),
    ),
    {"resonance": "1"},
    ("Nothing to note.",),
    {"leaks": ("here",)},
)


def test_a_figure_is_shown_beside_its_peers_with_the_command_that_made_it():
    text = page(FIGURES, "resonance evaluate corpora/tallyroot")
    assert "    resonance evaluate corpora/tallyroot\n" in text
    assert "| ARI | 0.250 | 0.100 0.200 0.300 | agreement |" in text
    assert "| themes | 7 of 18 | 5 5.7 6 | number |" in text
    assert "| AUC | – |  | chance \\| luck |" in text
    assert "Nothing to note." in text


def test_a_figure_that_could_not_be_measured_is_null_in_json():
    plain = json.loads(json.dumps(FIGURES.to_dict(), allow_nan=False))
    told = plain["sections"]["Themes"]["figures"]
    assert told["AUC"]["value"] is None
    assert told["themes"] == {
        "value": 7,
        "of": 18,
        "meaning": "number",
        "peers": {"BERTopic": {"low": 5, "mean": pytest.approx(17 / 3), "high": 6}},
    }
    assert FIGURES.value("Themes", "ARI") == 0.25
    with pytest.raises(KeyError):
        FIGURES.value("Themes", "NMI")


def test_a_peer_without_the_figure_has_an_empty_cell():
    figure = FIGURES.sections[0].figures[2]
    assert (ours(figure), peer(figure, "BERTopic")) == ("–", "")
    unknown = replace(figure, peers={"BERTopic": Spread.of([math.nan])})
    assert peer(unknown, "BERTopic") == "–"
