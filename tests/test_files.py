"""Files below a folder, and their text whatever its encoding."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resonance.errors import InputError
from resonance.sources.files import Reading, SourceFile, decode, digest, find, read_each

# Readable text: no control signs and no lone surrogates, as a person types it.
typed = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"))
EUROPEAN = "Zu teuer für uns – “naïve” café, £5, señor. That is what they said about our price."


@given(typed)
def test_what_was_typed_in_utf_8_comes_back(text):
    assert decode(text.encode("utf-8-sig")) == text
    if not text.startswith("\ufeff"):
        assert decode(text.encode("utf-16")) == text


@given(typed.filter(lambda text: "\ufffd" not in text and not text.startswith("\ufeff")))
def test_utf_8_needs_no_mark(text):
    assert decode(text.encode("utf-8")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_note_reads_the_same_in_every_encoding_that_offices_write(encoding):
    assert decode(EUROPEAN.encode(encoding)) == EUROPEAN


@given(typed)
def test_line_ends_of_windows_and_old_macs_are_line_ends(text):
    assert decode(text.replace("\n", "\r\n").encode("utf-8-sig")) == text
    assert decode(text.replace("\n", "\r").encode("utf-8-sig")) == text


def test_one_broken_byte_does_not_garble_the_rest_of_a_note():
    data = EUROPEAN.encode() + b"\xff the end"
    assert decode(data) == EUROPEAN + "\ufffd the end"


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\x00h\x00\x00\x00")
@example(b"\xff\xfeh\x00i")
@example(b"\x81\x8d\x8f")
def test_any_bytes_are_text_or_said_to_be_none(data):
    try:
        text = decode(data)
    except InputError:
        return
    assert "\r" not in text


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", b"PK\x03\x04\x14\x00\x06\x00"]
)
def test_a_picture_and_a_zip_are_not_text(data):
    with pytest.raises(InputError, match="not text"):
        decode(data)


def test_hidden_files_and_office_locks_are_not_found(tmp_path: Path):
    for name in ("b/note.txt", "a.vtt", ".DS_Store", ".git/config.txt", "~$draft.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [file.source for file in find(tmp_path)] == ["a.vtt", "b/note.txt"]
    assert find(tmp_path / "a.vtt") == [SourceFile(tmp_path / "a.vtt", "a.vtt")]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="nowhere does not exist"):
        find(tmp_path / "nowhere")


@given(st.lists(st.binary(max_size=20), max_size=4), st.lists(st.binary(max_size=20), max_size=4))
def test_a_digest_tells_the_parts_apart(one, other):
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_file_that_cannot_be_read_never_stops_the_rest(tmp_path: Path):
    def read(file: SourceFile) -> list[str]:
        if file.source == "bad":
            raise InputError("it is empty; Export it again.")
        return [file.source]

    items, problems = read_each([SourceFile(tmp_path / n, n) for n in ("a", "bad", "c")], read)
    assert items == ["a", "c"]
    assert [str(problem) for problem in problems] == ["bad: it is empty. Export it again."]


def test_a_reading_is_a_sequence():
    reading = Reading(("a", "b"))
    assert (len(reading), reading[0], list(reading), reading[:1]) == (2, "a", ["a", "b"], ("a",))
