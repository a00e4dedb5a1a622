"""E-mails (.eml): what its sender wrote anew, without the quoted thread and the signature."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import quotequail

from resonance.records import Party, Turn
from resonance.sources.calls.markup import to_lines
from resonance.sources.calls.parts import Found, Unreadable, with_speakers
from resonance.sources.dates import parse_date
from resonance.sources.files import decode

LONGEST_SIGNATURE = 12  # lines, of at most this many characters each:
LONGEST_SIGNATURE_LINE = 70

_CLOSING = re.compile(
    r"(?:(?:(?:kind|best|warm|with kind|with best|many)\s+)?(?:regards|wishes|thanks)|best|cheers|"
    r"thanks(?:\s+again|\s+so much)?|thank you|sincerely|yours(?:\s+\w+)?|talk soon|br)[,.!]?",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(r"(?:sent from my \w+|get outlook for \w+).*", re.IGNORECASE)
_RULE = re.compile(r"[-_=*]{3,}")


def read(data: bytes) -> Found:
    """The message in an .eml file, as one turn of its sender."""
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise Unreadable("it has no e-mail headers", "Save the message again as .eml.")
    sender = _people(message, "from")[:1]
    text, forwarded_from = new_text(_body(message))
    if forwarded_from:
        sender = [forwarded_from, *sender]
    turn = Turn(sender[0].name if sender else "", text)
    parties = [*sender, *_people(message, "to"), *_people(message, "cc")]
    return Found(
        (turn,) if text else (),
        channel="email",
        date=parse_date(_header(message, "date")),
        title=_header(message, "subject"),
        parties=with_speakers(parties, [turn]),
    )


def new_text(body: str) -> tuple[str, Party | None]:
    """What is new in a message, and who wrote it where it only passes on another's.

    A message that says nothing itself is a forwarded one: then its text is the forwarded text.
    """
    thread = quotequail.unwrap(body) or {}
    own = [str(thread.get(key) or "") for key in ("text_top", "text_bottom")] if thread else [body]
    text = _without_signature("\n".join(own))
    if text or not thread.get("text"):
        return text, None
    name, address = parseaddr(str(thread.get("from") or ""))
    forwarded, _ = new_text(str(thread["text"]))
    return forwarded, Party(name or address, email=address) if name or address else None


def _without_signature(text: str) -> str:
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    lines = [line for line in lines if line and not line.startswith(">")]
    lines = [line for line in lines if not _SENT_FROM.fullmatch(line) and not _RULE.fullmatch(line)]
    for row, line in enumerate(lines):
        below = lines[row + 1 :]
        if line == "--" or (_CLOSING.fullmatch(line) and _is_signature(below)):
            lines = lines[:row]
            break
    return "\n".join(lines)


def _is_signature(lines: list[str]) -> bool:
    return len(lines) <= LONGEST_SIGNATURE and all(
        len(line) <= LONGEST_SIGNATURE_LINE and not line.endswith("?") for line in lines
    )


def _body(message: EmailMessage) -> str:
    """The plain text, else the HTML, of the message itself; attachments are left alone."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, KeyError, ValueError):  # an unknown charset or a broken encoding
        payload = part.get_payload(decode=True)
        text = decode(payload) if isinstance(payload, bytes) else ""
    return to_lines(text) if part.get_content_subtype() == "html" else text


def _people(message: EmailMessage, field: str) -> list[Party]:
    """Who a header names; an address without a name goes by the address."""
    try:
        header = message[field]
        addresses: tuple[Address, ...] = header.addresses if header else ()
        found = [(each.display_name, each.addr_spec) for each in addresses]
    except (AttributeError, IndexError, ValueError):  # the standard parser gives up on some
        found = [parseaddr(str(message.get(field, "")))]
    return [Party(name or mail, email=mail) for name, mail in found if name or mail]


def _header(message: EmailMessage, field: str) -> str:
    try:
        return str(message[field] or "")
    except (AttributeError, IndexError, ValueError):
        return ""
