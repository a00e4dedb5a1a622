"""How much of the corpus was read, and whether everybody is on the right side."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from resonance.config import Vendor
from resonance.evaluate.corpus import Corpus
from resonance.evaluate.figures import Figure, Section
from resonance.evaluate.measures import share
from resonance.records import Call, Findings
from resonance.sources import read_calls
from resonance.speakers import assign_roles


def reading_section(corpus: Corpus, findings: Findings) -> Section:
    """Calls and assets read, and the sides of transcript turns with and without the manifest."""
    graded = {asset_id for asset_id, _ in corpus.gold.grades}
    call_ids, asset_ids = corpus.gold.sides.keys(), {a.asset_id for a in findings.assets}
    told = sides(corpus.calls.values(), _by_source(corpus))
    alone = sides(_without_manifest(corpus), _by_source(corpus))
    figures = (
        Figure(
            "calls read",
            len(call_ids & {call.call_id for call in findings.calls}),
            "calls of calls.csv that were found",
            of=len(call_ids),
        ),
        Figure(
            "assets read",
            len(graded & asset_ids),
            "graded assets that were found",
            of=len(graded),
        ),
        Figure(
            "right side",
            share(truth == found for truth, found in told),
            "share of transcript turns given to the side that calls.csv says",
        ),
        Figure(
            "right side without manifest",
            share(truth == found for truth, found in alone),
            "the same where there is no calls.csv to read it from",
        ),
        Figure(
            "wrong side without manifest",
            share(found not in (truth, "unknown") for truth, found in alone),
            "share given to the other side; what is left is unknown, and never a prospect",
        ),
    )
    return Section("Reading", "The files, and who speaks in the transcripts.", figures)


def sides(calls: Iterable[Call], people: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """The true and the found side of every turn of a transcript whose speaker has a true one.

    people : for each source of a call, the side of everybody by name
    """
    return [
        (people[call.source][turn.speaker], turn.speaker_role)
        for call in calls
        if call.channel == "call"
        for turn in call.turns
        if turn.speaker in people.get(call.source, {})
    ]


def _by_source(corpus: Corpus) -> dict[str, Mapping[str, str]]:
    sides_of = corpus.gold.sides
    return {call.source: sides_of.get(call.call_id, {}) for call in corpus.calls.values()}


def _without_manifest(corpus: Corpus) -> list[Call]:
    """The calls read from a copy that has no calls.csv beside it."""
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(corpus.path / "calls", Path(folder) / "corpus" / "calls")
        return assign_roles(list(read_calls(copy)), Vendor())
