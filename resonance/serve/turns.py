"""One view is made after the other.

Python computes on one core at a time, and threads that share it hand it on every few milliseconds:
beside seven others an answer took 1.1 s instead of 0.16, and the others gained nothing. What waits
for a disk, a file's reader or a run takes no turn, so nobody waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from fastapi.routing import APIRoute

TURN = threading.Lock()


class Viewing(APIRoute):
    """A route whose GETs take turns; other methods take one where they compute."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        is_view = "GET" in (settings.get("methods") or ())
        super().__init__(path, in_turn(endpoint) if is_view else endpoint, **settings)


def in_turn(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same, made while nothing else is that takes turns."""

    @wraps(make)
    def made(*values: Any, **named: Any) -> Any:
        with TURN:
            return make(*values, **named)

    return made
