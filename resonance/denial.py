"""Passages that say no: "we do not support it" is as near to who asks for it as "we support it".

Only what is plainly denied counts: that something is offered, supported, included or possible.
Most negations of marketing answer a worry ("you do not need IT", "no lock-in") and are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from resonance.ownwords import HOLDS

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NOT = r"(?:do|does|did|will|can|could)(?:\s+not|n['’]t)|cannot|can['’]t|won['’]t"
_GIVE = r"support|offer|provide|include|integrate|connect|handle|cover|sync|export|import|allow"
_GIVEN = (
    r"supported|available|included|offered|possible|provided|covered|planned|on (?:our|the) roadmap"
)
_DENIAL = re.compile(
    rf"""\b(?:we|it|they|our\s+\w+|the\s+(?:app|platform|product|software|system))\s+(?:{_NOT})\s+(?:\w+ly\s+|yet\s+)?(?:{_GIVE})\b
    |\b(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:yet\s+|currently\s+)?(?:{_GIVEN})\b
    |\b(?:have|has|there\s+(?:is|are))\s+no\s+(?:plans?|way|option|support|integration)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def denies(passage: str, quotes: Iterable[str]) -> bool:
    """Whether a sentence of the passage denies what the quotes are about."""
    denials = [sentence for sentence in _SENTENCE.split(passage) if _DENIAL.search(sentence)]
    if not denials:
        return False
    theirs = set().union(*map(_stems, quotes))
    return any(_stems(_DENIAL.sub(" ", denial)) & theirs for denial in denials)


def _stems(text: str) -> set[str]:
    """Words of four letters or more that mean something by themselves, without their endings."""
    words = set(_WORD.findall(text.lower())) - HOLDS
    return {re.sub(r"(?:ing|ed|es|s)$", "", word) for word in words}
