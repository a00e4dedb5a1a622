"""Blocks → passages that fit the encoder's window, with nothing left out.

A passage never crosses a heading. Short paragraphs under one heading are joined until they are
worth comparing with a quote; long ones are cut between sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from resonance.records import Passage
from resonance.sources.assets.blocks import Block, one_line
from resonance.sources.text import visible

MIN_WORDS = 40  # shorter ones are joined to the next under the same heading
MAX_WORDS = 120  # longer ones are cut
MAX_CHARS = 1500  # what has no spaces is cut by length; a huge "word" is one word piece, and unread
HEADING_SHARE = 4  # a heading of more than a quarter of the window is a paragraph in large type

# The look back keeps a row of a thousand dots from being tried from each of them.
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(\s+)(?=[\"'“‘(\[]*[^\W_a-z])|[。！？]")
ABBREVIATION = re.compile(
    r"(\b(mr|mrs|ms|dr|prof|st|inc|ltd|corp|co|vs|no|approx|fig|e\.g|i\.e|etc)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)


class Ruler(Protocol):
    """What measures texts in the encoder's word pieces; `Encoder` is one."""

    model: str

    @property
    def max_tokens(self) -> int: ...

    def n_tokens(self, texts: Sequence[str]) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    blocks: list[Block]


def cut(blocks: Sequence[Block], title: str, ruler: Ruler) -> tuple[Passage, ...]:
    """Cut a file's blocks into passages, in order.

    Every word of every block is in a passage's text or heading, or in `title`. A passage's
    heading and text together fit `ruler.max_tokens`.
    """
    passages: list[Passage] = []
    for section in _sections(list(_cleaned(blocks)), title, ruler):
        pieces = [p for block in section.blocks for p in _pieces(block, section.heading, ruler)]
        passages += [
            Passage(
                "\n".join(p.text for p in group), section.heading, group[0].place, group[0].line
            )
            for group in _joined(pieces, section.heading, ruler)
        ]
    return tuple(passages)


def _cleaned(blocks: Sequence[Block]) -> Iterator[Block]:
    """Without rules and stray bullets, which have no letter or figure."""
    for block in blocks:
        text = visible(block.text).strip(" ")
        if any(character.isalnum() for character in text):
            yield replace(block, text=text)
        elif block.level:
            yield replace(block, text="")


def _heads(blocks: list[Block], ruler: Ruler) -> list[bool]:
    """Which headings are headings: not too long for one, and with text under them."""
    longest = ruler.max_tokens // HEADING_SHARE
    heads: list[bool] = []
    text_follows = [False] * 7  # by level: is there text before the next heading as high?
    for block in reversed(blocks):
        is_short = not block.level or ruler.n_tokens([one_line(block.text)])[0] <= longest
        heads.append(bool(block.level) and text_follows[block.level] and is_short)
        if not block.level:
            text_follows = [True] * 7
        else:  # a heading that heads nothing is text to those above it
            above = [True] * 7 if block.text and not heads[-1] else text_follows
            text_follows = [*above[: block.level], *[False] * (7 - block.level)]
    return heads[::-1]


def _sections(blocks: list[Block], title: str, ruler: Ruler) -> Iterator[_Section]:
    """Text under one heading; headings that follow each other directly are taken together."""
    path: list[Block] = []  # the headings that what comes next stands under
    new: list[Block] = []  # those of them that nothing stands under yet
    section = _Section("", [])
    for block, heads in zip(blocks, _heads(blocks, ruler), strict=True):
        if block.level:
            path = [above for above in path if above.level < block.level]
        if heads:
            path.append(block)
            new.append(block)
            continue
        if not block.text:  # a blank heading over nothing
            continue
        if new or (block.level and _name(path) != section.heading):
            if section.blocks:
                yield section
            section = _open_section(new, title, ruler) if new else _Section(_name(path), [])
            new = []
        section.blocks.append(replace(block, level=0))
    if section.blocks:
        yield section


def _name(path: list[Block]) -> str:
    return one_line(path[-1].text) if path else ""


