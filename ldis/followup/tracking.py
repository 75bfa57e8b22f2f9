"""Following a report with a code: one code at a time, used once, and no word about whose report it is."""

import secrets
from datetime import datetime
from hmac import compare_digest

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.followup import queries
from ldis.followup.letters import code_words
from ldis.followup.models import TrackingCode
from ldis.followup.rules import REPORTER, Address, ways_to_reach
from ldis.followup.schemas import Follow
from ldis.people.rules import code_still_good
from ldis.people.signing_in import NOBODY
from ldis.secrecy import blind_index
from ldis.submissions.models import IncidentReport


def send_code(session: Session, claim: Follow, *, now: datetime) -> None:
    """Send a code to the address that a report was left with, in place of any earlier one; else nothing.

    The caller says the same thing either way, and takes the same time over it.
    """
    report = _claimed(session, claim)
    if report is None:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    fresh = {"digest": _digest(report, code), "sent_at": now, "tries": 0}
    session.execute(
        insert(TrackingCode)
        .values(report_id=report.id, **fresh)
        .on_conflict_do_update(index_elements=["report_id"], set_=fresh)
    )
    letter = Letter(
        medium=claim.address.medium,
        address=claim.address.address,
        words=code_words(code, reference=report.reference, medium=claim.address.medium),
        about=f"report-code/{secrets.token_hex(12)}",
        recipient=f"reporter/{report.id}",
        urgency=Urgency.SIGN_IN,
        partnership_id=None,
    )
    deliveries.post(session, letter, now=now)


def check_code(session: Session, claim: Follow, typed: str, *, now: datetime) -> IncidentReport | None:
    """The report that this code opens; none where it is wrong, used, replaced, worn out or has run out.

    The try is kept in the audit record either way, without what was typed. The caller commits before it refuses.
    """
    report = _claimed(session, claim)
    held = queries.held_code(session, report) if report is not None else None
    if report is not None and held is not None and code_still_good(held.sent_at, held.tries, now=now):
        held.tries += 1
        if compare_digest(_digest(report, typed), held.digest):
            session.delete(held)
            _record(session, "followed by its reporter", report, actor=REPORTER)
            return report
    _record(session, "following failed", report, actor=NOBODY, reference=claim.reference)
    return None


def _claimed(session: Session, claim: Follow) -> IncidentReport | None:
    """The report, if it was left with this address. Each of its addresses is compared in a time of its own."""
    report = queries.report_to_follow(session, claim.reference)
    if report is None:
        return None
    left = ways_to_reach(email=report.reporter_email, phone=report.reporter_phone)
    right = [compare_digest(_index(way), _index(claim.address)) for way in left]
    return report if any(right) else None


def _index(way: Address) -> str:
    return blind_index(f"{way.medium.value} {way.address}")


def _digest(report: IncidentReport, code: str) -> str:
    """What is kept of a code: keyed, so that a million guesses at the database find nothing."""
    return blind_index(f"tracking {report.id} {code}")


def _record(
    session: Session, action: str, report: IncidentReport | None, *, actor: str, reference: str | None = None
) -> None:
    """A try at a report that is not theirs, or not there, is recorded with the reference alone."""
    audit.record(
        session,
        action,
        f"report/{report.id}" if report is not None else f"reference/{reference}",
        actor=actor,
        partnership_id=report.partnership_id if report is not None else None,
    )
