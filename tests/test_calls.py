"""The door of calls: manifests, ids, what is new, what is refused."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance.errors import InputError, NothingToRead
from resonance.records import Call
from resonance.sources import read_calls
from resonance.sources.calls.formats import READERS

FORMATS = Path(__file__).parents[2] / "shared" / "bench" / "formats"

ZOOM = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nMaya Ortiz: Hi.\n\n"
    "2\n00:00:03.000 --> 00:00:04.000\nDana Berg: {}\n"
)
EXPORT = "Record ID,Call title,Activity date,Call notes\n"
MANIFEST = "call_id,file,date,deal_id,participants,format,source_id\n"


def write(folder: Path, **files: str | bytes) -> Path:
    """Files by name, with "__" for "/" and "_dot_" for the dot."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def squeezed(text: str) -> str:
    return " ".join(text.split())


def gold(tallyroot: Path, name: str) -> list[dict[str, str]]:
    with (tallyroot / "gold" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def listed(tallyroot) -> dict[str, Call]:
    """The demo calls with their manifest, by id."""
    reading = read_calls(tallyroot / "calls")
    assert not reading.problems
    return {call.call_id: call for call in reading}


@pytest.mark.parametrize("labels", ["statements", "negatives"])
def test_every_gold_label_lies_in_one_turn_of_its_speaker(tallyroot, listed, labels):
    for row in gold(tallyroot, labels):
        call = listed[row["call_id"]]
        text = squeezed(row["text"])
        turns = [turn for turn in call.turns if text in squeezed(turn.text)]
        assert turns, row
        assert call.channel == "note" or row["speaker"] in {turn.speaker for turn in turns}


def test_the_manifest_gives_ids_dates_deals_and_every_side(tallyroot, listed):
    with (tallyroot / "calls.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(listed) == len(rows) == 58
    for row in rows:
        call = listed[row["call_id"]]
        assert (str(call.date), call.deal_id) == (row["date"], row["deal_id"])
        sides = {f"{party.name}|{party.role}" for party in call.parties}
        assert sides == set(row["participants"].split(";"))
        assert {party.role_from for party in call.parties} == {"manifest"}
        assert call.channel == ("note" if row["format"] in ("note", "hubspot") else "call")


def test_without_the_manifest_the_same_words_are_read(tallyroot, listed, tmp_path):
    shutil.copytree(tallyroot / "calls", tmp_path / "calls")
    bare = read_calls(tmp_path / "calls")
    assert not bare.problems
    assert {call.source: call.turns for call in bare} == {
        c.source: c.turns for c in listed.values()
    }
    by_source = {call.source: call for call in listed.values()}
    assert all(call.date == by_source[call.source].date for call in bare)
    gong = [call for call in bare if call.source.startswith("gong/")]
    assert all(call.deal_id == by_source[call.source].deal_id for call in gong)
    assert {p.role_from for call in gong for p in call.parties} == {"affiliation"}
    assert len({call.call_id for call in bare}) == 58
    assert all(len(call.call_id) == 11 and call.call_id[0] == "C" for call in bare)


def test_a_whole_corpus_given_as_calls_gives_its_calls_and_says_what_else_lies_there(tallyroot):
    reading = read_calls(tallyroot)
    assert len(reading) == 58
    assert {problem.source for problem in reading.problems} == {
        *("README.md", "check.py", "assets.csv", "gold"),
    }


def test_one_export_of_a_corpus_keeps_its_manifest(tallyroot):
    reading = read_calls(tallyroot / "calls" / "hubspot-calls.csv")
    assert [call.call_id for call in reading][:2] == ["C005", "C009"]
    assert reading[0].source == "hubspot-calls.csv#58210052434"
    gong = read_calls(next((tallyroot / "calls" / "gong").glob("call-*.json")))
    assert {party.role for party in gong[0].parties} == {"vendor", "prospect"}


@pytest.mark.skipif(not FORMATS.exists(), reason="the samples are not here")
def test_every_sample_is_read_or_refused_with_a_reason():
    reading = read_calls(FORMATS)
    read = {call.source.partition("#")[0] for call in reading}
    refused = {problem.source for problem in reading.problems}
    about = {"README.md", *(p.source for p in reading.problems if p.source.startswith("LICENSES/"))}
    extensive = {path.relative_to(FORMATS).as_posix() for path in FORMATS.rglob("*extensive.json")}
    every = {path.relative_to(FORMATS).as_posix() for path in FORMATS.rglob("*") if path.is_file()}
    assert read | about | extensive == every
    assert refused - about == {"doc-examples/gong-calls-transcript-response.json"}


@pytest.mark.skipif(not FORMATS.exists(), reason="the samples are not here")
@pytest.mark.parametrize("talk", ["abcd3592", "ami-ES2005a", "natcs432"])
def test_one_talk_reads_the_same_in_every_format(talk):
    whole = {
        tuple((turn.speaker, turn.text) for turn in read_calls(path)[0].turns)
        for folder in (
            "zoom-vtt",
            "teams-vtt",
            "teams-metadata-vtt",
            "srt",
            "otter-txt",
            "plain-txt",
            "fireflies-json",
            "hubspot-transcript-json",
            "gong-json",
        )
        for path in (FORMATS / folder).glob(f"{talk}*")
        if "extensive" not in path.name
    }
    assert len(whole) == 1


def test_a_manifest_of_ones_own_is_read_under_other_headers(tmp_path):
    write(
        tmp_path,
        calls_dot_csv="Nr;Filename;Date;Opportunity;Attendees;Account\n"
        'K1;x.vtt;14.1.2026;D1;"Dana  berg|customer; Maya Ortiz|rep";Acme\n',
        sub__x_dot_vtt=ZOOM.format("No."),
    )
    (call,) = read_calls(tmp_path, columns={"call_id": "Nr"})
    assert (call.call_id, call.date, call.deal_id) == ("K1", date(2026, 1, 14), "D1")
    assert call.account == "Acme"
    assert [party.role for party in call.parties] == ["vendor", "prospect"]


def test_a_name_in_the_manifest_is_matched_whatever_its_case(tmp_path):
    write(
        tmp_path,
        calls_dot_csv=MANIFEST
        + "C1,x.vtt,2026-01-14,D1,Dana  berg|prospect;Maya Ortiz|vendor;Lou|prospect,,\n",
        x_dot_vtt=ZOOM.format("No."),
    )
    (call,) = read_calls(tmp_path)
    assert [(p.name, p.role) for p in call.parties] == [
        ("Maya Ortiz", "vendor"),
        ("Dana Berg", "prospect"),
        ("Lou", "prospect"),
    ]


def test_rows_and_files_that_have_no_counterpart(tmp_path):
    write(
        tmp_path,
        calls_dot_csv=MANIFEST
        + "C1,calls/x.vtt,2026-01-14,,Maya|boss,,\nC2,calls/gone.vtt,2026-01-15,,,,\n"
        + "C3,calls/e.csv,,,,,7\nC4,calls/e.csv,someday,,,,99\n",
        calls__x_dot_vtt=ZOOM.format("No."),
        calls__y_dot_vtt=ZOOM.format("Never."),
        calls__e_dot_csv=EXPORT + "7,Acme,2026-01-16,Too dear\n8,Berg,2026-01-17,We wait\n",
    )
    reading = read_calls(tmp_path / "calls")
    assert {call.source: call.call_id for call in reading if call.call_id in ("C1", "C3")} == {
        "x.vtt": "C1",
        "e.csv#7": "C3",
    }
    assert {call.source for call in reading} == {"e.csv#7", "e.csv#8", "x.vtt", "y.vtt"}
    assert [(problem.source, problem.place, problem.reason) for problem in reading.problems] == [
        ("calls.csv", "row 2", "'boss' is no side"),
        ("calls.csv", "row 5", "'someday' is no date"),
        ("calls.csv", "row 3", "it names calls/gone.vtt, which is not there"),
        ("calls.csv", "row 5", "calls/e.csv has no call for this row (source_id 99)"),
    ]


def test_a_crm_export_named_like_a_manifest_is_an_export(tmp_path):
    write(tmp_path, calls_dot_csv=EXPORT + "7,Acme,2026-01-16,Too dear\n")
    assert [call.source for call in read_calls(tmp_path)] == ["calls.csv#7"]


def test_a_call_about_a_licence_is_a_call_and_a_licence_is_none(tmp_path):
    write(tmp_path, **{"licence renewal_dot_txt": "- too dear\n", "LICENSE_dot_txt": "MIT\n"})
    reading = read_calls(tmp_path)
    assert [call.source for call in reading] == ["licence renewal.txt"]
    assert [problem.source for problem in reading.problems] == ["LICENSE.txt"]


def test_what_nobody_sees_is_not_read(tmp_path):
    said = "It is \x1b]0;owned\x07too \u202edear, De\u00adna says.\u200b"
    files = {"a_dot_vtt": ZOOM.format(said), "b_dot_txt": f"- {said}\n"}
    files["c_dot_csv"] = f'{EXPORT}9,Re\u00adnewal,2026-01-14,"{said}"\n'
    calls = read_calls(write(tmp_path, **files))
    assert {call.turns[-1].text for call in calls} == {"It is ]0;ownedtoo dear, Dena says."}
    assert calls[-1].title == "Renewal"


def test_a_date_in_a_files_name_serves_where_nothing_else_does(tmp_path):
    write(tmp_path, **{"2026-01-14_acme_dot_txt": "- too dear\n"})
    assert read_calls(tmp_path)[0].date == date(2026, 1, 14)


def test_what_is_known_is_left_out_and_what_is_new_is_read(tmp_path):
    write(
        tmp_path,
        a_dot_vtt=ZOOM.format("No."),
        b_dot_txt="- too dear\n",
        c_dot_csv=EXPORT + "7,Acme,2026-01-16,Too dear\n",
        empty_dot_vtt="",
    )
    first = read_calls(tmp_path)
    again = read_calls(tmp_path, known=first.digests)
    assert (len(first), len(again), again.n_unchanged) == (3, 0, 4)
    assert (again.digests, again.problems) == (first.digests, first.problems)
    write(tmp_path, b_dot_txt="- too dear\n- and late\n", d_dot_txt="- new\n")
    third = read_calls(tmp_path, known=first.digests)
    assert [call.source for call in third] == ["b.txt", "d.txt"]
    assert third.n_unchanged == 3


def test_a_new_manifest_row_renews_only_its_own_call(tmp_path):
    files = {"a_dot_vtt": ZOOM.format("No."), "b_dot_vtt": ZOOM.format("Never.")}
    write(tmp_path, calls_dot_csv=MANIFEST + "C1,a.vtt,2026-01-14,D1,,,\n", **files)
    first = read_calls(tmp_path)
    write(
        tmp_path, calls_dot_csv=MANIFEST + "C2,b.vtt,2026-01-15,D2,,,\nC1,a.vtt,2026-01-14,D1,,,\n"
    )
    again = read_calls(tmp_path, known=first.digests)
    assert [(call.source, call.call_id, call.deal_id) for call in again] == [("b.vtt", "C2", "D2")]


def gong(call_id: str, said: str) -> str:
    sentences = [{"start": 0, "text": said}]
    call = {"callId": call_id, "transcript": [{"speakerId": "1", "sentences": sentences}]}
    return json.dumps({"callTranscripts": [call]})


def details(*call_ids: str) -> str:
    party = {"speakerId": "1", "name": "Dana Berg", "affiliation": "External"}
    calls = [
        {"metaData": {"id": each, "started": "2026-01-14"}, "parties": [party]} for each in call_ids
    ]
    return json.dumps({"calls": calls})


def test_a_new_companion_renews_only_the_calls_it_speaks_of(tmp_path):
    write(
        tmp_path,
        a_dot_json=gong("1", "No."),
        b_dot_json=gong("2", "Never."),
        meta__x_dot_json=details("1"),
    )
    first = read_calls(tmp_path)
    assert [call.turns[0].speaker for call in first] == ["Dana Berg", "1"]
    assert [problem.source for problem in first.problems] == ["b.json"]
    write(tmp_path, meta__x_dot_json=details("1", "2"))
    again = read_calls(tmp_path, known=first.digests)
    assert [(call.source, call.turns[0].speaker) for call in again] == [("b.json", "Dana Berg")]
    assert not again.problems


def test_a_record_in_two_exports_is_read_once_and_reported(tmp_path):
    write(tmp_path, jan_dot_csv=EXPORT + "7,Acme,2026-01-16,Too dear\n")
    first = read_calls(tmp_path)
    write(
        tmp_path, spring_dot_csv=EXPORT + "7,Acme,2026-01-16,Too dear\n8,Berg,2026-02-17,We wait\n"
    )
    again = read_calls(tmp_path, known=first.digests)
    assert [call.source for call in again] == ["spring.csv#8"]
    (problem,) = again.problems
    assert (problem.source, problem.place) == ("spring.csv", "row 2")
    assert problem.reason == "record 7 is in jan.csv#7 already, which is kept"
    (tmp_path / "jan.csv").unlink()
    assert len(read_calls(tmp_path, known=again.digests)) == 2


def test_one_call_id_for_two_files_keeps_the_first(tmp_path):
    rows = "C1,b.vtt,2026-01-14,,,,\nC1,a.vtt,2026-01-15,,,,\n"
    write(
        tmp_path,
        calls_dot_csv=MANIFEST + rows,
        a_dot_vtt=ZOOM.format("No."),
        b_dot_vtt=ZOOM.format("Yes."),
    )
    reading = read_calls(tmp_path)
    assert [call.source for call in reading] == ["a.vtt"]
    assert "call C1 is in a.vtt already" in str(reading.problems[0])


BAD = {
    "empty.vtt": (b"", "it is empty"),
    "blank.txt": (b" \n\n", "it is empty"),
    "silent.vtt": (b"WEBVTT\n\nNOTE nobody\n", "nothing is said in it"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "it is not text"),
    "cut.json": (b'{"callTranscripts": [\n{"callId": "1", "tran', "it is not whole JSON"),
    "deep.json": (b"[" * 100_000, "is too deep"),
    "long.json": (b"9" * 5000, "too long"),
    "other.json": (b'{"name": "x"}', "no list of what was said"),
    "wrong.csv": (b"a,b\n1,2\n", "no export of calls or notes; its columns are a, b"),
    "headless.csv": (b",,\n1,2,3\n", "it has no header row"),
    "body.eml": (b"\n\nno headers", "no e-mail headers"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_reason_and_remedy_and_stops_nothing(tmp_path, name):
    data, reason = BAD[name]
    write(tmp_path, good_dot_txt="- too dear\n")
    (tmp_path / name).write_bytes(data)
    reading = read_calls(tmp_path)
    assert [call.source for call in reading] == ["good.txt"]
    (problem,) = reading.problems
    assert problem.source == name
    assert reason in problem.reason
    assert problem.remedy
    assert "\n" not in str(problem)


def test_a_line_is_named_where_json_breaks_off(tmp_path):
    write(tmp_path, cut_dot_json='{"a": 1,\n"b": ')
    assert read_calls(tmp_path).problems[0].place == "line 2"


def test_where_nothing_can_be_read_it_is_said(tmp_path):
    write(tmp_path, gong__calls_dot_json=details("1"))
    with pytest.raises(NothingToRead, match="only what belongs to them"):
        read_calls(tmp_path / "gong")
    shutil.rmtree(tmp_path / "gong")
    with pytest.raises(InputError, match="does not exist"):
        read_calls(tmp_path / "nowhere")
    with pytest.raises(NothingToRead, match="holds no calls"):
        read_calls(tmp_path)
    write(tmp_path, deck_dot_pptx="x")
    with pytest.raises(NothingToRead, match=r"not read from \.pptx files"):
        read_calls(tmp_path / "deck.pptx")


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_any_bytes_are_read_or_refused(tmp_path_factory, suffix):
    folder = tmp_path_factory.mktemp("any")

    @settings(max_examples=60, deadline=None)
    @given(
        st.binary(max_size=200)
        | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
    def check(data: bytes) -> None:
        (folder / f"x{suffix}").write_bytes(data)
        reading = read_calls(folder)
        assert bool(reading) != bool(reading.problems) or suffix in (".csv", ".tsv")
        assert reading.digests.keys() == {f"x{suffix}"}

    check()


HEADS = {
    ".json": [
        b'{"callTranscripts": ',
        b'{"turns": [{"speaker": "a", "text": "b", "start": ',
        b"[",
        b'{"calls": ',
    ],
    ".csv": [b"id,notes,date\n", MANIFEST.encode()],
    ".vtt": [
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n",
        b"WEBVTT\n\n1\n",
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v ",
    ],
    ".eml": [
        b"From: ",
        b"From: a@b.c\nTo: ",
        b"From: a@b.c\nContent-Type: ",
        b"From: a@b.c\n\nOn Monday, ",
    ],
    ".txt": [b"Maya: hi\nDana: no\nMaya: ", b"Maya 0:01\nhi\nDana 0:02\n", b"- too dear\n"],
}
signs = st.text('a1:,;"<>{}[]()\n\r\t-@. \\=?&#é\ud7ff', max_size=60).map(
    lambda text: text.encode()
)


@pytest.mark.parametrize(("suffix", "head"), [(s, head) for s in HEADS for head in HEADS[s]])
def test_a_good_beginning_with_any_end_never_stops_the_run(tmp_path_factory, suffix, head):
    folder = tmp_path_factory.mktemp("ends")

    @settings(max_examples=60, deadline=None)
    @given(signs)
    def check(end: bytes) -> None:
        (folder / f"calls{suffix}").write_bytes(head + end)
        (folder / "good.txt").write_bytes(b"- too dear\n")
        assert "good.txt" in {call.source for call in read_calls(folder)}

    check()
