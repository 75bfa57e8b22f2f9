"""A report and a result in questions and answers, as reviewers read them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.submissions import queries as submissions
from ldis.submissions.kept import Kept, marked
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import turn_round
from ldis.vapes import queries as vape_queries
from ldis.vapes import views as vapes
from ldis.vapes.models import VapeDetails

Rows: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True)
class Ahead:
    """What the answers of several reports and results need besides. While it is held, no result asks for its own."""

    vapes: Mapping[int, VapeDetails]
    named: Sequence[object]


def read_ahead(session: Session, reports: Collection[IncidentReport], results: Collection[LabResult]) -> Ahead:
    """Ask for what the answers of these need in a question for each kind, and not for each of them."""
    vapes_of = {one.report_id: one for one in vape_queries.details_ahead(session, reports)}
    return Ahead(vapes_of, submissions.named_by_results(session, results))


def rows_of_report(session: Session, report: IncidentReport, actor: Actor, ahead: Ahead | None = None) -> Rows:
    """An incident report with the answers that only its kind has, as far as this person may read them."""
    told = [*_what_happened(report), *_the_drug(report), *_the_people(report), *_how_known(report, actor)]
    vape = ahead.vapes.get(report.id) if ahead else vape_queries.details_of(session, report)
    of_the_vape = vapes.rows_of(vape, actor, report.kept_details) if vape else []
    return _answered(told, report.kept_details) + of_the_vape


def _answered(rows: Rows, kept: Sequence[Kept]) -> Rows:
    """Without what was not answered, and with what was kept marked."""
    return [(question, marked(answer, kept)) for question, answer in rows if answer]


def _what_happened(report: IncidentReport) -> Rows:
    place = ", ".join(part for part in (report.place, report.area.name, report.outward_postcode) if part)
    reading = ", ".join(dict.fromkeys(match["name"] for match in report.read_as.get("matches", [])))
    return [
        ("Sold or described as", report.sold_as),
        ("Read as", f"{reading} ({report.substance_class})" if reading else "Not recognised"),
        ("Kind of report", _sentence(report.kind)),
        ("What happened", _sentence(report.harm_level)),
        ("When", f"{report.happened_on.day} {report.happened_on:%B %Y} {report.rough_time}".strip()),
        ("Where", place),
        ("Kind of place", _sentence(report.setting)),
    ]


def _the_drug(report: IncidentReport) -> Rows:
    return [
        ("Form", _sentence(report.form)),
        ("Colour", report.colour),
        ("Markings", report.markings),
        ("Packaging", report.packaging),
        ("Brand", report.brand),
        ("How taken", _sentence(", ".join(report.routes))),
        ("Also taken", report.other_substances),
        ("Left of it", _sentence(report.sample)),
    ]


def _the_people(report: IncidentReport) -> Rows:
    """Who was affected, as far as may be known, and what became of them."""
    doses = f"{report.naloxone_doses} {'dose' if report.naloxone_doses == 1 else 'doses'}"
    naloxone = [report.naloxone.value, doses if report.naloxone_doses else "", report.naloxone_response or ""]
    return [
        ("People affected", str(report.people_affected or "")),
        ("Ages", _sentence(", ".join(report.age_bands))),
        ("Sex", _sentence(report.sex)),
        ("Naloxone", _sentence(", ".join(filter(None, naloxone)))),
        ("Seen", _sentence(", ".join(report.symptoms))),
        ("Ambulance called", _sentence(report.ambulance_called)),
        ("Emergency department", _sentence(report.ed_attended)),
        ("Recovered within hours", _sentence(report.recovered)),
        ("Safeguarding concern raised", _sentence(report.safeguarding)),
    ]


def _how_known(report: IncidentReport, actor: Actor) -> Rows:
    """Who says so. The reporter was promised that name and addresses are for the partnership's coordinators."""
    reaching = ", ".join(filter(None, (report.reporter_email, report.reporter_phone)))
    coordinates = actor.holds(Role.COORDINATOR) and actor.partnership_id == report.partnership_id
    return [
        ("How they know", _sentence(report.how_known)),
        ("Anything else", report.details),
        ("Kept, though it looks like a personal detail", report.kept_details_reason),
        ("Reported by", report.reporter_organisation),
        ("Reporter (coordinators only)", (report.reporter_name or "") if coordinates else ""),
        ("How to reach them (coordinators only)", reaching if coordinates else ""),
        ("May be contacted", "Yes" if report.may_contact else "No"),
    ]


def _sentence(word: str | None) -> str:
    """Words of ours with a capital."""
    return word[0].upper() + word[1:] if word else ""


def rows_of_result(session: Session, result: LabResult) -> Rows:
    """A laboratory result in questions and answers."""
    turn = turn_round(
        sampled_on=result.sampled_on, arrived_on=result.sample_received_on, reported_on=result.reported_on
    )
    found = "; ".join(_component_words(c) for c in result.components) or result.finding.value.capitalize()
    rows = [
        ("Sold as", result.sold_as or (result.report.sold_as if result.report else "")),
        ("Found", found),
        ("Expected and found", result.comparison.get("sentence", "")),
        ("Stage", f"{result.stage.value.capitalize()}, {result.technique.value}"),
        (
            "Purpose",
            "Intelligence. Never to be presented as evidence." if result.purpose == "intelligence" else "Evidence",
        ),
        ("Laboratory", f"{result.laboratory}, sample {result.sample_reference}"),
        ("Reported", f"{result.reported_on.day} {result.reported_on:%B %Y}"),
        ("Turn-round", turn.in_words.capitalize()),
        ("Sample taken in", result.area.name if result.area else ""),
        ("From report", result.report.reference if result.report else ""),
        ("Supersedes", submissions.superseded_by(session, result) or ""),
        ("Sender", "" if result.vouched_for else "Not known to us. It came by the open form and is not verified."),
        ("Kept, though it looks like a personal detail", result.kept_details_reason),
    ]
    return _answered(rows, result.kept_details)


def _component_words(component: Any) -> str:
    amount = (
        f" {component.quantity.normalize():f} {component.unit}".rstrip() if component.quantity is not None else ""
    )
    spread = f" ± {component.plus_minus.normalize():f}" if component.plus_minus is not None else ""
    return f"{component.substance} ({component.part.value}){amount}{spread}"
