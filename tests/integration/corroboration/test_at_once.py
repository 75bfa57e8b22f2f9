"""Two at the same moment, on connections of their own: everybody is asked once, and answers once."""

from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit import service as audit
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.corroboration.models import AskedPartner, PartnerAnswer, PartnerQuestion
from ldis.people.models import User
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import assemble, at_once, found_partnership, signed_in, while_held
from tests.integration.corroboration.partners import Partners, counted, everybody, gather, letters, link_of

AREAS = {"E99000001": "Northby", "E99000002": "Shoreham End"}


@pytest.fixture
def table(busy_app: Flask, committed: sessionmaker[Session], policy: Policy, names: Names) -> Iterator[CaseTable]:
    """What a test moves, in a database where every commit is real."""
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", AREAS)
        elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(session, place, elsewhere)
        yield CaseTable(db=session, cast=cast, place=place, names=names, policy=policy)
        session.rollback()
        assert audit.verify(session) is None


@pytest.fixture
def case(table: CaseTable) -> Case:
    made = table.opened()
    table.db.commit()
    return made


@pytest.fixture
def partners(table: CaseTable) -> Partners:
    return gather(table.db, table.place, table.cast.coordinator)


def how_many(table: CaseTable, kind: type[object]) -> int:
    table.db.rollback()
    return table.db.scalar(select(func.count()).select_from(kind)) or 0


def test_two_coordinators_who_ask_at_once_ask_one_question(
    busy_app: Flask, table: CaseTable, committed: sessionmaker[Session], case: Case, partners: Partners
) -> None:
    two = [
        signed_in(busy_app, table.db.get_one(User, actor.id))
        for actor in (table.cast.coordinator, table.cast.second_coordinator)
    ]
    forms = [counted(browser, case, **everybody(partners))[1] for browser in two]
    table.db.rollback()
    sending = [
        partial(browser.post, f"/cases/{case.reference}/ask", data=form)
        for browser, form in zip(two, forms, strict=True)
    ]
    answers = while_held(committed, select(Case.id).where(Case.id == case.id), *sending)
    assert sorted(one.status_code for one in answers) == [302, 409]
    assert how_many(table, PartnerQuestion) == 1
    assert how_many(table, AskedPartner) == 3
    assert len(letters(table.db)) == 4


def test_a_double_submit_at_the_same_moment_asks_once(
    busy_app: Flask, table: CaseTable, committed: sessionmaker[Session], case: Case, partners: Partners
) -> None:
    browser = signed_in(busy_app, table.db.get_one(User, table.cast.coordinator.id))
    _, form = counted(browser, case, **everybody(partners))
    twin = signed_in(busy_app, table.db.get_one(User, table.cast.coordinator.id))
    table.db.rollback()
    sending = [partial(one.post, f"/cases/{case.reference}/ask", data=form) for one in (browser, twin)]
    answers = while_held(committed, select(Case.id).where(Case.id == case.id), *sending)
    assert [one.status_code for one in answers] == [302, 302]
    assert how_many(table, AskedPartner) == 3


def test_many_answers_at_the_same_moment_are_all_kept_and_each_counted_once(
    busy_app: Flask, table: CaseTable, case: Case, partners: Partners
) -> None:
    browser = signed_in(busy_app, table.db.get_one(User, table.cast.coordinator.id))
    _, form = counted(browser, case, **everybody(partners))
    browser.post(f"/cases/{case.reference}/ask", data=form)
    links = [link_of(table.db, one) for one in (partners.hostel, partners.pharmacy, partners.outreach)]
    table.db.rollback()
    answers = at_once(
        *[
            partial(busy_app.test_client().post, link, data={"sighting": "seen", "note": "By the quay."})
            for link in links * 2
        ]
    )
    assert [one.status_code for one in answers] == [302] * 6
    assert how_many(table, PartnerAnswer) == 3
    assert (
        "Asked 3, answered 3, seen 3, not seen 0, heard of it 0." in browser.get(f"/cases/{case.reference}").text
    )
