"""Numbers, dates and verdicts as a reader wants them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

VERDICTS = {
    "answers": "answers it",
    "names": "names it without answering",
    "contradicts": "says the opposite",
    "silent": "does not touch it",
}

NOT_ENOUGH = "not enough calls to say"  # in place of an interval

TRENDS = {
    "rising": "rising",
    "steady": "steady",
    "fading": "fading",
    "not enough calls": "too few calls to tell",
}

CATEGORIES = {
    "price_value": "price and value",
    "timing_priority": "timing and priority",
    "authority_process": "authority and process",
    "competitor_incumbent": "competitor in place",
    "integration_tech": "integration and technology",
    "security_privacy": "security and privacy",
    "compliance_legal": "compliance and legal",
    "adoption_people": "adoption by people",
    "vendor_trust": "trust in the vendor",
    "data_migration_quality": "data migration and quality",
    "visibility_reporting": "visibility and reporting",
    "save_time_automation": "saving time, automation",
    "reduce_errors_risk": "fewer errors, less risk",
    "compliance_proof": "proof of compliance",
    "grow_revenue": "growing revenue",
    "cut_cost": "cutting cost",
    "mobility_collaboration": "mobility and collaboration",
    "integration_need": "integration",
    "scale_multi_site": "scale and many sites",
    "support_onboarding": "support and onboarding",
    "speed_alerts": "speed and alerts",
    "control_customisation": "control and customisation",
}


def money(amount: float) -> str:
    """950, 41.5k, 188k, 1.2M; no currency, for none is known."""
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if round(amount) >= unit * 0.9995:
            size = amount / unit
            return (f"{size:.0f}" if size >= 99.95 else f"{size:.1f}".removesuffix(".0")) + letter
    return f"{amount:.0f}"


def percent(share: float) -> str:
    """12%, 4.2%, 0.3%; only nothing shows as 0%, and only everything as 100%."""
    points = 100 * share
    if 99.5 <= points < 100 - 1e-9:
        return ">99%"
    if points >= 9.95 or points == 0:
        return f"{points:.0f}%"
    return "<0.1%" if points < 0.05 else f"{points:.1f}%".replace(".0%", "%")


def likely(probability: float) -> str:
    """A relevance in whole percent; only certainty shows as 0% or 100%."""
    whole = round(100 * probability)
    if whole == 0 and probability > 0:
        return "<1%"
    return ">99%" if whole == 100 and probability < 1 else f"{whole}%"


def count(n: int, thing: str) -> str:
    """1 call, 58 calls, 1,204 calls."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def day(when: date | None) -> str:
    """14 Jan 2026; "" where it is not known."""
    return f"{when.day} {MONTHS[when.month - 1][:3]} {when.year:04}" if when else ""


def month(name: str) -> str:
    """ "2026-01" as Jan 2026."""
    year, number = name.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year}"


def span(first: date | None, last: date | None) -> str:
    """14 January to 3 September 2026; "" where neither is known."""
    return _span(first, last, [f"{d.day} {MONTHS[d.month - 1]}" for d in (first, last) if d])


def months(first: date | None, last: date | None) -> str:
    """Jan to Sep 2026; "" where neither is known."""
    return _span(first, last, [MONTHS[d.month - 1][:3] for d in (first, last) if d])


def _span(first: date | None, last: date | None, names: Sequence[str]) -> str:
    years = [f" {d.year:04}" for d in (first, last) if d]
    if not names:
        return ""
    end = names[-1] + years[-1]
    start = names[0] if years[0] == years[-1] else names[0] + years[0]
    return end if start in (end, names[-1]) and years[0] == years[-1] else f"{start} to {end}"


def clock(seconds: float | None) -> str:
    """2:05 or 1:02:05 into the call; "" where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def category(name: str) -> str:
    """The words for a place on the second axis."""
    return CATEGORIES.get(name, name.replace("_", " "))


def shorten(text: str, length: int) -> str:
    """The text on one line, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0] + "…"
