"""The workspace's memory: one SQLite file, and the lock that keeps its writers apart."""

from resonance.store.store import RecordKind, Store

__all__ = ["RecordKind", "Store"]
