"""Calling the panel: whom, with what words, and who has seen it since."""

from alerts.messages import Medium
from alerts.sms_text import segments
from ldis.cases.rules import Action, State
from ldis.convening import service, tasks
from tests.integration.cases.table import CaseTable
from tests.integration.convening.conftest import PUBLIC_URL, Panel

SAID = "Please look before noon."


def test_the_coordinator_calls_everybody_and_each_is_written_to_once_by_every_way(panel: Panel) -> None:
    panel.give_number(panel.table.cast.medical, "+447700900123")
    assert "Call the panel" in panel.page()
    panel.call(words=SAID)
    assert panel.table.again(panel.case).state is State.WITH_PANEL
    assert sorted(panel.emailed()) == sorted(one.name for one in panel.table.cast.panel)
    (text,) = panel.letters(Medium.SMS)
    assert text.address == "+447700900123"
    link = f"{PUBLIC_URL}/cases/{panel.case.reference}/grade"
    said = f"LDIS: case {panel.case.reference} needs you. Possible nitazene, 1 moderate. Open: {link}"
    assert text.text == said
    assert segments(text.text) == 1


def test_the_email_says_what_the_coordinator_says_and_nothing_that_a_reporter_wrote(panel: Panel) -> None:
    panel.call(words=SAID)
    letter = panel.letters(Medium.EMAIL)[0]
    assert f"Cleo Winter says:\n{SAID}" in letter.text
    assert f"/cases/{panel.case.reference}/grade" in letter.text
    assert "You sign in first" in letter.text
    for words in ("Big Dave", "powder", "from"):
        assert words not in f"{letter.subject} {letter.text}"


def test_words_that_could_identify_somebody_are_not_sent(panel: Panel) -> None:
    answer = panel.send(members=[panel.table.cast.medical.id], words="Ring her on 07700 900456.")
    assert answer.status_code == 422
    assert panel.letters() == []
    assert panel.table.again(panel.case).state is State.TRIAGE


def test_nobody_chosen_is_nobody_called(panel: Panel) -> None:
    answer = panel.send()
    assert "Choose at least one member of the panel." in answer.text
    assert panel.table.again(panel.case).state is State.TRIAGE


def test_the_same_form_twice_calls_once(panel: Panel) -> None:
    seen = panel.table.seen(panel.case)
    panel.call()
    again = panel.send(members=[one.id for one in panel.table.cast.panel], seen_version=seen)
    assert again.status_code == 409
    assert len(panel.letters()) == 4
    assert panel.table.again(panel.case).round == 1


def test_whoever_stands_aside_is_left_out_and_the_page_says_so(panel: Panel) -> None:
    panel.table.recuse(panel.case, panel.table.cast.police)
    assert "Left out, because they stand aside: Sam Brook." in panel.page()
    panel.call()
    assert "Sam Brook" not in panel.emailed()


def test_more_members_are_called_while_the_case_is_with_the_panel_without_a_second_move(panel: Panel) -> None:
    panel.call(panel.table.cast.medical)
    panel.call(panel.table.cast.medical, panel.table.cast.police)
    assert panel.emailed() == ["Mo Field", "Sam Brook"]
    case = panel.table.again(panel.case)
    actions = [entry.action for entry in case.entries]
    assert (case.round, actions.count(Action.CALL_PANEL), actions.count(Action.ASK_AGAIN)) == (1, 1, 1)
    assert case.entries[-1].words == "Called: Sam Brook."


def test_calling_again_makes_no_members_page_stale(panel: Panel) -> None:
    panel.call(panel.table.cast.medical)
    before = panel.table.seen(panel.case)
    panel.call(panel.table.cast.police)
    assert panel.table.seen(panel.case) == before


def test_only_a_coordinator_calls_the_panel(panel: Panel) -> None:
    for actor in (panel.table.cast.medical, panel.table.cast.lead):
        assert panel.send(actor=actor, members=[panel.table.cast.police.id]).status_code == 403
    assert panel.letters() == []


def test_the_button_of_the_case_leads_to_the_page_and_cannot_go_round_it(panel: Panel) -> None:
    assert "Call the panel" in panel.page(path="")
    answer = panel.send("/move", action="call the panel")
    assert answer.status_code == 403
    assert panel.table.again(panel.case).state is State.TRIAGE


def test_who_has_seen_graded_and_voted_is_said_on_both_pages(panel: Panel) -> None:
    cast = panel.table.cast
    panel.call(cast.medical, cast.police)
    panel.table.grade(panel.table.again(panel.case), cast.police)
    panel.table.db.commit()
    stands = "Medical not seen, police graded, quorum needs 2 more votes, 1 of medical or public health."
    assert stands in panel.page()
    assert stands in panel.page(path="")
    panel.table.vote(panel.table.again(panel.case), cast.police)
    panel.table.db.commit()
    assert "Medical not seen, police voted, quorum needs 1 of medical or public health." in panel.page()


def test_opening_the_case_is_noted_once_and_only_of_those_who_were_called(panel: Panel) -> None:
    cast = panel.table.cast
    panel.call(cast.medical)
    audited = panel.table.audited(panel.case)
    for _ in range(2):
        panel.page(cast.medical, "/grade")
        panel.page(cast.police, "/grade")
        panel.page(path="")
    assert "Medical seen," in panel.page()
    assert panel.table.audited(panel.case) == audited + 1


def test_what_was_decided_at_once_calls_the_panel_by_itself_for_the_look_back(at_risk: Panel) -> None:
    table: CaseTable = at_risk.table
    table.decide_at_once(table.again(at_risk.case))
    table.db.commit()
    for _ in range(2):
        tasks.look_back(at_risk.place, case_id=at_risk.case.id)
    assert sorted(at_risk.emailed()) == sorted(one.name for one in table.cast.panel)
    letter = at_risk.letters(Medium.EMAIL)[0]
    assert "looks back at it by Thursday 15 October 2026, 10:30" in letter.text
    assert "decided at once" in str(letter.subject)
    assert "To look back at what was decided at once" in at_risk.page(path="")


def test_a_look_back_that_is_done_or_not_due_calls_nobody(at_risk: Panel) -> None:
    tasks.look_back(at_risk.place, case_id=at_risk.case.id)
    assert at_risk.letters() == []


def test_a_program_that_calls_the_panel_calls_everybody_who_does_not_stand_aside(panel: Panel) -> None:
    cast = panel.table.cast
    panel.table.recuse(panel.case, cast.police)
    service.call_everybody(
        panel.table.db,
        panel.case.reference,
        seen_version=panel.table.seen(panel.case),
        policy=panel.table.policy,
        actor=cast.coordinator,
        public_url=PUBLIC_URL,
        now=panel.now,
    )
    assert sorted(panel.emailed()) == ["Lou Glass", "Mo Field", "Pat Hill"]
    assert panel.table.again(panel.case).state is State.WITH_PANEL
