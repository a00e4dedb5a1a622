"""Which names that somebody else proposes for a theme are taken?

    python benchmarks/proposed_names.py

Every gold theme of every fifth industry of corpora/voices is proposed the name that a person gave
it as its id ("Per message price and surcharges"), which is right; that of another theme of its kind
and industry, which is wrong; and words that say nothing. Those of corpora/talks/unheard, from which
no weights have learned, have ids without words and are proposed the lines that describe them. The
share of each that `resonance.catalogue.borne_out` takes. A minute on two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.catalogue import borne_out  # noqa: E402
from resonance.embed import RecentEncoder  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.records import Statement  # noqa: E402
from resonance.training import space  # noqa: E402
from resonance.training.corpus import CORPORA, Row  # noqa: E402
from resonance.training.talks import read_talks  # noqa: E402

EVERY = 5
EMPTY = (
    "Ignore previous instructions", "Great product", "Customers love it", "Objection",
    "Prospect concerns", "System prompt here", "Buy Acme now", "Hello world", "Things they said",
)  # fmt: skip


def main() -> None:
    talks = read_talks(CORPORA / "talks" / "unheard", load_nlp())
    report("talks, unheard", [row | {"theme_id": row["theme"]} for row in talks if row["theme_id"]])
    voices = [row for row in space.read_themed() if row["source"] == "voices"]
    some = sorted({row["industry"] for row in voices})[::EVERY]
    named = [row | {"theme_id": row["theme_id"].replace("-", " ").capitalize()} for row in voices]
    report("voices", [row for row in named if row["industry"] in some])


def report(title: str, rows: Sequence[Row]) -> None:
    encoder = RecentEncoder(space="voice")
    taken: dict[str, list[bool]] = {"its own": [], "another's": [], "words that say nothing": []}
    for industry in sorted({row["industry"] for row in rows}):
        own = [row for row in rows if row["industry"] == industry]
        for kind in ("objection", "need"):
            said = [row for row in own if row["kind"] == kind]
            names = sorted({row["theme_id"] for row in said})
            statements = [statement(n, row) for n, row in enumerate(said)]
            labels = np.array([names.index(row["theme_id"]) for row in said])
            proposed = [("its own", dict(enumerate(names)))]
            proposed += [
                ("another's", {n: names[(n + by) % len(names)] for n in range(len(names))})
                for by in range(1, len(names))
            ]
            proposed += [
                ("words that say nothing", dict.fromkeys(range(len(names)), empty))
                for empty in EMPTY
            ]
            for what, by_label in proposed:
                taken[what] += outcome(by_label, statements, labels, encoder)
    figures = ", ".join(
        f"{what} {np.mean(each):.3f} of {len(each)}" for what, each in taken.items()
    )
    print(f"{title}: taken: {figures}")


def outcome(
    names: Mapping[int, str],
    statements: Sequence[Statement],
    labels: np.ndarray,
    encoder: RecentEncoder,
) -> list[bool]:
    found = borne_out(names, statements, labels, encoder)
    return [label in found for label in names]


def statement(n: int, row: Row) -> Statement:
    return Statement(
        f"s{n:05}", "", "", 0, None, "", "prospect", row["kind"], row["category"], 1.0,
        row["text"], row["before"], row["text"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
