"""Where people can be reached: e-mail addresses, phone numbers, postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

REGIONS = ("US", "GB")  # whose numbers are known without a country code
FEWEST_DIGITS = 7  # of a phone number

_EMAIL = re.compile(
    r"""  \w[\w.+%&'’-]*@[\w-]+(?:\.[\w-]+)*
        | \b[\w.-]+\s+(?:at|\(at\)|\[at\])\s+[\w-]+(?:\s+[(\[]?dot[)\]]?\s+[\w-]+)*
          \s+[(\[]?dot[)\]]?\s+(?:com|org|net|io|co|edu|gov|ai|us|uk|de|ca)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_DASH = "\u2010-\u2015\u2212-"  # a word processor makes one of a typed hyphen
# With an area code, or the seven digits of a local number.
_NUMBER = re.compile(
    rf"""(?<![\w$€£.,+-])
        (?: (?:\+?1[\s.{_DASH}]?)?(?:\(\d{{3}}\)\s?|\d{{3}}[\s.{_DASH}])\d{{3}}[\s.{_DASH}]\d{{4}}
          | 0\d{{2,4}}[\s{_DASH}]\d{{3,4}}[\s{_DASH}]?\d{{3,4}}
          | (?P<short>\d{{3}}(?P<mark>[\u2010\u2011.\s-])\d{{4}}) )
        (?:\s*(?:x|ext\.?|extension)\s*\d{{1,6}})?
        (?![\w%]|[.,-]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:cell|phone|ph|tel|telephone|mobile|mob|direct|dd|desk|fax|call|text|sms|whatsapp|"
    r"at|on|number|reach\s+\w+)[\s:#.]*$",
    re.IGNORECASE,
)
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|(?:double|triple)\s+\w+)"
_SPOKEN = re.compile(rf"\b{_DIGIT}(?:[\s,.-]+{_DIGIT}){{6,}}\b", re.IGNORECASE)
_STREET = (
    r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|terrace|"
    r"parkway|pkwy|highway|hwy|square|sq|close|crescent|circle|cir|trail|row|mews|pike"
)
_TOWN = r"[A-Z](?:[^\W\d_]|['’.-])*(?!\w)"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}"
_ADDRESS = re.compile(
    rf"""\b\d{{1,5}}[A-Za-z]?\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:[A-Z0-9][\w'’.-]*\s+){{1,3}}
         (?i:{_STREET})\b\.?
         (?:,?\s*(?:(?i:suite|ste|apt|unit|floor|fl)\.?|\#)\s*[\w-]+)?
         (?:,\s*{_TOWN}(?:\s+{_TOWN}){{0,2}})?
         (?:,?\s*(?:[A-Z]{{2}}\s+\d{{5}}(?:-\d{{4}})?|{_POSTCODE}\b))?
       | \b(?i:p\.?\s?o\.?\s+box)\s+\d+\b
       | \b[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*){{0,2}},\s*[A-Z]{{2}}\s+\d{{5}}(?:-\d{{4}})?\b
       | \b{_POSTCODE}\b""",
    re.VERBOSE,
)

Span = tuple[int, int, str]  # start and end in the text, and what to write there


def find_contacts(text: str) -> list[Span]:
    """Spans of "[email]", "[phone]" and "[address]", in order, none over another."""
    spans: list[Span] = []
    for start, end, label in [*_emails(text), *_phones(text), *_addresses(text)]:
        if all(end <= a or start >= b for a, b, _ in spans):
            spans.append((start, end, label))
    return sorted(spans)


def _emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip(".'’")), "[email]"


def _phones(text: str) -> Iterator[Span]:
    numbers = [match.span() for match in _SPOKEN.finditer(text)]
    if sum(map(str.isdigit, text)) >= FEWEST_DIGITS:
        numbers += [match.span() for match in _NUMBER.finditer(text) if _is_phone(match)]
        for region in REGIONS:
            found = PhoneNumberMatcher(text, region, leniency=Leniency.VALID)
            numbers += [(match.start, match.end) for match in found]
    for start, end in sorted(numbers, key=lambda span: (span[0], -span[1])):
        yield start, end, "[phone]"


def _is_phone(match: re.Match[str]) -> bool:
    """Not seven digits that may be a range, "500-1000", unless a word before says "call"."""
    if not match["short"] or _CUE.search(match.string[: match.start()]):
        return True
    return match["mark"] != " " and not match["short"].endswith("00")


def _addresses(text: str) -> Iterator[Span]:
    for match in _ADDRESS.finditer(text):
        yield *match.span(), "[address]"
