"""Cases by program, with a person's own key: what the table allows on the pages, and not a step more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ldis.casefile.api import SENT_TO
from ldis.cases.models import Case, Grading
from ldis.cases.rules import RULES, Action, Outcome, State
from ldis.db import utc_now
from ldis.people import service as people
from ldis.people.access import Actor, actor_for
from ldis.people.models import ApiAnswer, Membership, Partnership, User
from ldis.people.rules import Discipline, Role, Scope
from tests.integration.cases.table import CaseTable

Body = dict[str, Any]
Headers = dict[str, str]

PATHS = {
    Action.GRADE: "gradings",
    Action.RECUSE: "recusal",
    Action.VOTE: "votes",
    Action.DECIDE: "decision",
    Action.REVIEW: "decision",
    Action.DECIDE_AT_ONCE: "at-once",
}
"""Where each action is sent; the others are moves."""


@dataclass
class Program:
    """Whatever somebody uses in place of the pages."""

    table: CaseTable
    client: FlaskClient
    make_key: Callable[..., Headers]
    keys: dict[tuple[Actor, tuple[Scope, ...]], Headers] = field(default_factory=dict)

    def key_for(self, actor: Actor, *scopes: Scope) -> Headers:
        """A key of the person's own, made when it is first needed."""
        if (actor, scopes) not in self.keys:
            self.keys[actor, scopes] = self.make_key(actor, *scopes)
        return self.keys[actor, scopes]

    def everything(self, *actors: Actor) -> dict[str, list[str]]:
        """Every row that an action could change, once these people have their keys."""
        for actor in actors:
            self.key_for(actor)
        self.table.db.commit()
        return self.table.everything()

    def show(self, case: Case, actor: Actor) -> TestResponse:
        """The case as the person may see it."""
        self.table.db.commit()
        return self.client.get(f"/api/v1/cases/{case.reference}", headers=self.key_for(actor))

    def shown(self, case: Case, actor: Actor) -> Body:
        answer = self.show(case, actor)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def may(self, case: Case, actor: Actor) -> set[str]:
        """What the person is told that they may do now."""
        return {one["action"] for one in self.shown(case, actor)["may_do"]}

    def does(
        self, case: Case, action: Action, actor: Actor, headers: Headers | None = None, **body: Any
    ) -> TestResponse:
        """The person does something to the case as they see it now."""
        self.table.db.commit()
        given = self.body(action) | {"seen_version": self.table.again(case).version} | body
        self.table.db.commit()
        return self.client.post(
            f"/api/v1/cases/{case.reference}/{PATHS.get(action, 'moves')}",
            json=given,
            headers=self.key_for(actor) | (headers or {}),
        )

    def body(self, action: Action) -> Body:
        answers = {question.key: 3 for question in self.table.policy.questions}
        return {
            Action.GRADE: {"answers": answers, "would_help": "yes"},
            Action.RECUSE: {"reason": "I know the family."},
            Action.VOTE: {"outcome": "formal alert"},
            Action.DECIDE: {"outcome": "formal alert"},
            Action.REVIEW: {"outcome": "formal alert"},
            Action.DECIDE_AT_ONCE: {"reason": "Two people nearly died."},
        }.get(action, {"action": action.value, "reason": "Because."})


@pytest.fixture
def program(table: CaseTable, client: FlaskClient, own_key_for: Callable[..., Headers]) -> Program:
    return Program(table, client, own_key_for)


def member(table: CaseTable, role: Role) -> Actor:
    """Somebody of North Shore with this role and no other."""
    return next(actor for actor in table.cast.everyone if actor.roles == {role})


TRYING = frozenset({Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD})
"""Who opens the pages of cases. To the other roles every call is refused alike, whatever the case."""

BY_API = [(state, action) for state, action in RULES if action in SENT_TO]


