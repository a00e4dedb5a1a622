"""A workspace: a folder with the settings and the store of one analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from resonance.config import Settings, load_settings
from resonance.records import Findings

if TYPE_CHECKING:
    from pandas import DataFrame

    from resonance.store import Store


class Workspace:
    """What `resonance run` works in, for Python and for the commands alike.

    Parameters
    ----------
    path : folder with `resonance.toml` and `.resonance/`; neither has to be there yet.
    on_wait : called, before waiting for another process that writes, with a line that says which;
        None to wait in silence.

    >>> Workspace("demo").tables()["themes"]  # doctest: +SKIP
    """

    def __init__(
        self, path: str | PathLike[str] = ".", on_wait: Callable[[str], None] | None = None
    ) -> None:
        self.path = Path(path)
        self.on_wait = on_wait

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    @cached_property
    def settings(self) -> Settings:
        """What `resonance.toml` says. Raises ConfigError when it says what cannot be."""
        return load_settings(self.path)

    def run(
        self,
        *,
        calls: Sequence[str | PathLike[str]] = (),
        assets: Sequence[str | PathLike[str]] = (),
        deals: str | PathLike[str] | None = None,
        refit: bool = False,
    ) -> Findings:
        """Read what is given, analyse all there is: `resonance run`, for Python.

        What has not changed since the last run is not done again, and themes stand until too much
        is new to them or `refit` asks to fit them anew. Raises InputError where a
        path holds nothing of its kind.
        """
        from resonance import pipeline

        return pipeline.run(
            self,
            calls=[Path(path) for path in calls],
            assets=[Path(path) for path in assets],
            deals=Path(deals) if deals else None,
            refit=refit,
        ).findings

    def store(self, *, create: bool = False) -> Store:
        """The store. Raises StoreError when there is none and `create` is false."""
        from resonance.store import Store

        return Store(self.path, create=create, on_wait=self.on_wait)

    def findings(self) -> Findings:
        """The last analysis. Raises StoreError when there has been none."""
        return self.store().load_findings()

    def tables(self) -> dict[str, DataFrame]:
        """The last analysis as tables: calls, statements, themes, assets, passages, matches, deals.

        Raises StoreError when there has been no analysis.
        """
        from resonance.report.tables import tables

        return tables(self.findings())
