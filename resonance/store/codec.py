"""Records to JSON and back, by the type hints of their dataclasses.

A field that the JSON lacks takes the record's default, one that the record lacks is passed
over; so a record may gain or lose a field without a migration.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R")
Convert = Callable[[Any], Any]

_encode = json.JSONEncoder(default=lambda value: _plain(value), separators=(",", ":")).encode


def to_json(record: object) -> str:
    """One line of ASCII: a lone surrogate, which UTF-8 cannot hold, survives as an escape."""
    return _encode(record)


def from_json(kind: type[R], text: str) -> R:
    """The record of that dataclass. Raises TypeError when a field without default is missing."""
    return _build(kind, json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    kind: Any = type(value)
    return {name: getattr(value, name) for name in _names(kind)}


def _build(kind: Any, values: dict[str, Any]) -> Any:
    known = {
        name: convert(values[name]) if convert else values[name]
        for name, convert in _converters(kind)
        if name in values
    }
    return kind(**known)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _converters(kind: Any) -> tuple[tuple[str, Convert | None], ...]:
    hints = get_type_hints(kind)
    return tuple((name, _converter(hints[name])) for name in _names(kind))


def _converter(hint: Any) -> Convert | None:
    """What turns JSON's own types into `hint`; None where they are the same."""
    if hint is date:
        return date.fromisoformat
    if is_dataclass(hint):
        return partial(_build, hint)
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return partial(_tuple, _converter(arguments[0]))
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (_converter(each) for each in arguments if each is not type(None))
        return inner and partial(_optional, inner)
    return None


def _tuple(convert: Convert | None, values: list[Any]) -> tuple[Any, ...]:
    return tuple(map(convert, values)) if convert else tuple(values)


def _optional(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)
