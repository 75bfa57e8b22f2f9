"""Two people at the same moment, on connections of their own: one is first, the other is told so."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit import service as audit
from ldis.cases.models import Case, Decision, Evidence, Grading
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, State
from ldis.people.access import Actor
from ldis.people.models import User
from ldis.submissions.models import IncidentReport
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import assemble, at_once, found_partnership, own_key, signed_in, while_held


@pytest.fixture
def table(busy_app: Flask, committed: sessionmaker[Session], policy: Policy, names: Names) -> Iterator[CaseTable]:
    """What a test moves, in a database where every commit is real."""
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(session, place, elsewhere)
        yield CaseTable(db=session, cast=cast, place=place, names=names, policy=policy)
        session.rollback()
        assert audit.verify(session) is None


def sends(app: Flask, table: CaseTable, actor: Actor, address: str, **form: object) -> Callable[[], int]:
    """A person who is about to send a form; what comes back is the status."""
    browser = signed_in(app, table.db.get_one(User, actor.id))
    table.db.rollback()
    return lambda: browser.post(address, data=form).status_code


def how_many(table: CaseTable, kind: type[object]) -> int:
    table.db.rollback()
    return table.db.scalar(select(func.count()).select_from(kind)) or 0


def test_two_coordinators_open_a_case_about_one_report(busy_app: Flask, table: CaseTable) -> None:
    report = table.report()
    table.db.commit()
    send = partial(sends, busy_app, table, title="Blue tablets")
    address = f"/reports/{report.reference}/open-case"
    statuses = at_once(send(table.cast.coordinator, address), send(table.cast.second_coordinator, address))
    assert sorted(statuses) == [302, 409]
    assert how_many(table, Evidence) == how_many(table, Case) == 1


def test_one_report_joins_two_cases_at_once(
    busy_app: Flask, table: CaseTable, committed: sessionmaker[Session]
) -> None:
    report, first, second = table.report(), table.opened(), table.opened()
    table.db.commit()
    address = f"/reports/{report.reference}/join-case"
    statuses = while_held(
        committed,
        select(IncidentReport).where(IncidentReport.id == report.id),
        sends(busy_app, table, table.cast.coordinator, address, case=first.reference),
        sends(busy_app, table, table.cast.second_coordinator, address, case=second.reference),
    )
    assert sorted(statuses) == [302, 409]
    assert how_many(table, Evidence) == 3


def test_cases_opened_at_once_have_numbers_of_their_own(busy_app: Flask, table: CaseTable) -> None:
    reports = [table.report() for _ in range(4)]
    table.db.commit()
    statuses = at_once(
        *[
            sends(busy_app, table, table.cast.coordinator, f"/reports/{report.reference}/open-case", title="Pills")
            for report in reports
        ]
    )
    assert statuses == [302] * 4
    table.db.rollback()
    assert sorted(table.db.scalars(select(Case.number))) == [1, 2, 3, 4]


def test_a_grading_sent_twice_at_once_is_one_grading(busy_app: Flask, table: CaseTable) -> None:
    case = table.with_panel()
    table.db.commit()
    form = {f"q_{question.key}": 3 for question in table.policy.questions}
    send = partial(sends, busy_app, table, table.cast.medical, f"/cases/{case.reference}/grade")
    statuses = at_once(*[send(**form, would_help="yes", seen_version=case.version) for _ in range(3)])
    assert sorted(statuses) == [302, 403, 403]
    assert how_many(table, Grading) == 1


def test_one_decides_while_another_sends_the_case_back(busy_app: Flask, table: CaseTable) -> None:
    case = table.in_state(State.WITH_PANEL)
    table.db.commit()
    seen = case.version
    address = f"/cases/{case.reference}"
    statuses = at_once(
        sends(
            busy_app,
            table,
            table.cast.coordinator,
            f"{address}/decision",
            outcome="formal alert",
            seen_version=seen,
        ),
        sends(
            busy_app,
            table,
            table.cast.second_coordinator,
            f"{address}/move",
            action=Action.SEND_BACK.value,
            reason="Ask the ward.",
            seen_version=seen,
        ),
    )
    assert statuses.count(302) == 1, statuses
    assert set(statuses) <= {302, 403, 409}
    table.db.rollback()
    after = table.again(case)
    assert (after.state, len(after.decisions)) in ((State.DECIDED, 1), (State.TRIAGE, 0))
    assert after.version == seen + 1


def test_the_last_vote_for_a_quorum_is_withdrawn_while_the_decision_is_recorded(
    busy_app: Flask, table: CaseTable
) -> None:
    case = table.in_state(State.WITH_PANEL)
    table.db.commit()
    address, seen = f"/cases/{case.reference}", case.version
    decided, stood_aside = at_once(
        sends(
            busy_app,
            table,
            table.cast.coordinator,
            f"{address}/decision",
            outcome="formal alert",
            seen_version=seen,
        ),
        sends(
            busy_app,
            table,
            table.cast.public_health,
            f"{address}/recusal",
            reason="I know them.",
            seen_version=seen,
        ),
    )
    assert how_many(table, Decision) == (1 if decided == 302 else 0)
    assert (decided == 302) != (stood_aside == 302), "either there was a quorum, or they stood aside in time"


def test_five_of_the_same_call_at_once_are_done_once_and_get_one_answer(busy_app: Flask, table: CaseTable) -> None:
    case, medical = table.with_panel(), table.cast.medical
    version = case.version
    key = own_key(table.db, medical)
    table.db.commit()
    body = {
        "answers": {question.key: 3 for question in table.policy.questions},
        "would_help": "yes",
        "seen_version": version,
    }

    def send() -> tuple[int, object]:
        headers = key | {"Idempotency-Key": "grading-20261122-0001"}
        answer = busy_app.test_client().post(
            f"/api/v1/cases/{case.reference}/gradings", json=body, headers=headers
        )
        return answer.status_code, answer.json

    answers = at_once(*[send] * 5)
    assert [status for status, _ in answers] == [201] * 5
    assert all(said == answers[0][1] for _, said in answers)
    assert how_many(table, Grading) == 1
