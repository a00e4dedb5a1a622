"""The whole way on every industry of corpora/talks, as `resonance evaluate` measures it.

    python benchmarks/talks.py [NAME ...] [--talks corpora/talks/unheard]

Each industry is written out as files that a user might have, transcripts with names and companies
and notes, and analysed; a line of the table each. There, unlike in tallyroot, every sentence of a
prospect is labelled, so that precision counts all that was found. No weights have learned from
corpora/talks/unheard: the figures are what a user may expect in an industry of their own. About a
minute an industry on two cores.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.evaluate import evaluate  # noqa: E402
from resonance.language import load_nlp  # noqa: E402
from resonance.training.talks import MARK, read_talks  # noqa: E402

UNHEARD = ROOT / "corpora" / "talks" / "unheard"
VENDOR = "Vendor & Sons"
SECONDS_A_TURN = 10
FIGURES = {
    "found: precision": ("Statements, whole pipeline", "precision"),
    "recall": ("Statements, whole pipeline", "recall"),
    "F1": ("Statements, whole pipeline", "F1"),
    "kind": ("Statements, whole pipeline", "kind accuracy"),
    "themes, gold statements: ARI": ("Themes, given the statements", "ARI"),
    "P@5": ("Themes, given the statements", "P@5"),
    "themes, found: ARI": ("Themes, whole pipeline", "ARI"),
    "relevance: AP": ("Relevance", "average precision"),
    "AUC": ("Relevance", "AUC"),
    "best asset": ("Relevance", "best asset right"),
    "best asset, found": ("Relevance", "best asset right, whole pipeline"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--talks", type=Path, default=UNHEARD)
    args = parser.parse_args()
    print("| industry | " + " | ".join(FIGURES) + " |\n|" + "---|" * (len(FIGURES) + 1))
    rows = []
    for folder in sorted(path.parent for path in args.talks.glob("*/themes.csv")):
        if not args.names or folder.name in args.names:
            rows.append(measure(folder))
            print(line(folder.name, rows[-1]), flush=True)
    print(line("mean", np.mean(rows, axis=0).tolist()))


def measure(folder: Path) -> list[float]:
    with TemporaryDirectory() as out:
        write(folder, Path(out))
        found = evaluate(Path(out), peers=False)
    of = {(section.title, f.name): f for section in found.sections for f in section.figures}
    chosen = [of[place] for place in FIGURES.values()]
    return [figure.value / (figure.of or 1) for figure in chosen]


def line(name: str, figures: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |"


def write(folder: Path, out: Path) -> None:
    """The industry as a corpus of the shape of corpora/tallyroot, without deals' outcomes."""
    for part in ("calls", "assets", "gold"):
        (out / part).mkdir()
    rows = read_talks(folder.parent, load_nlp(), folder.name)
    calls = []
    for number, path in enumerate(sorted(folder.glob("calls/*.txt")), 1):
        text, people = transcript(path.read_text(encoding="utf-8"), f"Client {number}")
        (out / "calls" / path.name).write_text(text, encoding="utf-8")
        sides = ";".join(f"{name}|{side}" for name, side in people.items())
        calls.append({"call_id": path.stem, "file": f"calls/{path.name}", "participants": sides})
    for path in folder.glob("assets/*.md"):
        (out / "assets" / path.name).write_bytes(path.read_bytes())
    themes = read(folder / "themes.csv")
    relevance = {(r["asset_id"], r["theme_id"]): r for r in read(folder / "relevance.csv")}
    labels = [
        {**row, "call_id": row["call"], "side": "prospect", "theme_id": row["theme_id"] or "none"}
        for row in rows
    ]
    tables: dict[str, Sequence[Mapping[str, str]]] = {
        "calls.csv": calls,
        "gold/themes.csv": themes,
        "gold/statements.csv": [row for row in labels if row["kind"] != "none"],
        "gold/negatives.csv": [row for row in labels if row["kind"] == "none"],
        "gold/relevance.csv": [
            relevance.get(place) or {"asset_id": place[0], "theme_id": place[1], "grade": "0"}
            for path in sorted(folder.glob("assets/*.md"))
            for theme in themes
            for place in [(path.stem, theme["theme_id"])]
        ],
        "assets.csv": [
            {"asset_id": path.stem, "file": f"assets/{path.name}"}
            for path in sorted(folder.glob("assets/*.md"))
        ],
        "deals.csv": [
            {"deal_id": f"D{call['call_id']}", "account": f"Client {n}", "outcome": "open"}
            for n, call in enumerate(calls, 1)
        ],
        "gold/pii.csv": [{"text": "", "call_id": calls[0]["call_id"]}],
    }
    for name, table in tables.items():
        keep(out / name, table)


def transcript(text: str, account: str) -> tuple[str, dict[str, str]]:
    """A call as a labelled transcript, or a note as it was typed; and who took part."""
    first, *lines = MARK.sub(lambda mark: mark["text"], text).splitlines()
    if first == "channel: note":
        return "\n".join(line.removeprefix("N: ") for line in lines), {}
    turns, people = [], {}
    for at, turn in enumerate(filter(None, lines)):
        found = re.fullmatch(r"([VP]) ([^:]+): (.*)", turn)
        side = "vendor" if found[1] == "V" else "prospect"
        people[found[2]] = side
        minutes, seconds = divmod(at * SECONDS_A_TURN, 60)
        company = VENDOR if side == "vendor" else account
        turns.append(f"{found[2]} ({company}) 00:{minutes:02}:{seconds:02}\n{found[3]}\n")
    return "\n".join(turns), people


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keep(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    columns: Iterable[str] = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
