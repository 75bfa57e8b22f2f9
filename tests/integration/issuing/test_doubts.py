"""A result that contradicts an alert in force puts it in doubt at once: case, alert and coordinator hear of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.cases import gathering
from ldis.cases import queries as cases
from ldis.cases.models import Case
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import Urgency
from ldis.issuing.models import Alert, AlertDoubt
from ldis.issuing.tasks import doubt as consider
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.submissions import comparing, results
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding, Part, Purpose, Stage, Technique
from ldis.submissions.schemas import ComponentForm, LabResultForm
from ldis.substances.names import Names
from ldis.substances.vocabulary import Vocabulary
from ldis.work import Workplace
from tests.integration.cases.test_case_pages import words_of
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene

LATER = NOW + timedelta(hours=4)
BrowserOf = Callable[[Actor], FlaskClient]


@dataclass
class Bench:
    """What a test sends to the laboratory, and what the worker makes of it."""

    db: Session
    place: Partnership
    cast: Cast
    names: Names
    work: Workplace
    alert: Alert
    deferred: int = 0

    def result(self, *found: str, **changes: Any) -> LabResult:
        """A confirmed result of another sample, which nothing connects with the case yet."""
        given: dict[str, Any] = {
            "sample_reference": "S-2",
            "laboratory": "North Shore University",
            "purpose": Purpose.INTELLIGENCE,
            "stage": Stage.CONFIRMED,
            "technique": Technique.LC_MS,
            "reported_on": LATER.date(),
            "finding": Finding.FOUND if found else Finding.NOTHING,
            "components": tuple(ComponentForm(substance=one, part=Part.MAIN) for one in found),
        }
        given |= changes
        vouched_for = given.pop("vouched_for", True)
        form = LabResultForm(**given)
        sending = {"key": f"later {form.sample_reference} {found}", "by": "test", "now": LATER}
        return results.submit_result(
            self.db, form, place=self.place.place, names=self.names, vouched_for=vouched_for, **sending
        )

    def case(self) -> Case:
        """The alert's case as it is now."""
        return cases.the_case(self.db, self.alert.case.reference, partnership_id=self.place.id)

    def report(self) -> IncidentReport:
        """The report that the case began with."""
        [found] = [one.report for one in self.case().evidence if one.report]
        return found

    def worked(self, result: LabResult, times: int = 1) -> list[AlertDoubt]:
        """What the worker has put in doubt once it has done what was deferred for the result."""
        self.db.flush()
        waiting = text(
            "SELECT count(*) FROM procrastinate_jobs "
            "WHERE task_name = 'issuing.doubt' AND (args ->> 'result_id')::bigint = :result"
        )
        self.deferred = self.db.scalar(waiting, {"result": result.id}) or 0
        self.db.commit()
        for _ in range(times if self.deferred else 0):
            consider(self.work, result_id=result.id)
        return list(self.db.scalars(select(AlertDoubt).order_by(AlertDoubt.id)))


@pytest.fixture
def bench(
    db: Session,
    north_shore: Partnership,
    cast: Cast,
    names: Names,
    sessions: sessionmaker[Session],
    app: Any,
    approver: FlaskClient,
    waiting: str,
) -> Bench:
    """An alert in force that says metonitazene was found in tablets sold as oxycodone."""
    vocabulary: Vocabulary = app.extensions["ldis.vocabulary"]
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    alert = db.scalars(select(Alert).where(Alert.reference == waiting)).one()
    work = Workplace(sessions=sessions, channels={}, connections={}, public_url="https://l", vocabulary=vocabulary)
    return Bench(db, north_shore, cast, names, work, alert)


def test_a_later_result_of_the_same_sample_that_did_not_find_it_puts_the_alert_in_doubt(bench: Bench) -> None:
    result = bench.result("bromazolam", sample_reference="S-1")
    [doubt] = bench.worked(result)
    assert doubt.words == (
        f"Result {result.reference}, confirmed, found bromazolam and no opioid; "
        f"alert {bench.alert.reference} says metonitazene."
    )


def test_a_later_result_of_the_same_sample_that_found_another_of_its_kind_does_too(bench: Bench) -> None:
    [doubt] = bench.worked(bench.result("protonitazene", sample_reference="S-1"))
    assert "found protonitazene and not metonitazene" in doubt.words


def test_a_result_linked_to_a_report_of_the_case_does(bench: Bench) -> None:
    result = bench.result("bromazolam")
    assert bench.worked(result) == []
    comparing.link(
        bench.db, result, bench.report().reference, names=bench.names, actor=bench.cast.coordinator, now=LATER
    )
    assert len(bench.worked(result)) == 1


def test_a_result_that_names_a_report_of_the_case_does_when_it_comes_in(bench: Bench) -> None:
    assert len(bench.worked(bench.result(incident_reference=bench.report().reference))) == 1


def test_a_result_that_joins_the_case_does(bench: Bench) -> None:
    result = bench.result("bromazolam")
    gathering.add_evidence(bench.db, bench.case().reference, result, actor=bench.cast.coordinator, now=LATER)
    assert len(bench.worked(result)) == 1


