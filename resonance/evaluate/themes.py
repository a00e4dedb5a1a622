"""Themes against the gold themes, given the statements and from end to end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from resonance.embed import Encoder
from resonance.errors import MissingExtra
from resonance.evaluate import peers as other
from resonance.evaluate.corpus import Corpus, Said
from resonance.evaluate.figures import Figure, Section, Spread
from resonance.evaluate.measures import (
    NOISE,
    ShareOut,
    clustering,
    nearest_mean,
    right_from_quotes,
    same_theme_near,
)
from resonance.records import Statement
from resonance.seeds import share_out
from resonance.themes import ThemeModel, theme_space
from resonance.voice import VoiceModel

Progress = Callable[[str, int, int], None]

BERTOPIC, BY_KIND, K_MEANS = "BERTopic", "BERTopic by kind", "MiniLM k-means"
NEAREST_MEAN = "nearest mean"
NEAR, BY_HAND = "P@5", "gold themes"
N_QUOTES = (5, 10)
MEANING = {
    "ARI": "agreement with the gold themes on pairs, 0 by chance, 1 the same",
    "NMI": "information that the two groupings share; many small themes raise it",
    "B-cubed F1": "how pure and how whole the theme of each statement is",
    "themes": "number found; only k-means is told it",
    BY_HAND: "number that was made by hand",
    "left alone": "share of statements put in no theme; each counts as a theme of its own",
    NEAR: "share of the five nearest statements that are of the same theme",
}


def themes_section(
    corpus: Corpus, *, peers: bool, progress: Progress
) -> tuple[tuple[Section, Section], tuple[str, ...]]:
    """Themes of the gold statements, with their context but not their number; those of a few
    quotes of each; and notes."""
    said = corpus.themed
    gold = [each.label.theme_id for each in said]
    calls = [each.label.call_id for each in said]
    space = theme_space(gold_statements(said), Encoder(space="voice"))

    def fit(rows: np.ndarray) -> np.ndarray:
        return ThemeModel().fit_predict(space[rows], groups=[calls[row] for row in rows])

    ours = clustering(gold, other.apart([each.label.kind for each in said], fit))
    ours[NEAR] = same_theme_near(gold, space)
    beside: dict[str, dict[str, Spread]] = {}
    notes: tuple[str, ...] = ()
    if peers:
        beside, notes = _peers(said, Encoder(), progress)
    ours[BY_HAND] = len(set(gold))
    figures = tuple(
        Figure(
            name,
            ours[name],
            meaning,
            peers={peer: spreads[name] for peer, spreads in beside.items() if name in spreads},
        )
        for name, meaning in MEANING.items()
    )
    about = (
        f"The {len(said)} gold statements that belong to a theme, grouped by what was said."
        f" BERTopic has the base encoder's vectors and its outliers put back, over"
        f" {other.N_SEEDS} seeds (lowest, mean, highest); by kind it is told objections from"
        f" needs, as ours is; k-means is told that and the true number."
    )
    grouped = Section("Themes, given the statements", about, figures)
    return (grouped, _quoted_section(said, space, peers=peers)), notes


def _quoted_section(said: Sequence[Said], space: np.ndarray, *, peers: bool) -> Section:
    figures = tuple(
        Figure(
            f"right from {n} quotes",
            _from_quotes(said, space, n, share_out),
            f"share of the others that are put in their theme by {n} quotes of each, told the kind",
            peers={NEAREST_MEAN: Spread.of([_from_quotes(said, space, n, nearest_mean)])}
            if peers
            else {},
        )
        for n in N_QUOTES
    )
    about = (
        "Some quotes of each theme are given, as by `resonance themes seed`; mean of five draws."
    )
    return Section("Themes, from a few quotes", about, figures)


def _from_quotes(said: Sequence[Said], space: np.ndarray, n_quotes: int, way: ShareOut) -> float:
    """The mean over the kinds, by their statements; NaN for no statements."""
    if not said:
        return float("nan")
    kinds = np.array([each.label.kind for each in said])
    gold = np.array([each.label.theme_id for each in said])
    rows = [np.flatnonzero(kinds == kind) for kind in sorted(set(kinds.tolist()))]
    right = [right_from_quotes(gold[own].tolist(), space[own], n_quotes, way) for own in rows]
    return float(np.average(right, weights=[len(own) for own in rows]))


def whole_section(found: Sequence[tuple[Statement, Said]]) -> Section:
    """Themes of the statements that the pipeline found, where a person put them in a theme."""
    themed = [(s, said) for s, said in found if said.label.theme_id]
    gold = [said.label.theme_id for _, said in themed]
    measured = clustering(gold, as_labels([s.theme_id for s, _ in themed]))
    measured[BY_HAND] = len(set(gold))
    figures = tuple(
        Figure(name, measured[name], meaning)
        for name, meaning in MEANING.items()
        if name in measured
    )
    about = f"The {len(themed)} statements found that match one of a gold theme, as they came out."
    return Section("Themes, whole pipeline", about, figures)


def gold_statements(said: Sequence[Said]) -> list[Statement]:
    """Labels as the statements that voice would make of them; their category is not known."""
    return [
        Statement(
            statement_id=f"{each.label.call_id}-{number}",
            call_id=each.label.call_id,
            source="",
            turn=min(each.rows, default=0),
            start_s=None,
            speaker=each.label.speaker,
            speaker_role="prospect",
            kind="need" if each.label.kind == "need" else "objection",
            category="",
            confidence=1.0,
            text=each.label.text,
            before=each.before,
            context=each.context,
        )
        for number, each in enumerate(said)
    ]


def in_gold_themes(said: Sequence[Said]) -> list[Statement]:
    """The same in the gold themes, of the categories that voice hears in them: labels have none."""
    statements = gold_statements(said)
    categories = VoiceModel().predict_category(
        [s.text for s in statements], [s.kind for s in statements], [s.before for s in statements]
    )
    return [
        replace(statement, category=category, theme_id=each.label.theme_id)
        for statement, category, each in zip(statements, categories, said, strict=True)
    ]


def found_themes(found: Sequence[tuple[Statement, Said]]) -> dict[str, str]:
    """The found theme that has most of the statements of each gold theme."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for statement, said in found:
        if said.label.theme_id and statement.theme_id:
            votes[said.label.theme_id][statement.theme_id] += 1
    return {gold: min(own, key=lambda t: (-own[t], t)) for gold, own in votes.items()}


