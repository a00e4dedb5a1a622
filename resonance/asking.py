"""Entries that go to a language model many at a time: what they are known by, their price, the
list of answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from resonance.config import LanguageModel
from resonance.errors import LlmError
from resonance.llm import complete

CHARACTERS_PER_TOKEN = 4  # of English, roughly; for the estimate alone
AGAIN = "the next run asks again, and another model may do better"

_FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)

Entry = Mapping[str, object]


def key(model: str, instruction: str, entry: Entry) -> str:
    """What the answer to an entry is kept under: a hash of all that it was made from."""
    made_from = json.dumps([model, instruction, entry], sort_keys=True)
    return hashlib.blake2b(made_from.encode(), digest_size=16).hexdigest()


def estimate(
    llm: LanguageModel, instruction: str, entries: Sequence[Entry], tokens_each: int
) -> str:
    """How much these entries and their answers come to, and at what price."""
    n_batches = -(-len(entries) // llm.batch)
    n_characters = len(json.dumps(entries)) + n_batches * len(instruction)
    n_tokens = n_characters / CHARACTERS_PER_TOKEN + len(entries) * tokens_each
    told = f"about {max(100, round(n_tokens, -2)):,.0f} tokens"
    if llm.price_per_million_tokens is None:
        return told
    price = llm.price_per_million_tokens * n_tokens / 1e6
    return f"{told}, which cost about {price:,.2f}" if price >= 0.01 else f"{told}, under 0.01"


def answers(
    llm: LanguageModel, instruction: str, entries: Sequence[Entry], *, most_tokens_each: int
) -> list[object]:
    """The answer to each entry of one question, whatever it is.

    Raises LlmError when there is no answer, or none that can be told apart by entry.
    """
    question = json.dumps(entries, ensure_ascii=True)
    answer = complete(llm, instruction, question, max_tokens=most_tokens_each * len(entries))
    found = _listed(answer)
    if found is None or len(found) != len(entries):
        raise LlmError(f"{llm.url} gave no list of one answer each; {AGAIN}.", lasting=False)
    return found


def _listed(answer: str) -> list[object] | None:
    """The JSON list of an answer, in a code fence or not; None where it is none."""
    text = answer.strip()
    fenced = _FENCED.fullmatch(text)
    try:
        found = json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None
