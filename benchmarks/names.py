"""What the names of themes tell: does a name lead to what its theme is about?

    python benchmarks/names.py [--pairs 40] [--voices N]

Names the gold themes of corpora/talks/unheard, from which no weights have learned, and of every
third industry of corpora/voices, with an encoder and categories learned from the others (folds of
whole industries, by `python -m resonance.training encoder`). A name is right if, by the base
encoder, which knows nothing of the voice space, the nearest description among all themes of the
industry is its theme's own. Three ways to name: by what the theme is about and two of its words,
as where nothing of the catalogue stands out; as `resonance run` does; and that with one word of
the theme's own after it. Then --pairs of the first two side by side, spread over the talks. The
statements' categories are predicted. Some ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance import label  # noqa: E402
from resonance.adapter import load_head  # noqa: E402
from resonance.catalogue import catalogue  # noqa: E402
from resonance.categories import KINDS, CategoryModel  # noqa: E402
from resonance.embed import Encoder, RecentEncoder  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.records import Statement  # noqa: E402
from resonance.training import space  # noqa: E402
from resonance.training.corpus import CORPORA, FoldEncoder, Row, fold_of  # noqa: E402
from resonance.training.talks import read_talks  # noqa: E402

FOLD = 0
WORDS, NOW, LONGER = "category and two words", "as now", "as now, and a word"


class HeldOut(FoldEncoder, RecentEncoder):
    """The encoder of a fold, that encodes nothing twice."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--voices", type=int, metavar="N", help="only N industries; 0 for none")
    args = parser.parse_args()
    pairs = report("talks, unheard", talks())
    step = max(1, len(pairs) // max(args.pairs, 1))
    for before, after, about in pairs[::step][: args.pairs]:
        print(f"| {before} | {after} | {about} |")
    if args.voices != 0:
        report("voices, industries held out", islice(voices(), args.voices))


def talks() -> Iterator[tuple[list[Row], CategoryModel, Encoder]]:
    rows = read_talks(CORPORA / "talks" / "unheard", load_nlp())
    encoder = RecentEncoder(space="voice")
    for own in by_industry([row for row in rows if row["theme_id"]]):
        yield own, CategoryModel(), encoder


def voices() -> Iterator[tuple[list[Row], CategoryModel, Encoder]]:
    rows = space.read_themed()
    fold = fold_of([row["industry"] for row in rows])
    encoder = HeldOut(FOLD)
    weights = space.fit([row for row in rows if fold[row["industry"]] != FOLD])
    model = CategoryModel(weights, load_head(encoder.learned))
    held = [r for r in rows if fold[r["industry"]] == FOLD and r["source"] == "voices"]
    for own in by_industry(held):
        yield own, model, encoder


def by_industry(rows: Sequence[Row]) -> Iterator[list[Row]]:
    for industry in sorted({row["industry"] for row in rows}):
        yield [row for row in rows if row["industry"] == industry]


def report(
    title: str, industries: Iterator[tuple[list[Row], CategoryModel, Encoder]]
) -> list[tuple[str, str, str]]:
    """The share of names that are right, each way; and the names of each theme with what it is."""
    base, right = Encoder(), Counter[str]()
    known = {entry.name for entry in catalogue()}
    pairs = []
    for rows, model, encoder in industries:
        ids = sorted({row["theme_id"] for row in rows})
        about = [next(r["theme"] for r in rows if r["theme_id"] == theme_id) for theme_id in ids]
        labels = np.array([ids.index(row["theme_id"]) for row in rows])
        names = ways(rows, labels, model, encoder)
        described = base.encode(about)
        for way, own in names.items():
            nearest = (base.encode(own) @ described.T).argmax(axis=1)
            right[way] += int((nearest == np.arange(len(ids))).sum())
        pairs += zip(names[WORDS], names[NOW], about, strict=True)
    listed = np.mean([name in known for _, name, _ in pairs])
    figures = ", ".join(f"{way} {n / len(pairs):.2f}" for way, n in right.items())
    print(f"{title}: {len(pairs)} themes; right: {figures}; {listed:.2f} from the catalogue")
    return pairs


def ways(
    rows: Sequence[Row], labels: np.ndarray, model: CategoryModel, encoder: Encoder
) -> dict[str, list[str]]:
    """Names of the themes, in the order of their labels, by each way."""
    texts, before = [row["text"] for row in rows], [row["before"] for row in rows]
    vectors = encoder.encode(texts)
    kinds = [row["kind"] for row in rows]
    likely = model.predict_proba(texts, kinds, before, [vectors, encoder.encode(texts, before)])
    columns = [category for kind in KINDS for category in model.classes_[kind]]
    statements = [
        Statement(
            f"s{n:05}", "", "", 0, None, "", "prospect", row["kind"], columns[best], 1.0,
            row["text"], row["before"], row["text"],
        )
        for n, (row, best) in enumerate(zip(rows, likely.argmax(axis=1), strict=True))
    ]  # fmt: skip
    now = label.name_themes(statements, labels, vectors, encoder, load_nlp())
    heads = [
        label.HEADS[Counter(statements[row].category for row in own).most_common(1)[0][0]]
        for own in (np.flatnonzero(labels == n) for n in range(len(now)))
    ]
    words = [
        f"{head}: {' and '.join(phrases[:2])}"
        for head, (_, phrases, _) in zip(heads, now, strict=True)
    ]
    longer = [f"{name}: {phrases[0]}" if phrases else name for name, phrases, _ in now]
    return {WORDS: words, NOW: [name for name, _, _ in now], LONGER: longer}


if __name__ == "__main__":
    main()
