"""The edit log of the themes, what stands between fits, and what became of themes at each run."""

from sqlalchemy import Connection

TABLES = (
    """CREATE TABLE edits (
        number INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (number))""",
    """CREATE TABLE placed (
        statement_id TEXT NOT NULL, theme_id TEXT NOT NULL, fitted INTEGER NOT NULL,
        origin TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (statement_id))""",
    """CREATE TABLE grounds (
        theme_id TEXT NOT NULL, kind TEXT NOT NULL, centre BLOB NOT NULL, reach REAL NOT NULL,
        steady REAL, rests INTEGER NOT NULL,
        PRIMARY KEY (theme_id))""",
    """CREATE TABLE revisions (
        number INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (number))""",
)


def upgrade(connection: Connection) -> None:
    for table in TABLES:
        connection.exec_driver_sql(table)
