"""The voice encoder: `python -m resonance.training encoder`.

all-MiniLM-L6-v2 learns from corpora/voices what prospects mean. Its matrices are left as they
are; a change of low rank is learned beside each (LoRA, Hu et al. 2021). A step takes statements
of one industry and asks three things of their vectors:

- which category each has, or that it is neither objection nor need, by a linear head;
- that statements of one theme are close and all others far (supervised contrastive loss, Khosla
  et al. 2020);
- that each is nearest to its own theme as a person worded it, of all themes of its industry.

Sentences of corpora/plain, which are of no industry, are asked the first alone: two prices too high
may be one theme or two.

What was said before is given half of the time. In voices it is often taken from another place, for
in a real call the rep's last words say less than there; in talks it is what was said, by the rep
and then by the prospect in the same turn.

One encoder is trained without each fold of industries and kept in build/, so that `voice` and
`space` can fit and measure on industries that their encoder never saw; one on all is shipped.
An hour on two cores.
"""

from __future__ import annotations

import json
import math
import random
import string
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from joblib import Parallel, delayed
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from resonance import adapter
from resonance.catalogue import FACES
from resonance.minilm import MiniLM
from resonance.sources.files import digest
from resonance.training.corpus import (
    FOLDS,
    N_FOLDS,
    Row,
    fold_of,
    hashes,
    read_plain,
    read_rows,
    version_of_corpora,
)
from resonance.training.talks import NONE
from resonance.voice.model import context

N_PASSES = 6  # steps for each industry
WARM_UP = 0.06  # of the steps; then the rate falls as a cosine
RATE, HEAD_RATE = 2e-3, 5e-3
RANK = 32
GAIN = 0.5  # of the change beside the published matrix
DECAY = 0.01
N_PER_THEME, N_ALONE, N_NONE = 3, 2, 20  # rows of a step: of each theme, of none, neither
N_PLAIN = 12  # rows of a step that are of no industry
ROWS_A_STEP = 250  # of its industry; one with more has more steps in a pass
MOST_TOKENS = 64
SCALE = 20.0  # of the head's input: a vector of length 1 has small entries
THEME_HEAT, NAME_HEAT = 0.1, 0.07  # temperatures of the two contrastive losses
SMOOTHING = 0.05
# Chances with which a row is made more like what a real transcript gives.
WITH_BEFORE, OTHER_BEFORE = 0.5, 0.3
JOINED = {True: 0.1, False: 0.4}  # to a sentence that is none: statements, others
UNPUNCTUATED = 0.15
HIDDEN = 0.08  # word pieces
N_AT_ONCE = 2  # encoders, each on a core of its own
N_CHUNKS = 3  # of a step, by length, so that little is padded
MASK, FIRST_WORD = 103, 104  # word piece of [MASK]; those below are marks
PUNCTUATION = str.maketrans("", "", string.punctuation.replace("'", ""))


@dataclass(frozen=True)
class Industry:
    """Rows of one industry: by theme, in no theme, and those that are neither objection nor need.

    `before` are what was said before any of them, or nothing where it is not to be moved.
    """

    themes: dict[str, list[Row]]
    alone: list[Row]
    none: list[Row]
    before: list[str]

    @property
    def n_steps(self) -> int:
        n_rows = sum(map(len, self.themes.values())) + len(self.alone) + len(self.none)
        return max(1, round(n_rows / ROWS_A_STEP))


class LowRank(nn.Module):
    """A linear layer that stays as it is, and a change of low rank that is learned beside it."""

    def __init__(self, layer: nn.Linear):
        super().__init__()
        self.weight = layer.weight.detach().bfloat16()
        self.bias = layer.bias.detach().bfloat16()
        n_out, n_in = layer.weight.shape
        self.right = nn.Parameter(torch.randn(RANK, n_in) / math.sqrt(n_in))
        self.left = nn.Parameter(torch.zeros(n_out, RANK))

    def forward(self, rows: Tensor) -> Tensor:
        rows = rows.bfloat16()
        narrow = functional.linear(rows, self.right.bfloat16())
        change = functional.linear(narrow, self.left.bfloat16())
        return functional.linear(rows, self.weight, self.bias) + GAIN * change