def _open_section(new: list[Block], title: str, ruler: Ruler) -> _Section:
    outer = [b for b in new[:-1] if b.text and _name([b]).casefold() != title.casefold()]
    heading = " – ".join(_name([b]) for b in (*outer, new[-1]) if b.text)
    if ruler.n_tokens([heading])[0] <= ruler.max_tokens // HEADING_SHARE:
        return _Section(heading, [])
    return _Section(_name(new), [replace(b, level=0) for b in outer])


def _pieces(block: Block, heading: str, ruler: Ruler) -> list[Block]:
    """The block on one line, or cut between sentences into parts of about equal length."""
    whole = replace(block, text=one_line(block.text))
    n_words = len(whole.text.split())
    if _fits(heading, whole.text, ruler):
        return [whole]
    share = n_words / -(-n_words // MAX_WORDS)
    pieces: list[Block] = []
    for sentence in _sentences(block):
        for part in _halves(sentence, heading, ruler):
            together = f"{pieces[-1].text} {part.text}" if pieces else ""
            # Half a sentence over the share is nearer to it than half a sentence under.
            n_together = len(together.split()) - len(part.text.split()) / 2
            if together and n_together <= share and _fits(heading, together, ruler):
                pieces[-1] = replace(pieces[-1], text=together)
            else:
                pieces.append(part)
    return pieces


def _sentences(block: Block) -> Iterator[Block]:
    """Each sentence on one line, with the source line it starts on."""
    start, line = 0, block.line
    ends = [m.end() for m in SENTENCE_END.finditer(block.text) if not _abbreviated(block.text, m)]
    for end in [*ends, len(block.text)]:
        raw = block.text[start:end]
        lead = raw[: len(raw) - len(raw.lstrip())].count("\n")
        if raw.strip():
            yield replace(block, text=one_line(raw), line=None if line is None else line + lead)
        line = None if line is None else line + raw.count("\n")
        start = end


def _abbreviated(text: str, end: re.Match[str]) -> bool:
    return ABBREVIATION.search(text[max(0, end.start() - 8) : end.start() + 1]) is not None


def _halves(part: Block, heading: str, ruler: Ruler) -> Iterator[Block]:
    """The part itself, or halves of halves that fit; cut at a space if there is one."""
    text = part.text
    if len(text) < 2 or _fits(heading, text, ruler):
        yield part
        return
    middle = len(text) // 2
    spaces = [at for at in (text.rfind(" ", 1, middle), text.find(" ", middle)) if at > 0]
    at = min(spaces, key=lambda space: abs(space - middle), default=middle)
    yield from _halves(replace(part, text=text[:at].strip()), heading, ruler)
    yield from _halves(replace(part, text=text[at:].strip()), heading, ruler)


def _joined(pieces: list[Block], heading: str, ruler: Ruler) -> list[list[Block]]:
    groups: list[list[Block]] = []
    for piece in pieces:
        if (
            groups
            and _n_words(groups[-1]) < MIN_WORDS
            and _fit_together(groups[-1], [piece], heading, ruler)
        ):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if (
        len(groups) > 1
        and _n_words(groups[-1]) < MIN_WORDS
        and _fit_together(groups[-2], groups[-1], heading, ruler)
    ):
        last = groups.pop()
        groups[-1].extend(last)
    return groups


def _fit_together(first: list[Block], second: list[Block], heading: str, ruler: Ruler) -> bool:
    """Whether two groups make one passage."""
    return _fits(heading, "\n".join(piece.text for piece in [*first, *second]), ruler)


def _n_words(group: list[Block]) -> int:
    return sum(len(piece.text.split()) for piece in group)


def _fits(heading: str, text: str, ruler: Ruler) -> bool:
    """Short enough for a passage, with room for a mark between the two if encoded as a pair."""
    if len(text) > MAX_CHARS or len(text.split()) > MAX_WORDS:
        return False
    return ruler.n_tokens([f"{heading}\n{text}"])[0] < ruler.max_tokens
