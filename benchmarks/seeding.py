"""Every gold theme seeded by command, one after the other, on the whole pipeline.

    python benchmarks/seeding.py [--quotes 5 10] [--draws 5] [--corpus corpora/tallyroot]

The corpus is analysed once. Then, in a copy of that workspace for each draw, every gold theme, in
an order drawn by chance, is seeded with some of its quotes, drawn among those that were found, by
what `resonance themes seed NAME QUOTE... --yes` calls. Any other statement of a gold theme is right
if it is in the end in the theme that was seeded for it; a later seed may take what an earlier one
took, and what is nearer to a theme that was there before stays in that. docs/evaluation.md has the
figures where all themes are quoted at once and nothing else is to choose from. A seed is an edit
with all that follows from it, some seconds: half an hour on two cores.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance import curation  # noqa: E402
from resonance.errors import InputError  # noqa: E402
from resonance.evaluate import voice  # noqa: E402
from resonance.evaluate.corpus import Corpus, read_corpus  # noqa: E402
from resonance.evaluate.gold import Label  # noqa: E402
from resonance.evaluate.measures import share  # noqa: E402
from resonance.records import Findings, Kind  # noqa: E402
from resonance.workspace import Workspace  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quotes", type=int, nargs="+", default=[5, 10])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpora" / "tallyroot")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        corpus = read_corpus(args.corpus)
        analysed = Path(folder) / "analysed"
        gold = gold_of(corpus, analyse(corpus, analysed))
        print("| quotes of each theme | lowest | mean | highest |\n|---|---|---|---|")
        for n_quotes in args.quotes:
            right = [seeded(analysed, gold, n_quotes, draw) for draw in range(args.draws)]
            figures = (min(right), float(np.mean(right)), max(right))
            print(f"| {n_quotes} | {' | '.join(f'{x:.3f}' for x in figures)} |", flush=True)


def analyse(corpus: Corpus, folder: Path) -> Findings:
    return Workspace(folder).run(
        calls=[corpus.path / "calls"],
        assets=[corpus.path / "assets"],
        deals=corpus.path / "deals.csv",
    )


def gold_of(corpus: Corpus, findings: Findings) -> dict[str, Label]:
    """The label of each statement that was found and belongs to a gold theme, by statement id."""
    _, found, _ = voice.whole_section(corpus, findings)
    return {s.statement_id: said.label for s, said in found if said.label.theme_id}


def seeded(analysed: Path, gold: Mapping[str, Label], n_quotes: int, draw: int) -> float:
    """Share of the statements that were not quoted which are in their seeded theme in the end."""
    chance = np.random.default_rng(draw)
    with TemporaryDirectory() as folder:
        workspace = Workspace(shutil.copytree(analysed, Path(folder) / "mine"))
        text_of = {s.statement_id: s.text for s in workspace.findings().statements}
        made: dict[str, str] = {}
        quoted: set[str] = set()
        for theme in chance.permutation(sorted({label.theme_id for label in gold.values()})):
            own = sorted(i for i, label in gold.items() if label.theme_id == theme)
            drawn = [str(i) for i in chance.permutation(own)[:n_quotes]]
            quoted |= set(drawn)
            made[theme] = seed(workspace, theme, [text_of[i] for i in drawn], gold[own[0]])
        now = {s.statement_id: s.theme_id for s in workspace.findings().statements}
    rest = gold.keys() - quoted
    return share(bool(now[i]) and now[i] == made[gold[i].theme_id] for i in rest)


def seed(workspace: Workspace, name: str, quotes: Sequence[str], label: Label) -> str:
    """The id of the theme that the quotes make, "" where nothing is like them."""
    kind: Kind = "need" if label.kind == "need" else "objection"
    try:
        return curation.seed(workspace, name, "", quotes, kind, curation.user()).edit.theme_id
    except InputError:
        return ""


if __name__ == "__main__":
    main()
