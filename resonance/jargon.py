"""Words of ours that prospects never use, beside the nearest of theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language

from resonance.embed import Encoder
from resonance.label import Key, Said, log_odds, phrases
from resonance.records import Findings
from resonance.score import account_of

N_WORDS = 12
FEWEST_ASSETS = 2
FEWEST_ACCOUNTS = 2


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word of ours that no prospect uses, and the word of theirs that comes nearest to it.

    `n_assets` write ours, `n_accounts` say theirs. `similarity` in [-1, 1] is that of the two
    words; where it is low, there is no word of theirs for it.
    """

    ours: str
    n_assets: int
    theirs: str
    n_accounts: int
    similarity: float


def jargon(findings: Findings, nlp: Language, encoder: Encoder) -> tuple[Jargon, ...]:
    """The words that most set our marketing apart from what is voiced, the most telling first.

    Ranked as in `label`: by log-odds with an informative Dirichlet prior (Monroe, Colaresi
    and Quinn 2008), passages against statements. Of ours count words in at least two assets
    and in no statement, names left out; of theirs, words that two accounts say.
    """
    passages = [(a.asset_id, p.text) for a in findings.assets for p in a.passages]
    account = account_of(findings.calls, findings.deals)
    voices = [(account[s.call_id], s.text) for s in findings.statements]
    written = phrases([text for _, text in passages], nlp)
    said = phrases([text for _, text in voices], nlp)
    in_assets = _who(written, [asset_id for asset_id, _ in passages])
    by_accounts = _who(said, [name for name, _ in voices])
    ours = _counts(written)
    telling = log_odds(ours, ours + _counts(said))
    common = {key for key, who in by_accounts.items() if len(who) >= FEWEST_ACCOUNTS}
    surface = _surfaces([*written, *said])
    all_said = "\n".join(text for _, text in voices).casefold()
    lemmas = {word for key in by_accounts for word in key}
    never_said = [
        key
        for key, who in in_assets.items()
        if len(who) >= FEWEST_ASSETS
        and not lemmas.issuperset(key)
        and surface[key].casefold() not in all_said
        and not _is_name(surface[key])
    ]
    chosen = sorted(never_said, key=lambda key: (-telling[key], -len(in_assets[key]), key))
    chosen = chosen[:N_WORDS]
    known = sorted(common)
    if not chosen or not known:
        return ()
    texts = [surface[key] for key in (*chosen, *known)]
    vectors = encoder.encode(texts)
    near = vectors[: len(chosen)] @ vectors[len(chosen) :].T
    return tuple(
        Jargon(
            surface[key],
            len(in_assets[key]),
            surface[known[best]],
            len(by_accounts[known[best]]),
            round(float(row[best]), 4),
        )
        for key, row, best in zip(chosen, near, near.argmax(axis=1).tolist(), strict=True)
    )


def _counts(said: Sequence[Sequence[Said]]) -> Counter[Key]:
    return Counter(key for each in said for key in {phrase.key for phrase in each})


def _who(said: Sequence[Sequence[Said]], by: Sequence[str]) -> dict[Key, set[str]]:
    """The assets or accounts in whose texts each phrase is."""
    who: dict[Key, set[str]] = defaultdict(set)
    for each, name in zip(said, by, strict=True):
        for phrase in each:
            who[phrase.key].add(name)
    return who


def _surfaces(said: Sequence[Sequence[Said]]) -> dict[Key, str]:
    """Each phrase as it is mostly put."""
    times: dict[Key, Counter[str]] = defaultdict(Counter)
    for phrase in (phrase for each in said for phrase in each):
        times[phrase.key][phrase.surface] += 1
    return {key: min(put, key=lambda text: (-put[text], text)) for key, put in times.items()}


def _is_name(surface: str) -> bool:
    return any(word[:1].isupper() and not word.isupper() for word in surface.split())
