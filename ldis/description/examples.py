"""What a call looks like, said beside the view that takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Example:
    """One call and its answer. A test sends every example and sees that it is taken."""

    answer: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


def example(
    *,
    answer: Mapping[str, Any],
    body: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    **parameters: str,
) -> Callable[[View], View]:
    """Give a call its example: what is sent in the body or as files, in the address, and what comes back."""

    def mark(view: View) -> View:
        view.example = Example(answer, body, files or {}, parameters)  # type: ignore[attr-defined]
        return view

    return mark
