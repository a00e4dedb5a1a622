#!/usr/bin/env python3
"""Verify the talks corpus: run `python check.py` in this folder. Standard library only.

Every line says who speaks, every mark is whole, in a prospect's words and of a theme, kind and
category that fit each other, every theme is voiced often enough, every passage that is said to
answer stands in its asset, and the totals are those that README.md states.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINE = re.compile(r"(?:(?P<side>[VP]) [^:]{1,30}|(?P<note>N)): (?P<words>.+)")
MARK = re.compile(r"\[\[([^|\]]*)\|([^|\]]*)\|([^|\]]*)\|([^\[\]]*)\]\]")
FEWEST_MARKS, FEWEST_CALLS = 6, 3  # of a theme


def listed(what):
    readme = (HERE.parent / "voices" / "README.md").read_text(encoding="utf-8")
    block = re.search(rf"{what} categories: (.+?)\n\n", readme, re.DOTALL)
    return set(re.findall(r"`(\w+)`", block.group(1)))


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def squash(text):
    return " ".join(text.split())


def check_call(path, themes, categories, voiced, errors):
    """Words and marks by kind of one call; what is wrong with it goes to `errors`."""
    totals = Counter()
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    if first not in ("channel: call", "channel: note"):
        errors.append(f"{path.name}: the first line is {first!r}")
    for at, line in enumerate(lines, 2):
        where = f"{path.parent.parent.name}/{path.name}:{at}"
        found = LINE.fullmatch(line)
        if line.strip() and not found:
            errors.append(f"{where}: no speaker: {line[:50]!r}")
        if not found:
            continue
        totals["words"] += len(MARK.sub(r"\4", found["words"]).split())
        if re.search(r"\[\[|\]\]", MARK.sub("", line)):
            errors.append(f"{where}: a mark is broken")
        for theme_id, kind, category, text in MARK.findall(line):
            face = themes.get(theme_id)
            totals[kind] += 1
            voiced[theme_id].append(path.name)
            if found["side"] == "V":
                errors.append(f"{where}: the vendor's words are marked")
            if category not in categories.get(kind, ()):
                errors.append(f"{where}: {kind} cannot be {category!r}")
            if theme_id != "-" and (not face or (face["kind"], face["category"]) != (kind, category)):
                errors.append(f"{where}: theme {theme_id} is not {kind}/{category}")
            if not text.strip():
                errors.append(f"{where}: an empty mark")
    return totals


def check_industry(folder, categories, errors):
    themes = {row["theme_id"]: row for row in table(folder / "themes.csv")}
    voiced = defaultdict(list)
    totals = Counter()
    for path in sorted(folder.glob("calls/*.txt")):
        totals += check_call(path, themes, categories, voiced, errors)
        totals["calls"] += 1
    for theme_id in themes:
        calls = voiced[theme_id]
        if len(calls) < FEWEST_MARKS or len(set(calls)) < FEWEST_CALLS:
            errors.append(f"{folder.name}: {theme_id} has {len(calls)} marks in {len(set(calls))} calls")
    assets = {path.stem: squash(path.read_text("utf-8")) for path in folder.glob("assets/*.md")}
    for row in table(folder / "relevance.csv"):
        if row["asset_id"] not in assets or row["theme_id"] not in themes:
            errors.append(f"{folder.name}/relevance.csv: {row}")
        elif row["grade"] in ("2", "3") and squash(row["passage"]) not in assets[row["asset_id"]]:
            errors.append(f"{folder.name}/relevance.csv: not in the asset: {row['passage']!r}")
    return totals + Counter(themes=len(themes), assets=len(assets), industries=1)


def main():
    categories = {"objection": listed("Objection"), "need": listed("Need")}
    readme = squash((HERE / "README.md").read_text(encoding="utf-8"))
    errors = []
    for part in ("heard", "unheard"):
        totals = Counter()
        for path in sorted(HERE.glob(f"{part}/*/themes.csv")):
            totals += check_industry(path.parent, categories, errors)
        about = ("industries", "calls", "words", "objection", "need", "themes", "assets")
        line = f"{part}: " + ", ".join(f"{totals[name]} {name}" for name in about)
        print(line)
        if line not in readme:
            errors.append(f"README.md does not state what the files hold: {line}")
    print(*errors, sep="\n")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
