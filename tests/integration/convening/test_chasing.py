"""Reminders: by hand and by the clock, to whom a case waits for and to nobody else."""

from datetime import timedelta

from alerts.messages import Medium
from ldis.cases.rules import Action
from ldis.convening import tasks
from tests.integration.convening.conftest import Panel


def test_a_member_who_has_not_answered_is_reminded_after_four_working_hours_three_times_at_most(
    panel: Panel,
) -> None:
    panel.call(panel.table.cast.medical)
    panel.wait(hours=3, minutes=59)
    assert panel.reminded() == []
    panel.wait(minutes=1)
    assert panel.reminded() == ["Mo Field"]
    panel.wait(hours=4)  # 18:30 in London: half an hour of working time is missing
    assert panel.reminded() == ["Mo Field"]
    for _ in range(6):
        panel.wait(days=1)
    assert panel.reminded() == ["Mo Field"] * 3
    assert "reminded 3 times" in panel.page()
    reminder = panel.letters(Medium.EMAIL, about="panel-chase/")[0]
    assert str(reminder.subject).startswith("Reminder: case NSH-")
    assert "We have not had your grading and your vote yet." in reminder.text


def test_where_life_is_at_risk_reminders_come_every_half_hour_at_any_hour(at_risk: Panel) -> None:
    at_risk.call(at_risk.table.cast.medical)
    for expected in (1, 2, 3, 3):
        at_risk.wait(minutes=30)
        assert len(at_risk.reminded()) == expected


def test_a_clock_that_stood_still_does_not_make_up_for_it_all_at_once(at_risk: Panel) -> None:
    at_risk.call(at_risk.table.cast.medical)
    at_risk.wait(hours=9)
    at_risk.tick()
    assert len(at_risk.reminded()) == 1


def test_who_has_graded_and_voted_or_stands_aside_is_not_reminded(at_risk: Panel) -> None:
    cast = at_risk.table.cast
    at_risk.call()
    at_risk.judge(cast.medical)
    at_risk.table.recuse(at_risk.table.again(at_risk.case), cast.police)
    at_risk.table.grade(at_risk.table.again(at_risk.case), cast.laboratory)
    at_risk.wait(minutes=30)
    assert sorted(at_risk.reminded()) == ["Lou Glass", "Pat Hill"]


def test_nothing_is_sent_after_the_decision(at_risk: Panel) -> None:
    cast = at_risk.table.cast
    at_risk.call()
    at_risk.judge(cast.medical, cast.police)
    at_risk.table.decide(at_risk.table.again(at_risk.case))
    at_risk.wait(minutes=31)
    at_risk.wait(days=2)
    assert at_risk.reminded() == []


def test_a_look_back_is_reminded_of_through_its_day(at_risk: Panel) -> None:
    at_risk.table.decide_at_once(at_risk.table.again(at_risk.case))
    at_risk.table.db.commit()
    tasks.look_back(at_risk.place, case_id=at_risk.case.id)
    at_risk.wait(hours=5)
    assert at_risk.reminded() == []
    at_risk.wait(hours=1)
    assert len(at_risk.reminded()) == 4
    assert "looks back at it by" in at_risk.letters(Medium.EMAIL, about="panel-chase/")[0].text


def test_the_button_reminds_one_member_and_not_again_before_half_an_hour(panel: Panel) -> None:
    cast = panel.table.cast
    panel.call()
    assert panel.remind(cast.medical).status_code == 429
    panel.now += timedelta(minutes=31)
    panel.clock.move_to(panel.now, tick=False)
    assert "Remind Mo Field" in panel.page()
    assert panel.remind(cast.medical).status_code == 302
    assert panel.remind(cast.medical).status_code == 429
    assert panel.remind(cast.police).status_code == 302
    assert panel.reminded() == ["Mo Field", "Sam Brook"]
    assert [e.words for e in panel.table.again(panel.case).entries if e.action == Action.ASK_AGAIN] == [
        "Reminded: Mo Field.",
        "Reminded: Sam Brook.",
    ]


def test_nobody_who_is_done_is_reminded_by_hand(panel: Panel) -> None:
    panel.call()
    panel.judge(panel.table.cast.medical)
    panel.now += timedelta(minutes=31)
    panel.clock.move_to(panel.now, tick=False)
    assert "Remind Mo Field" not in panel.page()
    assert panel.remind(panel.table.cast.medical).status_code == 403
    assert panel.reminded() == []


def test_who_stands_in_for_a_member_who_is_away_is_asked_too(panel: Panel) -> None:
    cast = panel.table.cast
    panel.stands_in(cast.public_health, away=cast.medical)
    assert "Pat Hill stands in" not in panel.page(), "nobody was called yet"
    panel.call(cast.medical)
    assert panel.emailed() == ["Mo Field", "Pat Hill"]
    assert "you stand in for Mo Field" in panel.letters(Medium.EMAIL)[1].text
    panel.wait(hours=4)
    assert panel.reminded() == ["Mo Field", "Pat Hill"]
    assert "Away: Pat Hill stands in" in panel.page()


def test_a_deputy_who_is_due_as_well_gets_one_letter(panel: Panel) -> None:
    cast = panel.table.cast
    panel.stands_in(cast.public_health, away=cast.medical)
    panel.stands_in(cast.public_health, away=cast.police)
    panel.call()
    panel.wait(hours=4)
    assert sorted(panel.reminded()) == ["Lou Glass", "Mo Field", "Pat Hill", "Sam Brook"]


def test_a_deputy_who_does_not_sit_on_the_panel_or_stands_aside_is_not_asked(panel: Panel) -> None:
    cast = panel.table.cast
    panel.stands_in(cast.second_coordinator, away=cast.medical)
    panel.stands_in(cast.laboratory, away=cast.police)
    panel.table.recuse(panel.case, cast.laboratory)
    panel.call(cast.medical, cast.police)
    panel.wait(hours=4)
    assert sorted(panel.emailed()) == ["Mo Field", "Mo Field", "Sam Brook", "Sam Brook"]


def test_out_of_hours_with_life_at_risk_whoever_is_on_call_gets_a_text(at_risk: Panel) -> None:
    cast = at_risk.table.cast
    at_risk.give_number(cast.lead, "+447700900199")
    at_risk.on_call(cast.lead)
    at_risk.wait(hours=10)  # 20:30
    at_risk.call(cast.medical)
    at_risk.wait(minutes=30)
    (text,) = at_risk.letters(Medium.SMS, about="panel-chase/")
    assert text.address == "+447700900199"
    assert "waits for its panel, and life is at risk" in text.text
    assert text.text.endswith(f"/cases/{at_risk.case.reference}")
    assert "Lee Crown" not in at_risk.reminded(), "the text message alone"
    at_risk.tick()
    assert len(at_risk.letters(Medium.SMS, about="panel-chase/")) == 1


def test_in_working_hours_or_without_risk_nobody_on_call_is_woken(panel: Panel) -> None:
    cast = panel.table.cast
    panel.give_number(cast.lead, "+447700900199")
    panel.on_call(cast.lead)
    panel.call(cast.medical)
    panel.wait(hours=4)
    assert panel.reminded() == ["Mo Field"]
    assert panel.letters(Medium.SMS) == []
