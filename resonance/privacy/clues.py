"""What around a word says that it names a person, or that it does not."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from resonance.privacy.entities import Entity, label_at
from resonance.privacy.known import Known
from resonance.privacy.lexicon import Lexicon
from resonance.privacy.words import opens_sentence, words_of

PLACES = ("GPE", "LOC", "FAC")

_NAME_SHAPE = re.compile(r"(?:[A-Z][a-z']+){1,2}(?:-[A-Z]?[a-z]+)?")
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam)\.?\s+$", re.IGNORECASE)
_WHERE_THINGS_STAND = re.compile(
    r"\b(?:in|on|into|onto|inside|within|via|through|using|an?|the|our|your|my|their|its|this|that|"
    r"another|every|no|some|any)\s+$",
    re.IGNORECASE,
)
_WHERE_PLACES_STAND = re.compile(
    r"\b(?:in|near|across|around|outside|inside|into|within|throughout)\s+$", re.IGNORECASE
)
_JOB = (
    r"(?:c[efoistr]o|ctrlr|controller|comptroller|treasurer|director|dir|[se]?vp|avp|president|"
    r"mgr|manager|owner|founder|head\sof|chief|chair(?:man|woman|person)?|analyst|accountant|"
    r"bookkeeper|clerk|assistant|buyer|counsel|attorney|engineer|architect|coordinator|"
    r"supervisor|superintendent|principal|dean|secretary|fd|dof|infosec|gm)"
)
_KIN = (
    r"(?:boss|wife|husband|son|daughter|cousin|brother|sister|mother|father|uncle|aunt|nephew|"
    r"niece|colleague|friend|neighbou?r|predecessor|successor)"
)
_JOB_NEXT = re.compile(
    rf"\s*\(\s*(?:\w+\s){{0,2}}{_JOB}\b|,\s(?:\w+\s){{0,2}}{_JOB}\s*(?:[,;.)]|$)"
    rf"|\s(?:is|was)\s(?:our|my|the|their|his|her)\s(?:\w+\s)?(?:{_JOB}|{_KIN})\b",
    re.IGNORECASE,
)
_JOB_BEFORE = re.compile(
    rf"\b(?:(?:{_JOB}|{_KIN}|lead)\s*\(|(?:guys?|folks|people|someone|somebody)\slike\s"
    rf"|(?:my|our|his|her|their|the)\s(?:\w+\s)?(?:{_JOB}|{_KIN})\s)$",
    re.IGNORECASE,
)
_AT_A_DESK = re.compile(
    r"\s(?:in|from)\s(?:the\s)?(?:receiving|accounting|finance|purchasing|procurement|ops|"
    r"operations|accounts|payroll|treasury|audit|tax|legal|sales|marketing|support|security|"
    r"compliance|engineering|facilities|logistics|shipping|production|it|ap|ar|hr|qa|"
    r"(?:my|our|his|her|their)\s(?:group|team|office|shop|department))\b"
)
_AS_PEOPLE_DO = re.compile(
    rf",?\swho(?:'s|'d)?\s|\stells\s(?:me|us)\b|'s\s(?:{_KIN}|kids?|desk|signature|initials)\b"
)
_FULL_NAME_BEFORE = re.compile(r"\b[A-Z][a-z]+\s$")
_JOB_RIGHT_AFTER = re.compile(rf"\s(?:\w+\s)?{_JOB}\s*[,;:.)(]", re.IGNORECASE)
_PERSON = r"\[(?:person|prospect|vendor|speaker)-\d+\]"
_PERSON_NEXT = re.compile(rf"\s{_PERSON}(?=\s*[,;:.(\n–—-]|$)|\s?[+&]\s?{_PERSON}")
_PERSON_BEFORE = re.compile(rf"{_PERSON}\s?[+&]\s?$")
_FIRST_NAME_BEFORE = re.compile(r"\[person-\d+\]\s$")
_NAME_ENDS = re.compile(r"\s*(?:[,;:.()\n–—-]|$)")
_SAYS = (
    r"(?:said|says?|told|tells|asked|asks|wants?|wanted|thinks?|thought|needs?|likes?|loves?|knows|"
    r"agreed|agrees|mentioned|wrote|feels?|felt|joined|joins|approves?|signs?|signed)"
)
_SAYS_NEXT = re.compile(rf"\s*:|\s+{_SAYS}\b", re.IGNORECASE)
# What may follow a name that opens a sentence, where a verb or noun of the same spelling would
# go on differently: "Mark, ...", "Mark's", "Mark said", "Mark is"; not "Mark it", "Grace period".
_AS_NAMES_GO_ON = re.compile(
    rf"'s\b|\s*(?:[,!?.:;–—&+]|$)|\s+(?:{_SAYS}|and|is|was|has|had|can|could|will|would|should|"
    r"might|does|did|\w+n'?t|also|just|here|from)\b",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"\b(?:in|by|of|on|until|til|till|since|next|last|this|early|late|mid|from|to|thru|through|"
    r"before|after|for|every|each|around|come|\d+(?:st|nd|rd|th)?)[\s-]$",
    re.IGNORECASE,
)
_TIME_NEXT = re.compile(
    r"\s+(?:\d|of\b|the\s\d|at\b|or\s(?:\w+ember|\w+uary|\w+day)\b)|\s*[-/–]\s*\w"
)
_ACTS_NEXT = re.compile(r"\s+[a-z]{3,}(?:s|ed)\b|'s\b|,\s")
_WHEN = re.compile(r"\b(?:when|if|until|til|till|after|before|once|because|bc|and|but)\s+$", re.I)
_TIMES = frozenset(
    word.lower()
    for word in (
        *(*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr),
        *("Easter", "Christmas", "Halloween", "Valentine"),
    )
)
_ONE_NAME = re.compile(r"\s(?:[A-Z]\.\s)?")


@dataclass(frozen=True, slots=True)
class Heard:
    """Words in no list that name people in these texts, in lower case.

    `sure` ones are no words of the language; `wordlike` ones are, and by those in `first`
    people go: not by a surname that only a title gave away.
    """

    sure: frozenset[str]
    wordlike: frozenset[str]
    first: frozenset[str]


def overhear(
    texts: Sequence[str], entities: Sequence[Sequence[Entity]], known: Known, lexicon: Lexicon
) -> Heard:
    """Names that a title, a first name, a job or a desk beside them gives away.

    Also those which the recogniser reads as a person at least every second time, unless they
    stand where things stand ("in Corvant", "the Corvant") as often as not.
    """
    told: set[str] = set()
    titled: set[str] = set()
    seen, as_person, as_thing = Counter[str](), Counter[str](), Counter[str]()
    for text, found in zip(texts, entities, strict=True):
        before: re.Match[str] | None = None
        for match in words_of(text):
            word, (start, end) = match[0].lower(), match.span()
            if _NAME_SHAPE.fullmatch(match[0]) and len(word) > 2 and word not in known.sure:
                if is_given_away(text, start, end, lexicon) or (
                    before and follows_first_name(text, before, match, known, lexicon)
                ):
                    (titled if is_titled(text, start) else told).add(word)
                seen[word] += 1
                as_person[word] += reads_as_person(text, start, end, found)
                as_thing[word] += bool(_WHERE_THINGS_STAND.search(text[:start]))
            before = match
    likely = {w for w, n in seen.items() if 2 * as_person[w] >= n and 2 * as_thing[w] < n}
    heard = told | titled
    sure = {word for word in heard | likely if not lexicon.is_word(word)}
    wordlike = heard & (lexicon.words_too | lexicon.surnames) - sure
    return Heard(frozenset(sure), frozenset(wordlike), frozenset(wordlike & told))


def is_given_away(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """ "Mrs. Alder", "her boss (Per, CFO", "Suki from receiving", "Gus + [person-1]"."""
    before = text[max(0, start - 60) : start]
    if is_titled(text, start) or _JOB_BEFORE.search(before) or _PERSON_BEFORE.search(before):
        return True
    word = text[start:end].lower()
    if opens_sentence(text, start) and lexicon.is_word(word) and word not in lexicon.popular:
        return False  # "Guess who", "So [prospect-1], ..."
    return bool(
        (_FIRST_NAME_BEFORE.search(before) and _NAME_ENDS.match(text, end))
        or (_FULL_NAME_BEFORE.search(before) and _JOB_RIGHT_AFTER.match(text, end))
        or any(p.match(text, end) for p in (_JOB_NEXT, _AT_A_DESK, _AS_PEOPLE_DO, _PERSON_NEXT))
    )


def follows_first_name(
    text: str, before: re.Match[str], match: re.Match[str], known: Known, lexicon: Lexicon
) -> bool:
    """ "Henry Schultz", but not "Henry Dental", nor a word after the name of one we know."""
    first, word = before[0].lower(), match[0].lower()
    return bool(
        first in lexicon.names
        and first not in known.owners
        and before[0][0].isupper()
        and _NAME_SHAPE.fullmatch(match[0])
        and _ONE_NAME.fullmatch(text[before.end() : match.start()])
        and word not in _TIMES
        and (word in lexicon.surnames or not lexicon.is_word(word))
    )


def reads_as_person(text: str, start: int, end: int, entities: Sequence[Entity]) -> bool:
    """The recogniser says so, and at a sentence's opening the grammar does not say otherwise."""
    if label_at(entities, start) != "PERSON":
        return False
    return not opens_sentence(text, start) or bool(_ACTS_NEXT.match(text, end))


