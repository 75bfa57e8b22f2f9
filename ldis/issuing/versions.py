"""The versions of an alert, and what changed between any two of them, field by field. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.differences import Change, Words, differences
from alerts.messages import Handling, Level, Medium, Readership
from ldis.issuing.schemas import DraftSchema


@dataclass(frozen=True)
class FieldChange:
    """One field that differs, under the name that the draft gives it."""

    label: str
    words: tuple[Words, ...]


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], *, lists: Mapping[int, str]
) -> list[FieldChange]:
    """The fields in which two kept versions differ, in the order of the draft. `lists` are the lists' names."""
    old, new = (_as_read(snapshot, lists) for snapshot in (before, after))
    names = [name for name in DraftSchema().fields if name in old or name in new]
    changed = [name for name in names if old.get(name, "") != new.get(name, "")]
    return [FieldChange(_label(name), _compared(old.get(name, ""), new.get(name, ""))) for name in changed]


def _compared(old: str, new: str) -> tuple[Words, ...]:
    """Field by field, so that a field that was empty or is empty now reads as put in or taken out as a whole."""
    if not old or not new:
        return tuple(
            Words(change, text) for change, text in ((Change.TAKEN_OUT, old), (Change.PUT_IN, new)) if text
        )
    return differences(old, new)


def _label(name: str) -> str:
    label: str = DraftSchema().fields[name].metadata["label"]
    return label


def _as_read(snapshot: Mapping[str, Any], lists: Mapping[int, str]) -> dict[str, str]:
    """A version as its author read it: words for what is kept as a key, lines for what is kept as a list."""
    content = {name: _text(value) for name, value in snapshot["content"].items()}
    return content | {
        "readership": Readership(snapshot["content"].get("readership", Readership.PROFESSIONALS)).label,
        "level": Level(snapshot["level"]).label,
        "handling": Handling(snapshot["handling"]).label,
        "media": _text([Medium(one).label for one in snapshot["media"]]),
        "list_ids": _text([lists.get(one, f"list {one}") for one in snapshot["list_ids"]]),
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)
