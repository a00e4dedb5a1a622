"""How the store's tables came to be, step by step.

Append-only: a step that has shipped never changes and never goes. To change the tables, add
m004_….py with an `upgrade(connection)`, put it last here, and change schema.py to match.
"""

from resonance.store.migrations import m001_tables, m002_curation, m003_names

MIGRATIONS = (m001_tables.upgrade, m002_curation.upgrade, m003_names.upgrade)
