"""The one gate for optional packages."""

from importlib import import_module
from types import ModuleType

from resonance.errors import MissingExtra


def require(package: str, *, extra: str) -> ModuleType:
    """Import an optional package, or say which extra brings it.

    A package that is there but broken raises its own error, not `MissingExtra`.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package.partition(".")[0]:
            raise
        message = f"{package} is not installed; run: pip install 'resonance[{extra}]'"
        raise MissingExtra(message) from None
