"""A draft against the themes: what it answers, what it only names, what its readers miss in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from resonance import config
from resonance.errors import NothingToRead
from resonance.matching import Gathered, Matching, match_assets
from resonance.readers import EVERYBODY, Heard
from resonance.records import Asset, Findings, Kind, Match, Score, Statement, Theme, Verdict
from resonance.relevance import RelevanceModel
from resonance.score import Voiced, score_assets, voiced

MAX_MISSING = 5
QUOTES_EACH = 2


@dataclass(frozen=True, slots=True)
class ThemeCheck:
    """What the draft does about a theme.

    `points` are what it adds to the resonance; `demand` in [0, 1] is the theme's share of all
    that is voiced. `passage` (with its row, place, line and heading) and `quote` are the proof.
    """

    theme_id: str
    name: str
    kind: Kind
    verdict: Verdict
    relevance: float
    points: float
    demand: float
    n_accounts: int
    quote: str
    passage: str
    passage_row: int
    place: str
    line: int | None
    heading: str


@dataclass(frozen=True, slots=True)
class PassageCheck:
    """A passage and the theme it helps to answer; `theme_id` and `name` are "" for none."""

    row: int
    place: str
    line: int | None
    heading: str
    text: str
    theme_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A voiced theme that the draft does not answer.

    `quotes` are prospects' own words; `answered_by` are the titles of assets that answer it.
    """

    theme_id: str
    name: str
    kind: Kind
    demand: float
    n_accounts: int
    quotes: tuple[str, ...]
    answered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A draft's score and what it rests on.

    `answers` come by points, `names` by relevance, `missing` by demand, each highest first;
    `passages` in the order of the draft. `n_themes` and `n_accounts` say how much was voiced,
    by `readers` ("segment enterprise"; "" for everybody).
    """

    source: str
    title: str
    score: Score
    n_themes: int
    n_accounts: int
    answers: tuple[ThemeCheck, ...]
    names: tuple[ThemeCheck, ...]
    passages: tuple[PassageCheck, ...]
    missing: tuple[Missing, ...]
    readers: str = ""

    @property
    def reach(self) -> float:
        """Share of all that is voiced that belongs to the themes it answers, in [0, 1]."""
        return sum(theme.demand for theme in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """What `--format json` prints; its fields are described in docs/check-json.md."""
        plain = asdict(self)
        score = plain.pop("score")
        figures = {key: score[key] for key in ("resonance", "low", "high", "focus")}
        head = {key: plain.pop(key) for key in ("source", "title", "readers")}
        return {**head, **figures, "reach": round(self.reach, 4), "parts": score["parts"], **plain}


def check_draft(
    draft: Asset,
    findings: Findings,
    draft_vectors: np.ndarray,
    passage_vectors: Sequence[np.ndarray],
    statement_vectors: np.ndarray,
    demand: config.Demand | None = None,
    model: RelevanceModel | None = None,
    heard: Heard | None = None,
    who: Voiced | None = None,
    gathered: Gathered | None = None,
) -> Check:
    """Judge a draft as `run` would judge it beside the assets there are.

    draft_vectors     : (n_passages, n_dims), of `matching.passage_text`
    passage_vectors   : the same for each of findings.assets
    statement_vectors : (n_statements, n_dims) for findings.statements, each with its `before`

    A stored asset that is the draft itself, by its id or word for word, is left out, so that
    checking what was already scored gives that score again. `heard` narrows whose voices count
    and are quoted; what answers a theme is judged by all its quotes all the same. `who` is what
    `voiced` says of them, and `gathered` what `gather` makes of all the statements, where that is
    known. Raises NothingToRead where there are no themes.
    """
    if not findings.themes:
        raise NothingToRead(
            "There are no themes to check a draft against; run: resonance run --calls PATH"
        )
    heard = heard or EVERYBODY.heard(findings)
    others = [row for row, asset in enumerate(findings.assets) if not is_same(asset, draft)]
    matching = match_assets(
        [draft, *(findings.assets[row] for row in others)],
        [draft_vectors, *(passage_vectors[row] for row in others)],
        findings.statements,
        statement_vectors,
        model,
        gathered,
    )
    rows = [row for row, said in enumerate(findings.statements) if said.call_id in heard.calls]
    theirs = replace(findings, statements=tuple(findings.statements[row] for row in rows))
    if who is None:
        who = voiced(theirs.statements, findings.calls, findings.deals, demand or config.Demand())
    (score,) = score_assets([draft], matching.matches, who, matching.passage_themes)
    if heard.told:
        quotes = _their_quotes(draft, matching, theirs, draft_vectors, statement_vectors[rows])
        matching = replace(matching, matches=quotes)
    return replace(_check(draft, theirs, matching, who, score), readers=heard.told)


def is_same(asset: Asset, draft: Asset) -> bool:
    """Whether they are one piece, by id or word for word."""
    words = [[p.text for p in piece.passages] for piece in (asset, draft)]
    return asset.asset_id == draft.asset_id or words[0] == words[1]


def _check(
    draft: Asset, findings: Findings, matching: Matching, who: Voiced, score: Score
) -> Check:
    accounts = dict(zip(who.theme_ids, (who.weights > 0).sum(axis=0).tolist(), strict=True))
    themes = {
        theme.theme_id: replace(theme, n_accounts=accounts[theme.theme_id])
        for theme in findings.themes
        if theme.theme_id in accounts
    }
    own = [m for m in matching.matches if m.asset_id == draft.asset_id and m.theme_id in themes]
    points = {part.theme_id: part.points for part in score.parts}
    demand = who.demand
    checked = [
        _theme_check(draft, themes[m.theme_id], m, points.get(m.theme_id, 0.0), demand)
        for m in sorted(own, key=lambda m: (-m.relevance, m.theme_id))
    ]
    answered = {m.theme_id for m in own if m.verdict == "answers"}
    by_demand = sorted(demand, key=lambda theme_id: (-demand[theme_id], theme_id))
    left = [theme_id for theme_id in by_demand if theme_id in themes and theme_id not in answered]
    rank = {part.theme_id: place for place, part in enumerate(score.parts)}
    missing = left[:MAX_MISSING]
    said: dict[str, list[Statement]] = {theme_id: [] for theme_id in missing}
    for statement in findings.statements:
        if statement.theme_id in said:
            said[statement.theme_id].append(statement)
    return Check(
        draft.source,
        draft.title,
        score,
        n_themes=len(themes),
        n_accounts=len(who.accounts),
        answers=tuple(
            sorted((c for c in checked if c.verdict == "answers"), key=lambda c: rank[c.theme_id])
        ),
        names=tuple(c for c in checked if c.verdict == "names"),
        passages=_passages(draft, matching.passage_themes[draft.asset_id], themes),
        missing=tuple(
            Missing(
                theme_id,
                themes[theme_id].name,
                themes[theme_id].kind,
                round(demand[theme_id], 4),
                themes[theme_id].n_accounts,
                own_words(themes[theme_id], said[theme_id]),
                _answering(theme_id, matching.matches, findings.assets),
            )
            for theme_id in missing
        ),
    )


def _their_quotes(
    draft: Asset,
    matching: Matching,
    findings: Findings,
    draft_vectors: np.ndarray,
    statement_vectors: np.ndarray,
) -> tuple[Match, ...]:
    """The matches, those of the draft with the quote in these findings nearest to the passage."""
    rows: dict[str, list[int]] = {}
    for row, statement in enumerate(findings.statements):
        rows.setdefault(statement.theme_id, []).append(row)

    def quoted(match: Match) -> Match:
        own = rows.get(match.theme_id, [])
        texts = [findings.statements[row].text for row in own]
        if match.asset_id != draft.asset_id or not own or match.quote in texts:
            return match
        near = statement_vectors[own] @ draft_vectors[match.passage_row]
        return replace(match, quote=min(zip(-near, texts, strict=True))[1])

    return tuple(map(quoted, matching.matches))


def _theme_check(
    draft: Asset, theme: Theme, match: Match, points: float, demand: Mapping[str, float]
) -> ThemeCheck:
    passage = draft.passages[match.passage_row]
    return ThemeCheck(
        theme.theme_id,
        theme.name,
        theme.kind,
        match.verdict,
        match.relevance,
        points,
        round(demand[theme.theme_id], 4),
        theme.n_accounts,
        match.quote,
        match.passage,
        match.passage_row,
        passage.place,
        passage.line,
        passage.heading,
    )


def _passages(
    draft: Asset, theme_ids: Sequence[str], themes: Mapping[str, Theme]
) -> tuple[PassageCheck, ...]:
    return tuple(
        PassageCheck(
            row,
            passage.place,
            passage.line,
            passage.heading,
            passage.text,
            theme_id,
            themes[theme_id].name if theme_id in themes else "",
        )
        for row, (passage, theme_id) in enumerate(zip(draft.passages, theme_ids, strict=True))
    )


def own_words(theme: Theme, statements: Iterable[Statement]) -> tuple[str, ...]:
    """The theme's most central quotes, no two the same."""
    texts = {s.statement_id: s.text for s in statements if s.theme_id == theme.theme_id}
    central = [texts[i] for i in theme.exemplars if i in texts]
    return tuple(dict.fromkeys([*central, *sorted(texts.values())]))[:QUOTES_EACH]


def _answering(theme_id: str, matches: Iterable[Match], assets: Iterable[Asset]) -> tuple[str, ...]:
    """Titles of the assets that answer it, the surest first."""
    titles = {asset.asset_id: asset.title for asset in assets}
    found = [m for m in matches if m.theme_id == theme_id and m.verdict == "answers"]
    ranked = sorted(found, key=lambda m: (-m.relevance, m.asset_id))
    return tuple(titles[m.asset_id] for m in ranked if m.asset_id in titles)
