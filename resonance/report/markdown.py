"""Briefs and battlecards as Markdown: to hand to a writer, or to paste into a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterable

from resonance.brief import UNKNOWN, Brief, Nearest
from resonance.card import Card
from resonance.report.page import UNFIT
from resonance.report.words import VERDICTS, category, count, day, listed, money, percent
from resonance.sides import Side

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# What makes a list, a heading or a rule of a line that begins with it.
LEADING = re.compile(r"^(\d+)([.)])|^([-+=])")


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it is: no markup, link, image or HTML in it."""
    fit = UNFIT.sub("", " ".join(text.encode("utf-8", "replace").decode("utf-8").split()))
    escaped = LEADING.sub(r"\1\\\2\3", SPECIAL.sub(r"\\\1", fit), count=1)
    return escaped.replace("://", ":\\//")


def brief_as_markdown(brief: Brief) -> str:
    """A content brief."""
    facts = [
        f"An {brief.kind}" if brief.kind == "objection" else f"A {brief.kind}",
        f"about {category(brief.category)}" if brief.category else "",
        f"that {count(brief.n_accounts, 'account')} voiced in {count(brief.n_calls, 'call')}:",
        f"{percent(brief.demand)} of all that is voiced",
    ]
    worth = f", beside {money(brief.amount)} in deals" if brief.amount > 0 else ""
    lines = [
        f"# Brief: {plain(brief.name)} ({brief.theme_id})",
        " ".join(filter(None, facts)) + worth + ".",
        "## Who says it",
        f"- Segments: {_counts(brief.segments)}\n- Deals: {_counts(brief.outcomes)}",
        "## What they say",
        "Every point here wants an answer. The number says how many accounts make it.",
        *map(_side, brief.sides),
        "## Their words",
        _words(brief),
        "## What an answer must contain",
        f"- {brief.must[:1].upper()}{brief.must[1:]}.",
        "## What comes nearest now",
        "It is answered already; say what is missing there." if brief.is_answered else
        "No asset answers it.",
        *map(_nearest, brief.nearest),
    ]  # fmt: skip
    return "\n\n".join(lines) + "\n"


def card_as_markdown(card: Card) -> str:
    """A battlecard."""
    theme, deals = card.theme, card.deals
    lines = [
        f"# {plain(theme.name)} ({theme.theme_id})",
        f"{theme.kind.capitalize()}, voiced by {count(theme.n_accounts, 'account')} in"
        f" {count(theme.n_calls, 'call')}. Their deals: {deals.won} won, {deals.lost} lost,"
        f" {deals.open} open; {deals.verdict}.",
        "## They say",
        *map(_side, card.sides),
        "## Reply with",
        *map(_nearest, card.replies),
    ]
    if not card.replies:
        lines += ["No asset answers it yet.", *([_nearest(card.near)] if card.near else [])]
    lines += ["## A good answer has", f"- {card.must[:1].upper()}{card.must[1:]}."]
    return "\n\n".join(lines) + "\n"


def _side(side: Side) -> str:
    about = [plain(side.account), plain(side.segment), side.outcome, day(side.date)]
    who = ", ".join(filter(None, about))
    return f"> {plain(side.text)}\n>\n> {who} · {count(side.n_accounts, 'account')}"


def _nearest(each: Nearest) -> str:
    head = f"**{plain(each.title)}** {VERDICTS[each.verdict]} (relevance {each.relevance:.2f})"
    where = f" {plain(each.place)}:" if each.place else ""
    unsaid = f"\n\nIt never says: {_listed(each.unsaid)}." if each.unsaid else ""
    return f"{head}.{where}\n\n> {plain(each.passage)}{unsaid}"


def _words(brief: Brief) -> str:
    if not brief.words:
        return "No word of theirs stands out."
    return "\n".join(
        f"- {plain(word.phrase)} ({count(word.n_accounts, 'account')})" for word in brief.words
    )


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    told = [f"{n} {'not known' if name == UNKNOWN else plain(name)}" for name, n in counts]
    return listed(told)


def _listed(words: Iterable[str]) -> str:
    return listed([plain(word) for word in words])
