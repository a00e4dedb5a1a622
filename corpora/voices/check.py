#!/usr/bin/env python3
"""Verify the voices corpus: run `python check.py` in this folder. Standard library only.

Every row has its fields, every category is on the list and fits its kind, every theme has
one kind, one category and one name, no sentence stands twice in an industry, passages
belong to themes that exist, and the totals are those that README.md states.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATEMENT = {"industry", "kind", "category", "theme_id", "theme", "text", "before", "channel"}
PASSAGE = {"industry", "theme_id", "grade", "text"}


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def listed(readme, what):
    block = re.search(rf"{what} categories: (.+?)\n\n", readme, re.DOTALL)
    return set(re.findall(r"`(\w+)`", block.group(1)))


def check_industry(folder, categories, errors):
    """Totals of one industry; what is wrong with it goes to `errors`."""
    statements = rows(folder / "statements.jsonl")
    themes = defaultdict(set)
    for at, row in enumerate(statements, 1):
        where = f"{folder.name}/statements.jsonl:{at}"
        if set(row) != STATEMENT or row["industry"] != folder.name or not row["text"].strip():
            errors.append(f"{where}: fields {sorted(row)}, industry {row.get('industry')!r}")
        elif row["category"] not in categories[row["kind"]]:
            errors.append(f"{where}: {row['kind']} cannot be {row['category']!r}")
        elif (row["kind"] == "none") != (row["theme_id"] == ""):
            errors.append(f"{where}: kind {row['kind']} with theme {row['theme_id']!r}")
        elif row["theme_id"]:
            themes[row["theme_id"]].add((row["kind"], row["category"], row["theme"]))
    for theme_id, faces in themes.items():
        if len(faces) > 1:
            errors.append(f"{folder.name}: theme {theme_id} is {sorted(faces)}")
    twice = [t for t, n in Counter(row["text"] for row in statements).items() if n > 1]
    errors.extend(f"{folder.name}: stands twice: {text!r}" for text in twice)
    passages = rows(folder / "passages.jsonl")
    for at, row in enumerate(passages, 1):
        known = row.get("theme_id") in themes or (row.get("grade") == 0 and not row["theme_id"])
        if set(row) != PASSAGE or row["grade"] not in (0, 1, 3) or not known:
            errors.append(f"{folder.name}/passages.jsonl:{at}: {row}")
    return Counter(row["kind"] for row in statements) + Counter(passages=len(passages))


def main():
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    categories = {
        "objection": listed(readme, "Objection"),
        "need": listed(readme, "Need"),
        "none": {""},
    }
    errors, totals = [], Counter()
    folders = sorted(path.parent for path in HERE.glob("*/statements.jsonl"))
    for folder in folders:
        totals += check_industry(folder, categories, errors)
    stated = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", readme.split("\n\n")[2])]
    sentences = sum(totals[kind] for kind in categories)
    found = [len(folders), sentences, *(totals[k] for k in categories), totals["passages"]]
    if [n for n in stated if n in found] != found:
        errors.append(f"README.md states {stated}, the files hold {found}")
    for error in errors:
        print(error)
    print(f"{found[0]} industries, {sentences} sentences, {totals['passages']} passages.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
