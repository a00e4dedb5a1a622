"""Which snippet answers a question: P@1 on DSTC11 track 5, hotel.

    python benchmarks/answers.py ../shared/bench/dstc11t5-sknow-hotel

Measuring only, nothing is fitted on it. Each question that needs outside content is set against
all snippets of the hotels it is about, by cosine and as `resonance answer` ranks passages, what a
snippet has in common with all questions taken off. A minute of encoding on two cores.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder  # noqa: E402
from resonance.judgement import HUB  # noqa: E402


def main(folder: Path) -> None:
    encoder = Encoder()
    snippets = rows(folder / "snippets.jsonl")
    asked = [row for row in rows(folder / "queries.jsonl") if row["knowledge_seeking"]]
    texts = [" ".join(filter(None, [s.get("question"), s["text"]])) for s in snippets]
    cosine = encoder.encode([row["turns"][-1][1] for row in asked]) @ encoder.encode(texts).T
    entity = np.array([snippet["entity_id"] for snippet in snippets])
    ids = np.array([snippet["id"] for snippet in snippets])
    apart = cosine - HUB * cosine.mean(axis=0)
    for name, values in (("cosine", cosine), ("standing out", apart)):
        right = [
            ids[own[row[own].argmax()]] in query["relevant"]
            for query, row in zip(asked, values, strict=True)
            if len(own := np.flatnonzero(np.isin(entity, query["entity_ids"])))
        ]
        print(f"{name:13} P@1 {np.mean(right):.3f} of {len(right)} questions")


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
