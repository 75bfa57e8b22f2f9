"""The areas that partnerships cover: English local authorities with their ONS codes, from a file."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.people.models import Area

WORDS, TILE = ("name", "region"), ("tile_column", "tile_row")


def load_areas(session: Session, file: Path) -> int:
    """Take the areas from a CSV file with the columns code, name, region and their tile's; how many there are.

    Doing it again changes only what the file has changed. An area that has left the file stays: reports name it.
    """
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [_row(line) for line in csv.DictReader(lines)]
    if rows:
        new = insert(Area)
        changed = {name: new.excluded[name] for name in (*WORDS, *TILE)}
        session.execute(new.on_conflict_do_update(index_elements=[Area.code], set_=changed), rows)
    return len(rows)


def _row(line: Mapping[str, str]) -> dict[str, Any]:
    """A file of somebody's own may leave the tiles out: such an area is drawn below the others."""
    words = {name: line[name] for name in ("code", *WORDS)}
    return words | {name: int(line[name]) if line.get(name) else None for name in TILE}
