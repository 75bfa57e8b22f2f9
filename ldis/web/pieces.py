"""Long lists of the API, handed out piece by piece."""

from collections.abc import Sequence
from typing import Any, TypeVar

Listed = TypeVar("Listed", bound=Any)


def piece(several: Sequence[Listed], limit: int) -> tuple[Sequence[Listed], int | None]:
    """Of what was asked for with one more than `limit`, what fits; and the number to go on from, if more follows."""
    listed = several[:limit]
    return listed, listed[-1].number if len(several) > limit else None