class Learner(nn.Module):
    """The encoder with its changes, and the head that tells categories."""

    def __init__(self, classes: Sequence[str]):
        super().__init__()
        self.bert = BertModel.from_pretrained(
            MiniLM().folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.bert.requires_grad_(False)
        self.changes: dict[str, LowRank] = {}
        for name, layer in list(self.bert.encoder.named_modules()):
            if isinstance(layer, nn.Linear):
                changed = self.changes[f"encoder.{name}.weight"] = LowRank(layer)
                self.bert.encoder.set_submodule(name, changed)
        self.head = nn.Linear(self.bert.config.hidden_size, len(classes))

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Vectors (n_texts, n_dims) of length 1: the mean over the text's own tokens."""
        found = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask)
        own = torch.where(types.any(1, keepdim=True), types, mask)
        weights = own[:, :, None].float()
        means = (found.last_hidden_state.float() * weights).sum(1) / weights.sum(1)
        return functional.normalize(means, dim=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """What was learned, as `adapter.load` and `adapter.load_head` read it."""
        learned = {}
        for name, layer in self.changes.items():
            learned[f"{name}/left"] = (GAIN * layer.left).detach().numpy().astype(np.float16)
            learned[f"{name}/right"] = layer.right.detach().numpy().astype(np.float16)
        weight, bias = self.head.weight.detach(), self.head.bias.detach()
        head = torch.vstack([SCALE * weight.T, bias]).numpy()
        return learned | {"head": head.astype(np.float32)}


class Pieces(MiniLM):
    """Texts to word pieces as the encoder joins them, but short: a step reads thousands."""

    max_tokens = MOST_TOKENS

    def batch(self, texts: Sequence[str], before: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Ids, types and mask (n_texts, n_tokens), with some of the words hidden."""
        pieces = list(map(self.join, self.word_pieces(list(before)), self.word_pieces(list(texts))))
        n_tokens = -(-max(len(piece.ids) for piece in pieces) // 8) * 8
        ids, types, mask = torch.zeros(3, len(pieces), n_tokens, dtype=torch.long)
        for row, piece in enumerate(pieces):
            n = len(piece.ids)
            ids[row, :n] = torch.from_numpy(piece.ids)
            types[row, piece.n_before or n : n] = 1
            mask[row, :n] = 1
        hidden = (torch.rand(ids.shape) < HIDDEN) & (ids >= FIRST_WORD)
        return ids.masked_fill(hidden, MASK), types, mask


def by_industry(rows: Iterable[Row]) -> dict[str, Industry]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["industry"]].append(row)
    industries = {}
    for name, own in sorted(found.items()):
        themes: dict[str, list[Row]] = defaultdict(list)
        for row in own:
            themes[row["theme_id"]].append(row)
        unthemed = themes.pop("")
        alone = [row for row in unthemed if row["kind"] != NONE]
        none = [row for row in unthemed if row["kind"] == NONE]
        before = [row["before"] for row in own if row["before"] and row["source"] == "voices"]
        industries[name] = Industry(dict(sorted(themes.items())), alone, none, before)
    return industries


def sample(
    industry: Industry, plain: Sequence[Row], chance: random.Random
) -> tuple[list[Row], list[str]]:
    """Rows of a step as a transcript might have them, and the themes' own words."""
    drawn = [
        row
        for own in industry.themes.values()
        for row in chance.sample(own, min(N_PER_THEME, len(own)))
    ]
    drawn += chance.sample(industry.alone, min(N_ALONE, len(industry.alone)))
    drawn += chance.sample(industry.none, min(N_NONE, len(industry.none)))
    drawn += chance.sample(plain, N_PLAIN)
    rows = [_as_spoken(row, industry, chance) for row in drawn]
    names = [FACES[own[0]["kind"]] + own[0]["theme"] for own in industry.themes.values()]
    return rows, names


def _as_spoken(row: Row, industry: Industry, chance: random.Random) -> Row:
    text, before = row["text"], row["before"]
    if chance.random() < JOINED[row["kind"] != NONE]:
        pair = [text, chance.choice(industry.none)["text"]]
        chance.shuffle(pair)
        text = " ".join(pair)
    if chance.random() < UNPUNCTUATED:
        text = text.lower().translate(PUNCTUATION)
    if industry.before and chance.random() < OTHER_BEFORE:
        before = chance.choice(industry.before)
    before = context(before, row["lead"]) if chance.random() < WITH_BEFORE else ""
    return row | {"text": text, "before": before}


def encode(learner: Learner, pieces: Pieces, rows: Sequence[Row], names: Sequence[str]) -> Tensor:
    texts = [*(row["text"] for row in rows), *names]
    before = [*(row["before"] for row in rows), *("" for _ in names)]
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]) + len(before[at]))
    found = []
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for part in np.array_split(order, N_CHUNKS):
            batch = pieces.batch([texts[at] for at in part], [before[at] for at in part])
            found.append(learner(*batch))
    return torch.cat(found)[torch.from_numpy(np.argsort(order))]


