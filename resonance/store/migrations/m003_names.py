"""The names that were found for themes, and what they held when they were given them."""

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE placed ADD COLUMN named TEXT NOT NULL DEFAULT ''")
    connection.exec_driver_sql("ALTER TABLE grounds ADD COLUMN name TEXT NOT NULL DEFAULT ''")
