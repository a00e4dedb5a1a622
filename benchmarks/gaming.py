"""Can the score be gamed?

    python benchmarks/gaming.py

Drafts are made of the passages of industries that the curve of relevance never saw, and changed
as someone would who wants a higher score, or a better draft. Each stands beside other assets of
its industry, and every theme has the same demand. Half an hour on two cores, most of it encoding.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder  # noqa: E402
from resonance.known import encode_texts  # noqa: E402
from resonance.matching import ANSWERS  # noqa: E402
from resonance.ownwords import Quoted  # noqa: E402
from resonance.relevance import RelevanceModel  # noqa: E402
from resonance.training import relevance as training  # noqa: E402
from resonance.training.corpus import VOICES  # noqa: E402

N_DRAFTS = 3  # of each industry
N_QUOTES, N_KEYWORDS = 3, 12
WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Case:
    """A draft, and what may be done to it for the sake of a theme that it does not answer."""

    draft: list[str]
    answer: str
    quotes: list[str]
    keywords: list[str]
    padding: list[str]


CHANGES: dict[str, Callable[[Case], list[str]]] = {
    "a paragraph that answers a theme": lambda case: [*case.draft, case.answer],
    "the paragraphs in another order": lambda case: case.draft[::-1],
    "a paragraph twice": lambda case: [*case.draft, case.draft[0]],
    "quotes as a paragraph": lambda case: [*case.draft, " ".join(case.quotes)],
    "quotes within a paragraph": lambda case: [
        " ".join([case.draft[0], *case.quotes]),
        *case.draft[1:],
    ],
    "keywords as a list": lambda case: [*case.draft, ", ".join(case.keywords)],
    "keywords in a sentence": lambda case: [
        *case.draft,
        f"Everything you need to know about {', '.join(case.keywords)} is here.",
    ],
    "padding": lambda case: [*case.draft, *case.padding],
}


def main(encoder: Encoder | None = None) -> None:
    encoder = encoder or Encoder()
    folders = sorted(path.parent for path in VOICES.glob("*/passages.jsonl"))
    industries = training.read_industries(folders, encoder)
    seen, unseen = next(KFold(training.N_FOLDS, shuffle=True, random_state=0).split(industries))
    decoys = training.decoys_from([industries[i] for i in seen])
    own = [industries[i] for i in seen]
    answering = training.fit_answering(own)
    weights = training.fit(training.make_corpora(own), decoys, answering, encoder.name)
    model = RelevanceModel(weights=weights)
    moved: dict[str, list[float]] = {name: [] for name in CHANGES}
    for i, other in zip(unseen, np.roll(unseen, 1), strict=True):
        said = Quoted(row["text"] for row in rows(folders[i] / "statements.jsonl"))
        for case, others in cases(folders[i], industries[i], folders[other], seed=i):

            def score(texts: list[str], others=others, said=said, i=i) -> float:
                (draft,) = encode_texts(encoder, [texts], said)
                voiced = industries[i]
                found = model.from_embeddings(voiced.quotes, [draft, *others], voiced.voiced)
                own = found.probability[0]
                return 100 * float(own[own >= ANSWERS].sum()) / len(own)

            before = score(case.draft)
            for name, change in CHANGES.items():
                moved[name].append(score(change(case)) - before)
    print(f"{len(unseen)} industries, {len(moved['padding'])} drafts")
    for name, points in moved.items():
        up, down = np.mean(np.array(points) > 1e-6), np.mean(np.array(points) < -1e-6)
        print(f"{name:35} rises {up:4.0%} falls {down:4.0%} by {np.mean(points):+.2f} points")


def cases(
    folder: Path, industry: training.Industry, stranger: Path, seed: int
) -> Iterator[tuple[Case, list[np.ndarray]]]:
    """Drafts, each with the vectors of the other assets."""
    chance = np.random.default_rng(seed)
    passages, statements = rows(folder / "passages.jsonl"), rows(folder / "statements.jsonl")
    names = sorted({row["theme_id"] for row in statements if row["theme_id"]})
    padding = [row["text"] for row in rows(stranger / "passages.jsonl") if row["grade"] == 0]
    made = [training.draw_asset(industry, chance) for _ in range(training.N_ASSETS)]
    vectors = [np.concatenate([industry.whole[row] for row in own]) for own in made]
    everywhere = words(row["text"] for row in statements)
    for at in range(N_DRAFTS):
        about = {(int(industry.themes[row]), int(industry.grades[row])) for row in made[at]}
        answers = {
            int(t): row
            for row, (t, grade) in enumerate(zip(industry.themes, industry.grades, strict=True))
            if grade == training.ANSWERED and (int(t), grade) not in about
        }
        theme = int(chance.choice(sorted(answers)))
        said = [row["text"] for row in statements if row["theme_id"] == names[theme]]
        own = words(said)
        telling = sorted(own, key=lambda word: (-(own[word] ** 2) / everywhere[word], word))
        yield (
            Case(
                [passages[row]["text"] for row in made[at]],
                passages[answers[theme]]["text"],
                said[:N_QUOTES],
                telling[:N_KEYWORDS],
                padding,
            ),
            vectors[:at] + vectors[at + 1 :],
        )


def words(texts) -> Counter[str]:
    return Counter(word for text in texts for word in set(WORD.findall(text.lower())))


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
