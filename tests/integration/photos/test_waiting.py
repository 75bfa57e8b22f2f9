"""Photos between a form and its report: kept once, never more than five, forgotten when no report comes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people.models import Partnership
from ldis.photos import queries, service, tasks
from ldis.photos.models import Photo
from ldis.photos.rules import NewPhoto
from ldis.work import Workplace
from tests.integration.cast import NOW, at_once, found_partnership
from tests.photographs import new_photo, several

KEY = "a-key-of-one-form"


def keep(db: Session, place: Partnership, photos: list[NewPhoto], key: str = KEY) -> None:
    service.keep(db, photos, key=key, partnership_id=place.id, by="open form", now=NOW)


def join(db: Session, place: Partnership, key: str = KEY) -> None:
    service.join(db, key=key, partnership_id=place.id, to="report/1", by="open form", now=NOW)


def count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Photo)) or 0


def test_the_same_file_is_one_photo_however_often_it_is_sent(db: Session, north_shore: Partnership) -> None:
    keep(db, north_shore, [new_photo(), new_photo()])
    keep(db, north_shore, [new_photo()])
    join(db, north_shore)
    keep(db, north_shore, [new_photo()])
    join(db, north_shore)
    assert count(db) == 1


def test_a_sixth_photo_is_refused_and_the_five_stay(db: Session, north_shore: Partnership) -> None:
    first = several(6)
    keep(db, north_shore, first[:4])
    with pytest.raises(Invalid, match="There are 4 photos already, so choose at most 1 more"):
        keep(db, north_shore, first[4:])
    assert count(db) == 4
    keep(db, north_shore, first[3:5])
    assert count(db) == 5


def test_another_form_and_another_partnership_have_photos_of_their_own(
    db: Session, north_shore: Partnership, south_vale: Partnership
) -> None:
    for place, key in ((north_shore, KEY), (north_shore, "another-form"), (south_vale, KEY)):
        keep(db, place, several(5), key)
    join(db, north_shore)
    assert {key: len(photos) for key, photos in of(db, north_shore).items()} == {KEY: 5}
    assert of(db, south_vale) == {}
    assert len(queries.waiting(db, KEY, partnership_id=south_vale.id)) == 5


def of(db: Session, place: Partnership) -> dict[str, list[Photo]]:
    return queries.photos_of(db, [KEY, "another-form"], partnership_id=place.id)


def test_one_taken_back_is_gone_and_one_that_was_sent_cannot_be_taken_back(
    db: Session, north_shore: Partnership
) -> None:
    keep(db, north_shore, several(2))
    first, second = queries.waiting(db, KEY, partnership_id=north_shore.id)
    service.drop(db, first.id, key="another-form", partnership_id=north_shore.id)
    assert count(db) == 2
    service.drop(db, first.id, key=KEY, partnership_id=north_shore.id)
    assert count(db) == 1
    join(db, north_shore)
    service.drop(db, second.id, key=KEY, partnership_id=north_shore.id)
    assert count(db) == 1


def test_photos_that_are_added_later_do_not_bring_along_what_others_left_under_the_key(
    db: Session, north_shore: Partnership
) -> None:
    """A system's keys may be guessed, and anybody may put photos under a key: only who holds the report adds to it."""
    theirs, ours = several(2)
    keep(db, north_shore, [theirs])
    added = partial(
        service.add_to_report, key=KEY, partnership_id=north_shore.id, to="report/1", by="key/1", now=NOW
    )
    assert added(db, [ours]) == 1
    assert added(db, [ours]) == 0
    assert [one.digest for one in of(db, north_shore)[KEY]] == [ours.digest]
    assert added(db, [theirs]) == 1
    assert count(db) == 2


def test_what_never_became_a_report_is_forgotten_after_a_day_and_the_rest_is_not(
    db: Session, sessions: sessionmaker[Session], north_shore: Partnership
) -> None:
    now = utc_now()
    for key, age in (("sent-long-ago", 99), ("left-long-ago", 25), ("left-just-now", 23)):
        before = now - timedelta(hours=age)
        service.keep(db, [new_photo()], key=key, partnership_id=north_shore.id, by="open form", now=before)
    join(db, north_shore, "sent-long-ago")
    db.commit()
    tasks.forget(Workplace(sessions=sessions, channels={}, connections={}, public_url=""))
    assert set(db.scalars(select(Photo.submission_key))) == {"sent-long-ago", "left-just-now"}


def doing(committed: sessionmaker[Session], what: Callable[[Session], object]) -> Callable[[], bool]:
    """Somebody who is about to do this on a connection of their own; what comes back is whether it was done."""

    def do() -> bool:
        try:
            with committed.begin() as session:
                what(session)
        except Invalid:
            return False
        return True

    return do


def test_two_at_once_cannot_bring_more_than_five(committed: sessionmaker[Session], data_keys: str) -> None:
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        photos = several(6)
        halves = [partial(keep, place=place, photos=half) for half in (photos[:3], photos[3:])]
        assert sorted(at_once(*(doing(committed, half) for half in halves))) == [False, True]
        assert count(session) == 3


def test_two_of_the_same_at_once_are_one_and_join_once(committed: sessionmaker[Session], data_keys: str) -> None:
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        photo = new_photo()
        assert at_once(*[doing(committed, lambda db: keep(db, place, [photo]))] * 2) == [True, True]
        assert at_once(*[doing(committed, lambda db: join(db, place))] * 2) == [True, True]
        assert count(session) == 1
        added = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "photo added")
        assert session.scalar(added) == 1
