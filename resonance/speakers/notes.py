"""Whose words a typed note reports.

A rep types what the prospect said, and between the lines what they did themselves: "told her
20 %", "TODO me: revised quote". What is plainly the rep's becomes the vendor's, all else the
prospect's: a sentence kept too many is weighed again later, one thrown away is lost. Lines are
cut only at their ends, so that what belongs together stays together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from resonance.records import Call, Role, Turn
from resonance.speakers.people import same_person

_BREAK = re.compile(
    r"""  (?<=[.!?])["”']?\s+
        | \s+(?=(?:[-=]>|→)\s)
        | \s+(?=(?:next|todo|to-do|action)\b[^.,]{0,12}:)""",
    re.VERBOSE | re.IGNORECASE,
)
_START = r"(?:(?:[-=]>|→)\s*)?"
# The rep's own: a plan, "I", or something done to the other side.
_OWN = re.compile(
    _START
    + r"""(?: (?:to-?do|next(?:\ steps?)?|actions?(?:\ items?)?|follow-?\ ?ups?|f/?u|gut|my\ \w+)\b
              \s*\w*\s*[:=]
            | (?:i|i'?ll|i'?ve|i'?d|i'?m)\s
            | (?:told|showed|sent|gave|offered|pitched|promised|assured|reminded|quoted|walked)
              \s+(?:her|him|them|both|all|everyone)\b(?!\s+own)
            | (?:sending|will\ send|to\ send|follow(?:ing)?\ up|call(?:ing)?\ back|circle\ back
              |closing|diari[sz]e|revisit|put\ (?:\w+\ )?in\ nurture|leave\ (?:it\ )?(?:til|until))
              \b(?!\s+(?:us|me|our)\b)
          )""",
    re.VERBOSE | re.IGNORECASE,
)
# The rep's own only where nothing else stands in the line.
_PERHAPS_OWN = re.compile(
    _START
    + r"""(?: we\b(?!\s+(?:lost|paid|got|had|were|was))
            | (?:told|showed|sent|gave|offered|pitched|send|ping|book|schedule|loop\ in|prep)\b
              (?!.{0,30}\b(?:us|me)\b)
            | call\ (?:him|her|them|again|in|on|next)\b
          )""",
    re.VERBOSE | re.IGNORECASE,
)
_SHE_SAID = re.compile(r"\b(?:she|he|they)\s+(?:said|says?|asked|wants?|wrote)\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"(?P<who>[^\W\d_][\w'’.-]*)(?::|\s+(?:says?|said|wants?|thinks?|asks?|asked|needs?|still|likes?|"
    r"loves?|hates?|doesn'?t|won'?t|feels|worries|picked|wrote|told|gave|has|is|was)\b)"
)
_PRONOUN = re.compile(r"(?:s?he|they|her|his|their|also|and|but|so|it|this|that|there|q|a)$", re.I)
_QUESTION = re.compile(r"q\s*[:.)]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"(?:^|\s)a\s*[:.)]\s*", re.IGNORECASE)
_THEY = re.compile(r"\b(?:she|he|they|her|him|them|their|his)\b", re.IGNORECASE)
_WE = re.compile(r"\W*(?:we|our|yes|no|yep|nope|told|said\ (?:yes|no|we))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    at_start: re.Pattern[str]


def attribute(call: Call, ours: Iterable[str]) -> Call:
    """The note with its turns cut where it passes from the prospect's words to the rep's own.

    `ours` are the names of vendor's people known from any call. `speaker` becomes the party
    that a turn reports, "" where that is not clear.
    """
    prospects = [party.name for party in call.parties if party.role == "prospect"]
    theirs = {word for name in prospects for word in same_person(name).split()}
    ours = [name for name in ours if not theirs & set(same_person(name).split())]
    letters = _letters(party.name for party in call.parties)
    reported, vendors = _people(prospects, letters), _people(ours, letters)
    turns: list[Turn] = []
    for turn, asked in zip(call.turns, _questions(call.turns), strict=True):
        pieces = [(turn.text, asked)] if asked else _cut(turn.text, vendors)
        for text, role in pieces:
            who = _reported(text, reported) if role == "prospect" else ""
            turns.append(replace(turn, text=text, speaker=who, speaker_role=role))
    return replace(call, turns=tuple(turns))


def _cut(text: str, vendors: Sequence[_Person]) -> list[tuple[str, Role]]:
    """A block, cut in up to three: the rep's own at its start and end, the prospect's between."""
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    parts = [text[a:b].strip() for a, b in pairwise([*starts, len(text)])]
    own, perhaps = [], []
    for start, part in zip(starts, parts, strict=True):
        is_quoted = text[:start].count('"') % 2 == 1 or part.startswith(('"', "“"))
        own.append(not is_quoted and _is_own(part, vendors))
        perhaps.append(own[-1] or (not is_quoted and bool(_PERHAPS_OWN.match(part))))
    if all(perhaps):
        return [(text, "vendor")]
    first = own.index(False)
    last = len(own) - own[::-1].index(False)
    cuts = [0, starts[first], starts[last] if last < len(starts) else len(text), len(text)]
    roles: tuple[Role, ...] = ("vendor", "prospect", "vendor")
    pieces = [(text[a:b].strip(), role) for (a, b), role in zip(pairwise(cuts), roles, strict=True)]
    return [(piece, role) for piece, role in pieces if piece]


def _is_own(part: str, vendors: Sequence[_Person]) -> bool:
    if _SHE_SAID.search(part):
        return False
    return bool(_OWN.match(part)) or any(person.at_start.match(part) for person in vendors)


def _letters(names: Iterable[str]) -> dict[str, str]:
    """The first letters that stand for one person alone in this call, by name."""
    firsts = {name: name[0].upper() for name in names if name}
    return {name: c for name, c in firsts.items() if list(firsts.values()).count(c) == 1}


def _people(names: Iterable[str], letters: Mapping[str, str]) -> list[_Person]:
    """How a note begins when it says what each of them said: by name, first name or initials.

    `letters` are the single ones that tell; "I" and "A" do so only before a colon.
    """
    people = []
    for name in sorted(set(names)):
        own = name.split()
        if not own:
            continue
        forms = {name, own[0], own[-1]} if len(own) > 1 else {name}
        form = "|".join(map(re.escape, sorted(forms, key=lambda f: (-len(f), f))))
        begins = rf"(?i:{form})\b(?!['’]s\b)"
        if len(own) > 1:
            begins += rf"|{re.escape(own[0][0] + own[-1][0]).upper()}\b(?!['’]s\b)"
        if letter := letters.get(name):
            begins += rf"|{letter}(?=:)" if letter in "AI" else rf"|{letter}(?=:|\s[a-z])"
        people.append(_Person(name, re.compile(rf"\W*(?:{begins})")))
    return people


def _reported(text: str, prospects: Sequence[_Person]) -> str:
    """The prospect whom a piece begins with; else the only one, unless it names another."""
    named = [person.name for person in prospects if person.at_start.match(text)]
    if len(named) == 1:
        return named[0]
    other = _SOMEBODY.match(text)
    if named or len(prospects) != 1 or (other and not _PRONOUN.match(other["who"])):
        return ""
    return prospects[0].name


def _questions(turns: Sequence[Turn]) -> list[Role | None]:
    """For the lines of "Q: … A: …" whose they are; None for all other lines.

    The prospect asks where the question says "they", as a rep writes of them, or where the
    answer is ours; otherwise the rep asked and the answer is the prospect's.
    """
    roles: list[Role | None] = [None] * len(turns)
    for row, (turn, below) in enumerate(pairwise([*turns, Turn("", "")])):
        if not _QUESTION.match(turn.text):
            continue
        asked, mark, answer = turn.text, _ANSWER.search(turn.text, 2), ""
        if mark:
            asked, answer = turn.text[: mark.start()], turn.text[mark.end() :]
        elif _ANSWER.match(below.text):
            answer = _ANSWER.sub("", below.text, count=1)
        theirs = bool(_THEY.search(asked) or _WE.match(answer)) and not _THEY.search(answer)
        roles[row] = "prospect" if mark or theirs else "vendor"
        if not mark and answer:
            roles[row + 1] = "vendor" if theirs else "prospect"
    return roles
