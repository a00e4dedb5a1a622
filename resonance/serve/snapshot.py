"""What the store holds, read and joined once for each state of it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from resonance.deals import Trend, WinLoss, by_month, win_loss
from resonance.known import Known, recall, theme_centres
from resonance.leads import Lead, leads
from resonance.readers import Heard, choices
from resonance.records import Findings, Problem, Statement
from resonance.relevance import Beside, RelevanceModel
from resonance.report.joined import Joined
from resonance.report.views import Quote, Totals
from resonance.score import Voiced, voiced
from resonance.serve.narrowing import Voices
from resonance.serve.seen import Seen, seen
from resonance.serve.thinning import thinned
from resonance.sides import Side
from resonance.store import Store
from resonance.store.codec import from_json, to_json
from resonance.store.database import FILE_NAME
from resonance.store.store import FOLDER
from resonance.workspace import Workspace

STAGE = "seen"  # of the store's memory
NOTHING = ""  # the version of a workspace without an analysis


class Snapshot:
    """One analysis, joined up. What costs most is made when first asked for, and then kept."""

    def __init__(
        self, workspace: Workspace, version: str, findings: Findings, last_edit: int = 0
    ) -> None:
        self.workspace = workspace
        self.last_edit = last_edit
        self.version = version
        self.findings = findings
        months = by_month(findings)
        over_time = {
            t.theme_id: Trend(t.theme_id, _direction(t.trend), None, months[t.theme_id])
            for t in findings.themes
        }
        self.joined = Joined(findings, address, over_time)
        self.themes = {t.theme_id: t for t in findings.themes}
        self.assets = {a.asset_id: a for a in findings.assets}
        self.calls = {c.call_id: c for c in findings.calls}
        self.deals = {d.deal_id: d for d in findings.deals}
        self.totals: Totals = self.joined.totals()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._kept: dict[str, Any] = {}

    @property
    def voices(self) -> Voices:
        return self._once("voices", lambda: Voices(self.findings))

    @property
    def win_loss(self) -> dict[str, WinLoss]:
        return self._once("deals", lambda: {w.theme_id: w for w in win_loss(self.findings)})

    @property
    def leads(self) -> list[Lead]:
        return self._once("leads", lambda: leads(self.findings))

    @property
    def choices(self) -> dict[str, list[str]]:
        """What there is to choose readers by."""
        return self._once("choices", lambda: choices(self.findings, self.leads))

    @property
    def said_in(self) -> dict[str, list[Statement]]:
        """What was voiced in each call, in order."""
        return self._once("said in", self._said_in)

    @property
    def known(self) -> Known:
        """The findings with their vectors."""
        return self._once("known", lambda: recall(self.workspace, self.findings))

    @property
    def centres(self) -> dict[str, np.ndarray]:
        """Where each theme lies in the voice space."""
        return self._once("centres", lambda: theme_centres(self.workspace, self.findings))

    @property
    def thinned(self) -> Known:
        """What a draft is held against: all of it, or as much as a page can wait for."""
        return self._once("thinned", lambda: thinned(self.known))

    @property
    def who(self) -> Voiced:
        """Who voiced what, and what that might have been."""
        return self._once("who", self._who)

    def voiced_in(self, heard: Heard) -> Voiced:
        """Who of these readers voiced what."""
        return self._voiced(s for s in self.findings.statements if s.call_id in heard.calls)

    def beside(self, rows: Sequence[int]) -> Beside:
        """These assets of what is thinned, as far as a draft stands beside them."""
        return self._once(f"beside {list(rows)}", lambda: self._beside(rows))

    def warm(self) -> None:
        """Make now what the first to ask would wait for."""
        if self.version != NOTHING:
            for each in ("win_loss", "leads", "said_in", "voices", "who", "thinned", "centres"):
                getattr(self, each)
            if self.thinned is not self.known:
                self.beside(range(len(self.thinned.findings.assets)))

    def _who(self) -> Voiced:
        who = self._voiced(self.findings.statements)
        who.resampled_demand  # noqa: B018  takes longest, and is kept with it
        return who

    def _voiced(self, statements: Iterable[Statement]) -> Voiced:
        found = self.findings
        return voiced(statements, found.calls, found.deals, self.workspace.settings.demand)

    def _beside(self, rows: Sequence[int]) -> Beside:
        known = self.thinned
        return RelevanceModel().beside(
            known.gathered.vectors, [known.passages[row] for row in rows]
        )

    def _said_in(self) -> dict[str, list[Statement]]:
        said: dict[str, list[Statement]] = {}
        for statement in self.findings.statements:
            said.setdefault(statement.call_id, []).append(statement)
        for each in said.values():
            each.sort(key=lambda s: (s.turn, s.statement_id))
        return said

    def quoted(self, theme_id: str, sides: Iterable[Side]) -> list[tuple[Side, Quote]]:
        """The sides of a theme, each with the quote that tells it."""
        said = {s.statement_id: s for s in self.joined.said(theme_id)}
        return [(side, self.joined.quote(said[side.statement_id])) for side in sides]

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What a view makes of this snapshot alone, made by whoever asks first."""
        return self._once(name, make)

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._kept:
            with self._locks[name]:
                if name not in self._kept:
                    self._kept[name] = make()
        return self._kept[name]


