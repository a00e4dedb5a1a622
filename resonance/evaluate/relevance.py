"""Which asset answers which theme, against the grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from resonance.embed import Encoder
from resonance.evaluate.corpus import Corpus, Said
from resonance.evaluate.figures import Figure, Section, Spread
from resonance.evaluate.measures import ADDRESSED, calibration_error, ranking
from resonance.evaluate.themes import found_themes, in_gold_themes
from resonance.known import encode_texts
from resonance.matching import passage_text
from resonance.ownwords import Quoted
from resonance.records import Findings, Statement
from resonance.relevance import RelevanceModel
from resonance.score import gaps

COSINE = "raw cosine"


def relevance_section(
    corpus: Corpus, findings: Findings, found: Sequence[tuple[Statement, Said]], *, peers: bool
) -> Section:
    """Relevance given the gold themes, and with the themes that were found.

    found : statements that are right, each with the label it was matched to
    """
    about = (
        "Each asset against the statements of each gold theme, read with what was said before"
        " them as `run` reads them; the peer compares the theme's mean vector with the asset's"
        " best passage."
    )
    figures = (*_given_the_themes(corpus, peers=peers), *_whole(corpus, findings, found))
    return Section("Relevance", about, figures)


def _given_the_themes(corpus: Corpus, *, peers: bool) -> tuple[Figure, ...]:
    quotes: defaultdict[str, list[Said]] = defaultdict(list)
    for said in corpus.themed:
        quotes[said.label.theme_id].append(said)
    themes = sorted(quotes)
    assets = [asset for asset in corpus.assets if asset.passages]
    grades = np.array(
        [[corpus.gold.grades.get((a.asset_id, t), 0) for t in themes] for a in assets]
    ).reshape(len(assets), len(themes))
    encoder = Encoder()
    voices = [
        encoder.encode([said.label.text for said in own], [said.before for said in own])
        for own in (quotes[theme] for theme in themes)
    ]
    texts = [[passage_text(passage) for passage in asset.passages] for asset in assets]
    passages = encode_texts(encoder, texts, Quoted(said.label.text for said in corpus.themed))
    about: defaultdict[str, list[str]] = defaultdict(list)
    for statement in in_gold_themes(corpus.themed):
        about[statement.theme_id].append(statement.about)
    categories = [about[theme] for theme in themes]
    relevance = RelevanceModel().from_embeddings(voices, passages, categories).probability
    ours = ranking(grades, relevance)
    peer = ranking(grades, raw_cosine(voices, passages)) if peers else {}

    def beside(name: str) -> dict[str, Spread]:
        return {COSINE: Spread.of([peer[name]])} if peer else {}

    return (
        Figure(
            "AUC",
            ours["AUC"],
            "chance that an asset of grade 2 or 3 is ranked above one of 0 or 1",
            peers=beside("AUC"),
        ),
        Figure(
            "average precision",
            ours["average precision"],
            "precision averaged over the ranking of all assets and themes",
            peers=beside("average precision"),
        ),
        Figure(
            "best asset right",
            int(ours["best asset right"]),
            "addressed themes whose most relevant asset has the highest grade that any has",
            of=int(ours["of"]),
            peers=beside("best asset right"),
        ),
        Figure(
            "calibration error",
            calibration_error(grades >= ADDRESSED, relevance),
            "how far the probability is from the share of grade 2 or 3, over ten bins",
        ),
    )


def _whole(
    corpus: Corpus, findings: Findings, found: Sequence[tuple[Statement, Said]]
) -> tuple[Figure, ...]:
    right, of = best_assets_right(corpus.gold.grades, findings, found)
    n_gaps_found, n_gaps, n_false_gaps = gaps_found(corpus.gold.grades, findings, found)
    idle = assets_that_address_nothing(corpus.gold.grades)
    scores = {score.asset_id: score for score in findings.scores}

    return (
        Figure(
            "best asset right, whole pipeline",
            right,
            "the same for the found theme that holds most of the gold theme's statements",
            of=of,
        ),
        Figure(
            "gaps found, whole pipeline",
            n_gaps_found,
            "gold themes that no asset addresses whose found theme is reported as a gap",
            of=n_gaps,
        ),
        Figure(
            "false gaps, whole pipeline",
            n_false_gaps,
            "addressed gold themes whose found theme is reported as a gap",
            of=of,
        ),
        Figure(
            "idle assets in the bottom third",
            len(idle & bottom_third(findings)),
            "assets that address no gold theme and are in the lowest third by resonance",
            of=len(idle),
        ),
        Figure(
            "idle assets that answer nothing",
            sum(not scores[a].parts for a in idle if a in scores),
            "assets that address no gold theme and are said to answer none that was found",
            of=len(idle),
        ),
    )


def raw_cosine(quotes: Sequence[np.ndarray], passages: Sequence[np.ndarray]) -> np.ndarray:
    """The peer: cosine of the mean of a theme's quotes with the asset's most similar passage.

    quotes   : one (n_quotes, n_dims) for each theme; passages : the same for each asset
    returns  : (n_assets, n_themes), in [-1, 1]
    """
    centres = [group.mean(axis=0) for group in quotes]
    units = [centre / np.linalg.norm(centre) for centre in centres]
    best = [[(group @ unit).max() for unit in units] for group in passages]
    return np.array(best).reshape(len(passages), len(quotes))


def best_assets_right(
    grades: Mapping[tuple[str, str], int],
    findings: Findings,
    found: Sequence[tuple[Statement, Said]],
) -> tuple[int, int]:
    """For how many addressed gold themes the best asset is right, end to end, and of how many.

    A gold theme is taken to be the found theme that has most of its statements. Its most
    relevant asset is right if it has the highest grade that any has for the gold theme.
    """
    highest = highest_grades(grades)
    addressed = sorted(theme for theme, grade in highest.items() if grade >= ADDRESSED)
    taken_for = found_themes(found)
    n_right = 0
    for theme in addressed:
        matches = [match for match in findings.matches if match.theme_id == taken_for.get(theme)]
        best = max(matches, key=lambda m: (m.relevance, m.asset_id), default=None)
        n_right += best is not None and grades.get((best.asset_id, theme)) == highest[theme]
    return n_right, len(addressed)


def gaps_found(
    grades: Mapping[tuple[str, str], int],
    findings: Findings,
    found: Sequence[tuple[Statement, Said]],
) -> tuple[int, int, int]:
    """Gold themes that no asset addresses: how many are reported as gaps, and of how many; and
    how many addressed ones are reported as gaps, each taken to be the found theme as above."""
    reported = set(gaps(findings.themes, findings.matches))
    highest, taken_for = highest_grades(grades), found_themes(found)
    unaddressed = {theme for theme, grade in highest.items() if grade < ADDRESSED}
    in_gap = {theme for theme in highest if taken_for.get(theme) in reported}
    return len(in_gap & unaddressed), len(unaddressed), len(in_gap - unaddressed)


def assets_that_address_nothing(grades: Mapping[tuple[str, str], int]) -> set[str]:
    """Ids of the graded assets without a grade that addresses a theme."""
    useful = {asset_id for (asset_id, _), grade in grades.items() if grade >= ADDRESSED}
    return {asset_id for asset_id, _ in grades} - useful


def bottom_third(findings: Findings) -> set[str]:
    """Ids of the third of the assets with the lowest resonance; of equals, those less relevant."""
    demand = {theme.theme_id: theme.demand for theme in findings.themes}
    close: defaultdict[str, float] = defaultdict(float)
    for match in findings.matches:
        close[match.asset_id] += demand[match.theme_id] * match.relevance
    ranked = sorted(findings.scores, key=lambda s: (s.resonance, close[s.asset_id], s.asset_id))
    return {score.asset_id for score in ranked[: len(ranked) // 3]}


def highest_grades(grades: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The highest grade that any asset has for each gold theme."""
    highest: dict[str, int] = {}
    for (_, theme), grade in grades.items():
        highest[theme] = max(highest.get(theme, 0), grade)
    return highest
