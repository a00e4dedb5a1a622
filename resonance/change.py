"""Two versions of a draft: every point gained or lost, and what in the text did it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal

from resonance.check import Check, ThemeCheck
from resonance.records import Kind, Verdict

Because = Literal["new words", "words gone", "words changed", "the draft around it"]


@dataclass(frozen=True, slots=True)
class Gain:
    """What the change did about a theme.

    `points` is after less before, to the tenth. `because` says what did it: the passage that
    is the proof is new, the one that was is gone, one took the other's place, or it is the
    same, and is judged otherwise because the draft around it is not. `passage` and `place` are
    of the version that does more for the theme, `quote` is what prospects say.
    """

    theme_id: str
    name: str
    kind: Kind
    points: float
    before: Verdict
    after: Verdict
    because: Because
    quote: str
    passage: str
    place: str


@dataclass(frozen=True, slots=True)
class Change:
    """From one version of a draft to the next.

    `points` is exactly the sum of those of `gains`, which come gained first, lost last.
    `added` are passages only the new version has, `removed` only the old.
    """

    before: Check
    after: Check
    points: float
    gains: tuple[Gain, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What `--diff --format json` prints."""
        versions = {
            name: {"source": c.source, "title": c.title, "resonance": c.score.resonance}
            for name, c in (("before", self.before), ("after", self.after))
        }
        return {
            **versions,
            "points": self.points,
            "gains": [asdict(gain) for gain in self.gains],
            "added": self.added,
            "removed": self.removed,
        }


def compare(before: Check, after: Check) -> Change:
    """Explain the difference between two checks that were made beside the same assets.

    Every theme that gained or lost points, or whose verdict changed, is among the gains.
    """
    old, new = _by_theme(before), _by_theme(after)
    old_texts, new_texts = ({p.text for p in check.passages} for check in (before, after))
    gains = [
        _gain(old.get(theme_id), new.get(theme_id), old_texts, new_texts)
        for theme_id in sorted(old.keys() | new.keys())
    ]
    return Change(
        before,
        after,
        _less(after.score.resonance, before.score.resonance),
        tuple(
            sorted(
                (gain for gain in gains if gain.points or gain.before != gain.after),
                key=lambda gain: (-gain.points, gain.theme_id),
            )
        ),
        tuple(p.text for p in after.passages if p.text not in old_texts),
        tuple(p.text for p in before.passages if p.text not in new_texts),
    )


def _by_theme(check: Check) -> dict[str, ThemeCheck]:
    return {theme.theme_id: theme for theme in (*check.answers, *check.names)}


def _gain(
    old: ThemeCheck | None,
    new: ThemeCheck | None,
    old_texts: Collection[str],
    new_texts: Collection[str],
) -> Gain:
    points = _less(new.points if new else 0.0, old.points if old else 0.0)
    shown = old if new is None or (old and points < 0) else new
    assert shown is not None
    return Gain(
        shown.theme_id,
        shown.name,
        shown.kind,
        points,
        old.verdict if old else "silent",
        new.verdict if new else "silent",
        _because(old, new, old_texts, new_texts),
        shown.quote,
        shown.passage,
        shown.place,
    )


def _because(
    old: ThemeCheck | None,
    new: ThemeCheck | None,
    old_texts: Collection[str],
    new_texts: Collection[str],
) -> Because:
    came = new is not None and new.passage not in old_texts
    went = old is not None and old.passage not in new_texts
    if came:
        return "words changed" if went else "new words"
    return "words gone" if went else "the draft around it"


def _less(after: float, before: float) -> float:
    """Tenths of points, subtracted without what binary fractions leave over."""
    return (round(10 * after) - round(10 * before)) / 10
