"""Assets and statements → which asset answers which theme, with the passage and the quote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resonance.denial import denies
from resonance.records import Asset, Match, Passage, Statement, Verdict
from resonance.relevance import Relevance, RelevanceModel

ANSWERS = 0.5
NAMES = 0.5
# What best tells passages about an answered theme from the rest, on corpora/voices: it then
# finds 86 % of those and takes 9 % of these.
CARRIES = 0.15


@dataclass(frozen=True, slots=True)
class Matching:
    """Every asset against every theme.

    `passage_themes` has, for each asset id, the theme that each of its passages helps to
    answer, "" for none.
    """

    matches: tuple[Match, ...]
    passage_themes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Gathered:
    """What was said of each theme that has a statement, by theme id; quotes are sorted by text.

    `vectors` has (n_quotes, n_dims) for each; `about` counts what its quotes are about.
    """

    quotes: Mapping[str, Sequence[str]]
    vectors: Sequence[np.ndarray]
    about: Sequence[Mapping[str, int]]


def passage_text(passage: Passage) -> str:
    """What of a passage is encoded: its heading says what a short paragraph is about."""
    return f"{passage.heading}\n{passage.text}" if passage.heading else passage.text


def match_assets(
    assets: Sequence[Asset],
    passage_vectors: Sequence[np.ndarray],
    statements: Sequence[Statement],
    statement_vectors: np.ndarray,
    model: RelevanceModel | None = None,
    gathered: Gathered | None = None,
) -> Matching:
    """Judge every asset against every theme that has a statement.

    passage_vectors   : for each asset (n_passages, n_dims), of `passage_text`
    statement_vectors : (n_statements, n_dims), of each text with what was said before it
    gathered          : what `gather` makes of the two, where that is known

    A match answers where its relevance is at least one half; it names where it does not
    answer but probably touches the theme. Where the passage that would prove it denies what is
    asked for, it contradicts, and no reader would say that it answers. Matches come asset by
    asset, then by theme id.
    """
    themes = gathered or gather(statements, statement_vectors)
    found = (model or RelevanceModel()).from_embeddings(
        themes.vectors, passage_vectors, themes.about
    )
    matches: list[Match] = []
    passage_themes: dict[str, tuple[str, ...]] = {}
    for a, asset in enumerate(assets):
        own_matches = [
            _match(asset, theme_id, found, a, t, quotes)
            for t, (theme_id, quotes) in enumerate(themes.quotes.items())
        ]
        matches += own_matches
        passage_themes[asset.asset_id] = _carried(own_matches, found.by_passage[a])
    return Matching(tuple(matches), passage_themes)


def gather(
    statements: Sequence[Statement],
    statement_vectors: np.ndarray,
    about: Mapping[str, Mapping[str, int]] | None = None,
) -> Gathered:
    """The statements theme by theme.

    about : for each theme what all of its quotes are about, where these are only some
    """
    members = rows_by_theme(statements)
    about = about or about_by_theme(statements)
    return Gathered(
        {theme_id: [statements[row].text for row in own] for theme_id, own in members.items()},
        [statement_vectors[own] for own in members.values()],
        [about[theme_id] for theme_id in members],
    )


def about_by_theme(statements: Iterable[Statement]) -> dict[str, Counter[str]]:
    """How many of each theme's statements are about what."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for statement in statements:
        if statement.theme_id:
            counts[statement.theme_id][statement.about] += 1
    return dict(counts)


def rows_by_theme(statements: Sequence[Statement]) -> dict[str, list[int]]:
    """Rows of each theme's statements, sorted by text; themes by id."""
    rows = sorted(
        (row for row, statement in enumerate(statements) if statement.theme_id),
        key=lambda row: (statements[row].text, statements[row].statement_id),
    )
    by_theme: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_theme[statements[row].theme_id].append(row)
    return dict(sorted(by_theme.items()))


def _match(
    asset: Asset, theme_id: str, found: Relevance, a: int, t: int, quotes: Sequence[str]
) -> Match:
    row = int(found.passage[a, t])
    passage = asset.passages[row].text
    relevance = round(float(found.probability[a, t]), 4)
    verdict = _verdict(found.probability[a, t], found.touched[a, t])
    if verdict != "silent" and denies(passage, quotes):
        relevance, verdict = 0.0, "contradicts"
    return Match(
        asset.asset_id,
        theme_id,
        relevance=relevance,
        verdict=verdict,
        passage=passage,
        passage_row=row,
        quote=quotes[found.quote[a, t]],
    )


def _verdict(answers: float, touches: float) -> Verdict:
    if answers >= ANSWERS:
        return "answers"
    return "names" if touches >= NAMES else "silent"


def _carried(matches: Sequence[Match], by_passage: np.ndarray) -> tuple[str, ...]:
    """The answered theme that each passage most touches, if it does; else "".

    matches : of one asset, in the order of the columns of by_passage (n_passages, n_themes)

    The passage that proves an answer always counts, for the best answer it proves.
    """
    answered = [t for t, match in enumerate(matches) if match.verdict == "answers"]
    themes = [""] * len(by_passage)
    if not answered:
        return tuple(themes)
    touched = by_passage[:, answered]
    for row, best in enumerate(touched.argmax(axis=1)):
        if touched[row, best] >= CARRIES:
            themes[row] = matches[answered[best]].theme_id
    for t in sorted(answered, key=lambda t: matches[t].relevance):
        themes[matches[t].passage_row] = matches[t].theme_id
    return tuple(themes)
