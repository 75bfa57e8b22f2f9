"""The areas that partnerships cover: English local authorities with their ONS codes, from a file."""

import csv
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.people.models import Area


def load_areas(session: Session, file: Path) -> int:
    """Take the areas from a CSV file with the columns code, name and region; how many there are.

    Doing it again changes only what the file has changed. An area that has left the file stays: reports name it.
    """
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [{name: row[name] for name in ("code", "name", "region")} for row in csv.DictReader(lines)]
    if rows:
        new = insert(Area)
        changed = {"name": new.excluded.name, "region": new.excluded.region}
        session.execute(new.on_conflict_do_update(index_elements=[Area.code], set_=changed), rows)
    return len(rows)
