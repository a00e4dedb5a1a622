"""Where a passage stands in its file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance.report.regions import find_region


def marked(source, line, text):
    """What of the source is marked."""
    found = find_region(source, line, text)
    lines = source.split("\n")[found.line - 1 : found.end_line]
    lines[-1] = lines[-1][: found.end_column - 1]
    lines[0] = lines[0][found.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "line", "text", "expected"),
    [
        ("One.\n\nIt pays for itself.", 3, "It pays for itself.", "It pays for itself"),
        ("- **It pays** for itself.", 1, "It pays for itself.", "It pays** for itself"),
        ("First one. It pays.\nFor itself.", 1, "It pays. For itself.", "It pays.\nFor itself"),
        (
            '<p class="it">It <a href="/x?pays">pays</a></p>',
            1,
            "It pays",
            'It <a href="/x?pays">pays',
        ),
        ("See [what](/it-pays) it pays.", 1, "what it pays.", "what](/it-pays) it pays"),
        ("It _really_ pays.", 1, "really pays", "really_ pays"),
        ("Caf&eacute; owners pay.", 1, "Café owners pay.", "owners pay"),
        ("Nothing alike.\nNext.", 1, "…", "Nothing alike."),
        ("It pays.\n\nIt pays.", 3, "It pays.", "It pays"),
    ],
)
def test_a_passage_is_marked_from_its_first_word_to_its_last(source, line, text, expected):
    assert marked(source, line, text) == expected


@given(st.text(), st.integers(1, 5), st.text())
def test_every_region_lies_in_the_file(source, line, text):
    lines = source.split("\n")
    line = min(line, len(lines))
    found = find_region(source, line, text)
    assert line <= found.line <= found.end_line <= len(lines)
    assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    assert 1 <= found.end_column <= len(lines[found.end_line - 1]) + 1
    assert (found.line, found.column) <= (found.end_line, found.end_column)
