"""What prospects say outright: the corpus is whole."""

import json
import re
from collections import Counter

from resonance.training.corpus import CORPORA, VOICES, read_plain


def test_every_plain_sentence_has_a_kind_and_a_category_of_it():
    files = sorted(VOICES.glob("*/statements.jsonl"))
    rows = [json.loads(line) for path in files for line in path.open(encoding="utf-8")]
    known = {(row["kind"], row["category"]) for row in rows}
    assert {(row["kind"], row["category"]) for row in read_plain()} <= known


def test_no_plain_sentence_stands_twice_and_the_readme_counts_them():
    rows = read_plain()
    assert len({row["text"].casefold() for row in rows}) == len(rows)
    kinds = Counter(row["kind"] for row in rows)
    readme = (CORPORA / "plain" / "README.md").read_text(encoding="utf-8")
    told = [int(n) for n in re.findall(r"\d+", readme.splitlines()[-1])]
    assert told == [len(rows), kinds["objection"], kinds["need"], kinds["none"]]
