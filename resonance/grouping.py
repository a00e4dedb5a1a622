"""Statements → themes that stand from run to run, with names and exemplars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from spacy.language import Language

from resonance.curate import NONE, Curation, Seed
from resonance.embed import Encoder
from resonance.fits import Said, settle
from resonance.identity import Transition, transitions
from resonance.label import name_themes
from resonance.llm_names import Suggest, fitting, nameless
from resonance.records import Call, Deal, Statement, Theme
from resonance.score import account_of, amounts_by_account
from resonance.standing import Standing, give_names, number, standing_names
from resonance.themes import NOISE, theme_space


@dataclass(frozen=True, eq=False)
class Grouping:
    """Statements with their `theme_id`, the themes, and the number of the next new theme.

    Demand and trend of the themes are not filled here. `hidden` are themes that a user hid;
    their statements have no theme. `transitions` are what became of the themes there were.
    """

    statements: tuple[Statement, ...]
    themes: tuple[Theme, ...]
    next_theme: int
    hidden: tuple[Theme, ...] = ()
    standing: Standing = field(default_factory=Standing)
    transitions: tuple[Transition, ...] = ()
    fitted: bool = False


def group(
    statements: Sequence[Statement],
    calls: Sequence[Call],
    deals: Sequence[Deal],
    encoder: Encoder,
    nlp: Language,
    *,
    min_theme_size: int,
    next_theme: int,
    standing: Standing | None = None,
    curation: Curation | None = None,
    space: str = "",
    refit: bool = False,
    gists: Mapping[str, str] | None = None,
    keep_names: bool = True,
    suggest: Suggest | None = None,
) -> Grouping:
    """Group statements into themes, objections and needs apart.

    next_theme : number that the next new theme takes
    standing   : what earlier fits and placings left; None at the first
    curation   : what a user's edits mean; None for none
    space      : stands for all that the vectors hang on; where it changed, all is fitted anew
    refit      : fit anew, though few of the statements are new
    gists      : what a language model says each statement means, by statement id; None for none
    keep_names : keep the names found, so that they stand; not after an edit, which may be undone
    suggest    : asks for names of the themes that have none; None to do without

    Themes stand until more than a quarter of the statements were never part of a fit. A fit is
    a function of the statements and the curation alone; what stood before lends it only its ids.
    """
    curation = curation or Curation()
    if not statements:
        return Grouping((), (), next_theme, standing=standing or Standing())
    account = account_of(calls, deals)
    said = Said(
        statements,
        theme_space(statements, encoder, gists=gists),
        [account[s.call_id] for s in statements],
        seed_vectors(curation.seeds, encoder, gists),
    )
    settled = settle(
        said,
        standing or Standing(),
        curation,
        space=space,
        min_theme_size=min_theme_size,
        next_theme=next_theme,
        refit=refit,
    )
    themes, now = settled.themes, settled.standing
    stood = standing_names(now, themes)
    suggested, unanswered = _suggested(said, themes, stood, curation.names, encoder, suggest)
    named = _name(said, themes, stood | suggested, encoder, nlp)
    if keep_names:
        found = {theme_id: name for theme_id, (name, _, _) in named.items()}
        left = stood.keys() | unanswered
        now = give_names(now, themes, {t: n for t, n in found.items() if t not in left})
    described = _describe(said, themes, now, named, curation, calls, deals)
    hidden = curation.hidden
    return Grouping(
        tuple(
            replace(s, theme_id=NONE if (own := themes[s.statement_id]) in hidden else own)
            for s in statements
        ),
        tuple(theme for theme in described if theme.theme_id not in hidden),
        settled.next_theme,
        tuple(theme for theme in described if theme.theme_id in hidden),
        now,
        transitions(settled.before, themes),
        settled.fitted,
    )


def seed_vectors(
    seeds: Mapping[str, Seed], encoder: Encoder, gists: Mapping[str, str] | None = None
) -> dict[str, np.ndarray]:
    """Vectors (n_texts, n_dims) of the quotes and the line that describe each seeded theme."""
    texts = [
        Statement("", "", "", 0, None, "", "prospect", seed.kind, "", 1.0, text, context=text)
        for seed in seeds.values()
        for text in seed.texts
    ]
    ends = np.cumsum([len(seed.texts) for seed in seeds.values()])
    return dict(
        zip(seeds, np.split(theme_space(texts, encoder, gists=gists), ends[:-1]), strict=True)
        if seeds
        else ()
    )


def _suggested(
    said: Said,
    theme_of: Mapping[str, str],
    stood: Mapping[str, str],
    given: Mapping[str, str],
    encoder: Encoder,
    suggest: Suggest | None,
) -> tuple[dict[str, str], set[str]]:
    """Names suggested that go with what was said, and the themes that got no answer.

    given : names that a user gave; those themes are not asked for
    """
    labels = _labels(said, theme_of)
    named = [number(theme_id) for theme_id in (*stood, *given)]
    asked = nameless(said.statements, labels, said.vectors, named) if suggest else []
    if not (suggest and asked):
        return {}, set()
    answers = suggest(asked)
    taken = [*stood.values(), *given.values()]
    found = fitting(answers, said.statements, labels, encoder, taken)
    unanswered = {f"T{theme.label}" for theme in asked if theme.label not in answers}
    return {f"T{label}": name for label, name in found.items()}, unanswered


def _labels(said: Said, theme_of: Mapping[str, str]) -> np.ndarray:
    """The number of each statement's theme, NOISE for none."""
    return np.array(
        [number(own) if (own := theme_of[s.statement_id]) else NOISE for s in said.statements]
    )


