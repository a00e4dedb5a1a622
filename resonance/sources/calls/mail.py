"""E-mails (.eml): what its sender wrote anew, without the quoted thread and the signature."""

from __future__ import annotations

import re
from datetime import date
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr

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
    message = message_from_bytes(data)
    if not message.keys():
        raise Unreadable("it has no e-mail headers", "Save the message again as .eml.")
    sender = _people(message, "from")[:1]
    text, forwarded_from, sent = new_text(_body(message))
    if forwarded_from:
        sender = [forwarded_from, *sender]
    turn = Turn(sender[0].name if sender else "", text)
    parties = [*sender, *_people(message, "to", "cc")]
    return Found(
        (turn,) if text else (),
        channel="email",
        date=sent or parse_date(_header(message, "date")),
        title=_header(message, "subject"),
        parties=with_speakers(parties, [turn]),
    )


def new_text(body: str) -> tuple[str, Party | None, date | None]:
    """What is new in a message; and who wrote it, and when, if it only passes on another's.

    A message that says nothing itself is a forwarded one: then its text is the forwarded text.
    """
    thread = quotequail.unwrap(body) or {}
    own = [str(thread.get(key) or "") for key in ("text_top", "text_bottom")] if thread else [body]
    text = _without_signature("\n".join(own))
    if text or not thread.get("text"):
        return text, None, None
    name, address = parseaddr(str(thread.get("from") or ""))
    forwarded, *_ = new_text(str(thread["text"]))
    writer = Party(name or address, email=address) if name or address else None
    return forwarded, writer, parse_date(str(thread.get("date") or ""))


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


def _body(message: Message) -> str:
    """The plain text, else the HTML, of the message itself; attachments are left alone."""
    texts = [
        part
        for part in message.walk()
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
    ]
    for subtype in ("plain", "html"):
        part = next((part for part in texts if part.get_content_subtype() == subtype), None)
        if part is not None:
            text = _text(part)
            return to_lines(text) if subtype == "html" else text
    return ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8").replace("\r\n", "\n")
    except (LookupError, ValueError):  # an unknown charset, or not the one that is named
        return decode(data)


def _people(message: Message, *fields: str) -> list[Party]:
    """Who the headers name; an address without a name goes by the address."""
    found = getaddresses([_header(message, field) for field in fields])
    return [Party(name or mail, email=mail) for name, mail in found if name or mail]


def _header(message: Message, field: str) -> str:
    """A header as text. The standard parser of headers fails on broken ones, so it is not asked."""
    raw = "".join(str(message.get(field, "")).splitlines())
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return text.encode("utf-8", "replace").decode()
