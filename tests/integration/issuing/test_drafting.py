"""Writing an alert: from a decided case, on one page, with what it will become below."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.wording import RULES
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Outcome
from ldis.issuing.models import Alert, AlertVersion
from ldis.issuing.rules import State
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cast import Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

Browser = Callable[[Actor], FlaskClient]


def test_a_draft_begins_with_what_the_case_knows(author: FlaskClient, case: Case, db: Session) -> None:
    reference = scene.draft(author, case)
    assert reference == "NSH-A01"
    page = author.get(f"/issuing/{reference}/draft").text
    assert "Metonitazene found in tablets sold as oxycodone" in page
    alert = scene.alert_called(db, reference)
    assert alert.level.value == "red"
    assert alert.content["areas"] == ["Northby"]
    assert alert.content["effects"] == ["Slow or no breathing", "Blue or grey lips or skin"]


def test_starting_twice_opens_the_same_draft(author: FlaskClient, case: Case, db: Session) -> None:
    assert scene.draft(author, case) == scene.draft(author, case)
    assert db.scalar(select(func.count()).select_from(Alert)) == 1


def test_the_question_before_a_draft_leads_to_the_draft_that_is_open(author: FlaskClient, case: Case) -> None:
    assert "Start the draft" in author.get(f"/issuing/from/{case.reference}").text
    reference = scene.draft(author, case)
    assert author.get(f"/issuing/from/{case.reference}").location == f"/issuing/{reference}/draft"


def test_a_decided_case_waits_on_the_page_of_alerts(author: FlaskClient, case: Case) -> None:
    assert case.reference in author.get("/issuing").text
    scene.draft(author, case)
    page = author.get("/issuing").text
    assert "Decided, without an alert yet" not in page
    assert "NSH-A01" in page


def test_saving_shows_both_renditions_and_how_long_the_text_message_is(
    author: FlaskClient, case: Case, directory: Directory
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, headline="Metonitazene in white tablets", list_ids=directory.ids)
    page = author.get(f"/issuing/{reference}/draft").text
    assert "RED ALERT: Metonitazene in white tablets." in page
    assert "2 segments" in page
    assert "Red alert: Metonitazene in white tablets (Northby)" in page
    assert "1 opted out and will get nothing" in page


def test_a_curly_quote_does_not_make_the_message_longer(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, headline="Tablets sold as “oxy” – dangerous")
    assert "sold as &#34;oxy&#34; - dangerous" in author.get(f"/issuing/{reference}/draft").text


def test_every_saved_version_is_kept_and_saving_nothing_new_makes_none(
    author: FlaskClient, case: Case, db: Session
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, headline="One")
    scene.save(author, reference)
    scene.save(author, reference, headline="Two")
    kept = db.scalars(select(AlertVersion).order_by(AlertVersion.version)).all()
    assert [one.version for one in kept] == [1, 2, 3]
    assert [one.snapshot["content"]["headline"] for one in kept[1:]] == ["One", "Two"]


def test_two_people_who_edit_at_once_do_not_overwrite_each_other(
    author: FlaskClient, browser_of: Browser, case: Case, cast: Cast, db: Session
) -> None:
    reference = scene.draft(author, case)
    old = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    scene.save(browser_of(cast.second_coordinator), reference, headline="Theirs")
    answer = author.post(f"/issuing/{reference}/draft", data=old | {"headline": "Mine"})
    assert answer.status_code == 409
    assert ">Mine</textarea>" in answer.text
    assert "It now says:" in answer.text
    assert scene.alert_called(db, reference).content["headline"] == "Theirs"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"headline": ""}, "Enter a headline"),
        ({"review_on-day": "", "review_on-month": "", "review_on-year": ""}, "Enter the date on which the alert"),
        ({"list_ids": []}, "Choose whom to send it to"),
        ({"media": []}, "Choose text message, email or both"),
        ({"act_now": "x" * 160, "headline": "y" * 120}, "The text message takes more than 2 segments"),
        ({"impact": "Call Tam on 07700 900123"}, "Take out what could identify a person"),
    ],
)
def test_what_must_be_mended_stops_it_from_being_sent_for_approval(
    author: FlaskClient, case: Case, directory: Directory, db: Session, changes: dict[str, object], sentence: str
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, **{"list_ids": directory.ids, **changes})
    page = author.get(f"/issuing/{reference}/draft").text
    assert sentence in page
    sent = {"seen_version": scene.version_on(page), "_form": "handover"}
    answer = author.post(f"/issuing/{reference}/send", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert scene.alert_called(db, reference).state is State.DRAFT


def test_each_warning_needs_its_own_reason_which_the_approver_reads_beside_it(
    author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, list_ids=directory.ids, impact="Very strong tablets of high purity")
    sent = scene.handover(author.get(f"/issuing/{reference}/draft").text, "It is known.")
    strong, pure = [name for name in sent if name.startswith("reason_")]
    refused = author.post(f"/issuing/{reference}/send", data=sent | {pure: ""})
    assert refused.status_code == 422
    assert f'href="#handover-{pure}"' in refused.text
    assert f'href="#handover-{strong}"' not in refused.text
    answer = author.post(f"/issuing/{reference}/send", data=sent | {pure: "The laboratory asked for it."})
    assert answer.status_code == 302
    shown = approver.get(f"/issuing/{reference}/approval").text
    assert shown.index("Very strong</q>") < shown.index("It is known.") < shown.index(">purity</q>")
    assert shown.index(">purity</q>") < shown.index("The laboratory asked for it.")


def test_the_page_of_rules_shows_each_with_an_example_and_names_the_formula(author: FlaskClient) -> None:
    page = author.get("/issuing/wording").text
    assert all(rule.name.capitalize() in page and escape(rule.found.words) in page for rule in RULES)
    assert "Flesch-Kincaid" in page
    assert "People who use drugs: 11 years at most" in page


def test_choosing_other_readers_changes_the_words_that_nobody_has_touched(
    author: FlaskClient, case: Case, db: Session
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, effects="They stop breathing")
    scene.save(author, reference, readership="schools")
    content = scene.alert_called(db, reference).content
    assert content["readership"] == "schools"
    assert "Tell all staff today." in content["what_to_do"]
    assert content["effects"] == ["They stop breathing"]


def test_the_draft_says_which_report_and_result_each_field_came_from(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    page = author.get(f"/issuing/{reference}/draft").text
    assert re.search(r'From\s+<a class="govuk-link" href="/re(port|sult)s/NSH', page)
    assert "You changed this" not in page
    scene.save(author, reference, headline="Ours")
    assert "You changed this" in author.get(f"/issuing/{reference}/draft").text


def test_an_area_of_another_partnership_cannot_be_chosen(author: FlaskClient, case: Case, db: Session) -> None:
    reference = scene.draft(author, case)
    kept = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    answer = author.post(f"/issuing/{reference}/draft", data=kept | {"areas": ["Valeham"]})
    assert answer.status_code == 422
    assert "Choose from the areas shown." in answer.text


def test_a_list_of_another_partnership_reaches_nobody(
    author: FlaskClient, browser_of: Browser, case: Case, cast: Cast, south_vale: Partnership, db: Session
) -> None:
    theirs = scene.fill_directory(db, south_vale, cast.stranger)
    reference = scene.draft(author, case)
    scene.save(author, reference, list_ids=theirs.ids)
    assert scene.alert_called(db, reference).lists == []


@pytest.mark.parametrize("who", ["medical", "lead", "reporter", "data_officer", "administrator"])
def test_only_a_coordinator_writes(who: str, browser_of: Browser, case: Case, cast: Cast) -> None:
    browser = browser_of(getattr(cast, who))
    assert browser.post(f"/issuing/from/{case.reference}").status_code == 403
    assert browser.get(f"/issuing/from/{case.reference}").status_code == 403


def test_nobody_drafts_from_another_partnerships_case(browser_of: Browser, case: Case, cast: Cast) -> None:
    assert browser_of(cast.stranger).post(f"/issuing/from/{case.reference}").status_code == 404


def test_what_is_shared_for_information_calls_nobody_to_act(
    author: FlaskClient, db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy
) -> None:
    case = scene.decide(db, cast, north_shore, names, policy, outcome=Outcome.INFORMATION)
    reference = scene.draft(author, case)
    assert scene.alert_called(db, reference).level.value == "information"
    kept = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    for change in ({"level": "red"}, {"handling": "public"}):
        answer = author.post(f"/issuing/{reference}/draft", data=kept | change)
        assert answer.status_code == 422
        assert "The panel decided “share for information”" in answer.text


def test_there_is_nothing_to_draft_when_the_panel_decided_on_no_action(
    author: FlaskClient, db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy
) -> None:
    case = scene.decide(db, cast, north_shore, names, policy, outcome=Outcome.NO_ACTION)
    assert author.post(f"/issuing/from/{case.reference}").status_code == 403
    assert case.reference not in author.get("/issuing").text


def test_the_email_preview_can_run_and_load_nothing(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    answer = author.get(f"/issuing/{reference}/email")
    assert answer.mimetype == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "script" not in policy
