"""One SQLite file: opened, brought up to date, read by many and written by one.

Readers see the last committed state and wait for nobody (write-ahead log). Writers queue at
a file lock, which the operating system gives back when its holder dies.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from resonance.errors import NoAnalysis, StoreError
from resonance.store.migrations import MIGRATIONS

FILE_NAME = "store.db"
APPLICATION_ID = 0x7265736F  # "reso": tells our file from any other SQLite file
BUSY_TIMEOUT_MS = 30_000
FIRST_RUN = "run: resonance run --calls PATH --assets PATH"
REMAKE = f"move it away and {FIRST_RUN}; it is made again from your files"
REMEDIES = {
    sqlite3.SQLITE_NOTADB: REMAKE,
    sqlite3.SQLITE_CORRUPT: REMAKE,
    sqlite3.SQLITE_FULL: "make room on the disk and run the command again",
    sqlite3.SQLITE_BUSY: "close the program that holds it and run the command again",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "make the file and its folder readable and writable",
    sqlite3.SQLITE_PERM: "make the file and its folder readable and writable",
    sqlite3.SQLITE_IOERR: "check the disk and run the command again",
}


class Database:
    """`store.db` in `folder`, and the lock beside it.

    Raises StoreError when there is none and `create` is false, when the file is damaged or
    not ours, and when a newer resonance made it.
    """

    def __init__(
        self, folder: Path, *, create: bool, on_wait: Callable[[str], None] | None = None
    ) -> None:
        self.path = folder / FILE_NAME
        self._on_wait = on_wait
        self._holder = folder / "writer"
        if not self.path.exists():
            if not create:
                raise no_analysis(folder.parent)
            make_folder(folder)
        self._lock = FileLock(folder / "lock", is_singleton=True)
        self._engine = create_engine(f"sqlite:///{self.path}", poolclass=NullPool)
        event.listen(self._engine, "connect", _on_connect)
        event.listen(self._engine, "begin", _on_begin)
        if self._version() < len(MIGRATIONS):
            self._migrate()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store from beginning to end."""
        with _explained(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose writes are all kept, or none of them."""
        writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        with self.lock(), _explained(self.path), writer.begin() as connection:
            yield connection

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer. One thread may enter it again, by another Database too.

        While another holds it this waits; `on_wait` is told once for whom.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if self._on_wait:
                writer = self._writer()
                self._on_wait(f"{writer} is writing to {self.path}; waiting for it to finish")
            self._lock.acquire()
        try:
            if self._lock.lock_counter == 1:
                self._holder.write_text(str(os.getpid()))
            yield
        finally:
            self._lock.release()

    def _writer(self) -> str:
        """Who holds the lock; it may have taken it just now and not yet said so."""
        try:
            return f"process {self._holder.read_text()}"
        except OSError:
            return "another process"

    def _version(self) -> int:
        """How many migrations the file has had."""
        with self.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
        if tables and owner != APPLICATION_ID:
            raise StoreError(f"{self.path} was not made by resonance; {REMAKE}.")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path} was made by a newer resonance; run: pip install --upgrade resonance"
            )
        return version

    def _migrate(self) -> None:
        with self.lock():
            with _explained(self.path), closing(sqlite3.connect(self.path)) as raw:
                raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
                raw.execute("PRAGMA journal_mode = WAL")  # stays with the file
            done = self._version()  # another process may have been faster
            with self.transaction() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                for number, upgrade in enumerate(MIGRATIONS[done:], start=done + 1):
                    upgrade(connection)
                    connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def no_analysis(workspace: Path) -> NoAnalysis:
    return NoAnalysis(f"{workspace} has no analysis yet; {FIRST_RUN}")


def make_folder(folder: Path) -> None:
    """The store's folder: what prospects said is in it, so it is private and never committed."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be made ({error.strerror}); choose another workspace with -w."
        ) from error


def _on_connect(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, says when to begin
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Tell what befell the file and what to do; what is our own mistake stays as it is."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code not in REMEDIES:
            raise
        raise StoreError(f"{path}: {cause}; {REMEDIES[code]}.") from error
