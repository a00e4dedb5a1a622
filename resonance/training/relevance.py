"""How relevance becomes a probability: `python -m resonance.training.relevance`.

The voices corpus has, for every theme, a passage that answers it (grade 3) and one that uses its
words without answering (grade 1), and passages about nothing voiced (grade 0). Assets are made
of them as real ones are: one to a dozen passages, up to two themes answered, a few touched.
The curves are fitted on workspaces of many sizes, and measured on industries held out. What a
theme is about is told by models that never saw its industry, as it will be of a user's.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from resonance.comparison import compare
from resonance.embed import Encoder
from resonance.evaluate.measures import calibration_error, ranking
from resonance.judgement import (
    LEARNT,
    NOTHING,
    Decoys,
    Weights,
    beside_decoys,
    curve,
    features,
    fitting,
    shares,
    standing_out,
)
from resonance.matching import ANSWERS
from resonance.sources.files import digest
from resonance.training.corpus import CORPORA, ROOT, VOICES, hashes
from resonance.training.space import held_out, read_themed

OUT = ROOT / "resonance" / "weights" / "relevance.npz"

ANSWERED, TOUCHED, ABOUT_NOTHING = 3, 1, 0
N_ASSETS = 24  # made of each industry, of which smaller workspaces are drawn
SIZES = ((1, 1), (1, 14), (24, 1), (3, 3), (6, 6), (12, 14), (24, 7), (24, 14))
PASSAGE_SIZES = ((34, 3), (12, 14), (34, 14))
N_PAIRS = 36  # of asset and theme, at least about that many from each industry at each size
STRENGTH = 1e3  # inverse of the regularisation; flat from there on
ANSWERING_STRENGTH = 10.0  # the same for what a passage answers; 1 and 100 are worse
N_FOLDS = 5
PROOF = 0.3  # finds the passage that answers, not the bait beside it, in 96 %; 76 % without


class Answering(NamedTuple):
    """What tells the category that a passage answers, as in `judgement.Weights`."""

    categories: np.ndarray
    coefficients: np.ndarray


@dataclass(frozen=True, eq=False)
class Industry:
    """A folder of the corpus as vectors.

    `voiced` are the categories of the quotes as they are taken to be, `categories` what each
    theme is about. `grades` and `themes` (n_passages,) say what each passage is to which theme
    (a row of `quotes`, -1 for none); `whole` and `halves` are its vectors as one piece and as two.
    """

    quotes: list[np.ndarray]
    voiced: list[list[str]]
    categories: list[str]
    whole: list[np.ndarray]
    halves: list[np.ndarray]
    grades: np.ndarray
    themes: np.ndarray

    @property
    def answered(self) -> list[str]:
        """The category that each passage answers, or "none"."""
        return [
            self.categories[theme] if grade == ANSWERED else NOTHING
            for theme, grade in zip(self.themes, self.grades, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Workspace:
    """Assets in parts against themes: similarity, what is known of each, and the truth."""

    similarity: np.ndarray  # (n_parts, n_themes)
    asset: np.ndarray  # (n_parts,), the row of each part's asset, in rising order
    part: np.ndarray  # (n_parts, 2), as `beside_decoys` gives it
    theme: np.ndarray  # (n_themes, 3), likewise
    n_quotes: np.ndarray  # (n_themes,)
    fit: np.ndarray  # (n_assets, n_themes), as `features` takes it
    grades: np.ndarray  # (n_assets, n_themes)

    def some(self, assets: np.ndarray, themes: np.ndarray) -> Workspace:
        """These assets and themes of it alone; `assets` in rising order."""
        kept = np.isin(self.asset, assets)
        return Workspace(
            self.similarity[np.ix_(kept, themes)],
            np.searchsorted(assets, self.asset[kept]),
            self.part[kept],
            self.theme[themes],
            self.n_quotes[themes],
            self.fit[np.ix_(assets, themes)],
            self.grades[np.ix_(assets, themes)],
        )

    def standing(self, part_prior: np.ndarray) -> np.ndarray:
        starts = np.searchsorted(self.asset, np.arange(len(self.grades)))
        return standing_out(self.similarity, self.part @ part_prior, starts)


@dataclass(frozen=True, eq=False)
class Corpus:
    """An industry as assets of several passages and as assets of one, each against all quotes
    of its themes and against some."""

    assets: tuple[Workspace, ...]
    passages: tuple[Workspace, ...]


def train(out: Path = OUT) -> dict[str, dict[str, float]]:
    """Write the weights and a manifest beside them; gives the figures on industries held out."""
    encoder = Encoder()
    folders = sorted(path.parent for path in VOICES.glob("*/passages.jsonl"))
    industries = read_industries(folders, encoder)
    corpora = make_corpora(industries)
    decoys, answering = decoys_from(industries), fit_answering(industries)
    figures = cross_validate(corpora, decoys, answering)
    weights = fit(corpora, decoys, answering, encoder.name)
    weights = replace(weights, proof=fit_proof(industries))
    np.savez_compressed(
        out,
        **{name: getattr(weights, name) for name in LEARNT},
        decoy_quotes=decoys.quotes.astype(np.float16),
        decoy_passage=decoys.passage.round(4).astype(np.float16),
    )
    inputs = hashes() | {
        path.relative_to(CORPORA).as_posix(): digest(path.read_bytes())
        for path in (folder / "passages.jsonl" for folder in folders)
    }
    about = {"made_by": "resonance/training/relevance.py", "model": encoder.name}
    manifest = json.dumps(about | {"industries_held_out": figures, "inputs": inputs}, indent=1)
    out.with_suffix(".json").write_text(manifest + "\n", encoding="utf-8")
    return figures


def read_industries(folders: Sequence[Path], encoder: Encoder) -> list[Industry]:
    """Folders of corpora/voices; what their statements are about is told by held-out models."""
    themed = [row for row in read_themed() if row["source"] == "voices"]
    about = dict(zip(map(_place, themed), held_out(themed), strict=True))
    return [read_industry(folder, encoder, about) for folder in folders]


def read_industry(
    folder: Path, encoder: Encoder, about: Mapping[tuple[str, str, str], str]
) -> Industry:
    """Statements by theme, each encoded with what was said before it, and the passages.

    about : the category that each statement is taken to be of, by its `_place`
    """
    statements = [row for row in _rows(folder / "statements.jsonl") if row["theme_id"]]
    passages = _rows(folder / "passages.jsonl")
    names = sorted({row["theme_id"] for row in statements})
    vectors = encoder.encode(
        [row["text"] for row in statements], [row["before"] for row in statements]
    )
    theme = np.array([names.index(row["theme_id"]) for row in statements])
    voiced = np.array([f"{row['kind']}/{about[_place(row)]}" for row in statements])
    labelled = {row["theme_id"]: f"{row['kind']}/{row['category']}" for row in statements}
    return Industry(
        quotes=[vectors[theme == t] for t in range(len(names))],
        voiced=[voiced[theme == t].tolist() for t in range(len(names))],
        categories=[labelled[name] for name in names],
        whole=list(encoder.encode([row["text"] for row in passages])[:, None]),
        halves=[encoder.encode(_halves(row["text"])) for row in passages],
        grades=np.array([row["grade"] for row in passages]),
        themes=np.array([names.index(t) if (t := row["theme_id"]) else -1 for row in passages]),
    )


def decoys_from(industries: Sequence[Industry]) -> Decoys:
    """The most central quote of every other theme, and the mean of all passages."""
    central = [q[(q @ q.mean(axis=0)).argmax()] for one in industries for q in one.quotes[::2]]
    return Decoys(
        np.stack(central), np.concatenate([v for one in industries for v in one.whole]).mean(axis=0)
    )


def fit_answering(industries: Sequence[Industry]) -> Answering:
    """What tells from a passage which category it answers, if any."""
    passages = np.concatenate([vector for one in industries for vector in one.whole])
    answered = [category for one in industries for category in one.answered]
    model = LogisticRegression(C=ANSWERING_STRENGTH, max_iter=1000)
    model.fit(passages.astype(float), answered)
    return Answering(model.classes_, np.vstack([model.coef_.T, model.intercept_]).round(3))


def make_corpora(industries: Sequence[Industry]) -> list[Corpus]:
    """Each industry against decoys, and by what tells answers, of the others."""
    corpora: dict[int, Corpus] = {}
    for seen, unseen in KFold(N_FOLDS, shuffle=True, random_state=0).split(industries):
        answering = fit_answering([industries[i] for i in seen])
        for i in unseen:
            decoys = decoys_from([*industries[:i], *industries[i + 1 :]])
            corpora[i] = make_corpus(industries[i], decoys, answering, seed=i)
    return [corpora[i] for i in range(len(industries))]


def make_corpus(industry: Industry, decoys: Decoys, answering: Answering, seed: int) -> Corpus:
    """N_ASSETS assets of an industry's passages, half of them in pieces half as long; and each
    passage as an asset by itself."""
    chance = np.random.default_rng(seed)
    some = [_some(len(quotes), chance) for quotes in industry.quotes]
    both = (
        industry,
        replace(
            industry,
            quotes=[quotes[rows] for quotes, rows in zip(industry.quotes, some, strict=True)],
            voiced=[
                [own[r] for r in rows] for own, rows in zip(industry.voiced, some, strict=True)
            ],
        ),
    )
    made = [draw_asset(industry, chance) for _ in range(N_ASSETS)]
    lengths = [industry.halves if chance.random() < 0.5 else industry.whole for _ in made]
    passages = [
        np.concatenate([length[row] for row in rows])
        for rows, length in zip(made, lengths, strict=True)
    ]
    alone = [np.array([row]) for row in range(len(industry.whole))]
    assets, singles = (
        tuple(_workspace(one, rows, pieces, decoys, answering) for one in both)
        for rows, pieces in ((made, passages), (alone, industry.whole))
    )
    return Corpus(assets, singles)


def fit(
    corpora: Sequence[Corpus], decoys: Decoys, answering: Answering, model: str = ""
) -> Weights:
    """Priors by least squares; the curves by logistic regression, every size counting alike."""
    assets = [workspace for corpus in corpora for workspace in corpus.assets]
    passages = [workspace for corpus in corpora for workspace in corpus.passages]
    part_prior = _least_squares([(w.part, w.similarity.mean(axis=1)) for w in assets])
    theme_prior = _least_squares([(w.theme, w.standing(part_prior).mean(axis=0)) for w in assets])
    own = part_prior, theme_prior
    answers, touches = _fit_curves(assets, SIZES, own, (ANSWERED, TOUCHED))
    (passage_touches,) = _fit_curves(passages, PASSAGE_SIZES, own, (TOUCHED,))
    return Weights(
        answers,
        touches,
        passage_touches,
        part_prior,
        theme_prior,
        np.zeros_like(decoys.passage),
        *answering,
        decoys,
        model,
    )


def fit_proof(industries: Sequence[Industry]) -> np.ndarray:
    """The direction in which passages that answer differ from the others, PROOF long."""
    halves = np.concatenate([half for one in industries for half in one.halves])
    n_halves = [len(half) for one in industries for half in one.halves]
    grades = np.repeat(np.concatenate([one.grades for one in industries]), n_halves)
    model = LogisticRegression(solver="newton-cholesky", tol=1e-8)
    direction = model.fit(halves.astype(float), grades == ANSWERED).coef_[0]
    return (PROOF * direction / np.linalg.norm(direction)).round(4).astype(np.float32)


def cross_validate(
    corpora: Sequence[Corpus], decoys: Decoys, answering: Answering
) -> dict[str, dict[str, float]]:
    """Figures by the number of assets, themes and quotes, each industry held out once."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    in_order: list[bool] = []
    for seen, unseen in KFold(N_FOLDS, shuffle=True, random_state=0).split(corpora):
        weights = fit([corpora[i] for i in seen], decoys, answering)
        own = weights.part_prior, weights.theme_prior
        for i in unseen:
            alone = corpora[i].passages[0]
            in_order += _above_bait(alone.grades, curve(_inputs(alone, own), weights.answers))
        for which, quotes in enumerate(("all quotes", "some quotes")):
            for size in SIZES:
                for part in _sample([corpora[i].assets[which] for i in unseen], size):
                    judged = curve(_inputs(part, own), weights.answers)
                    key = "{} assets, {} themes, {}".format(*size, quotes)
                    found[key].append((part.grades.ravel(), judged.ravel()))
    order = {"answer above its theme's bait": {"share": round(float(np.mean(in_order)), 3)}}
    return order | {key: _figures(pairs) for key, pairs in found.items()}