@pytest.mark.parametrize(("state", "action"), BY_API, ids=lambda word: word.value)
def test_what_is_in_the_table_is_taken_from_those_it_names_and_refused_to_all_others(
    program: Program, state: State, action: Action
) -> None:
    table, rule = program.table, RULES[state, action]
    case = table.ready_for(state, action)
    others = [member(table, role) for role in TRYING - rule.by]
    before = program.everything(*others)
    for actor in others:
        assert program.does(case, action, actor).status_code == 403, actor.roles
        if actor.holds(Role.COORDINATOR, Role.PANEL_MEMBER):
            assert action.value not in program.may(case, actor)
    assert table.everything() == before
    for role in rule.by:
        if len(rule.by) > 1:
            case = table.ready_for(state, action)
        actor = table.cast.second_coordinator if role is Role.COORDINATOR else member(table, role)
        if action is Action.VOTE:
            table.grade(case, actor)
        assert action.value in program.may(case, actor)
        answer = program.does(case, action, actor)
        assert answer.status_code == 201, answer.text
        assert answer.json is not None
        assert (answer.json["state"], table.again(case).state) == (rule.then.value, rule.then)
        assert table.again(case).entries[-1].actor == actor.label


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
def test_what_is_not_in_the_table_is_refused_to_whoever_may_do_most(program: Program, state: State) -> None:
    table = program.table
    actor = also_coordinating(table, table.cast.medical)
    case = table.in_state(state)
    before = program.everything(actor)
    possible = {action for where, action in RULES if where is state}
    if state is State.DECIDED:
        possible |= {Action.DECIDE}  # the same call as the look back
    for action in set(SENT_TO) - possible:
        if (action, state) == (Action.REVIEW, State.WITH_PANEL):
            continue  # sent as a decision is, which is then recorded
        answer = program.does(case, action, actor)
        assert answer.status_code == 403, (action, answer.text)
        assert answer.content_type == "application/problem+json"
    assert table.everything() == before
    assert program.may(case, actor) <= {action.value for action in possible}


def test_whoever_takes_no_part_in_the_review_is_refused_everything(program: Program) -> None:
    table = program.table
    case = table.in_state(State.WITH_PANEL)
    others = [member(table, role) for role in set(Role) - TRYING]
    before = program.everything(*others)
    for actor in others:
        assert program.show(case, actor).status_code == 403
        assert program.client.get("/api/v1/cases", headers=program.key_for(actor)).status_code == 403
        for action in SENT_TO:
            assert program.does(case, action, actor).status_code == 403, (actor.roles, action)
    assert table.everything() == before


def also_coordinating(table: CaseTable, actor: Actor) -> Actor:
    """The same person, who is a coordinator as well."""
    person = people.add_person(
        table.db,
        partnership_id=table.place.id,
        name=actor.name,
        email=actor.email,
        role=Role.COORDINATOR,
        actor="test",
    )
    table.db.commit()
    table.db.refresh(person)
    both = actor_for(person, table.place.id)
    assert both is not None
    return both


def test_a_member_hears_what_the_others_said_only_after_their_own_grading(program: Program) -> None:
    table, cast = program.table, program.table.cast
    case = table.with_panel()
    table.grade(case, cast.police, comment="Seen in two hostels.")
    table.vote(case, cast.police, Outcome.ALERT, "It kills.")
    unheard = program.show(case, cast.medical)
    assert unheard.json is not None
    assert unheard.json["panel"] is None
    assert "Seen in two hostels." not in unheard.text
    assert "It kills." not in unheard.text
    assert program.may(case, cast.medical) >= {"grade", "recuse"}
    assert "vote" not in program.may(case, cast.medical)
    heard = program.shown(case, cast.coordinator)["panel"]
    assert [(one["name"], one["comment"]) for one in heard["gradings"]] == [("Sam Brook", "Seen in two hostels.")]
    assert program.does(case, Action.GRADE, cast.medical, comment="As I thought.").status_code == 201
    after = program.shown(case, cast.medical)
    assert [one["name"] for one in after["panel"]["gradings"]] == ["Sam Brook", "Mo Field"]
    assert [(one["outcome"], one["reason"]) for one in after["panel"]["votes"]] == [("formal alert", "It kills.")]
    assert after["panel"]["suggestion"]["outcome"] == "formal alert"
    assert "vote" in program.may(case, cast.medical)
    assert program.does(case, Action.GRADE, cast.medical).status_code == 403


def test_the_work_of_a_panel_from_triage_to_its_decision(program: Program) -> None:
    table, cast = program.table, program.table.cast
    case = table.opened()
    assert program.does(case, Action.CALL_PANEL, cast.coordinator).status_code == 201
    early = program.does(case, Action.DECIDE, cast.coordinator)
    assert early.status_code == 403
    assert "do not agree" in early.text
    for actor in (cast.medical, cast.police):
        assert program.does(case, Action.GRADE, actor).status_code == 201
        assert program.does(case, Action.VOTE, actor).status_code == 201
    answer = program.does(case, Action.DECIDE, cast.coordinator)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert (answer.json["state"], answer.json["outcome"]) == ("decided", "formal alert")