def _name(
    said: Said,
    theme_of: Mapping[str, str],
    stood: Mapping[str, str],
    encoder: Encoder,
    nlp: Language,
) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Name, keyphrases and exemplars of every theme that has statements, by number."""
    theme_ids = sorted({theme for theme in theme_of.values() if theme}, key=number)
    labels = _labels(said, theme_of)
    standing = {number(theme_id): name for theme_id, name in stood.items()}
    named = name_themes(said.statements, labels, said.vectors, encoder, nlp, standing)
    return dict(zip(theme_ids, named, strict=True))


def _describe(
    said: Said,
    theme_of: Mapping[str, str],
    standing: Standing,
    named: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]],
    curation: Curation,
    calls: Sequence[Call],
    deals: Sequence[Deal],
) -> list[Theme]:
    """Every theme that has statements, by number."""
    names = _names(list(named), [name for name, _, _ in named.values()], curation.names)
    account = account_of(calls, deals)
    amounts = amounts_by_account(deals)
    when = {call.call_id: call.date for call in calls}
    themes = []
    for theme_id, (_, keyphrases, exemplars) in named.items():
        members = [s for s in said.statements if theme_of[s.statement_id] == theme_id]
        accounts = {account[s.call_id] for s in members}
        dates = sorted(day for s in members if (day := when[s.call_id]))
        ground = standing.grounds[theme_id]
        themes.append(
            Theme(
                theme_id,
                ground.kind,
                _commonest(s.category for s in members),
                names[theme_id],
                tuple(keyphrases),
                tuple(exemplars),
                n_statements=len(members),
                n_calls=len({s.call_id for s in members}),
                n_accounts=len(accounts),
                amount=sum(amounts.get(a, 0.0) for a in sorted(accounts)),
                demand=0.0,
                stability=ground.steady,
                first_seen=dates[0] if dates else None,
                last_seen=dates[-1] if dates else None,
            )
        )
    return themes


def _names(
    theme_ids: Sequence[str], found: Sequence[str], given: Mapping[str, str]
) -> dict[str, str]:
    """The names that a user gave, then those found; one that is taken has the theme's id with it.

    Undoing may leave two themes with one name, given at different times.
    """
    found_for = dict(zip(theme_ids, found, strict=True))
    names: dict[str, str] = {}
    taken: set[str] = set()
    for theme_id in sorted(theme_ids, key=lambda t: (t not in given, number(t))):
        name = given.get(theme_id) or found_for[theme_id]
        names[theme_id] = f"{name} ({theme_id})" if name.casefold() in taken else name
        taken.add(name.casefold())
    return names


def _commonest(categories: Iterable[str]) -> str:
    counts = Counter(categories)
    return min(counts, key=lambda category: (-counts[category], category))
