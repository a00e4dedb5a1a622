"""The first tables."""

from sqlalchemy import Connection

TABLES = (
    """CREATE TABLE files (
        kind TEXT NOT NULL, root BLOB NOT NULL, source BLOB NOT NULL, digest TEXT NOT NULL,
        PRIMARY KEY (kind, root, source))""",
    """CREATE TABLE records (
        kind TEXT NOT NULL, root BLOB NOT NULL, source BLOB NOT NULL, record_id BLOB NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (kind, root, source, record_id))""",
    """CREATE TABLE memo (
        stage TEXT NOT NULL, "key" TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (stage, "key"))""",
    """CREATE TABLE vectors (
        encoder TEXT NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (encoder, text_hash))""",
    """CREATE TABLE findings (
        part TEXT NOT NULL, "row" INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (part, "row"))""",
    """CREATE TABLE facts (
        name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (name))""",
)


def upgrade(connection: Connection) -> None:
    for table in TABLES:
        connection.exec_driver_sql(table)
