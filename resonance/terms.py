"""Words that say something of what is voiced, and how to write them down."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from spacy.tokens import Token

LONGEST_ACRONYM = 4
NAMED = {"PERSON", "DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "QUANTITY", "PERCENT"}
# Words that say nothing of what is voiced, whatever is sold.
EMPTY_WORDS = """
    answer bit boy call case company dad daughter day deal end example fact fella folk girl guy half
    hour husband idea kid kind lady look lot man meeting minute mom month morning name number okay
    one part people person place point question reason rest someone son sort start stuff thing time
    vendor way week wife woman word work yeah year
"""
CALENDAR = (*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr)
EMPTY = frozenset(EMPTY_WORDS.split()) | {name.lower() for name in CALENDAR}


def says_something(token: Token) -> bool:
    """Whether a word tells what is meant: a noun, a verb or an adjective that is not everywhere."""
    return (
        token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ")
        and token.ent_type_ not in NAMED
        and token.is_alpha
        and len(token) > 2
        and not token.is_stop
        and lemma(token) not in EMPTY
    )


def lemma(token: Token) -> str:
    return token.lemma_.lower()


def surface(tokens: Sequence[Token]) -> str:
    """The words as said, without capitals that are neither a name's nor an acronym's."""
    return " ".join(token.lower_ if _is_dressed_up(token) else token.text for token in tokens)


def _is_dressed_up(token: Token) -> bool:
    is_loud = token.is_upper and len(token) > LONGEST_ACRONYM
    return is_loud or bool(token.is_sent_start and token.is_title and token.pos_ != "PROPN")
