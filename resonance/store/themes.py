"""What stands between fits ↔ its two tables."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from resonance.standing import Ground, Placed, Standing
from resonance.store.schema import facts, grounds, placed

SPACE = "space"  # the fact that says that something stands


def save_standing(connection: Connection, standing: Standing) -> None:
    """Replace what stood."""
    space = {"name": SPACE, "value": standing.space}
    connection.execute(insert(facts).prefix_with("OR REPLACE"), space)
    places = [{"statement_id": i} | asdict(place) for i, place in standing.placed.items()]
    lie = [
        {
            "theme_id": theme_id,
            "kind": ground.kind,
            "centre": ground.centre.astype("<f4").tobytes(),
            "reach": ground.reach,
            "steady": ground.steady,
            "rests": ground.rests,
            "name": ground.name,
        }
        for theme_id, ground in standing.grounds.items()
    ]
    for table, rows in ((placed, places), (grounds, lie)):
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)


def load_standing(connection: Connection) -> Standing | None:
    """What was saved last; None where nothing ever was."""
    space = connection.scalar(select(facts.c.value).where(facts.c.name == SPACE))
    if space is None:
        return None
    places = connection.execute(select(placed).order_by(placed.c.statement_id))
    lie = connection.execute(select(grounds).order_by(grounds.c.theme_id))
    return Standing(
        space,
        {i: Placed(*place) for i, *place in places},
        {
            theme_id: Ground(kind, np.frombuffer(centre, dtype="<f4"), *rest)
            for theme_id, kind, centre, *rest in lie
        },
    )
