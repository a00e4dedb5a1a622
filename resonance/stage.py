"""How far along its deal each call was: the stage at the time of the call, as far as dates tell.

A deal carries the stage that it is in today, not those that it was in when its calls were held.
Its days do tell: of a closed deal, the share of them that had gone by at the call; of an open
deal, the days gone by against those that a closed deal took, the middle one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from statistics import median

from resonance.records import Call, Deal


def stage_of_calls(calls: Iterable[Call], deals: Iterable[Deal]) -> dict[str, float]:
    """By call id, from 0 on the day the deal was opened (or before) to 1 on the day it closed.

    Left out are calls without a date or a deal, calls on a deal without the day it was opened,
    and calls on an open deal where no deal with both its days is closed.
    """
    deals = tuple(deals)
    lengths = {
        deal.deal_id: (deal.closed - deal.created).days
        for deal in deals
        if deal.outcome != "open" and deal.created and deal.closed and deal.closed > deal.created
    }
    usual = median(lengths.values()) if lengths else None
    opened = {deal.deal_id: deal.created for deal in deals if deal.created}
    still_open = {deal.deal_id for deal in deals if deal.outcome == "open"}
    found = {}
    for call in calls:
        created = opened.get(call.deal_id)
        length = usual if call.deal_id in still_open else lengths.get(call.deal_id)
        if call.date and created and length:
            found[call.call_id] = _share(call.date, created, length)
    return found


def _share(day: date, created: date, length: float) -> float:
    return min(1.0, max(0.0, (day - created).days / length))