class Snapshots:
    """The latest snapshot of a workspace; read again when its store has a new analysis."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._lock = threading.Lock()
        self._stamp: object = None
        self._store: Store | None = None
        self._latest: Snapshot | None = None
        self._before: Seen | None = None
        self._unread: tuple[object, tuple[Problem, ...]] = (None, ())

    def now(self) -> Snapshot:
        """What the store holds now. Raises StoreError where there is a store that cannot be read.

        A look at the store's files says whether anything was written; only then is it asked.
        """
        stamp = _stamp(self.workspace.path)
        latest = self._latest
        if latest is not None and stamp == self._stamp:
            return latest
        with self._lock:
            version = self._version()
            if self._latest is None or self._latest.version != version:
                self._latest = self._read(version)
                self._before = self._hold_against(self._latest)
                threading.Thread(target=self._latest.warm, daemon=True).start()
            self._stamp = stamp
            return self._latest

    def before(self, snapshot: Snapshot) -> Seen | None:
        """The analysis before the latest one, as it was seen here; None where there was none."""
        return self._before if snapshot is self._latest else None

    def problems(self) -> tuple[Problem, ...]:
        """What the last run could not read."""
        stamp = _stamp(self.workspace.path)
        if stamp != self._unread[0]:
            store = self.store()
            self._unread = stamp, store.problems() if store else ()
        return self._unread[1]

    def store(self) -> Store | None:
        """The store, None where there is none yet."""
        if self._store is None and (self.workspace.path / FOLDER / FILE_NAME).exists():
            self._store = self.workspace.store()
        return self._store

    def _hold_against(self, latest: Snapshot) -> Seen | None:
        """What was seen before this analysis. This one is kept for the next, when writing can be:
        a run of somebody else's may hold the store for long."""
        store = self.store()
        if store is None or latest.version == NOTHING:
            return None
        kept = store.recall(STAGE, ("now", "before"))
        if "now" in kept and from_json(Seen, kept["now"]).version == latest.version:
            return from_json(Seen, kept["before"]) if "before" in kept else None
        values = {"now": to_json(seen(latest.version, latest.findings))}
        if "now" in kept:
            values["before"] = kept["now"]
        threading.Thread(target=store.remember, args=(STAGE, values), daemon=True).start()
        return from_json(Seen, kept["now"]) if "now" in kept else None

    def _version(self) -> str:
        """What the analysis was made from, the last edit, and how often the themes were made."""
        store = self.store()
        fingerprint = store.fingerprint() if store else None
        if store is None or fingerprint is None:
            return NOTHING
        return f"{fingerprint} {_last_edit(store)} {len(store.revisions())}"

    def _read(self, version: str) -> Snapshot:
        store = self.store()
        if version == NOTHING or store is None:
            return Snapshot(self.workspace, version, Findings())
        last_edit = _last_edit(store)  # first: an edit in between must look unseen
        return Snapshot(self.workspace, version, store.load_findings(), last_edit)


def address(what: str, identity: str) -> str:
    """Where the page shows a theme, an asset, a call or a deal.

    Ids but a theme's may hold anything, slashes and dots too, so they are no part of a path.
    """
    safe = quote(identity, safe="", errors="replace")
    return f"/themes/{safe}" if what == "theme" else f"/{what}?id={safe}"


def _last_edit(store: Store) -> int:
    return max((edit.number for edit in store.edits()), default=0)


def _stamp(workspace: Path) -> tuple[tuple[int, int], ...]:
    """When the store's files were last written, and how long they are."""
    found = []
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        try:
            stat = (workspace / FOLDER / name).stat()
            found.append((stat.st_mtime_ns, stat.st_size))
        except OSError:
            found.append((0, 0))
    return tuple(found)


def _direction(trend: str) -> Any:
    return trend or "not enough calls"
