"""Figures against gold labels: how far the analysis can be trusted, measured by running it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resonance.evaluate.figures import Figure, Figures, Section, Spread

if TYPE_CHECKING:
    from resonance.evaluate.run import evaluate as evaluate

__all__ = ["Figure", "Figures", "Section", "Spread", "evaluate"]


def __getattr__(name: str) -> Any:
    """Load what runs the analysis when it is asked for (PEP 562): measures do without."""
    if name == "evaluate":
        return import_module("resonance.evaluate.run").evaluate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