def loss_of(
    learner: Learner, vectors: Tensor, rows: Sequence[Row], themes: list[str], classes: list[str]
) -> Tensor:
    """The head's loss by class and by kind, and the two contrastive losses, in sum."""
    said, names = vectors[: len(rows)], vectors[len(rows) :]
    scores = learner.head(said * SCALE)
    wanted = torch.tensor([classes.index(class_of(row)) for row in rows])
    by_class = functional.cross_entropy(scores, wanted, label_smoothing=SMOOTHING)
    kinds = [name.partition("/")[0] for name in classes]
    groups = sorted(set(kinds))
    of_kind = [torch.tensor([kind == group for kind in kinds]) for group in groups]
    by_group = torch.stack([scores[:, own].logsumexp(1) for own in of_kind], dim=1)
    wanted_kind = torch.tensor([groups.index(row["kind"]) for row in rows])
    by_kind = functional.cross_entropy(by_group, wanted_kind, label_smoothing=SMOOTHING)
    theme = torch.tensor([themes.index(row["theme_id"]) if row["theme_id"] else -1 for row in rows])
    themed = theme >= 0
    by_name = functional.cross_entropy(said[themed] @ names.T / NAME_HEAT, theme[themed])
    of_industry = torch.tensor([row["source"] != "plain" for row in rows])
    return by_class + by_kind + by_name + contrast(said[of_industry], theme[of_industry])


def contrast(said: Tensor, theme: Tensor) -> Tensor:
    """Supervised contrastive loss; rows of no theme (-1) are only what others must be far from."""
    itself = torch.eye(len(said), dtype=torch.bool)
    likely = (said @ said.T / THEME_HEAT).masked_fill(itself, -1e4).log_softmax(1)
    same = (theme[:, None] == theme) & (theme >= 0) & ~itself
    counted = same.any(1)
    return -((likely * same).sum(1)[counted] / same.sum(1)[counted]).mean()


def class_of(row: Row) -> str:
    """ "objection/price_value", "need/cut_cost", …, "none"."""
    return f"{row['kind']}/{row['category']}" if row["category"] else NONE


def train(rows: Sequence[Row], progress: Callable[[str], object] = print) -> dict[str, np.ndarray]:
    """What was learned from these rows: the changes, the head and the names of its classes."""
    torch.manual_seed(0)
    chance = random.Random(0)
    plain = [row for row in rows if row["source"] == "plain"]
    industries = list(by_industry(row for row in rows if row["source"] != "plain").values())
    steps = [one for one in industries for _ in range(one.n_steps)]
    order = [one for _ in range(N_PASSES) for one in chance.sample(steps, len(steps))]
    classes = sorted({class_of(row) for row in rows})
    learner, pieces = Learner(classes), Pieces()
    head = list(learner.head.parameters())
    changes = [p for layer in learner.changes.values() for p in layer.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": changes, "lr": RATE, "weight_decay": DECAY},
            {"params": head, "lr": HEAD_RATE, "weight_decay": 0.0},
        ]
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / len(order)))
    recent, started = 0.0, time.monotonic()
    for step, industry in enumerate(order, 1):
        drawn, names = sample(industry, plain, chance)
        vectors = encode(learner, pieces, drawn, names)
        loss = loss_of(learner, vectors, drawn, list(industry.themes), classes)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*changes, *head], 1.0)
        optimizer.step()
        schedule.step()
        recent += loss.item()
        if step % 100 == 0:
            spent = time.monotonic() - started
            progress(f"step {step} of {len(order)}, loss {recent / 100:.2f}, {spent:.0f} s")
            recent = 0.0
    return learner.arrays() | {"classes": np.array(classes)}


def _rate(done: float) -> float:
    return min(1.0, done / WARM_UP + 0.01) * (1 + math.cos(math.pi * done)) / 2


def main(out: Path = adapter.PATH) -> None:
    rows, plain = read_rows(), read_plain()
    fold = fold_of([row["industry"] for row in rows])
    folds = [*(fold[row["industry"]] for row in rows), *(n % N_FOLDS for n in range(len(plain)))]
    rows += plain
    folder = FOLDS / version_of_corpora()
    folder.mkdir(parents=True, exist_ok=True)
    jobs = {out: rows} | {
        folder / f"fold-{f}.npz": [row for row, own in zip(rows, folds, strict=True) if own != f]
        for f in range(N_FOLDS)
    }
    started = time.monotonic()
    Parallel(N_AT_ONCE)(delayed(_keep)(path, own) for path, own in jobs.items())
    about = {
        "made_by": "resonance/training/encoder.py",
        "base": MiniLM().name,
        "weights": digest(out.read_bytes()),
        "rank": RANK,
        "passes": N_PASSES,
        "seed": 0,
        "minutes_with_its_folds": round((time.monotonic() - started) / 60),
        "versions": {name: version(name) for name in ("torch", "transformers", "numpy")},
        "inputs": hashes(),
    }
    out.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _keep(path: Path, rows: Sequence[Row]) -> None:
    """Train on one core, for small matrices gain little from a second, and keep what came of it."""
    torch.set_num_threads(1)
    learned = train(rows, progress=lambda line: print(f"{path.stem}: {line}", flush=True))
    np.savez_compressed(path, allow_pickle=False, **learned)


if __name__ == "__main__":
    main()