def _above_bait(grades: np.ndarray, judged: np.ndarray) -> list[bool]:
    """Of every passage that answers a theme and every bait for it: which is judged higher."""
    return [
        bool(answer > bait)
        for own, values in zip(grades.T, judged.T, strict=True)
        for answer in values[own == ANSWERED]
        for bait in values[own == TOUCHED]
    ]


def _workspace(
    industry: Industry,
    made: list[np.ndarray],
    passages: list[np.ndarray],
    decoys: Decoys,
    answering: Answering,
) -> Workspace:
    grades = np.zeros((len(made), len(industry.quotes)), dtype=int)
    for asset, rows in enumerate(made):
        about = rows[industry.themes[rows] >= 0]
        np.maximum.at(grades[asset], industry.themes[about], industry.grades[about])
    comparison = compare(industry.quotes, passages, proof=np.zeros_like(decoys.passage))
    about = shares(industry.voiced, answering.categories.tolist())
    fit_of = fitting(comparison.pieces, answering.coefficients, about)
    n_parts = np.diff([*comparison.starts, len(comparison.similarity)])
    return Workspace(
        comparison.similarity,
        np.repeat(np.arange(len(made)), n_parts),
        *beside_decoys(decoys, comparison),
        comparison.n_quotes,
        np.stack([fit_of[rows].max(axis=0) for rows in comparison.rows]),
        grades,
    )


