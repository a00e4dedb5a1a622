"""Personal data out, pseudonyms in.

Speakers become prospect-1, vendor-1, speaker-1 (side unknown), numbered within the call in the
order they appear. In texts a known person becomes "[prospect-1]", anyone else "[person-1]", and
addresses and numbers "[email]", "[phone]", "[address]". Nothing else in a text is changed, and
what is redacted stays as it is when redacted again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.language import Language

from resonance.privacy.contacts import Span, find_contacts
from resonance.privacy.entities import Entity, read_entities
from resonance.privacy.known import Known, learn_names, name_in_address
from resonance.privacy.lexicon import Lexicon, load_lexicon, plain
from resonance.privacy.people import Place, find_people
from resonance.records import Call, Deal, Role

_SIDES: dict[Role, str] = {"prospect": "prospect", "vendor": "vendor", "unknown": "speaker"}
_PERSON = re.compile(r"\[person-(\d+)\]")
_JOIN = re.compile(r"[ \t]+(?:[A-Z]\.?[ \t]+)?|-")


class Redactor:
    """Takes personal data out of calls, one at a time, and out of what was typed of deals.

    nlp : a spaCy pipeline with a named-entity recogniser.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.lexicon = load_lexicon(nlp)

    def redact(self, call: Call) -> Call:
        """The call with pseudonyms for its people, and its texts redacted."""
        pseudonyms = _pseudonyms(call)
        firms = [call.account, call.title]
        firms += [turn.text for turn in call.turns[:1] if call.channel == "note"]
        named = [(pseudonyms[_key(name)], name) for name in _names(call)]
        addresses = [*named, *((pseudonyms.get(_key(p.name), ""), p.email) for p in call.parties)]
        named += [(owner, name_in_address(text, self.lexicon)) for owner, text in addresses]
        known = learn_names(named, firms, self.lexicon)
        said = [turn.text for turn in call.turns]
        beside = [text for party in call.parties for text in (party.title, party.company)]
        prose = _redact([*said, call.title], known, self.lexicon, self.nlp)
        texts = iter([*prose, *_redact(beside, known, self.lexicon)])
        turns = tuple(
            replace(turn, speaker=pseudonyms.get(_key(turn.speaker), ""), text=next(texts))
            for turn in call.turns
        )
        title = next(texts)
        parties = tuple(
            replace(
                party,
                name=pseudonyms.get(_key(party.name), ""),
                email="[email]" if party.email else "",
                title=next(texts),
                company=next(texts),
                speaker_id="",
            )
            for party in call.parties
        )
        return replace(call, turns=turns, title=title, parties=parties)

    def redact_reason(self, deal: Deal, calls: Iterable[Call]) -> Deal:
        """The deal, its typed loss reason redacted; `calls`, not redacted, are its account's."""
        people = [
            name
            for call in calls
            for name in (
                *_names(call),
                *(name_in_address(party.email, self.lexicon) for party in call.parties),
            )
        ]
        known = learn_names([("", name) for name in people], [deal.account], self.lexicon)
        (reason,) = _redact([deal.loss_reason], known, self.lexicon, self.nlp)
        return replace(deal, loss_reason=reason)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _names(call: Call) -> list[str]:
    """Who takes part, each once, in order of appearance: those who speak, then the silent ones."""
    first: dict[str, str] = {}
    for name in (*(turn.speaker for turn in call.turns), *(party.name for party in call.parties)):
        if name.strip():
            first.setdefault(_key(name), name)
    return list(first.values())


def _pseudonyms(call: Call) -> dict[str, str]:
    """Pseudonym of each name, by `_key`."""
    roles = {_key(turn.speaker): turn.speaker_role for turn in call.turns}
    roles |= {_key(party.name): party.role for party in call.parties}
    counts: Counter[str] = Counter()
    pseudonyms = {}
    for name in map(_key, _names(call)):
        side = _SIDES[roles[name]]
        counts[side] += 1
        pseudonyms[name] = f"{side}-{counts[side]}"
    return pseudonyms


def _redact(
    texts: Sequence[str], known: Known, lexicon: Lexicon, nlp: Language | None = None
) -> list[str]:
    """The texts with all that is personal replaced; without entities where no `nlp` is given.

    What is replaced changes how the recogniser reads the words around it, so a changed text is
    read again until nothing more is found: then redacting again finds nothing either.
    """
    persons = _Persons(known, texts)
    texts = [_replace(text, find_contacts(text)) for text in texts]
    stale = set(range(len(texts)))
    entities: list[list[Entity]] = [[] for _ in texts]
    while stale:
        rows = sorted(stale)
        bare = [plain(text) for text in texts]
        if nlp:
            read = read_entities([bare[row] for row in rows], known, lexicon, nlp)
            for row, found in zip(rows, read, strict=True):
                entities[row] = found
        places = find_people(bare, entities, known, lexicon)
        stale = {row for row, found in enumerate(places) if found}
        for row in sorted(stale):
            texts[row] = _replace(texts[row], persons.name(bare[row], places[row]))
            texts[row] = _replace(texts[row], find_contacts(texts[row]))
    return texts


def _replace(text: str, spans: Sequence[Span]) -> str:
    for start, end, label in reversed(spans):
        text = f"{text[:start]}{label}{text[end:]}"
    return text


class _Persons:
    """Gives everyone who is named a label that stays the same through the call."""

    def __init__(self, known: Known, texts: Iterable[str]) -> None:
        self.known = known
        self.others: dict[str, str] = {}
        used = [int(number) for text in texts for number in _PERSON.findall(text)]
        self.n_others = max(used, default=0)

    def name(self, text: str, places: Sequence[Place]) -> list[Span]:
        """The spans to replace: neighbouring words of one name together, each with its label."""
        spans: list[Span] = []
        for name in self._join(text, places):
            words = [text[start:end].lower() for start, end in name]
            spans.append((name[0][0], name[-1][1], f"[{self._label(words)}]"))
        return spans

    def _join(self, text: str, places: Sequence[Place]) -> list[list[Place]]:
        names: list[list[Place]] = []
        for place in places:
            last = names[-1][-1] if names else None
            is_next = last and _JOIN.fullmatch(text[last[1] : place[0]])
            if last and is_next and self._agree(text, last, place):
                names[-1].append(place)
            else:
                names.append([place])
        return names

    def _agree(self, text: str, one: Place, other: Place) -> bool:
        """Whether two words may be of one person: not where they are known to be two people's."""
        owners = {self.known.owners.get(text[a:b].lower()) for a, b in (one, other)} - {None}
        return len(owners) < 2

    def _label(self, words: Sequence[str]) -> str:
        owner = next((self.known.owners[word] for word in words if word in self.known.owners), "")
        label = owner or next((self.others[word] for word in words if word in self.others), "")
        if not label:
            self.n_others += 1
            label = f"person-{self.n_others}"
        for word in words:
            self.others.setdefault(word, label)
        return label
