"""The areas come from a file and may be loaded again."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.people.areas import load_areas
from ldis.people.models import Area

ENGLAND = Path(__file__).parents[3] / "config" / "areas.csv"


@pytest.mark.nobody_yet
def test_the_english_authorities_are_loaded_once_however_often(db: Session) -> None:
    first = load_areas(db, ENGLAND)
    assert first > 290
    assert load_areas(db, ENGLAND) == first
    assert db.scalar(select(func.count()).select_from(Area)) == first


def test_a_new_name_in_the_file_replaces_the_old(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    for name in ("Old Town", "New Town"):
        file.write_text(f"code,name,kind,region\nE99000009,{name},unitary,Nowhere\n")
        load_areas(db, file)
    db.expire_all()
    assert db.get_one(Area, "E99000009").name == "New Town"


def test_a_file_without_the_columns_is_refused(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("number,town\n1,Old Town\n")
    with pytest.raises(KeyError):
        load_areas(db, file)
