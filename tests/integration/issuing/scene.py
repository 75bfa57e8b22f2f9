"""A case that the panel has decided, contacts on lists, and an alert about it at any point of its way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.cases import gathering, panel
from ldis.cases import service as cases
from ldis.cases.ballots import DecisionForm, GradingForm, VoteForm
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, Outcome, WouldHelp
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.deliveries.models import Delivery
from ldis.issuing.models import Alert
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Sector
from ldis.submissions import queries as found
from ldis.submissions import reports, results
from ldis.submissions.rules import (
    Finding,
    Form,
    HarmLevel,
    HowKnown,
    Naloxone,
    Part,
    Purpose,
    Stage,
    Symptom,
    Technique,
)
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm
from ldis.substances.names import Names
from tests.integration.cast import NOW, Cast

HASH = re.compile(r'name="content_hash" value="([0-9a-f]{64})"')
VERSION = re.compile(r'name="seen_version" value="(\d+)"')


@dataclass(frozen=True)
class Directory:
    """Two lists that share one person, and one person who opted out."""

    everybody: ContactList
    nights: ContactList
    both: Contact
    by_email: Contact
    opted_out: Contact

    @property
    def ids(self) -> list[int]:
        return [self.everybody.id, self.nights.id]


def decide(
    db: Session, cast: Cast, place: Partnership, names: Names, policy: Policy, *, outcome: Outcome = Outcome.ALERT
) -> Case:
    """A report and a confirmed result, gathered, graded, voted on and decided."""
    sent = reports.submit_report(db, INCIDENT, place=place.place, names=names, key="a report", by="test", now=NOW)
    result = results.submit_result(
        db, RESULT, place=place.place, names=names, key="a result", by="test", vouched_for=True, now=NOW
    )
    report = found.the_report(db, sent.reference, partnership_id=place.id)
    case = gathering.open_case(
        db, title="Tablets sold as oxycodone", first=report, actor=cast.coordinator, now=NOW
    )
    gathering.add_evidence(db, case.reference, result, actor=cast.coordinator, now=NOW)
    _let_the_panel_decide(db, cast, case, policy, outcome)
    db.commit()
    return case


INCIDENT = IncidentForm(
    happened_on=NOW.date(),
    area_code="E99000001",
    sold_as="oxycodone",
    form=Form.TABLET,
    harm_level=HarmLevel.LIFE_THREATENING,
    naloxone=Naloxone.GIVEN,
    how_known=HowKnown.SAW_IT,
    symptoms=(Symptom.BREATHING, Symptom.BLUE),
)
RESULT = LabResultForm(
    sample_reference="S-1",
    laboratory="North Shore University",
    purpose=Purpose.INTELLIGENCE,
    stage=Stage.CONFIRMED,
    technique=Technique.GC_MS,
    reported_on=NOW.date(),
    finding=Finding.FOUND,
    sold_as="oxycodone",
    form=Form.TABLET,
    components=(ComponentForm(substance="metonitazene", part=Part.MAIN),),
)


def _let_the_panel_decide(db: Session, cast: Cast, case: Case, policy: Policy, outcome: Outcome) -> None:
    def version() -> int:
        db.flush()
        db.refresh(case, ["version"])
        return case.version

    high = 3 if outcome is Outcome.ALERT else 0
    cases.move(
        db,
        case.reference,
        Action.CALL_PANEL,
        reason="",
        seen_version=version(),
        actor=cast.coordinator,
        now=NOW,
    )
    for member in (cast.medical, cast.public_health):
        grading = GradingForm(
            answers={question.key: high for question in policy.questions},
            would_help=WouldHelp.YES,
            seen_version=version(),
        )
        panel.grade(db, case.reference, grading, policy=policy, actor=member, now=NOW)
    for member in (cast.medical, cast.public_health):
        vote = VoteForm(outcome=outcome, seen_version=version(), reason="It says so.")
        panel.vote(db, case.reference, vote, policy=policy, actor=member, now=NOW)
    form = DecisionForm(outcome=outcome, seen_version=version(), reason="It says so.")
    panel.decide(db, case.reference, form, policy=policy, actor=cast.coordinator, now=NOW)


def fill_directory(db: Session, place: Partnership, actor: Actor) -> Directory:
    """Three contacts at two organisations, on two lists."""
    hostel, ward = (
        people.add_organisation(db, partnership_id=place.id, name=name, sector=sector, actor="test").id
        for name, sector in (("Harbour Hostel", Sector.HOSTEL), ("City Ward", Sector.EMERGENCY_DEPARTMENT))
    )
    everybody = contacts.add_list(db, ListDetails(name="Everybody"), actor=actor)
    nights = contacts.add_list(db, ListDetails(name="Nights"), actor=actor)

    def add(name: str, number: int, organisation: int, *lists: ContactList, mobile: bool = True) -> Contact:
        details = ContactDetails(
            name=name,
            organisation_id=organisation,
            mobile=f"07700 900{number}" if mobile else "",
            email=f"{name.lower().replace(' ', '.')}@example.org",
            by_sms=True,
            by_email=True,
            list_ids=tuple(one.id for one in lists),
        )
        return contacts.add_contact(db, details, actor=actor, now=NOW, allow_drama=True)

    made = Directory(
        everybody=everybody,
        nights=nights,
        both=add("Noor Quay", 101, hostel, everybody, nights),
        by_email=add("Wes Lane", 102, ward, everybody, mobile=False),
        opted_out=add("Gil Reed", 103, ward, everybody, nights),
    )
    contacts.opt_out(db, made.opted_out.id, actor=actor, now=NOW)
    db.commit()
    return made


def draft(author: FlaskClient, case: Case) -> str:
    """The reference of an alert drafted from a case through the page."""
    answer = author.post(f"/issuing/from/{case.reference}")
    assert answer.status_code == 302, answer.text
    return str(answer.location.split("/")[-2])


def fields_of(page: str) -> dict[str, list[str]]:
    """What the form of a draft holds, as a browser would send it back."""
    form = page[page.index("<form", page.index("Draft the alert")) : page.index("Save and see the words")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind, name, value = (_attribute(tag, one) for one in ("type", "name", "value"))
        if name and (kind not in ("checkbox", "radio") or re.search(r"\schecked\b", tag)):
            sent.setdefault(name, []).append(value)
    for opening, words in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form, re.DOTALL):
        sent[_attribute(opening, "name")] = [unescape(words)]
    return sent


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def save(author: FlaskClient, reference: str, **changes: str | Sequence[object]) -> FlaskClient:
    """Change a draft as its author would: open it, change some answers, save it."""
    shown = author.get(f"/issuing/{reference}/draft")
    assert shown.status_code == 200, shown.text
    answer = author.post(f"/issuing/{reference}/draft", data=fields_of(shown.text) | changes)
    assert answer.status_code == 302, answer.text
    return author


def send(author: FlaskClient, reference: str, reason: str = "It is what the panel asked for.") -> None:
    """Send a draft for approval from its page."""
    shown = author.get(f"/issuing/{reference}/draft").text
    answer = author.post(
        f"/issuing/{reference}/send",
        data=handover(shown, reason),
    )
    assert answer.status_code == 302, answer.text


def handover(page: str, reason: str) -> dict[str, str]:
    """What the form that sends for approval sends, with one reason for every warning."""
    asked = dict.fromkeys(re.findall(r'<textarea[^>]* name="(reason_\w+)"', page), reason)
    return {"seen_version": version_on(page), "_form": "handover", **asked}


def version_on(page: str) -> str:
    """The version that a page carries."""
    found = VERSION.search(page)
    assert found, page
    return found[1]


def hash_on(page: str) -> str:
    """What an approver who looks at this page would sign."""
    found = HASH.search(page)
    assert found, page
    return found[1]


def signature(approver: FlaskClient, reference: str) -> dict[str, str]:
    """What pressing the green button on the approval page sends."""
    page = approver.get(f"/issuing/{reference}/approval")
    assert page.status_code == 200, page.text
    return {"content_hash": hash_on(page.text), "_form": "signature"}


def waiting_alert(author: FlaskClient, case: Case, list_ids: Sequence[int]) -> str:
    """The reference of an alert that waits for approval."""
    reference = draft(author, case)
    send(save(author, reference, list_ids=list_ids), reference)
    return reference


def deliveries_of(db: Session, reference: str) -> list[Delivery]:
    """What was written for an alert."""
    alert = alert_called(db, reference)
    return list(
        db.scalars(
            select(Delivery)
            .where(Delivery.about == f"alert/{alert.id}")
            .order_by(Delivery.id)
            .execution_options(populate_existing=True)
        )
    )


def alert_called(db: Session, reference: str) -> Alert:
    """An alert as it is in the database now."""
    db.expire_all()
    found = db.scalar(select(Alert).where(Alert.reference == reference))
    assert found is not None
    return found
