"""Names of themes, judged by what a person called them.

    python benchmarks/names.py [--first 1] [--every 5] [--show 3]

In every fifth industry of corpora/voices, from the --first on, the gold themes are named. Each
name is compared with the industry's own descriptions of its themes, in the base encoder's space:
right is the share of names that lie nearest to the description of their own theme. Categories are
the gold ones. The phrase alone is judged too, without the words that its category lends it. --show
prints the names of the first industries beside the descriptions. Minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder, RecentEncoder  # noqa: E402
from resonance.label import name_themes  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.records import Statement  # noqa: E402
from resonance.training.corpus import NONE, Row, read_rows  # noqa: E402

SPLIT = ": "  # between what a name is about and its phrase


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    rows = [row for row in read_rows() if row["kind"] != NONE]
    industries = [list(own) for _, own in groupby(rows, key=lambda row: row["industry"])]
    encoder = RecentEncoder()
    whole: list[bool] = []
    phrase: list[bool] = []
    n_words: list[int] = []
    for number, own in enumerate(industries[args.first :: args.every]):
        themes = sorted({(row["theme_id"], row["theme"]) for row in own})
        described = [theme for _, theme in themes]
        names = named(own, [theme_id for theme_id, _ in themes], encoder)
        right = nearest_is_own(names, described, encoder)
        whole += right
        phrase += nearest_is_own([n.partition(SPLIT)[2] for n in names], described, encoder)
        n_words += [len(name.split()) for name in names]
        if number < args.show:
            print(f"\n{own[0]['industry']}")
            for name, theme, is_right in zip(names, described, right, strict=True):
                print(f"  {'right' if is_right else '     '}  {name}  ←  {theme}")
    print(
        f"\n{len(whole)} themes: right {np.mean(whole):.3f}, phrase alone {np.mean(phrase):.3f}",
        end="",
    )
    print(f", {np.mean(n_words):.1f} words")


def named(rows: Sequence[Row], theme_ids: Sequence[str], encoder: Encoder) -> list[str]:
    """The name of each gold theme of an industry."""
    statements = [
        Statement(
            f"{number:05}", "", "", 0, None, "", "prospect",
            "need" if row["kind"] == "need" else "objection", row["category"], 1.0, row["text"],
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    labels = np.array([theme_ids.index(row["theme_id"]) for row in rows])
    vectors = encoder.encode([row["text"] for row in rows])
    found = name_themes(statements, labels, vectors, load_nlp(), encoder=encoder)
    return [name for name, _, _ in found]


def nearest_is_own(names: Sequence[str], described: Sequence[str], encoder: Encoder) -> list[bool]:
    """Whether each name is nearer to the description of its theme than to the others."""
    near = encoder.encode(names) @ encoder.encode(described).T
    return (near.argmax(axis=1) == np.arange(len(names))).tolist()


if __name__ == "__main__":
    main()
