"""Which passage answers what was said?

    python benchmarks/answers.py [../shared/bench/dstc11t5-sknow-hotel]

Every statement of corpora/talks/unheard whose theme some asset answers is said once more, without
what was said before it, and taken out of its theme. Is its theme found, by the middle of each theme
in the base space and in the voice space, and is the first passage, or one of the first three, of an
asset that answers it (grade 2 or 3)? By cosine, and with the cosine to what was said of the theme
found, as `resonance answer` ranks passages. Where its folder is given, DSTC11 track 5, hotel, too:
each question that needs outside content against all snippets of the hotels it is about; nothing
is fitted on it, and it has no themes. Two minutes on two cores.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder  # noqa: E402
from resonance.judgement import HUB  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.matching import passage_text  # noqa: E402
from resonance.neighbours import unit  # noqa: E402
from resonance.sources import read_assets  # noqa: E402
from resonance.training.corpus import CORPORA  # noqa: E402
from resonance.training.talks import read_talks  # noqa: E402

UNHEARD = CORPORA / "talks" / "unheard"
WEIGHTS = (0.0, 0.5, 1.0, 1.5)  # of the cosine to the theme


def talks() -> None:
    found: defaultdict[str, list[bool]] = defaultdict(list)
    base, voice, nlp = Encoder(), Encoder(space="voice"), load_nlp()
    for folder in sorted(path.parent for path in UNHEARD.glob("*/themes.csv")):
        said = [row for row in read_talks(UNHEARD, nlp, folder.name) if row["theme_id"]]
        for name, right in industry(folder, said, base, voice):
            found[name].append(right)
    for name, right in found.items():
        print(f"{name:40} {np.mean(right):.3f} of {len(right)} statements")


def industry(
    folder: Path, said: list[dict[str, str]], base: Encoder, voice: Encoder
) -> Iterator[tuple[str, bool]]:
    assets = list(read_assets(folder / "assets"))
    passages = base.encode([passage_text(p) for asset in assets for p in asset.passages])
    owner = [Path(asset.source).stem for asset in assets for _ in asset.passages]
    with (folder / "relevance.csv").open(encoding="utf-8", newline="") as file:
        grades = {(r["asset_id"], r["theme_id"]): int(r["grade"]) for r in csv.DictReader(file)}
    texts, before = [row["text"] for row in said], [row["before"] for row in said]
    asked, quotes, meant = base.encode(texts), base.encode(texts, before), voice.encode(texts)
    theme = np.array([row["theme_id"] for row in said])
    names = sorted(set(theme))
    for row, own in enumerate(theme):
        answers = np.array([grades.get((asset, own), 0) >= 2 for asset in owner])
        others = np.arange(len(theme)) != row
        if not answers.any() or (theme[others] == own).sum() == 0:
            continue
        members = [np.flatnonzero(others & (theme == name)) for name in names]
        nearest = {}
        for space, asks, rows in (("base", asked, quotes), ("voice", meant, meant)):
            middles = unit(np.stack([rows[m].sum(axis=0) for m in members]))
            nearest[space] = int((middles @ asks[row]).argmax())
            yield f"theme right, {space} space", names[nearest[space]] == own
        towards = quotes[members[nearest["voice"]]].mean(axis=0)
        for weight in WEIGHTS:
            order = np.argsort(-(passages @ (asked[row] + weight * towards)), kind="stable")
            yield f"first passage, theme weighs {weight}", bool(answers[order[0]])
            yield f"one of three, theme weighs {weight}", bool(answers[order[:3]].any())


def hotels(folder: Path) -> None:
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
    talks()
    for given in sys.argv[1:]:
        hotels(Path(given))
