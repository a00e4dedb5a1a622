"""Dates as tables, headings and file names write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d/])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ -]+([A-Za-z]{3,9})\.?,?[ -]+(\d{4}|\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(r"\b([A-Za-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?!\d)")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


def parse_date(text: str, *, day_first: bool = False) -> date | None:
    """The date that a cell begins with, as it is written there; None where there is none.

    ISO, 1/22/2026, 22.1.2026, 22 Jan 2026, January 22, 2026, and seconds or milliseconds since
    1970 (in UTC). `day_first` decides between day and month where both are possible; dots
    always put the day first.
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    if re.fullmatch(r"20\d{6}", text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    weekday = _WEEKDAY.match(text)
    return _written(text[weekday.end() :] if weekday else text, day_first, at_start=True)


def find_date(text: str) -> date | None:
    """The first whole date anywhere in a line of text."""
    return _written(text, day_first=False, at_start=False)


def date_in_name(name: str) -> date | None:
    """The date in a file's name: 2026-01-22_intro.vtt, GMT20260122-150000_Recording.vtt."""
    for match in _IN_NAME.finditer(name):
        year, _, month, day = match.groups()
        found = _day(int(year), int(month), int(day))
        if found:
            return found
    return None


def puts_day_first(cells: Iterable[str]) -> bool:
    """Whether a column of dates writes 22/1/2026: some first number is above 12."""
    matches = (_YEAR_LAST.match(cell.strip()) for cell in cells)
    return any(int(match[1]) > 12 for match in matches if match)


def _written(text: str, day_first: bool, at_start: bool) -> date | None:
    look = "match" if at_start else "search"
    if match := getattr(_YEAR_FIRST, look)(text):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := getattr(_YEAR_LAST, look)(text):
        first, sign, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
        if day_first or sign == "." or first > 12:
            return _day(year, second, first)
        return _day(year, first, second)
    if match := getattr(_DAY_MONTH, look)(text):
        return _day(_year(match[3]), _month(match[2]), int(match[1]))
    if match := getattr(_MONTH_DAY, look)(text):
        return _day(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(word: str) -> int:
    """1 to 12; 0, which is no month, for any other word."""
    short = word[:3].casefold()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def _from_epoch(number: float) -> date | None:
    seconds = number / 1000 if number >= 1e11 else number
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None
