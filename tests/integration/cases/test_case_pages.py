"""The pages of the review: who sees what, and that nothing typed is lost."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ldis.casefile.steps import BUTTONS
from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome, State, moves_from
from ldis.cases.service import may
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.rules import Discipline, Role
from tests.integration.cases.table import LEAST, WORST, CaseTable
from tests.integration.cast import seen, words_of

BrowserOf = Callable[[Actor], FlaskClient]


def gradings(table: CaseTable, case: Case, answer: int | str = WORST, **more: str | int) -> dict[str, str | int]:
    """A grading as a browser sends it."""
    asked = {f"q_{question.key}": answer for question in table.policy.questions}
    return asked | {"would_help": "yes", "seen_version": case.version} | more


def test_a_case_is_opened_from_a_report(table: CaseTable, browser_of: BrowserOf) -> None:
    report = table.report()
    table.db.commit()
    browser = browser_of(table.cast.coordinator)
    answer = browser.post(f"/reports/{report.reference}/open-case", data={"title": "Blue tablets"})
    assert answer.location == "/cases/NSH-0001"
    page = words_of(browser.get(answer.location).text)
    assert "Blue tablets" in page
    assert report.reference in page
    assert "Part of case NSH-0001" in words_of(browser.get(f"/reports/{report.reference}").text)


def test_a_case_without_a_title_is_refused_in_place(table: CaseTable, browser_of: BrowserOf) -> None:
    report = table.report()
    table.db.commit()
    answer = browser_of(table.cast.coordinator).post(
        f"/reports/{report.reference}/open-case", data={"_form": "open"}
    )
    assert answer.status_code == 422
    assert seen(answer.text).count("Enter a title for the case.") == 2


def test_a_result_joins_an_open_case(table: CaseTable, browser_of: BrowserOf) -> None:
    case, result = table.opened(), table.result()
    table.db.commit()
    answer = browser_of(table.cast.coordinator).post(
        f"/results/{result.reference}/join-case", data={"case": case.reference}
    )
    assert answer.location == f"/cases/{case.reference}"
    assert [one.lab_result_id for one in table.again(case).evidence] == [None, result.id]


def test_only_cases_that_still_take_evidence_are_offered(table: CaseTable, browser_of: BrowserOf) -> None:
    open_case, report = table.opened(), table.report()
    closed = table.move(table.decided(), Action.CLOSE)
    table.db.commit()
    page = browser_of(table.cast.coordinator).get(f"/reports/{report.reference}").text
    assert f'value="{open_case.reference}"' in page
    assert f'value="{closed.reference}"' not in page


def test_a_report_that_is_in_a_case_cannot_join_another(table: CaseTable, browser_of: BrowserOf) -> None:
    report = table.report()
    first, second = table.opened(report), table.opened()
    table.db.commit()
    browser = browser_of(table.cast.coordinator)
    for address, form in (("join-case", {"case": second.reference}), ("open-case", {"title": "Again"})):
        answer = browser.post(f"/reports/{report.reference}/{address}", data=form)
        assert answer.status_code == 409
        assert f"{report.reference} is already part of case {first.reference}." in words_of(answer.text)


def test_a_member_sees_nothing_of_the_others_before_their_own_grading_is_in(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.police, WORST, comment="I was there myself.")
    table.vote(case, table.cast.police, Outcome.ALERT, reason="Two more will die.")
    table.db.commit()
    browser = browser_of(table.cast.medical)
    for page in ("", "/grade", "/vote"):
        words = words_of(browser.get(f"/cases/{case.reference}{page}").text)
        for hidden in (
            "formal alert",
            "Formal alert",
            "Seen by a worker",
            "I was there",
            "Two more",
            "Suggestion",
        ):
            if page == "/grade" and hidden == "Seen by a worker":
                continue  # one of the answers to choose from
            assert hidden not in words, (page, hidden)
    table.grade(case, table.cast.medical, LEAST)
    table.db.commit()
    words = words_of(browser.get(f"/cases/{case.reference}/vote").text)
    for shown in (
        "Seen by a worker",
        "Rumour or news only",
        "They differ",
        "formal alert",
        "Suggestion",
    ):
        assert shown in words, shown


def test_whoever_does_not_grade_sees_everything(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    table.judge(case, table.cast.police)
    table.db.commit()
    for actor in (table.cast.coordinator, table.cast.lead):
        words = words_of(browser_of(actor).get(f"/cases/{case.reference}").text)
        assert "No quorum yet for “formal alert”. 1 more vote is needed." in words
        assert "Seen by a worker" in words


def test_a_case_goes_from_report_to_decision_by_the_pages(table: CaseTable, browser_of: BrowserOf) -> None:
    report = table.report(harm_level="life-threatening")
    table.db.commit()
    coordinator = browser_of(table.cast.coordinator)
    coordinator.post(f"/reports/{report.reference}/open-case", data={"title": "Blue tablets"})
    page = coordinator.get("/cases/NSH-0001").text
    assert "Risk to life" in page
    version = version_on(page)
    asked = [table.cast.medical.id, table.cast.police.id]
    answer = coordinator.post(
        "/cases/NSH-0001/panel",
        data={"members": asked, "meets": "no", "seen_sequence": -1, "seen_version": version},
    )
    assert answer.location == "/cases/NSH-0001/panel", answer.text
    for actor in (table.cast.medical, table.cast.police):
        member = browser_of(actor)
        assert "Grade this case" in member.get("/cases/NSH-0001").text
        version = version_on(member.get("/cases/NSH-0001/grade").text)
        sent = {f"q_{question.key}": 3 for question in table.policy.questions}
        answer = member.post("/cases/NSH-0001/grade", data=sent | {"would_help": "yes", "seen_version": version})
        assert answer.location == "/cases/NSH-0001/vote", answer.text
        answer = member.post("/cases/NSH-0001/vote", data={"outcome": "formal alert", "seen_version": version})
        assert answer.location == "/cases/NSH-0001"
    assert "Quorum reached for “formal alert”." in words_of(coordinator.get("/cases/NSH-0001/decision").text)
    answer = coordinator.post(
        "/cases/NSH-0001/decision", data={"outcome": "formal alert", "seen_version": version}
    )
    assert answer.location == "/cases/NSH-0001"
    words = words_of(coordinator.get("/cases/NSH-0001").text)
    for shown in (
        "Decided",
        "Formal alert",
        "The suggestion was formal alert.",
        "Draft the alert",
        "Close the case",
    ):
        assert shown in words, shown


def version_on(page: str) -> str:
    """The version that a page shows, as its form sends it back."""
    found = re.search(r'name="seen_version" value="(\d+)"', page)
    assert found, page
    return found[1]


def test_each_unanswered_question_is_asked_for_in_its_place(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    table.db.commit()
    answer = browser_of(table.cast.medical).post(
        f"/cases/{case.reference}/grade", data={"seen_version": case.version, "comment": "Too <soon>."}
    )
    page = unescape(answer.text)
    assert answer.status_code == 422
    for question in table.policy.questions:
        assert seen(page).count(f"Answer “{question.label}”") == 2
    assert "Answer “Would an alert help?”" in page
    assert "Too <soon>." in page
    assert table.again(case).gradings == []


@pytest.mark.parametrize("wrong", [4, -1, "three", 1.5, "1; DROP TABLE gradings", 10**30])
def test_an_answer_that_is_not_on_the_page_is_refused(
    table: CaseTable, browser_of: BrowserOf, wrong: int | str
) -> None:
    case = table.with_panel()
    table.db.commit()
    answer = browser_of(table.cast.medical).post(
        f"/cases/{case.reference}/grade", data=gradings(table, case, wrong)
    )
    assert answer.status_code == 422
    assert table.again(case).gradings == []


@pytest.mark.parametrize(
    ("page", "kind", "typed"),
    [
        ("grade", "medical", {"q_severity": 2, "would_help": "unsure", "comment": "Typed with cold hands."}),
        ("recusal", "medical", {"reason": "My brother is named.", "_form": "recuse"}),
        ("vote", "police", {"outcome": "no further action", "reason": "It would advertise it."}),
        ("decision", "coordinator", {"outcome": "no further action", "reason": "We were told otherwise."}),
        (
            "move",
            "coordinator",
            {"action": "send back to triage", "_form": "send_back", "reason": "Ask the ward."},
        ),
    ],
)
def test_a_stale_page_is_a_conflict_and_what_was_typed_is_offered_again(
    table: CaseTable, browser_of: BrowserOf, page: str, kind: str, typed: dict[str, str | int]
) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.police)
    old = case.version
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.second_coordinator)
    table.db.commit()
    before = table.everything()
    sent = typed | {"seen_version": old}
    if page == "grade":
        sent = gradings(table, case, 1) | sent
    answer = browser_of(getattr(table.cast, kind)).post(f"/cases/{case.reference}/{page}", data=sent)
    text = unescape(answer.text)
    assert answer.status_code == 409, text
    assert "Someone has changed this since you opened it." in text
    for name, value in typed.items():
        if name in ("comment", "reason"):
            assert str(value) in text
        elif not name.startswith("_") and name != "action":
            assert re.search(rf'value="{value}"\s+checked', answer.text), name
    assert table.everything() == before
    assert version_on(answer.text) == str(old + 1), "sent again, it counts"


def test_a_reason_typed_for_a_move_that_is_no_longer_possible_is_not_lost(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    case = table.in_state(State.WITH_PANEL)
    old = case.version
    table.decide(case)
    table.db.commit()
    sent = {
        "action": "send back to triage",
        "_form": "send_back",
        "reason": "Ask the ward first.",
        "seen_version": old,
    }
    answer = browser_of(table.cast.second_coordinator).post(f"/cases/{case.reference}/move", data=sent)
    assert answer.status_code == 409
    assert "Ask the ward first." in unescape(answer.text)


def test_a_comment_typed_for_a_case_that_was_decided_meanwhile_is_not_lost(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    case = table.in_state(State.WITH_PANEL)
    sent = gradings(table, case, comment="Seen twice this week.")
    table.decide(case)
    table.db.commit()
    answer = browser_of(table.cast.medical).post(f"/cases/{case.reference}/grade", data=sent)
    assert answer.status_code in (403, 409)
    words = words_of(answer.text)
    assert "A case that is “decided” can be used to grade only when" in words
    assert "You wrote under “Comment”: Seen twice this week." in words


def test_a_missing_reason_is_asked_for_where_it_belongs(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    table.db.commit()
    sent = {"action": "send back to triage", "_form": "send_back", "seen_version": case.version}
    answer = browser_of(table.cast.coordinator).post(f"/cases/{case.reference}/move", data=sent)
    assert answer.status_code == 403
    assert 'href="#send_back-reason"' in answer.text
    assert answer.text.count("Enter a reason.") == 2


@pytest.mark.parametrize("action", ["fly", "", "grade", "decide"])
def test_a_move_that_does_not_exist_changes_nothing(table: CaseTable, browser_of: BrowserOf, action: str) -> None:
    case = table.with_panel()
    table.db.commit()
    before = table.everything()
    sent = {"action": action, "seen_version": case.version}
    answer = browser_of(table.cast.coordinator).post(f"/cases/{case.reference}/move", data=sent)
    assert answer.status_code in (403, 422)
    assert table.everything() == before


def test_the_buttons_on_a_page_are_those_of_the_table(table: CaseTable, browser_of: BrowserOf) -> None:
    for state in State:
        case = table.in_state(state)
        table.db.commit()
        for actor in (table.cast.coordinator, table.cast.medical, table.cast.lead):
            page = browser_of(actor).get(f"/cases/{case.reference}").text
            shown = re.findall(r'name="action" value="([^"]+)"', page)
            due = [a.value for a in moves_from(state) if a in BUTTONS and may(case, a, actor=actor)]
            assert sorted(shown) == sorted(due), (state, actor.roles)


def test_the_history_tells_every_step_and_who_took_it(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.decided()
    table.move(case, Action.REOPEN, reason="A second death.")
    table.db.commit()
    words = words_of(browser_of(table.cast.coordinator).get(f"/cases/{case.reference}").text)
    for line in ("Opened", "Start triage", "Call the panel", "Grade", "Vote", "Decide (now decided)", "Reopen"):
        assert line in words
    assert "A second death." in words
    assert "Cleo Winter" in words


def test_words_typed_into_a_case_are_shown_as_words(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.opened(title="<script>alert(1)</script> & {{ 7 * 7 }}")
    table.db.commit()
    page = browser_of(table.cast.coordinator).get(f"/cases/{case.reference}").text
    assert "<script>alert(1)</script>" not in page
    assert "{{ 7 * 7 }}" in unescape(page)


def addresses(app: Flask, table: CaseTable) -> list[tuple[str, str]]:
    """Every address of the review and its methods, with the references of North Shore's things in it."""
    report, result, case = table.report(), table.result(), table.in_state(State.WITH_PANEL)
    table.db.commit()
    found = []
    for rule in app.url_map.iter_rules():
        if (
            rule.endpoint.startswith(("cases.", "casefile.", "judging.", "comparisons.", "reporters."))
            and rule.arguments
        ):
            kinds = [kind for kind in ("reports", "results") if f"{kind}" in rule.rule] or [None]
            for kind in kinds:
                named = {"reports": report.reference, "results": result.reference, None: case.reference}
                address = app.url_map.bind("localhost").build(
                    rule.endpoint, {"reference": named[kind]} | ({"kind": kind} if kind else {})
                )
                found += [(method, address) for method in sorted(rule.methods or ()) if method in ("GET", "POST")]
    return found


