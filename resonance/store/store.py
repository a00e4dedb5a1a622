"""What a workspace remembers between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_type_hints

import numpy as np
from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select

from resonance.curate import Edit
from resonance.identity import Revision
from resonance.records import Asset, Call, Deal, Findings, Problem
from resonance.standing import Standing
from resonance.store.codec import from_json, to_json
from resonance.store.database import Database, no_analysis
from resonance.store.schema import (
    edits,
    facts,
    files,
    findings,
    memo,
    records,
    revisions,
    vectors,
)
from resonance.store.themes import load_standing, save_standing

R = TypeVar("R")
RecordKind = Literal["calls", "assets", "deals"]

FOLDER = ".resonance"
ID_FIELDS = {"calls": "call_id", "assets": "asset_id", "deals": "deal_id"}
PARTS: dict[str, Any] = {name: get_args(hint)[0] for name, hint in get_type_hints(Findings).items()}


class Store:
    """Everything kept in `.resonance/store.db` below a workspace.

    Each method that writes is one transaction and waits for other writers; `on_wait` is then
    called once, with a line that says for whom. Whoever writes more than once, and wants nobody
    in between, does so inside `writing()`. Methods that read never wait.

    Raises StoreError when there is no store and `create` is false, and when the file is
    damaged, not ours, or made by a newer resonance.
    """

    def __init__(
        self,
        workspace: Path,
        *,
        create: bool = False,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self.workspace = workspace
        self._database = Database(workspace / FOLDER, create=create, on_wait=on_wait)

    def writing(self) -> AbstractContextManager[None]:
        """Be the only writer for as long as this is open."""
        return self._database.lock()

    # Files, and the records read from them

    def digests(self, kind: RecordKind, root: str = "") -> dict[str, str]:
        """Digest of each file known below `root`, by source."""
        with self._database.reading() as connection:
            return _digests(connection, kind, root)

    def put(
        self,
        kind: RecordKind,
        items: Iterable[Call | Asset | Deal],
        digests: Mapping[str, str],
        root: str = "",
    ) -> None:
        """Keep what a reading of `root` brought, and forget what is no longer there.

        `digests` has every file that was looked at, changed or not; a file that it lacks is
        forgotten with its records. A file whose digest is new, or that any of `items` is
        from, loses all that was kept of it to what is in `items`. A deal does not say which
        file it is from, so deals are put one file at a time.
        """
        rows = [_record_row(kind, root, item, digests) for item in items]
        renewed = {row["source"] for row in rows}
        with self._database.transaction() as connection:
            known = _digests(connection, kind, root)
            gone = {s for s in known if known[s] != digests.get(s) or s in renewed}
            for table in (records, files):
                here = (table.c.kind == kind, table.c.root == root)
                drop = delete(table).where(*here, table.c.source == bindparam("gone"))
                _execute(connection, drop, [{"gone": source} for source in gone])
            _execute(connection, insert(records).prefix_with("OR REPLACE"), rows)
            new = [
                {"kind": kind, "root": root, "source": source, "digest": digests[source]}
                for source in digests
                if source in gone or source not in known
            ]
            _execute(connection, insert(files), new)

    def calls(self) -> list[Call]:
        """Every call as it was read, names and all, by id."""
        return self._records("calls", Call)

    def call(self, call_id: str) -> Call | None:
        """One call as it was read, None where there is none of that id."""
        query = (
            select(records.c.body)
            .where(records.c.kind == "calls", records.c.record_id == call_id)
            .order_by(records.c.source.desc(), records.c.root.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            body = connection.scalar(query)
        return None if body is None else from_json(Call, body)

    def assets(self) -> list[Asset]:
        """Every asset, by id."""
        return self._records("assets", Asset)

    def deals(self) -> list[Deal]:
        """Every deal, by id."""
        return self._records("deals", Deal)

    def shadowed(self, kind: RecordKind) -> list[tuple[str, str, str]]:
        """Files of one path below several roots that give different records one id.

        The source, the first root by name, and the last, whose record is the one that counts.
        """
        query = (
            select(records.c.source, func.min(records.c.root), func.max(records.c.root))
            .where(records.c.kind == kind)
            .group_by(records.c.record_id, records.c.source)
            .having(func.count(records.c.body.distinct()) > 1)
        )
        with self._database.reading() as connection:
            found = {(source, one, last) for source, one, last in connection.execute(query)}
        return sorted(found)

    def _records(self, kind: RecordKind, record: type[R]) -> list[R]:
        """One record for each id; where several files have it, that of the last by name."""
        query = (
            select(records.c.record_id, records.c.body)
            .where(records.c.kind == kind)
            .order_by(records.c.record_id, records.c.source, records.c.root)
        )
        with self._database.reading() as connection:
            bodies = dict(connection.execute(query).all())
        return [from_json(record, body) for body in bodies.values()]

    # Results that are not computed twice

    def recall(self, stage: str, keys: Iterable[str]) -> dict[str, str]:
        """What was remembered of a stage under these keys; those never seen are left out."""
        query = select(memo.c.key, memo.c.value).where(
            memo.c.stage == stage, memo.c.key.in_(_listed(keys))
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def remember(self, stage: str, values: Mapping[str, str]) -> None:
        """Keep results of a stage. A key is a hash of all that its value was made from."""
        rows = [{"stage": stage, "key": key, "value": values[key]} for key in values]
        with self._database.transaction() as connection:
            _execute(connection, insert(memo).prefix_with("OR REPLACE"), rows)

    def forget_except(self, stage: str, keys: Iterable[str]) -> None:
        """Drop what a stage remembers under any other key."""
        stale = delete(memo).where(memo.c.stage == stage, memo.c.key.not_in(_listed(keys)))
        with self._database.transaction() as connection:
            connection.execute(stale)

    def vectors(self, encoder: str, texts: Iterable[str]) -> Iterator[tuple[str, np.ndarray]]:
        """The texts whose vectors are known, each once, with it: float32 (n_dims,), read-only.

        `encoder` is `Encoder.name`. A text is the whole of what was encoded: one that was
        encoded with what was said before it is another text.
        """
        texts_by_hash = {_text_hash(text): text for text in texts}
        query = select(vectors.c.text_hash, vectors.c.vector).where(
            vectors.c.encoder == encoder, vectors.c.text_hash.in_(_listed(texts_by_hash))
        )
        with self._database.reading() as connection:
            for text_hash, vector in connection.execute(query):
                yield texts_by_hash[text_hash], np.frombuffer(vector, dtype="<f4")

    def add_vectors(self, encoder: str, texts: Sequence[str], embeddings: np.ndarray) -> None:
        """Keep the vector of each text; `embeddings` is (n_texts, n_dims)."""
        rows = [
            {"encoder": encoder, "text_hash": _text_hash(text), "vector": vector.tobytes()}
            for text, vector in zip(texts, embeddings.astype("<f4"), strict=True)
        ]
        with self._database.transaction() as connection:
            _execute(connection, insert(vectors).prefix_with("OR IGNORE"), rows)

    # The last analysis

    def save_findings(
        self,
        found: Findings,
        *,
        fingerprint: str,
        next_theme: int,
        problems: Iterable[Problem] = (),
        standing: Standing | None = None,
        revision: Revision | None = None,
        entry: Edit | None = None,
    ) -> None:
        """Replace the last analysis, all of it or nothing.

        `fingerprint` stands for everything it was made from. `next_theme` is the number of
        the next new theme; it never goes back, so no number is given twice. `standing` replaces
        what stood; `revision`, and `entry` of the edit log, are added to those there are.
        """
        rows = chain.from_iterable(_part_rows(part, getattr(found, part)) for part in PARTS)
        with self._database.transaction() as connection:
            connection.execute(delete(findings))
            _execute(connection, insert(findings), [*rows, *_part_rows("problems", problems)])
            _set_fact(connection, "fingerprint", fingerprint)
            highest = max(next_theme, int(_fact(connection, "next_theme") or 1))
            _set_fact(connection, "next_theme", str(highest))
            if standing is not None:
                save_standing(connection, standing)
            for table, new in ((edits, entry), (revisions, revision)):
                if new is not None:
                    row = {"number": new.number, "body": to_json(new)}
                    connection.execute(insert(table), row)

    def save_problems(self, problems: Iterable[Problem]) -> None:
        """Replace what could not be read, where nothing else of the analysis changed."""
        with self._database.transaction() as connection:
            connection.execute(delete(findings).where(findings.c.part == "problems"))
            _execute(connection, insert(findings), list(_part_rows("problems", problems)))

    def load_findings(self) -> Findings:
        """The last analysis. Raises StoreError when there has been none."""
        with self._database.reading() as connection:
            if _fact(connection, "fingerprint") is None:
                raise no_analysis(self.workspace)
            return Findings(**{part: _part(connection, part, PARTS[part]) for part in PARTS})

    def theme_of_statements(self) -> dict[str, str]:
        """Theme id of each statement in the last analysis, "" for none; {} before the first."""
        with self._database.reading() as connection:
            statements = _part(connection, "statements", PARTS["statements"])
        return {s.statement_id: s.theme_id for s in statements}

    def standing(self) -> Standing | None:
        """What fits and placings left; None before the first fit."""
        with self._database.reading() as connection:
            return load_standing(connection)

    def edits(self) -> tuple[Edit, ...]:
        """The edit log of the themes, from its beginning."""
        with self._database.reading() as connection:
            query = select(edits.c.body).order_by(edits.c.number)
            return tuple(from_json(Edit, body) for body in connection.scalars(query))

    def revisions(self) -> tuple[Revision, ...]:
        """What became of themes, run by run."""
        with self._database.reading() as connection:
            query = select(revisions.c.body).order_by(revisions.c.number)
            return tuple(from_json(Revision, body) for body in connection.scalars(query))

    def problems(self) -> tuple[Problem, ...]:
        """What the last run could not read."""
        with self._database.reading() as connection:
            return _part(connection, "problems", Problem)

    def fingerprint(self) -> str | None:
        """What the last analysis was made from; None when there has been none."""
        with self._database.reading() as connection:
            return _fact(connection, "fingerprint")

    def next_theme(self) -> int:
        """Number of the next new theme, from 1."""
        with self._database.reading() as connection:
            return int(_fact(connection, "next_theme") or 1)


def _digests(connection: Connection, kind: str, root: str) -> dict[str, str]:
    query = select(files.c.source, files.c.digest).where(files.c.kind == kind, files.c.root == root)
    return dict(connection.execute(query).all())


def _record_row(kind: str, root: str, item: Any, digests: Mapping[str, str]) -> dict[str, str]:
    return {
        "kind": kind,
        "root": root,
        "source": next(iter(digests)) if isinstance(item, Deal) else _file(item.source, digests),
        "record_id": getattr(item, ID_FIELDS[kind]),
        "body": to_json(item),
    }


def _file(source: str, digests: Mapping[str, str]) -> str:
    """The file that a record is from: its source, or what stands before its `#record`."""
    file = source
    while file not in digests:
        file, mark, _ = file.rpartition("#")
        if not mark:
            raise KeyError(f"{source!r} is from no file in digests")
    return file


def _part_rows(part: str, items: Iterable[object]) -> Iterable[dict[str, Any]]:
    return ({"part": part, "row": row, "body": to_json(item)} for row, item in enumerate(items))


def _part(connection: Connection, part: str, kind: type[R]) -> tuple[R, ...]:
    query: Select[Any] = (
        select(findings.c.body).where(findings.c.part == part).order_by(findings.c.row)
    )
    return tuple(from_json(kind, body) for body in connection.scalars(query))


def _fact(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(facts.c.value).where(facts.c.name == name))


def _set_fact(connection: Connection, name: str, value: str) -> None:
    row = {"name": name, "value": value}
    connection.execute(insert(facts).prefix_with("OR REPLACE"), row)


def _execute(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Run a statement once for each row; SQLAlchemy takes an empty list for one empty row."""
    if rows:
        connection.execute(statement, rows)


def _listed(keys: Iterable[str]) -> Select[Any]:
    """Keys as a table of one column: SQLite allows 32,766 parameters, and there may be more."""
    return select(func.json_each(json.dumps(list(keys))).table_valued("value").c.value)


def _text_hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
