"""In: files to calls, assets and deals; a reader per format behind one door each.

The readers are imported when asked for: those of assets bring the libraries of every document.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resonance.sources.files import Reading

if TYPE_CHECKING:
    from resonance.sources.assets import read_assets
    from resonance.sources.calls import read_calls
    from resonance.sources.deals import read_deals

__all__ = ["Reading", "read_assets", "read_calls", "read_deals"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{name.removeprefix('read_')}"), name)
