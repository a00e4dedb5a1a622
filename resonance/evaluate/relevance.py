"""Which asset answers which theme, against the grades."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from resonance.embed import Encoder
from resonance.evaluate.corpus import Corpus, Said
from resonance.evaluate.figures import Figure, Section, Spread
from resonance.evaluate.measures import ADDRESSED, calibration_error, ranking
from resonance.matching import passage_text
from resonance.records import Findings, Statement
from resonance.relevance import RelevanceModel

COSINE = "raw cosine"


def relevance_section(
    corpus: Corpus, findings: Findings, found: Sequence[tuple[Statement, Said]], *, peers: bool
) -> Section:
    """Relevance given the gold themes, and with the themes that were found.

    found : statements that are right, each with the label it was matched to
    """
    quotes: defaultdict[str, list[str]] = defaultdict(list)
    for said in corpus.themed:
        quotes[said.label.theme_id].append(said.label.text)
    themes = sorted(quotes)
    assets = [asset for asset in corpus.assets if asset.passages]
    grades = np.array(
        [[corpus.gold.grades.get((a.asset_id, t), 0) for t in themes] for a in assets]
    ).reshape(len(assets), len(themes))
    encoder = Encoder()
    voices = [encoder.encode(quotes[theme]) for theme in themes]
    passages = [encoder.encode([passage_text(p) for p in asset.passages]) for asset in assets]
    relevance = RelevanceModel().from_embeddings(voices, passages).probability
    ours = ranking(grades, relevance)
    peer = ranking(grades, raw_cosine(voices, passages)) if peers else {}
    right, of = best_assets_right(corpus.gold.grades, findings, found)

    def beside(name: str) -> dict[str, Spread]:
        return {COSINE: Spread.of([peer[name]])} if peer else {}

    figures = (
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
        Figure(
            "best asset right, whole pipeline",
            right,
            "the same for the found theme that holds most of the gold theme's statements",
            of=of,
        ),
    )
    about = (
        "Each asset against the statements of each gold theme; the peer compares the theme's"
        " mean vector with the asset's best passage."
    )
    return Section("Relevance", about, figures)


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
    highest: defaultdict[str, int] = defaultdict(int)
    for (_, theme), grade in grades.items():
        highest[theme] = max(highest[theme], grade)
    addressed = sorted(theme for theme, grade in highest.items() if grade >= ADDRESSED)
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for statement, said in found:
        if said.label.theme_id and statement.theme_id:
            votes[said.label.theme_id][statement.theme_id] += 1
    n_right = 0
    for theme in addressed:
        if not votes[theme]:
            continue
        taken_for = min(votes[theme], key=lambda t: (-votes[theme][t], t))
        matches = [match for match in findings.matches if match.theme_id == taken_for]
        best = max(matches, key=lambda m: (m.relevance, m.asset_id), default=None)
        n_right += best is not None and grades.get((best.asset_id, theme)) == highest[theme]
    return n_right, len(addressed)
