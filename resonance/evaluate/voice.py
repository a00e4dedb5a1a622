"""Objections and needs against the labelled sentences: each by itself, and from end to end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.metrics import f1_score

from resonance.evaluate.corpus import Corpus, Said
from resonance.evaluate.figures import Figure, Section
from resonance.evaluate.measures import detection, f_score, same_sentence, share, words
from resonance.records import Findings, Statement
from resonance.voice import VoiceModel

NONE = "none"


def labelled_section(corpus: Corpus) -> Section:
    """Every labelled sentence of the prospects' side, judged by itself and what came before it."""
    said = [each for each in corpus.said if each.label.side == "prospect"]
    model = VoiceModel()
    texts, before = [each.label.text for each in said], [each.before for each in said]
    lead = [each.lead for each in said]
    proba = model.predict_proba(texts, before, lead)
    kinds = np.asarray(model.predict(texts, before, lead))
    gold = np.array([each.label.kind for each in said])
    channels = np.array([_channel(corpus, each) for each in said])
    p_statement = 1 - proba[:, list(model.classes_).index(NONE)]
    everything = np.full(len(said), True)
    precision, recall = _precision_recall(gold, kinds)
    figures = [
        Figure("precision", precision, "share of the sentences taken that are objections or needs"),
        Figure("recall", recall, "share of the objections and needs that are taken"),
        Figure("F1", f_score(precision, recall), "harmonic mean of the two"),
        Figure(
            "AUC",
            detection(gold != NONE, p_statement)["AUC"],
            "chance that an objection or need is ranked above a sentence that is neither",
        ),
        Figure(
            "macro-F1",
            float(f1_score(gold, kinds, average="macro", labels=model.classes_, zero_division=0)),
            "mean of the F1 of need, none and objection",
        ),
        Figure(
            "kind accuracy",
            _kind_accuracy(gold, kinds, everything),
            "share of the objections and needs taken that are told apart rightly",
        ),
    ]
    for channel in sorted(set(channels.tolist())):
        own = channels == channel
        f1 = f_score(*_precision_recall(gold[own], kinds[own]))
        figures.append(Figure(f"F1, {channel}s", f1, f"F1 in {channel}s alone ({own.sum()})"))
        figures.append(
            Figure(
                f"kind accuracy, {channel}s",
                _kind_accuracy(gold, kinds, own),
                f"kind accuracy in {channel}s alone",
            )
        )
    about = (
        f"{(gold != NONE).sum()} objections and needs and {(gold == NONE).sum()} sentences of the"
        f" prospects that are neither, each given as it was labelled."
    )
    return Section("Statements, sentence by sentence", about, tuple(figures))


def whole_section(
    corpus: Corpus, findings: Findings
) -> tuple[Section, list[tuple[Statement, Said]], dict[str, list[str]]]:
    """Statements that the pipeline found; those that are right with their labels; and lists."""
    pairs = [(s, match(s, labels)) for s, labels in _with_labels(corpus, findings.statements)]
    right = [(s, said) for s, said in pairs if said and said.label.kind != NONE]
    wrong = [(s, said) for s, said in pairs if said and said.label.kind == NONE]
    unlabelled = [s for s, said in pairs if not said]
    vendors = [s for s, said in pairs if is_vendors(corpus, s, said)]
    found = _found(corpus, findings)
    precision = share([True] * len(right) + [False] * len(wrong))
    recall = share(found)
    figures = (
        Figure("precision", precision, "right, of those that match a labelled sentence"),
        Figure("recall", recall, "share of the objections and needs that were found"),
        Figure("F1", f_score(precision, recall), "harmonic mean of the two"),
        Figure(
            "kind accuracy",
            share(s.kind == said.label.kind for s, said in right),
            "share of the right ones that are told apart rightly",
        ),
        Figure("unlabelled", len(unlabelled), "match no label, and are not scored", len(pairs)),
        Figure(
            "vendor speech taken",
            len(vendors),
            "statements from a vendor's turn or like a vendor's labelled sentence; must be 0",
        ),
    )
    about = "What `resonance run` makes of the files, matched to the labels turn by turn."
    lists = {
        "vendor speech taken": sorted(f"{s.call_id}: {s.text}" for s in vendors),
        "statements that are none": sorted(f"{s.call_id}: {s.text}" for s, _ in wrong),
    }
    return Section("Statements, whole pipeline", about, figures), right, lists


def match(statement: Statement, labels: Iterable[Said]) -> Said | None:
    """The label of the same sentence in the same turn; of several, the one most alike."""
    own = words(statement.text)
    likeness = [
        (2 * (own & theirs).total() / (own.total() + theirs.total()), each.label.text, each)
        for each in labels
        if statement.turn in each.rows and same_sentence(own, theirs := words(each.label.text))
    ]
    return max(likeness, key=lambda found: found[:2])[2] if likeness else None


def is_vendors(corpus: Corpus, statement: Statement, said: Said | None) -> bool:
    """Whether the vendor said it: by the label, by calls.csv, or by the turn's own side."""
    turn = corpus.calls[statement.call_id].turns[statement.turn]
    side = corpus.gold.sides.get(statement.call_id, {}).get(turn.speaker, turn.speaker_role)
    return side == "vendor" or bool(said and said.label.side == "vendor")


def _with_labels(
    corpus: Corpus, statements: Sequence[Statement]
) -> list[tuple[Statement, list[Said]]]:
    labels: defaultdict[str, list[Said]] = defaultdict(list)
    for said in corpus.said:
        labels[said.label.call_id].append(said)
    return [(statement, labels[statement.call_id]) for statement in statements]


def _found(corpus: Corpus, findings: Findings) -> list[bool]:
    """Whether each gold statement is in a found one, which may hold two of them."""
    by_turn: defaultdict[tuple[str, int], list[Statement]] = defaultdict(list)
    for statement in findings.statements:
        by_turn[statement.call_id, statement.turn].append(statement)
    return [
        any(
            same_sentence(words(statement.text), words(said.label.text))
            for row in said.rows
            for statement in by_turn[said.label.call_id, row]
        )
        for said in corpus.statements
    ]


def _precision_recall(gold: np.ndarray, kinds: np.ndarray) -> tuple[float, float]:
    taken, meant = kinds != NONE, gold != NONE
    return share(meant[taken].tolist()), share(taken[meant].tolist())


def _kind_accuracy(gold: np.ndarray, kinds: np.ndarray, rows: np.ndarray) -> float:
    both = rows & (gold != NONE) & (kinds != NONE)
    return share((gold[both] == kinds[both]).tolist())


def _channel(corpus: Corpus, said: Said) -> str:
    call = corpus.calls.get(said.label.call_id)
    return call.channel if call else "call"
