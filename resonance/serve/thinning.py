"""As much of what is known as an answer can wait for, where there is very much of it.

Where there is less than the figures below say, nothing is left out, and a check on the page is the
check of the command line. What is left out of more changes little: the quotes that relevance looks
at are kept; other assets stand beside a draft only as their mean. Demand is counted of all that
was said in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from resonance.comparison import spread
from resonance.known import Known
from resonance.matching import rows_by_theme

MOST_STATEMENTS = 5_000
MOST_ASSETS = 40  # beside a draft
MOST_PASSAGES = 400  # to send one of
NEAREST_QUOTES = 5  # of a theme, beside as many spread evenly


def thinned(known: Known) -> Known:
    """What a draft is held against: assets spread evenly, and of each theme the quotes that
    relevance looks at. It is `known` itself where nothing is left out.
    """
    found = known.findings
    if len(found.statements) <= MOST_STATEMENTS and len(found.assets) <= MOST_ASSETS:
        return known
    rows: Sequence[int] = range(len(found.statements))
    if len(rows) > MOST_STATEMENTS:
        themes = rows_by_theme(found.statements).values()
        rows = sorted(own[at] for own in themes for at in spread(known.statements[own]))
    return _kept(known, rows, _spread(len(found.assets), MOST_ASSETS))


def nearest(known: Known, vector: np.ndarray) -> Known:
    """What a reply is sought in: the nearest passages, and of each theme the nearest quotes.

    vector : (n_dims,), of what was said
    """
    found = known.findings
    rows: Sequence[int] = range(len(found.statements))
    if len(rows) > MOST_STATEMENTS:
        far = -(known.statements @ vector)
        kept = set[int]()
        for own in known.of_themes:
            nearest_first = own[np.argsort(far[own], kind="stable")]
            kept.update(nearest_first[:NEAREST_QUOTES].tolist())
            kept.update(nearest_first[_spread(len(own), NEAREST_QUOTES)].tolist())
        rows = sorted(kept)
    assets: Sequence[int] = range(len(found.assets))
    if sum(map(len, known.passages)) > MOST_PASSAGES:
        closest = np.array([(own @ vector).max() for own in known.passages])
        order = np.argsort(-closest, kind="stable")
        lengths = np.cumsum([len(known.passages[row]) for row in order])
        assets = sorted(order[: max(1, int((lengths <= MOST_PASSAGES).sum()))].tolist())
    near = _kept(known, rows, assets)
    return replace(near, findings=replace(near.findings, calls=(), deals=()))


def _kept(known: Known, rows: Sequence[int], assets: Sequence[int]) -> Known:
    found = known.findings
    statements = tuple(found.statements[row] for row in rows)
    all_of_it = len(rows) == len(found.statements)
    return replace(
        known,
        findings=replace(
            found, statements=statements, assets=tuple(found.assets[row] for row in assets)
        ),
        statements=known.statements if all_of_it else known.statements[list(rows)],
        passages=[known.passages[row] for row in assets],
    )


def _spread(n: int, most: int) -> list[int]:
    """At most `most` of n, evenly over them."""
    if n <= most:
        return list(range(n))
    return np.linspace(0, n - 1, most).round().astype(int).tolist()
