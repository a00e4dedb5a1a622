"""Typed notes: what a rep wrote down, block by block."""

from __future__ import annotations

import re

from resonance.records import Turn

WRAPPED = 60  # characters; a shorter line was ended on purpose

_BULLET = re.compile(r"(?:[-*•·‣◦▪–—>~+]|\(?\d{1,2}[.)]|\[[ xX]?\])[ \t]+")
_RULE = re.compile(r"[-=_*#~]{3,}")
_HEADING = re.compile(r"#{1,6}[ \t]+")


def read(text: str) -> tuple[Turn, ...]:
    """One turn for each block: a bullet, a line, or lines broken by an editor's margin.

    Nobody speaks in a note, so the speaker is "". Bullet signs and numbers are dropped.
    """
    blocks: list[list[str]] = []
    last = ""  # the line above, "" where nothing can go on from it
    for line in text.split("\n"):
        words = " ".join(line.split())
        if not words or _RULE.fullmatch(words):
            last = ""
            continue
        indented = line[:1] in (" ", "\t")
        if last and _goes_on(last, words, indented):
            blocks[-1].append(words)
        else:
            blocks.append([_bare(words)])
        last = words
    return tuple(Turn("", " ".join(block)) for block in blocks if block[0])


def _goes_on(last: str, words: str, indented: bool) -> bool:
    if _BULLET.match(words) or _HEADING.match(words):
        return False
    if indented and _BULLET.match(last):
        return True
    return len(last) >= WRAPPED and last[-1] not in ".?!:;" and words[0].islower()


def _bare(words: str) -> str:
    for mark in (_HEADING, _BULLET):
        words = mark.sub("", words, count=1) if mark.match(words) else words
    return words