def test_one_who_stands_aside_gains_nothing(program: Program) -> None:
    table, cast = program.table, program.table.cast
    case = table.with_panel()
    table.judge(case, cast.police)
    both = also_coordinating(table, cast.police)
    assert program.does(case, Action.RECUSE, both).status_code == 201
    shown = program.shown(case, both)
    assert shown["stands_aside"] is True
    assert not {"grade", "vote", "recuse", "decide", "decide at once"} & {one["action"] for one in shown["may_do"]}
    for action in (Action.GRADE, Action.VOTE, Action.RECUSE, Action.DECIDE):
        assert program.does(case, action, both).status_code == 403, action
    assert program.shown(case, cast.coordinator)["panel"]["votes"] == []


def test_a_case_of_another_partnership_is_not_there(program: Program) -> None:
    table, stranger = program.table, program.table.cast.stranger
    case = table.in_state(State.WITH_PANEL)
    before = program.everything(stranger)
    assert program.show(case, stranger).status_code == 404
    for action in SENT_TO:
        assert program.does(case, action, stranger).status_code == 404, action
    listed = program.client.get("/api/v1/cases", headers=program.key_for(stranger)).json
    assert listed == {"cases": [], "next": None}
    assert table.everything() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"answers": {}}, "answers-directness"),
        ({"answers": {"directness": 4}}, "answers-directness"),
        ({"answers": {"directness": "3"}}, "answers-directness-value"),
        ({"answers": {"directness": True}}, "answers-directness-value"),
        ({"answers": {"weather": 1}}, "answers-weather"),
        ({"would_help": "perhaps"}, "would_help"),
        ({"more": 1}, "more"),
        ({"seen_version": "4"}, "seen_version"),
    ],
)
def test_a_grading_that_is_wrong_is_refused_by_its_field(program: Program, wrong: Body, field: str) -> None:
    case = program.table.with_panel()
    answer = program.does(case, Action.GRADE, program.table.cast.medical, **wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert field in answer.json["errors"]


def test_what_was_seen_in_an_older_version_is_not_done(program: Program) -> None:
    case = program.table.with_panel()
    for action in (Action.GRADE, Action.RECUSE, Action.SEND_BACK):
        actor = program.table.cast.coordinator if action is Action.SEND_BACK else program.table.cast.medical
        answer = program.does(case, action, actor, seen_version=1)
        assert answer.status_code == 409
        assert answer.content_type == "application/problem+json"


def test_a_list_is_read_page_by_page_the_newest_first(program: Program) -> None:
    table = program.table
    opened = [table.opened().reference for _ in range(5)]
    called = table.with_panel().reference
    table.db.commit()
    headers, seen, cursor = program.key_for(table.cast.lead), [], ""
    while True:
        page = program.client.get(f"/api/v1/cases?limit=2{cursor}", headers=headers).json
        assert page is not None
        seen += [one["reference"] for one in page["cases"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [called, *reversed(opened)]
    only = program.client.get("/api/v1/cases?state=with the panel", headers=headers).json
    assert only is not None
    assert [one["reference"] for one in only["cases"]] == [called]
    for wrong in ("state=lost", "limit=101", "cursor=0", "cursor=99999999999"):
        assert program.client.get(f"/api/v1/cases?{wrong}", headers=headers).status_code == 422, wrong


def test_the_evidence_is_named_and_nothing_of_what_it_says(program: Program) -> None:
    table = program.table
    report = table.report(markings="R 039 on one side")
    case = table.opened(report)
    answer = program.show(case, table.cast.medical)
    assert answer.json is not None
    assert answer.json["evidence"] == [report.reference]
    assert "R 039" not in answer.text


NAMED = {"Idempotency-Key": "grading-20261122-0001"}


def gradings(table: CaseTable) -> int:
    return table.db.scalar(select(func.count()).select_from(Grading)) or 0


def test_the_same_call_again_gets_the_same_answer_and_is_done_once(program: Program) -> None:
    table, medical = program.table, program.table.cast.medical
    case, headers = table.with_panel(), program.key_for(program.table.cast.medical) | NAMED
    first = program.does(case, Action.GRADE, medical, headers)
    table.grade(case, table.cast.police)
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    again = program.does(case, Action.GRADE, medical, headers, seen_version=first.json["version"])  # type: ignore[index]
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json, first.content_type) == (again.json, again.content_type)
    assert gradings(table) == 2
    other = program.does(case, Action.GRADE, medical, headers, comment="Another.")
    assert other.status_code == 422
    assert other.json is not None
    assert "sent before" in other.json["errors"]["Idempotency-Key"][0]
    elsewhere = program.does(case, Action.VOTE, medical, headers)
    assert elsewhere.status_code == 422
    anothers = program.does(table.with_panel(), Action.GRADE, medical, program.make_key(medical) | NAMED)
    assert anothers.status_code == 201, "the name counts for one key alone"


def test_a_refused_call_leaves_nothing_and_may_be_sent_again(program: Program) -> None:
    table, medical = program.table, program.table.cast.medical
    case, headers = table.with_panel(), program.key_for(program.table.cast.medical) | NAMED
    assert program.does(case, Action.VOTE, medical, headers).status_code == 403
    assert table.db.scalar(select(func.count()).select_from(ApiAnswer)) == 0
    table.grade(case, medical)
    assert program.does(case, Action.VOTE, medical, headers).status_code == 201


@pytest.mark.parametrize("name", ["short", "x" * 81, "Größe-2026-01"])
def test_a_name_that_cannot_be_told_apart_is_refused(program: Program, name: str) -> None:
    case = program.table.with_panel()
    answer = program.does(case, Action.GRADE, program.table.cast.medical, {"Idempotency-Key": name})
    assert answer.status_code == 422
    assert gradings(program.table) == 0


def test_answers_are_forgotten_after_a_week_as_others_come(program: Program) -> None:
    table = program.table
    case = table.with_panel()
    assert program.does(case, Action.GRADE, table.cast.medical, NAMED).status_code == 201
    with time_machine.travel(utc_now() + timedelta(days=7, minutes=1), tick=False):
        assert program.does(case, Action.GRADE, table.cast.police, NAMED).status_code == 201
    assert table.db.scalar(select(func.count()).select_from(ApiAnswer)) == 1


def test_a_key_dies_with_its_persons_role_and_with_their_account(
    program: Program, app: Flask, south_vale: Partnership
) -> None:
    table, police = program.table, program.table.cast.police
    case = table.with_panel()
    table.db.commit()
    headers, address = program.key_for(police), f"/api/v1/cases/{case.reference}"
    assert program.client.get(address, headers=headers).status_code == 200
    person = table.db.get_one(User, police.id)
    person.active = False
    table.db.commit()
    assert program.client.get(address, headers=headers).status_code == 403
    person.active = True
    people.add_person(
        table.db,
        partnership_id=south_vale.id,
        name=police.name,
        email=police.email,
        role=Role.PANEL_MEMBER,
        discipline=Discipline.POLICE,
        actor="test",
    )
    held = table.db.scalars(
        select(Membership).where(Membership.person_id == police.id, Membership.partnership_id == table.place.id)
    ).one()
    people.end_role(table.db, held.id, actor=table.cast.administrator, now=utc_now())
    table.db.commit()
    for sent in (
        program.client.get(address, headers=headers),
        program.client.get("/api/v1/cases", headers=headers),
        program.client.post(
            f"{address}/gradings",
            json=program.body(Action.GRADE) | {"seen_version": case.version},
            headers=headers,
        ),
    ):
        assert sent.status_code == 403
        assert sent.json is not None
        assert "no role in this partnership" in sent.json["detail"], "a role elsewhere opens nothing here"


def test_a_key_does_no_more_than_it_was_made_for(program: Program, key_for: Callable[..., Headers]) -> None:
    table, coordinator = program.table, program.table.cast.coordinator
    case = table.opened()
    table.db.commit()
    reads = program.key_for(coordinator, Scope.CASES_READ)
    writes = program.key_for(coordinator, Scope.CASES_WRITE)
    systems = key_for(table.place, Scope.REPORTS_READ, Scope.REPORTS_WRITE)
    address = f"/api/v1/cases/{case.reference}"
    body = {"action": Action.CALL_PANEL.value, "seen_version": case.version}
    assert [program.client.get(address, headers=key).status_code for key in (reads, writes, systems)] == [
        200,
        403,
        403,
    ]
    sent = [program.client.post(f"{address}/moves", json=body, headers=key) for key in (reads, systems, writes)]
    assert [one.status_code for one in sent] == [403, 403, 201]
    assert program.client.post("/api/v1/incidents", json={}, headers=writes).status_code == 403
