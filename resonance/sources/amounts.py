"""Sums and counts as tables write them, whatever the currency and the country."""

from __future__ import annotations

import math
import re

_UNITS = {
    **dict.fromkeys(("k", "thousand"), 1_000),
    **dict.fromkeys(("m", "mm", "mn", "mil", "mio", "million"), 1_000_000),
}
# A currency, the number, its unit where that is a word by itself ("5k", not "5 kr"), a currency.
_AMOUNT = re.compile(
    rf"""(?P<before>(?:\D*(?:[^\d.,]|[^\W\d_]\.))?)
         (?P<number>\d(?:[\d.,'’\s]*\d)?)
         \s*(?P<unit>(?:{"|".join(_UNITS)})(?![^\W\d_]))?
         (?P<after>\D*)""",
    re.VERBOSE | re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)


def parse_amount(text: str) -> float | None:
    """A number: "$41,500", "41.500,00 kr", "DKK 41.5k", "(1,200)"; None where it is none.

    A single comma or point before exactly three last digits parts thousands.
    """
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text):  # as spreadsheets write what is long
        amount = float(text.replace(",", "."))
    else:
        match = _AMOUNT.fullmatch(text)
        number = match and _with_point(re.sub(r"['’\s]", "", match["number"]))
        if not match or not number:
            return None
        amount = float(number) * _UNITS.get((match["unit"] or "").lower(), 1)
        if _is_negative(match["before"].strip(), match["after"]):
            amount = -amount
    return amount if math.isfinite(amount) else None


def _is_negative(before: str, after: str) -> bool:
    """A minus sign, or brackets as accountants put them; not the hyphen in "US-$"."""
    return before.startswith("-") or before.endswith("-") or ("(" in before and ")" in after)


def _with_point(number: str) -> str:
    """Thousands parted by nothing, decimals by a point; "" where the signs make no sense."""
    first, last = number.find(","), number.rfind(".")
    if first >= 0 and last >= 0:  # the later sign is the decimal one
        thousands, decimal = (",", ".") if number.rfind(",") < last else (".", ",")
        number = number.replace(thousands, "").replace(decimal, ".")
    elif re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        number = re.sub(r"[.,]", "", number)
    else:
        number = number.replace(",", ".")
    return number if re.fullmatch(r"\d+(?:\.\d+)?", number) else ""
