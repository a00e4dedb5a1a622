"""What reps say and what prospects say: `python -m resonance.training.speakers`.

A linear model of hashed word n-grams, by sentence: the `text` of the voices corpus was said by
prospects, its `before` by the other side. Notes are left out, a rep typed those. The call for
which it is meant has its own style, so only differences within a call are used later on.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from resonance.sources.files import digest
from resonance.speakers.behaviour import FEWEST_WORDS, WEIGHTS, sentences, vectorizer
from resonance.training.corpus import ROOT, VOICES

OUT = ROOT / "resonance" / "weights" / WEIGHTS

STRENGTH = 5.0  # inverse of the regularisation; flat between 1 and 20
N_FOLDS = 5


def read_sides(voices: Path) -> tuple[list[str], np.ndarray, list[str]]:
    """Sentences, whether a rep said each, and the industry of each."""
    said: list[tuple[str, bool, str]] = []
    for path in sorted(voices.glob("*/statements.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["channel"] != "call":
                continue
            for field, is_rep in (("text", False), ("before", True)):
                said += [(each, is_rep, row["industry"]) for each in sentences(row[field])]
    texts, sides, industries = zip(*(s for s in said if _is_long(s[0])), strict=True)
    return list(texts), np.array(sides), list(industries)


def train(voices: Path = VOICES, out: Path = OUT) -> float:
    """Write the weights and a manifest beside them; gives the AUC on industries held out."""
    texts, sides, industries = read_sides(voices)
    features = vectorizer().transform(texts)
    aucs = []
    for seen, unseen in GroupKFold(N_FOLDS).split(features, sides, industries):
        model = _model().fit(features[seen], sides[seen])
        aucs.append(roc_auc_score(sides[unseen], model.decision_function(features[unseen])))
    model = _model().fit(features, sides)
    np.savez_compressed(
        out, coefficients=model.coef_[0].astype(np.float16), intercept=model.intercept_[0]
    )
    inputs = {
        path.relative_to(voices.parent).as_posix(): digest(path.read_bytes())
        for path in sorted(voices.glob("*/statements.jsonl"))
    }
    auc = float(np.mean(aucs))
    about = {"made_by": "resonance/training/speakers.py", "auc_by_sentence": round(auc, 4)}
    manifest = json.dumps(about | {"inputs": inputs}, indent=1)
    out.with_suffix(".json").write_text(manifest + "\n", encoding="utf-8")
    return auc


def _model() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=300, class_weight="balanced")


def _is_long(sentence: str) -> bool:
    return len(sentence.split()) >= FEWEST_WORDS


if __name__ == "__main__":
    print(f"AUC by sentence, industries held out: {train():.3f}")
