"""The tables as they are now. How they came to be is in migrations/."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)


class AnyText(TypeDecorator[str]):
    """Any str there is, kept as bytes.

    File names that are no UTF-8, and the escapes of a broken export, hold lone surrogates,
    which SQLite's own text refuses.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else value.decode("utf-8", "surrogatepass")


metadata = MetaData()

# What was read, so that a file that did not change is not read again. `kind` is "calls",
# "assets" or "deals"; `root` is the folder or file that was given, `source` is below it.
files = Table(
    "files",
    metadata,
    Column("kind", String, primary_key=True),
    Column("root", AnyText, primary_key=True),
    Column("source", AnyText, primary_key=True),
    Column("digest", String, nullable=False),
)

# The records of those files, as they were read: names and all.
records = Table(
    "records",
    metadata,
    Column("kind", String, primary_key=True),
    Column("root", AnyText, primary_key=True),
    Column("source", AnyText, primary_key=True),
    Column("record_id", AnyText, primary_key=True),
    Column("body", String, nullable=False),
)

# Results that depend on nothing but what their key is the hash of.
memo = Table(
    "memo",
    metadata,
    Column("stage", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", AnyText, nullable=False),
)

# One vector for each encoder and text, however often the text was said.
vectors = Table(
    "vectors",
    metadata,
    Column("encoder", String, primary_key=True),
    Column("text_hash", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

# The last analysis: `part` is a field of Findings, or "problems".
findings = Table(
    "findings",
    metadata,
    Column("part", String, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("body", String, nullable=False),
)

# Single facts: the fingerprint of the last analysis, the next theme's number.
facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

# What users said about the themes. Append-only: an entry is never changed and never goes.
edits = Table(
    "edits",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", String, nullable=False),
)

# Where fits and placings put each statement, those that are gone too.
placed = Table(
    "placed",
    metadata,
    Column("statement_id", String, primary_key=True),
    Column("theme_id", String, nullable=False),
    Column("fitted", Boolean, nullable=False),
    Column("origin", String, nullable=False),
    Column("words", String, nullable=False),
    Column("named", String, nullable=False),
)

# Where each standing theme lies; `centre` is float32.
grounds = Table(
    "grounds",
    metadata,
    Column("theme_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("centre", LargeBinary, nullable=False),
    Column("reach", Float, nullable=False),
    Column("steady", Float),
    Column("rests", Boolean, nullable=False),
    Column("name", String, nullable=False),
)

# What became of the themes at each run that changed any. Append-only.
revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", String, nullable=False),
)
