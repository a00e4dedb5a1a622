"""Statements → themes with ids that last, names and exemplars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from spacy.language import Language

from resonance.embed import Encoder
from resonance.identity import carry_ids, stability
from resonance.label import name_themes
from resonance.records import Call, Deal, Kind, Statement, Theme
from resonance.score import account_of, amounts_by_account
from resonance.themes import NOISE, ThemeModel, theme_space

KINDS: tuple[Kind, ...] = ("need", "objection")
MOST_RESAMPLED = 5000  # statements; of more, ten refits would take longer than the fit


@dataclass(frozen=True, slots=True)
class Grouping:
    """Statements with their `theme_id`, the themes, and the number of the next new theme.

    Demand and trend of the themes are not filled here.
    """

    statements: tuple[Statement, ...]
    themes: tuple[Theme, ...]
    next_theme: int


def group(
    statements: Sequence[Statement],
    calls: Sequence[Call],
    deals: Sequence[Deal],
    encoder: Encoder,
    nlp: Language,
    *,
    min_theme_size: int,
    former: Mapping[str, str],
    next_theme: int,
    gists: Mapping[str, str] | None = None,
) -> Grouping:
    """Group statements into themes, objections and needs apart.

    former     : theme id of each statement at the last fit, by statement id; {} at the first
    next_theme : number that the next new theme takes
    gists      : what a language model says each statement means, by statement id; None for none
    """
    if not statements:
        return Grouping((), (), next_theme)
    space = theme_space(statements, encoder, gists=gists)
    labels = _fit(statements, space, min_theme_size)
    named = dict(
        zip(
            sorted(set(labels.tolist()) - {NOISE}),
            name_themes(statements, labels, space, nlp, encoder=encoder),
            strict=True,
        )
    )
    steady = _stability(statements, space, labels, min_theme_size)
    ids = [s.statement_id for s in statements]
    theme_ids, next_theme = carry_ids(
        former, dict(zip(ids, labels.tolist(), strict=True)), next_theme
    )
    grouped = tuple(
        replace(statement, theme_id=theme_ids.get(label, ""))
        for statement, label in zip(statements, labels.tolist(), strict=True)
    )
    account = account_of(calls, deals)
    amounts = amounts_by_account(deals)
    when = {call.call_id: call.date for call in calls}
    themes = []
    for label, (name, keyphrases, exemplars) in named.items():
        members = [s for s in grouped if s.theme_id == theme_ids[label]]
        accounts = {account[s.call_id] for s in members}
        dates = sorted(day for s in members if (day := when[s.call_id]))
        themes.append(
            Theme(
                theme_ids[label],
                members[0].kind,
                _commonest(s.category for s in members),
                name,
                tuple(keyphrases),
                tuple(exemplars),
                n_statements=len(members),
                n_calls=len({s.call_id for s in members}),
                n_accounts=len(accounts),
                amount=sum(amounts.get(a, 0.0) for a in sorted(accounts)),
                demand=0.0,
                stability=steady.get(label),
                first_seen=dates[0] if dates else None,
                last_seen=dates[-1] if dates else None,
            )
        )
    return Grouping(grouped, tuple(sorted(themes, key=_number)), next_theme)


def _fit(statements: Sequence[Statement], space: np.ndarray, min_theme_size: int) -> np.ndarray:
    """Labels (n_statements,); those of one kind follow on those of the other."""
    labels = np.full(len(statements), NOISE)
    for kind in KINDS:
        rows = np.array([r for r, s in enumerate(statements) if s.kind == kind], dtype=int)
        if not len(rows):
            continue
        groups = [statements[row].call_id for row in rows]
        own = ThemeModel(min_theme_size=min_theme_size).fit_predict(space[rows], groups=groups)
        labels[rows] = np.where(own == NOISE, NOISE, own + labels.max() + 1)
    return labels


def _stability(
    statements: Sequence[Statement], space: np.ndarray, labels: np.ndarray, min_theme_size: int
) -> dict[int, float]:
    """How surely each theme comes back without a fifth of the calls; {} for very many."""
    if len(statements) > MOST_RESAMPLED:
        return {}

    def refit(rows: np.ndarray) -> np.ndarray:
        return _fit([statements[row] for row in rows], space[rows], min_theme_size)

    measured = stability(labels, [s.call_id for s in statements], refit)
    return {label: round(float(s), 4) for label, s in enumerate(measured) if not np.isnan(s)}


def _commonest(categories: Iterable[str]) -> str:
    counts = Counter(categories)
    return min(counts, key=lambda category: (-counts[category], category))


def _number(theme: Theme) -> int:
    return int(theme.theme_id[1:])
