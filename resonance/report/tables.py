"""Findings as tables: the export contract of DESIGN.md.

The same findings give the same bytes. Figures that come from a model are rounded to six
decimals, dates are ISO text, and what is unknown is "" in a column of text and NaN in one of
numbers.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from resonance.extras import require
from resonance.identity import evidence
from resonance.records import Findings
from resonance.report.write import write_whole

Rows = Iterable[tuple[Any, ...]]

DECIMALS = 6
SEPARATOR = "; "

# A spreadsheet takes a cell that begins like this for a formula, and a prospect or whoever
# wrote an asset may have put one there (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")

COLUMNS: dict[str, dict[str, str]] = {
    "calls": {
        "call_id": "str", "source": "str", "date": "str", "deal_id": "str", "account": "str",
        "channel": "str", "n_turns": "int64",
    },
    "statements": {
        "statement_id": "str", "call_id": "str", "source": "str", "turn": "int64",
        "start_s": "float64", "speaker": "str", "speaker_role": "str", "kind": "str",
        "category": "str", "confidence": "float64", "theme_id": "str", "text": "str",
    },
    "themes": {
        "theme_id": "str", "kind": "str", "category": "str", "name": "str",
        "keyphrases": "str", "n_statements": "int64", "n_calls": "int64", "n_accounts": "int64",
        "amount": "float64", "demand": "float64", "stability": "float64", "trend": "str",
        "first_seen": "str", "last_seen": "str", "evidence": "str",
    },
    "assets": {
        "asset_id": "str", "source": "str", "title": "str", "campaign": "str",
        "channel": "str", "resonance": "float64", "resonance_low": "float64",
        "resonance_high": "float64", "focus": "float64", "best_theme_id": "str",
    },
    "passages": {
        "asset_id": "str", "row": "int64", "place": "str", "heading": "str", "text": "str",
    },
    "matches": {
        "asset_id": "str", "theme_id": "str", "relevance": "float64", "verdict": "str",
        "passage": "str", "quote": "str",
    },
    "deals": {
        "deal_id": "str", "account": "str", "segment": "str", "industry": "str",
        "amount": "float64", "stage": "str", "outcome": "str", "loss_reason": "str",
        "created": "str", "closed": "str", "n_calls": "int64", "n_statements": "int64",
        "themes": "str",
    },
}  # fmt: skip


def tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """Every table of the contract, by name.

    Calls, statements, matches and deals are sorted by their ids, statements within their call
    by turn, passages as they stand in their asset; themes by demand and assets by resonance,
    highest first.
    """
    return {name: _frame(name, rows(findings)) for name, rows in ROWS.items()}


def write_table(frame: pd.DataFrame, path: Path | None, format: str) -> None:
    """Write a table as csv, jsonl or parquet; to standard output where `path` is None.

    In csv, a text that a spreadsheet would run as a formula begins with an apostrophe; the
    other formats have it as it is. parquet asks for the extra "parquet".
    Raises InputError when the file cannot be written.
    """
    write_whole(ENCODERS[format](frame), path)


def _frame(name: str, rows: Rows) -> pd.DataFrame:
    cleaned = [
        [_clean(value) if isinstance(value, str) else value for value in row] for row in rows
    ]
    types = COLUMNS[name]
    return pd.DataFrame(cleaned, columns=list(types), dtype=object).astype(types).round(DECIMALS)


def _calls(findings: Findings) -> Rows:
    for c in sorted(findings.calls, key=lambda c: c.call_id):
        yield (
            c.call_id, c.source, _iso(c.date), c.deal_id, c.account, c.channel, len(c.turns),
        )  # fmt: skip


def _statements(findings: Findings) -> Rows:
    for s in sorted(findings.statements, key=lambda s: (s.call_id, s.turn, s.statement_id)):
        yield (
            s.statement_id, s.call_id, s.source, s.turn, s.start_s, s.speaker, s.speaker_role,
            s.kind, s.category, s.confidence, s.theme_id, s.text,
        )  # fmt: skip


def _themes(findings: Findings) -> Rows:
    for t in sorted(findings.themes, key=lambda t: (-round(t.demand, DECIMALS), t.theme_id)):
        yield (
            t.theme_id, t.kind, t.category, t.name, SEPARATOR.join(t.keyphrases),
            t.n_statements, t.n_calls, t.n_accounts, t.amount, t.demand, t.stability, t.trend,
            _iso(t.first_seen), _iso(t.last_seen), evidence(t.stability, t.n_accounts),
        )  # fmt: skip


def _assets(findings: Findings) -> Rows:
    scores = {score.asset_id: score for score in findings.scores}
    rows = []
    for a in findings.assets:
        score = scores.get(a.asset_id)
        figures = (
            (score.resonance, score.low, score.high, score.focus, score.best_theme_id)
            if score
            else (None, None, None, None, "")
        )
        rows.append((a.asset_id, a.source, a.title, a.campaign, a.channel, *figures))
    return sorted(rows, key=lambda row: (-round(row[5] or 0, DECIMALS), row[0]))


def _passages(findings: Findings) -> Rows:
    for a in sorted(findings.assets, key=lambda a: a.asset_id):
        for row, passage in enumerate(a.passages):
            yield a.asset_id, row, passage.place, passage.heading, passage.text


def _matches(findings: Findings) -> Rows:
    for m in sorted(findings.matches, key=lambda m: (m.asset_id, m.theme_id)):
        yield m.asset_id, m.theme_id, m.relevance, m.verdict, m.passage, m.quote


def _deals(findings: Findings) -> Rows:
    deal_of = {call.call_id: call.deal_id for call in findings.calls}
    n_calls = Counter(deal_of.values())
    n_statements = Counter(deal_of.get(s.call_id, "") for s in findings.statements)
    themes: defaultdict[str, set[str]] = defaultdict(set)
    for s in findings.statements:
        if s.theme_id:
            themes[deal_of.get(s.call_id, "")].add(s.theme_id)
    for d in sorted(findings.deals, key=lambda d: d.deal_id):
        yield (
            d.deal_id, d.account, d.segment, d.industry, d.amount, d.stage, d.outcome,
            d.loss_reason, _iso(d.created), _iso(d.closed), n_calls[d.deal_id],
            n_statements[d.deal_id], SEPARATOR.join(sorted(themes[d.deal_id])),
        )  # fmt: skip


ROWS: dict[str, Callable[[Findings], Rows]] = {
    "calls": _calls,
    "statements": _statements,
    "themes": _themes,
    "assets": _assets,
    "passages": _passages,
    "matches": _matches,
    "deals": _deals,
}


def _clean(text: str) -> str:
    """Text that every format can hold: no lone surrogates, and line ends that are "\\n"."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _csv(frame: pd.DataFrame) -> bytes:
    safe = frame.apply(lambda column: column.map(_harmless) if column.dtype == "str" else column)
    return safe.to_csv(index=False, lineterminator="\n").encode()


def _jsonl(frame: pd.DataFrame) -> bytes:
    lines = (
        json.dumps({name: _json_value(value) for name, value in row.items()}, ensure_ascii=False)
        for row in frame.to_dict("records")
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    require("pyarrow", extra="parquet")
    data = BytesIO()
    frame.to_parquet(data, engine="pyarrow", index=False)
    return data.getvalue()


ENCODERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _json_value(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
