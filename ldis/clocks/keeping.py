"""Which clocks must run now, and making it so: in a statement each for all reports and cases of the installation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.clocks.models import Clock
from ldis.clocks.rules import Kind, Runs, times
from ldis.deadlines import Clocks
from ldis.followup.rules import ways_to_reach
from ldis.submissions.models import IncidentReport

AT_A_TIME = 1000
KEEPING = 0x1D17  # advisory lock: clocks are started and stopped by one worker at a time

RISK_CHANGES = "('say that life is at risk', 'say that life is not at risk')"
EVIDENCE_COMES = "('add evidence', 'take in another case')"

WANTED = f"""
    SELECT r.partnership_id, 'assess' AS kind, 'report/' || r.id AS about, r.id AS report_id, NULL::bigint AS case_id,
        r.received_at AS started_at, r.harm_level IN ('life-threatening', 'fatal') AS always
    FROM incident_reports r
    WHERE r.status <> 'decided'
        AND NOT EXISTS (SELECT FROM case_evidence e WHERE e.report_id = r.id)
        AND NOT EXISTS (SELECT FROM report_merges m WHERE m.merged_id = r.id AND m.undone_at IS NULL)
  UNION ALL
    SELECT r.partnership_id, 'answer the reporter', 'report/' || r.id, r.id, NULL, r.received_at, false
    FROM incident_reports r
    WHERE r.may_contact AND (r.reporter_email_index IS NOT NULL OR r.reporter_phone IS NOT NULL)
        AND (r.status <> 'decided'
            OR EXISTS (SELECT FROM report_steps s WHERE s.report_id = r.id AND s.to_be_told AND s.told_at IS NULL))
        AND NOT EXISTS (SELECT FROM report_steps s WHERE s.report_id = r.id AND s.told_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM report_questions q WHERE q.report_id = r.id)
  UNION ALL
    SELECT c.partnership_id, 'assess', 'case/' || c.id, NULL, c.id,
        greatest(c.opened_at, (
            SELECT max(e.at) FROM case_entries e
            WHERE e.case_id = c.id
                AND (e.action IN {RISK_CHANGES}
                    OR e.before IN ('decided', 'closed') AND e.after NOT IN ('decided', 'closed')))),
        c.risk_to_life
    FROM cases c
    WHERE c.state NOT IN ('decided', 'closed')
  UNION ALL
    SELECT c.partnership_id, 'review what was decided at once', 'case/' || c.id, NULL, c.id, d.decided_at, true
    FROM cases c JOIN decisions d ON d.case_id = c.id AND d.round = c.round AND d.at_once
    WHERE c.state = 'decided'
        AND NOT EXISTS (SELECT FROM decisions later WHERE later.case_id = c.id AND later.id > d.id)
"""  # noqa: S608 - nothing but words of ours
"""The clocks that must run: what came in and is in no case, reporters who wait to hear, cases under review, and what
was decided at once."""

STOP = text(
    f"""
    UPDATE clocks SET stopped_at = least(:now, greatest(clocks.started_at, coalesce(
        CASE WHEN clocks.case_id IS NOT NULL THEN (
            SELECT max(e.at) FROM case_entries e
            WHERE e.case_id = clocks.case_id AND (e.before <> e.after OR e.action IN {RISK_CHANGES}
                OR e.action IN {EVIDENCE_COMES} OR e.action = 'review what was decided at once'))
        WHEN clocks.kind = 'assess' THEN (
            SELECT e.added_at FROM case_evidence e WHERE e.report_id = clocks.report_id)
        ELSE least(
            (SELECT min(q.asked_at) FROM report_questions q WHERE q.report_id = clocks.report_id),
            (SELECT min(s.told_at) FROM report_steps s WHERE s.report_id = clocks.report_id))
        END, :now)))
    WHERE clocks.stopped_at IS NULL AND NOT EXISTS (
        SELECT FROM ({WANTED}) wanted
        WHERE wanted.kind = clocks.kind AND wanted.about = clocks.about
            AND wanted.started_at <= clocks.started_at AND wanted.always = (clocks.runs = 'always'))
    """  # noqa: S608
)
"""Stop what need not run any more, at the moment at which that came about as far as it is known."""

MISSING = text(
    f"""
    SELECT wanted.*, (
        SELECT max(e.at) FROM case_entries e
        WHERE e.case_id = wanted.case_id AND e.action IN {EVIDENCE_COMES} AND EXISTS (
            SELECT FROM clocks c
            WHERE c.kind = wanted.kind AND c.about = wanted.about AND c.started_at >= wanted.started_at)
        ) AS changed_at
    FROM ({WANTED}) wanted
    WHERE NOT EXISTS (
        SELECT FROM clocks c
        WHERE c.kind = wanted.kind AND c.about = wanted.about
            AND (c.stopped_at IS NULL OR c.kind = 'answer the reporter'))
    ORDER BY wanted.started_at, wanted.kind, wanted.about
    LIMIT :at_most
    """  # noqa: S608
)
"""What must run and does not. A reporter is answered once; that evidence raised the risk restarts the clock."""


def keep_up(session: Session, *, clocks: Clocks, now: datetime) -> int:
    """Stop the clocks of what is done, and start those of what is new. How many were started; there may be more."""
    session.execute(text("SELECT pg_advisory_xact_lock(:purpose)"), {"purpose": KEEPING})
    session.execute(STOP, {"now": now})
    missing = session.execute(MISSING, {"at_most": AT_A_TIME}).mappings().all()
    if not missing:
        return 0
    out_of_reach = _out_of_reach(session, missing)
    rows = [_row(one, clocks=clocks, out_of_reach=out_of_reach) for one in missing]
    session.execute(insert(Clock).on_conflict_do_nothing(), rows)
    return len(rows)


def _row(wanted: Mapping[Any, Any], *, clocks: Clocks, out_of_reach: set[int]) -> dict[str, Any]:
    kind, runs = Kind(wanted["kind"]), Runs.ALWAYS if wanted["always"] else Runs.WORKING
    started_at = max(filter(None, (wanted["started_at"], wanted["changed_at"])))
    found = times(kind, runs, started_at, clocks=clocks)
    unreachable = kind is Kind.ANSWER and wanted["report_id"] in out_of_reach
    return {
        "partnership_id": wanted["partnership_id"],
        "kind": kind,
        "about": wanted["about"],
        "report_id": wanted["report_id"],
        "case_id": wanted["case_id"],
        "runs": runs,
        "started_at": started_at,
        "warn_at": found.warn_at,
        "due_at": found.due_at,
        "stopped_at": started_at if unreachable else None,
    }


def _out_of_reach(session: Session, missing: Sequence[Mapping[Any, Any]]) -> set[int]:
    """The reporters who left a telephone alone that takes no text messages: their clocks never run."""
    asked = [one["report_id"] for one in missing if one["kind"] == Kind.ANSWER]
    known = (IncidentReport.id, IncidentReport.reporter_email, IncidentReport.reporter_phone)
    rows = session.execute(select(*known).where(IncidentReport.id.in_(asked)))
    return {number for number, email, phone in rows if not ways_to_reach(email=email, phone=phone)}