def as_labels(theme_ids: Sequence[str]) -> np.ndarray:
    """Theme ids as numbers; "" becomes -1."""
    numbers = {theme_id: n for n, theme_id in enumerate(sorted(set(theme_ids) - {""}))}
    return np.array([numbers.get(theme_id, NOISE) for theme_id in theme_ids], dtype=int)


def _peers(
    said: Sequence[Said], encoder: Encoder, progress: Progress
) -> tuple[dict[str, dict[str, Spread]], tuple[str, ...]]:
    """Figures of each peer, and what to do about one that is not installed."""
    gold = [each.label.theme_id for each in said]
    kinds = [each.label.kind for each in said]
    vectors = encoder.encode([each.label.text for each in said])

    def k_means(rows: np.ndarray) -> np.ndarray:
        return other.k_means(vectors[rows], len({gold[row] for row in rows}))

    runs: dict[str, list[dict[str, float]]] = {}
    notes: tuple[str, ...] = ()
    try:
        runs |= _bertopic(said, vectors, progress)
    except MissingExtra as error:
        notes = (f"Themes are not compared with BERTopic: {error}",)
    by_k_means = clustering(gold, other.apart(kinds, k_means))
    runs[K_MEANS] = [{**by_k_means, NEAR: same_theme_near(gold, vectors)}]
    spreads = {
        peer: {name: Spread.of([run[name] for run in each]) for name in each[0]}
        for peer, each in runs.items()
    }
    return spreads, notes


def _bertopic(
    said: Sequence[Said], vectors: np.ndarray, progress: Progress
) -> dict[str, list[dict[str, float]]]:
    """BERTopic's figures with each seed, told nothing and told the kinds. Raises MissingExtra."""
    gold = [each.label.theme_id for each in said]
    kinds = [each.label.kind for each in said]

    def group(rows: np.ndarray, seed: int) -> np.ndarray:
        return other.bertopic([said[row].label.text for row in rows], vectors[rows], seed)

    mixed, by_kind = [], []
    for seed in range(other.N_SEEDS):
        progress("BERTopic", seed, other.N_SEEDS)
        mixed.append(clustering(gold, group(np.arange(len(said)), seed)))
        by_kind.append(clustering(gold, other.apart(kinds, partial(group, seed=seed))))
    progress("BERTopic", other.N_SEEDS, other.N_SEEDS)
    return {BERTOPIC: mixed, BY_KIND: by_kind}