def test_nobody_of_another_partnership_finds_any_of_it(
    app: Flask, table: CaseTable, browser_of: BrowserOf
) -> None:
    stranger = table.cast.stranger
    people.add_person(
        table.db,
        partnership_id=stranger.partnership_id,
        name=stranger.name,
        email=stranger.email,
        role=Role.PANEL_MEMBER,
        discipline=Discipline.MEDICAL,
        actor="test",
    )
    known = addresses(app, table)
    assert len(known) > 10
    browser, before = browser_of(stranger), table.everything()
    for method, address in known:
        sent = {
            "title": "Ours now",
            "case": "NSH-0001",
            "action": "call the panel",
            "outcome": "formal alert",
            "reason": "Because.",
            "seen_version": "2",
            "would_help": "yes",
        } | {f"q_{question.key}": "3" for question in table.policy.questions}
        answer = browser.open(address, method=method, data=sent if method == "POST" else None)
        assert answer.status_code == 404, (method, address)
        assert "Blue tablets" not in answer.text
    assert table.everything() == before


def test_ones_own_report_cannot_join_another_partnerships_case(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.opened()
    theirs = table.report()
    theirs.partnership_id = table.cast.stranger.partnership_id
    table.db.commit()
    answer = browser_of(table.cast.stranger).post(
        f"/reports/{theirs.reference}/join-case", data={"case": case.reference}
    )
    assert answer.status_code == 404
