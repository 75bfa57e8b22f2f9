"""What the page of one case shows, gathered from queries and rules and put into words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.audit import queries as audit
from ldis.audit.models import AuditEntry
from ldis.casefile import steps
from ldis.casefile.evidence import evidence_page
from ldis.casefile.remembered import remembered
from ldis.cases import panel
from ldis.cases.answers import Ahead, read_ahead, rows_of_report, rows_of_result
from ldis.cases.ballots import RecusalSchema
from ldis.cases.models import Case, Evidence, Grading
from ldis.cases.policy import Policy, Question, listed
from ldis.cases.rules import Action, Outcome, State, When
from ldis.cases.service import is_so, reports_of
from ldis.clocks.views import clocks_shown
from ldis.convening.views import convening
from ldis.corroboration.views import asked_about
from ldis.issuing import queries as alerts
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.photos import queries as photos
from ldis.photos.models import Photo
from ldis.signals import queries as signal_queries
from ldis.signals import views as signals
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.web import form_for


def case_page(session: Session, case: Case, actor: Actor, *, policy: Policy, now: datetime) -> dict[str, Any]:
    """What the page of one case shows to this person."""
    may_see = sees_gradings(case, actor)
    merged = submissions.merged_into(session, reports_of(case))
    evident = evidence_page(session, case, merged, may_see=may_see, now=now)
    return {
        **evident,
        **remembered(session, case, now=now),
        "doubts": alerts.open_doubts_in(session, case, partnership_id=case.partnership_id),
        "case": case,
        "signals": signals.rows(session, signal_queries.signals_in(session, case)),
        "clocks": clocks_shown(session, case, policy, now=now),
        "now": now,
        "asked": asked_about(session, case),
        "evidence": _evidence_of(session, case, merged, actor),
        "audit": _audit(session, case, actor),
        "convening": convening(session, case, actor, policy=policy, now=now),
        "quorum": panel.quorum_in_words(case, policy) if may_see else "",
        "gradings": _gradings_side_by_side(panel.counting_gradings(case), policy) if may_see else None,
        "votes": panel.counting_votes(case) if may_see else [],
        "suggestion": panel.suggestion(case, policy, evident["brief"].facts) if may_see else None,
        "decision": case.decisions[-1] if case.decisions else None,
        "outcome": panel.decided_outcome(case),
        "Outcome": Outcome,
        "buttons": steps.buttons(case, actor),
        "links": steps.links(case, actor),
        "recusal": recusal_form(case, actor),
        "looked_back_on": panel.decided_at_once(case),
        "review_due": is_so(case, When.REVIEW_DUE),
        "mine": steps.mine(case, actor),
        "next_step": steps.next_step(case, actor, policy),
        "taken_up_as": steps.taken_up_as(case),
    }


def everything_in(session: Session, case: Case) -> list[IncidentReport | LabResult]:
    """The reports and results of a case, with the reports that were merged into them."""
    own = [evidence.report or evidence.lab_result for evidence in case.evidence]
    reports = [one for one in own if isinstance(one, IncidentReport)]
    merged = submissions.merged_into(session, reports)
    return [one for one in own if one is not None] + [one for several in merged.values() for one in several]


def recusal_form(case: Case, actor: Actor) -> Any:
    """The form on which this person may stand aside; nothing where they have done so or sit on no panel."""
    if Action.RECUSE not in steps.possible(case, actor):
        return None
    return form_for(RecusalSchema, ids="recuse", seen_version=case.version)


def sees_gradings(case: Case, actor: Actor) -> bool:
    """A member of the panel sees the others' gradings once their own is in, or the case is past them."""
    judging = case.state is State.WITH_PANEL or is_so(case, When.REVIEW_DUE)
    if not actor.holds(Role.PANEL_MEMBER) or not judging:
        return True
    return panel.grading_by(case, actor.id) is not None or panel.is_recused(case, actor.id)


def _evidence_of(
    session: Session, case: Case, merged: Mapping[int, Sequence[IncidentReport]], actor: Actor
) -> list[dict[str, Any]]:
    """Each piece of evidence, a report with those that were merged into it: they do not stand for themselves too."""
    reports = reports_of(case)
    everything = [one for several in (reports, *merged.values()) for one in several]
    results = [evidence.lab_result for evidence in case.evidence if evidence.lab_result is not None]
    ahead = read_ahead(session, everything, results)
    keys = {one.submission_key for one in everything}
    sent = photos.photos_of(session, keys, partnership_id=case.partnership_id)
    return [
        _evidence_row(session, evidence, merged.get(evidence.report_id or 0, []), sent, actor=actor, ahead=ahead)
        for evidence in standing_for_itself(case, merged)
    ]


def standing_for_itself(case: Case, merged: Mapping[int, Sequence[IncidentReport]]) -> list[Evidence]:
    """What a case has gathered, without reports that were merged into others: those speak for them."""
    spoken_for = {one.id for several in merged.values() for one in several}
    return [evidence for evidence in case.evidence if evidence.report_id not in spoken_for]


def _evidence_row(
    session: Session,
    evidence: Evidence,
    merged: Sequence[IncidentReport],
    sent: Mapping[str, list[Photo]],
    *,
    actor: Actor,
    ahead: Ahead,
) -> dict[str, Any]:
    report = evidence.report
    if report is not None:
        also = [
            (one, rows_of_report(session, one, actor, ahead), sent.get(one.submission_key, [])) for one in merged
        ]
        rows, own = rows_of_report(session, report, actor, ahead), sent.get(report.submission_key, [])
        return {"kind": "reports", "thing": report, "rows": rows, "photos": own, "merged": also}
    assert evidence.lab_result is not None
    rows = rows_of_result(session, evidence.lab_result)
    return {"kind": "results", "thing": evidence.lab_result, "rows": rows, "merged": []}


def _audit(session: Session, case: Case, actor: Actor) -> Sequence[AuditEntry]:
    """What the audit record says of the case, for those who answer for it."""
    if not actor.holds(Role.COORDINATOR, Role.LEAD):
        return []
    return audit.entries_about(session, f"case/{case.id}", partnership_id=case.partnership_id)


def _gradings_side_by_side(gradings: Sequence[Grading], policy: Policy) -> list[dict[str, Any]]:
    """Each question with what every member answered, their judgement of an alert and their comments last."""
    asked = [_row_of(question, gradings) for question in policy.questions]
    judged = _row("Would an alert help?", [(g.person.name, g.would_help.value.capitalize()) for g in gradings])
    comments = [(g.person.name, g.comment or "None") for g in gradings]
    said = [_row("Comment", comments) | {"differ": False}] if any(g.comment for g in gradings) else []
    return [*asked, judged, *said]


def _row_of(question: Question, gradings: Sequence[Grading]) -> dict[str, Any]:
    return _row(
        question.label, [(g.person.name, question.answers[int(g.answers[question.key])]) for g in gradings]
    )


def _row(question: str, answers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    said = {answer: [name for name, given in answers if given == answer] for _, answer in answers}
    apart = [{"answer": answer, "names": listed(names)} for answer, names in said.items()]
    return {"question": question, "answers": answers, "differ": len(said) > 1, "apart": apart}
