"""Text as a reader sees it: without what only machines do."""

from __future__ import annotations

import unicodedata

# A line break that the author made inside a block (<br>), as against the end of a source line.
BREAK = "\u2028"

# Control characters, with which a text could drive the terminal that shows it, soft hyphens and
# other signs without a shape, which would part a name from itself, and turns of direction.
INVISIBLE = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0), 0x00AD, 0x200B, 0x200C, 0x2060, 0xFEFF),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    ],
    None,
) | {ord("\t"): " ", ord("\n"): "\n", 0x0B: BREAK, 0x0C: "\n", 0x85: " "}


def visible(text: str) -> str:
    """Text without characters that nobody sees, and with ligatures taken apart; newlines stay."""
    if text.isascii():
        return text.translate(INVISIBLE)
    text = text.encode("utf-8", "ignore").decode("utf-8")  # half a pair is no character
    text = "".join(
        unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in text
    )
    return text.translate(INVISIBLE)
