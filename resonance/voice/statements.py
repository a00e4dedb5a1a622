"""From calls to statements: which sentences of the prospects voice an objection or a need.

Every sentence of a prospect's turn, and every two in a row, is judged. Of those that overlap,
the set is kept whose probabilities lie furthest above the threshold in sum: two sentences stand
together only where they say more so than each alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.language import Language

from resonance.records import Call, Kind, Statement
from resonance.voice.model import CLASSES, N_CONTEXT, NONE, VoiceModel, load_weights
from resonance.voice.sentences import split


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence (`n` is 1) or two of a turn, the first in row `start` of its sentences.

    `row` is that of its call, `turn` that of its turn in the call; `lead` is what was said before
    it in its turn, as far back as is read.
    """

    row: int
    turn: int
    start: int
    n: int
    text: str
    before: str
    lead: str


def find_statements(
    calls: Sequence[Call], model: VoiceModel, nlp: Language
) -> list[list[Statement]]:
    """Statements of each call, in the order they were made; in no theme as yet.

    calls : redacted and with roles; only turns whose `speaker_role` is "prospect" are heard
    """
    candidates = [c for row, call in enumerate(calls) for c in _candidates(row, call, nlp)]
    probability = model.predict_proba(
        [c.text for c in candidates],
        [c.before for c in candidates],
        [c.lead for c in candidates],
    )
    kept = _best(candidates, 1 - probability[:, NONE] - load_weights().threshold)
    chosen = [candidates[i] for i in kept]
    kinds: list[Kind] = ["need" if p[0] > p[2] else "objection" for p in probability[kept]]
    categories = model.predict_category([c.text for c in chosen], kinds, [c.before for c in chosen])
    said: list[list[Statement]] = [[] for _ in calls]
    seen: Counter[tuple[int, int, str]] = Counter()
    for i, candidate, kind, category in zip(kept, chosen, kinds, categories, strict=True):
        place = (candidate.row, candidate.turn, candidate.text)
        seen[place] += 1
        confidence = float(probability[i, CLASSES.index(kind)])
        statement = _statement(
            calls[candidate.row], candidate, seen[place], kind, category, confidence
        )
        said[candidate.row].append(statement)
    return said


def _candidates(row: int, call: Call, nlp: Language) -> Iterator[_Candidate]:
    heard = [turn for turn, each in enumerate(call.turns) if each.speaker_role == "prospect"]
    texts = [call.turns[turn].text for turn in heard]
    split_texts = split(texts, nlp, is_note=call.channel == "note")
    for turn, sentences in zip(heard, split_texts, strict=True):
        before = _said_before(call, turn)
        words: deque[str] = deque(maxlen=N_CONTEXT)
        for start, sentence in enumerate(sentences):
            lead = " ".join(words)
            words.extend(sentence.split())
            yield _Candidate(row, turn, start, 1, sentence, before, lead)
            if start + 1 < len(sentences):
                both = f"{sentence} {sentences[start + 1]}"
                yield _Candidate(row, turn, start, 2, both, before, lead)


def _said_before(call: Call, turn: int) -> str:
    """What the vendor's side said last before a turn; never a prospect's own words."""
    others = (t.text for t in reversed(call.turns[:turn]) if t.speaker_role == "vendor")
    return next(others, "")


def _best(candidates: Sequence[_Candidate], gain: np.ndarray) -> list[int]:
    """Rows of the candidates to keep: none overlap, and their gain is greatest in sum.

    Dynamic programming over the sentences of a turn (weighted interval scheduling).
    """
    turns: dict[tuple[int, int], list[int]] = {}
    for i, candidate in enumerate(candidates):
        turns.setdefault((candidate.row, candidate.turn), []).append(i)
    kept: list[int] = []
    for rows in turns.values():
        ending: defaultdict[int, list[int]] = defaultdict(list)
        for i in rows:
            if gain[i] >= 0:
                ending[candidates[i].start + candidates[i].n].append(i)
        best: list[tuple[float, list[int]]] = [(0.0, [])]
        for end in range(1, max(candidates[i].start for i in rows) + 2):
            options = [best[end - 1]]
            for i in ending[end]:
                total, chosen = best[candidates[i].start]
                options.append((total + float(gain[i]), [*chosen, i]))
            best.append(max(options, key=lambda option: option[0]))
        kept += best[-1][1]
    return kept


def _statement(
    call: Call,
    candidate: _Candidate,
    occurrence: int,
    kind: Kind,
    category: str,
    confidence: float,
) -> Statement:
    turn = call.turns[candidate.turn]
    return Statement(
        statement_id=_identify(call.call_id, candidate, occurrence),
        call_id=call.call_id,
        source=call.source,
        turn=candidate.turn,
        start_s=turn.start_s,
        speaker=turn.speaker,
        speaker_role=turn.speaker_role,
        kind=kind,
        category=category,
        confidence=round(confidence, 4),
        text=candidate.text,
        before=candidate.before,
        context=turn.text,
    )


def _identify(call_id: str, candidate: _Candidate, occurrence: int) -> str:
    """The same for the same words in the same place, whatever else was found."""
    parts = [call_id, str(candidate.turn), candidate.text]
    if occurrence > 1:
        parts.append(str(occurrence))
    return "S" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]
