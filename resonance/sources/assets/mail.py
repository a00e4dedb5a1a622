"""E-mail: the subject, and what was written, without what it quotes and its small print."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import quotequail

from resonance.errors import InputError
from resonance.sources.assets import clutter, page, plain
from resonance.sources.assets.blocks import Block, Document, first_title
from resonance.sources.files import decode
from resonance.sources.text import BREAK

LINE_END = re.compile(rf"[\n{BREAK}]")
SMALL_PRINT = re.compile(
    r"\bunsubscribe\b|\bopt[- ]out\b|\b(manage|update|e-?mail) (your )?(e-?mail )?preferences\b"
    r"|\bsubscription settings\b|\byou('re| are|) receiv(e|ed|ing) this\b"
    r"|\bthis (e-?mail|message|newsletter)\b.{0,40}\bsent to\b|\ball rights reserved\b|©"
    r"|\bin (your|a|the) (web )?browser\b",
    re.IGNORECASE,
)
SMALL_PRINT_WORDS = 60
TAIL_WORDS = 150  # what follows a signature's "--" or "unsubscribe" is never longer


def read(data: bytes) -> Document:
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise InputError("it has no e-mail header; save it from the mail program as .eml")
    written = _html_blocks(_content(message, "html")) or _plain_blocks(_content(message, "plain"))
    kept = _without_small_print(_without_signature(written))
    numbered = [replace(block, place=f"paragraph {n}") for n, block in enumerate(kept, start=1)]
    return Document(first_title(str(message.get("subject") or "")), tuple(numbered))


def _html_blocks(html: str) -> list[Block]:
    root = page.parse(_own_words(quotequail.unwrap_html(html), "html") or html)
    whole = page.blocks(root, "none")
    clutter.remove(root)
    return page.blocks(root, "none") or whole


def _plain_blocks(text: str) -> list[Block]:
    own = _own_words(quotequail.unwrap(text), "text") or text
    return [replace(block, line=None) for block in plain.paragraphs(own)]


def _own_words(thread: dict[str, str] | None, kind: str) -> str:
    """What stands around a quoted message, or the message itself where it is only passed on."""
    around = [(thread or {}).get(f"{kind}_{where}") or "" for where in ("top", "bottom")]
    return "\n".join(around) if any(around) else (thread or {}).get(kind) or ""


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, ValueError):  # an encoding that does not exist, or is not the one named
        payload = part.get_payload(decode=True)
        return decode(payload) if isinstance(payload, bytes) else ""


def _without_signature(blocks: list[Block]) -> list[Block]:
    """Up to the line "--"; all of it where nothing comes before, or too much after."""
    for i, block in enumerate(blocks):
        lines = LINE_END.split(block.text)
        at = next((n for n, line in enumerate(lines) if line.strip() == "--"), None)
        if at is None:
            continue
        after = [*lines[at + 1 :], *(b.text for b in blocks[i + 1 :])]
        if sum(len(text.split()) for text in after) <= TAIL_WORDS:
            last = replace(block, text="\n".join(lines[:at]))
            return [*blocks[:i], *([last] if last.text.strip() else [])] or blocks
    return blocks


def _without_small_print(blocks: list[Block]) -> list[Block]:
    """Without "view in your browser" before the message, and all that follows "unsubscribe"."""
    while len(blocks) > 1 and _is_small_print(blocks[0]):
        blocks = blocks[1:]
    n_after, end = 0, len(blocks)
    for i in range(len(blocks) - 1, 0, -1):
        n_after += len(blocks[i].text.split())
        if n_after > TAIL_WORDS:
            break
        if _is_small_print(blocks[i]):
            end = i
    return blocks[:end]


def _is_small_print(block: Block) -> bool:
    short = len(block.text.split()) <= SMALL_PRINT_WORDS
    return short and SMALL_PRINT.search(block.text) is not None