def test_what_can_kill_and_the_alert_says_nothing_of_puts_it_in_doubt(bench: Bench) -> None:
    [doubt] = bench.worked(bench.result("metonitazene", "xylazine", sample_reference="S-1"))
    assert doubt.words.endswith(f"found xylazine, of which alert {bench.alert.reference} says nothing.")


AGREES: dict[str, dict[str, Any]] = {
    "the same": {"found": ("metonitazene",)},
    "the same and a cutting agent": {"found": ("metonitazene", "paracetamol")},
    "nothing that could be identified": {"found": (), "finding": Finding.UNABLE},
}


@pytest.mark.parametrize("said", AGREES.values(), ids=list(AGREES))
def test_a_result_that_bears_the_alert_out_or_says_nothing_raises_no_doubt(
    bench: Bench, said: dict[str, Any]
) -> None:
    found = said.pop("found") if "found" in said else ()
    assert bench.worked(bench.result(*found, sample_reference="S-1", **said)) == []
    assert bench.deferred


def test_a_result_that_nobody_vouches_for_raises_no_doubt_by_naming_a_report(bench: Bench) -> None:
    stranger = bench.result("bromazolam", incident_reference=bench.report().reference, vouched_for=False)
    assert bench.worked(stranger) == []


def test_an_alert_that_is_no_longer_in_force_is_left_alone(bench: Bench) -> None:
    bench.alert.content = bench.alert.content | {"expires_on": "2020-01-01"}
    assert bench.worked(bench.result("bromazolam", sample_reference="S-1")) == []


def test_a_pair_of_alert_and_result_is_doubted_once(bench: Bench) -> None:
    assert len(bench.worked(bench.result("bromazolam", sample_reference="S-1"), times=3)) == 1
    assert len(letters(bench.db)) == 1


def letters(db: Session) -> list[Delivery]:
    """What was written to coordinators about doubts."""
    return list(db.scalars(select(Delivery).where(Delivery.about.startswith("doubt/"))))


def test_the_coordinator_hears_at_once_and_the_case_notes_it(bench: Bench) -> None:
    [doubt] = bench.worked(bench.result("bromazolam", sample_reference="S-1"))
    [letter] = letters(bench.db)
    assert (letter.medium, letter.urgency) == (Medium.EMAIL, Urgency.WARNING)
    assert letter.subject == f"Urgent: a result contradicts alert {bench.alert.reference}"
    assert f"https://l/issuing/{bench.alert.reference}/doubts" in letter.text
    entry = bench.case().entries[-1]
    assert (entry.action, entry.actor_name) == ("put the alert in doubt", "The service")
    assert entry.words == f"{bench.alert.reference}. {doubt.words}"


def test_case_and_alert_show_it_until_a_coordinator_settles_it_with_a_reason(
    bench: Bench, author: FlaskClient, approver: FlaskClient
) -> None:
    [doubt] = bench.worked(bench.result("bromazolam", sample_reference="S-1"))
    alert = f"/issuing/{bench.alert.reference}"
    shown_on = (f"/cases/{bench.case().reference}", alert, f"{alert}/approval")
    for page in shown_on:
        assert doubt.words in words_of(approver.get(page).text), page
    settling = {"_form": f"doubt-{doubt.id}", "settled_as": "keep"}
    refused = author.post(f"{alert}/doubts/{doubt.id}", data=settling)
    assert refused.status_code == 422
    assert "Enter a reason." in words_of(refused.text)
    answer = author.post(f"{alert}/doubts/{doubt.id}", data=settling | {"reason": "Another tablet of the bag."})
    assert answer.location == f"{alert}/doubts"
    for page in shown_on:
        assert "Say what becomes of alert" not in words_of(author.get(page).text), page
    settled = words_of(author.get(f"{alert}/doubts").text)
    assert "It stands" in settled
    assert "Another tablet of the bag." in settled
    assert bench.case().entries[-1].action == "keeps the alert as it is"
    again = author.post(f"{alert}/doubts/{doubt.id}", data=settling | {"reason": "Once more."})
    assert again.status_code == 409


def test_that_it_will_be_updated_leads_to_the_update_with_its_words(bench: Bench, author: FlaskClient) -> None:
    [doubt] = bench.worked(bench.result("bromazolam", sample_reference="S-1"))
    said = {"_form": f"doubt-{doubt.id}", "settled_as": "will update", "reason": "It was bromazolam."}
    answer = author.post(f"/issuing/{bench.alert.reference}/doubts/{doubt.id}", data=said)
    assert answer.location.endswith("/draft")
    page = author.get(answer.location).text
    assert "Draft the update" in page
    assert "It was bromazolam." in page
    assert bench.alert.content["headline"] in words_of(page)


def test_only_a_coordinator_settles_it(bench: Bench, approver: FlaskClient, browser_of: BrowserOf) -> None:
    [doubt] = bench.worked(bench.result("bromazolam", sample_reference="S-1"))
    address = f"/issuing/{bench.alert.reference}/doubts"
    form = {"_form": f"doubt-{doubt.id}", "settled_as": "keep", "reason": "No."}
    assert approver.post(f"{address}/{doubt.id}", data=form).status_code == 403
    stranger = browser_of(bench.cast.stranger)
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/{doubt.id}", data=form).status_code == 404