def _some(n_quotes: int, chance: np.random.Generator) -> np.ndarray:
    return chance.permutation(n_quotes)[: chance.integers(1, n_quotes + 1)]


def _place(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["industry"], row["theme_id"], row["text"]


def _figures(found: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    grades, judged = (np.concatenate(each) for each in zip(*found, strict=True))
    figures = ranking(grades[:, None], judged[:, None])
    said, true = judged >= ANSWERS, grades == ANSWERED
    return {
        "AUC": round(figures["AUC"], 3),
        "average precision": round(figures["average precision"], 3),
        "calibration error": round(calibration_error(true, judged), 3),
        "precision of the verdict": round(float(true[said].mean()), 3),
        "its recall": round(float(said[true].mean()), 3),
    }


def draw_asset(industry: Industry, chance: np.random.Generator) -> np.ndarray:
    """Rows of the passages: answers to none, one or two themes, bait for others, and the rest.

    Every other answer comes with its own theme's bait, as pieces that answer also talk around.
    """
    row = {key: i for i, key in enumerate(zip(industry.themes, industry.grades, strict=True))}
    themes = chance.permutation(
        [t for t in range(len(industry.quotes)) if {(t, ANSWERED), (t, TOUCHED)} <= row.keys()]
    )
    n_answered = chance.choice([0, 1, 1, 2])
    n_touched = chance.integers(0, 4)
    rows = [row[theme, ANSWERED] for theme in themes[:n_answered]]
    rows += [row[theme, TOUCHED] for theme in themes[:n_answered] if chance.random() < 0.5]
    rows += [row[theme, TOUCHED] for theme in themes[n_answered : n_answered + n_touched]]
    about_nothing = np.flatnonzero(industry.grades == ABOUT_NOTHING)
    n_least = 0 if rows else 1
    rows += chance.permutation(about_nothing)[: chance.integers(n_least, 5)].tolist()
    return np.array(rows)


def _sample(workspaces: Sequence[Workspace], size: tuple[int, int]) -> list[Workspace]:
    """Workspaces of a size, drawn from each of these until about N_PAIRS pairs are had."""
    chance = np.random.default_rng(0)
    n_draws = max(1, N_PAIRS // (size[0] * size[1]))
    return [
        whole.some(
            np.sort(chance.permutation(len(whole.grades))[: size[0]]),
            chance.permutation(whole.grades.shape[1])[: size[1]],
        )
        for whole in workspaces
        for _ in range(n_draws)
    ]


def _inputs(part: Workspace, own: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return features(part.standing(own[0]), part.theme @ own[1], part.n_quotes, part.fit)


def _least_squares(samples: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    inputs, wanted = (np.concatenate(each) for each in zip(*samples, strict=True))
    return np.linalg.lstsq(inputs, wanted, rcond=None)[0].round(4)


def _fit_curves(
    workspaces: Sequence[Workspace],
    sizes: Sequence[tuple[int, int]],
    own: tuple[np.ndarray, np.ndarray],
    least: Sequence[int],
) -> list[np.ndarray]:
    """Coefficients and intercept of the probability that a pair's grade is at least each."""
    samples = [_sample(workspaces, size) for size in sizes]
    parts = [part for sample in samples for part in sample]
    inputs = [_inputs(part, own).reshape(part.grades.size, -1) for part in parts]
    grades = np.concatenate([part.grades.ravel() for part in parts])
    n_pairs = [sum(part.grades.size for part in sample) for sample in samples]
    weight = np.repeat([len(grades) / len(sizes) / n for n in n_pairs], n_pairs)
    model = LogisticRegression(C=STRENGTH, solver="newton-cholesky", tol=1e-8, max_iter=500)
    curves = []
    for grade in least:
        model.fit(np.concatenate(inputs).astype(float), grades >= grade, weight)
        # Rounded, so that the same corpus gives the same file on every machine.
        curves.append(np.append(model.coef_[0], model.intercept_).round(2))
    return curves


def _halves(text: str) -> list[str]:
    """The passage cut at the sentence end nearest its middle; whole if it is one sentence."""
    ends = [m.end() for m in re.finditer(r"[.!?]['\"’”)]* ", text)]
    if not ends:
        return [text]
    cut = min(ends, key=lambda end: (abs(end - len(text) / 2), end))
    return [text[:cut].strip(), text[cut:].strip()]


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    for size, figures in train().items():
        print(size, figures)
