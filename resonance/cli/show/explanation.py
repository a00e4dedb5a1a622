"""Why a sentence was taken for what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from resonance.cli.show.tables import console

if TYPE_CHECKING:
    from resonance.voice import Explanation

BAR_LENGTH = 30


def explanation(found: Explanation) -> None:
    """The judgement in a line, and the text with a bar for each word that spoke for or against."""
    out = console()
    about = f" ({found.category.replace('_', ' ')})" if found.category else ""
    out.print(Text(f"{found.kind}{about}, {found.probability:.0%} sure", style="bold"))
    strongest = max(abs(weight) for _, weight in found.words) or 1.0
    width = max(len(word) for word, _ in found.words)
    for word, weight in found.words:
        bar = "█" * round(abs(weight) / strongest * BAR_LENGTH)
        against = "" if weight >= 0 else " against"
        out.print(Text(f"  {word:<{width}} {weight:+.2f} {bar}{against}"))
    if found.before:
        out.print(Text(f"  what was said before {found.before:+.2f}", style="dim"))
