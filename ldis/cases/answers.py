"""A report and a result in questions and answers, as reviewers read them."""

from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from ldis.people.access import Actor
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import turn_round
from ldis.vapes import views as vapes

Rows: TypeAlias = list[tuple[str, str]]


def rows_of_report(session: Session, report: IncidentReport, actor: Actor) -> Rows:
    """An incident report with the answers that only its kind has, as far as this person may read them."""
    return _report_rows(report) + vapes.rows_about(session, report, actor)


def _report_rows(report: IncidentReport) -> Rows:
    """An incident report in questions and answers; what was not answered is left out."""
    place = ", ".join(part for part in (report.place, report.area.name, report.outward_postcode) if part)
    reading = ", ".join(dict.fromkeys(match["name"] for match in report.read_as.get("matches", [])))
    rows = [
        ("Sold or described as", report.sold_as),
        ("Read as", f"{reading} ({report.substance_class})" if reading else "Not recognised"),
        ("What happened", report.harm_level.value.capitalize()),
        ("When", f"{report.happened_on.day} {report.happened_on:%B %Y} {report.rough_time}".strip()),
        ("Where", place),
        ("Kind of place", report.setting.value.capitalize() if report.setting else ""),
        ("Form", report.form.value.capitalize() if report.form else ""),
        ("Naloxone", report.naloxone.value.capitalize()),
        ("Seen", ", ".join(report.symptoms).capitalize()),
        ("How they know", report.how_known.value.capitalize()),
        ("Anything else", report.details),
        ("Reported by", ", ".join(part for part in (report.reporter_name, report.reporter_organisation) if part)),
        ("May be contacted", "Yes" if report.may_contact else "No"),
    ]
    return [(question, answer) for question, answer in rows if answer]


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
    ]
    return [(question, answer) for question, answer in rows if answer]


def _component_words(component: Any) -> str:
    amount = (
        f" {component.quantity.normalize():f} {component.unit}".rstrip() if component.quantity is not None else ""
    )
    spread = f" ± {component.plus_minus.normalize():f}" if component.plus_minus is not None else ""
    return f"{component.substance} ({component.part.value}){amount}{spread}"
