"""An alert's content as it is kept, and back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from alerts.messages import AlertContent, Kind, Readership

_TUPLES = frozenset(f.name for f in fields(AlertContent) if "tuple" in str(f.type))
_DATES = frozenset(f.name for f in fields(AlertContent) if "date" in str(f.type))


def as_kept(content: AlertContent) -> dict[str, Any]:
    """The content as plain values."""
    return {name: _plain(value) for name, value in asdict(content).items()}


def from_kept(kept: Mapping[str, Any]) -> AlertContent:
    """The content that was kept."""
    return AlertContent(**{name: _read(name, value) for name, value in kept.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Readership):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:
    if name == "readership":
        return Readership(value)
    if name == "kind":
        return Kind(value)
    if name in _DATES:
        return date.fromisoformat(value) if value else None
    return tuple(value) if name in _TUPLES else value
