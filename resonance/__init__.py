"""Does our marketing answer what prospects actually say?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from resonance.embed import Encoder as Encoder
    from resonance.relevance import RelevanceModel as RelevanceModel
    from resonance.sources import read_assets as read_assets
    from resonance.sources import read_calls as read_calls
    from resonance.sources import read_deals as read_deals
    from resonance.themes import ThemeModel as ThemeModel
    from resonance.voice import VoiceModel as VoiceModel
    from resonance.workspace import Workspace as Workspace

# Where each public name lives; importing resonance loads none of them (PEP 562).
_HOMES = {
    "Encoder": "resonance.embed",
    "RelevanceModel": "resonance.relevance",
    "ThemeModel": "resonance.themes",
    "VoiceModel": "resonance.voice",
    "Workspace": "resonance.workspace",
    "read_assets": "resonance.sources",
    "read_calls": "resonance.sources",
    "read_deals": "resonance.sources",
}

__all__ = [
    "Encoder",
    "RelevanceModel",
    "ThemeModel",
    "VoiceModel",
    "Workspace",
    "read_assets",
    "read_calls",
    "read_deals",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'resonance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