def is_titled(text: str, start: int) -> bool:
    return bool(_TITLED.search(text[:start]))


def is_in_place(text: str, start: int, entities: Sequence[Entity]) -> bool:
    """ "in Austin": a town, though people bear its name."""
    return label_at(entities, start) in PLACES and bool(_WHERE_PLACES_STAND.search(text[:start]))


def acts(text: str, start: int, end: int) -> bool:
    """Whether a word in lower case does what people do: "mark says", "when vane retires"."""
    when = _WHEN.search(text[:start]) and _ACTS_NEXT.match(text, end)
    return bool(when or says(text, end))


def does(text: str, end: int) -> bool:
    """Whether a verb may follow a word: "April runs", "Mark's", "Will, ..."."""
    return bool(_ACTS_NEXT.match(text, end))


def says(text: str, end: int) -> bool:
    return bool(_SAYS_NEXT.match(text, end))


def is_time(text: str, start: int, end: int) -> bool:
    """Whether a month or a day stands for itself: "in May", "June 5"; not "ask June"."""
    return text[start:end].lower() in _TIMES and bool(
        _TIME_BEFORE.search(text[max(0, start - 20) : start]) or _TIME_NEXT.match(text, end)
    )


def is_not_the_word(
    text: str, start: int, end: int, label: str, *, is_common: bool, is_popular: bool
) -> bool:
    """Whether a capitalised word that is a name too is the name: "ask Mark", not "Mark it".

    `label` is the recogniser's; `is_common` says that it is an everyday word, `is_popular` that
    it is a name of many.
    """
    opens = opens_sentence(text, start)
    if text[start:end].lower() in _TIMES or (is_popular and is_common and opens):
        return label == "PERSON" and goes_on_as_name(text, end) and not is_time(text, start, end)
    if is_popular and not opens:
        return label not in ("DATE", "TIME", "ORG", "PRODUCT", *PLACES)
    return label == "PERSON" and (not (is_common and opens) or goes_on_as_name(text, end))


def goes_on_as_name(text: str, end: int) -> bool:
    """Whether a sentence that opens with this word goes on as it does after a name."""
    return bool(_AS_NAMES_GO_ON.match(text, end))
