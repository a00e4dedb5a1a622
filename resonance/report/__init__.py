"""Out: tables, charts, and the report, one HTML file that holds everything."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resonance.report.page import render as render
    from resonance.report.page import write_report as write_report

__all__ = ["render", "write_report"]


def __getattr__(name: str) -> Any:
    """Load the page when it is asked for (PEP 562): tables do without its templates."""
    if name in __all__:
        return getattr(import_module("resonance.report.page"), name)
    raise AttributeError(f"module 'resonance.report' has no attribute {name!r}")
