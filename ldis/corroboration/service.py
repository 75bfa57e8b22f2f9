"""Put a question to partners, take their answers in, and remind those who are silent."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.cases import queries as case_queries
from ldis.cases import service as cases
from ldis.cases.models import Case
from ldis.cases.rules import Action
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen
from ldis.corroboration import queries
from ldis.corroboration.letters import longest_text, question_words
from ldis.corroboration.models import AskedPartner, PartnerAnswer, PartnerQuestion, about, reminder_about
from ldis.corroboration.proposal import SAMPLE_TOKEN, TOKEN_BYTES, Proposal, link_to, propose, too_long
from ldis.corroboration.rules import How, Sighting, lateness, remind_at
from ldis.corroboration.schemas import Ask, Word
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.people.access import Actor, digest_of
from ldis.people.models import Partnership

CHANGED = "Count again: these are not the people whom the page counted."
NOBODY = "Nobody whom you chose can be asked. Choose more people, or another way to reach them."
USED = "This form was sent already, with other words. Open it again to ask something else."
STANDS = "This question has closed, and your answer stands. If you have seen more since, send a report."


def ask(
    session: Session, reference: str, form: Ask, *, actor: Actor, now: datetime, public_url: str
) -> PartnerQuestion:
    """Put one question to those whom the page counted, each once, and move the case. The same form asks once."""
    case = cases.locked(session, reference, actor=actor)
    earlier = queries.question_sent_as(session, case, form.submission_key)
    if earlier is not None:
        if earlier.words != form.words:
            raise NotAllowed(USED)
        return earlier
    if form.seen_version != case.version:
        raise Stale
    proposal = propose(session, form.chosen, media=form.media, partnership_id=case.partnership_id)
    _check(proposal, form, actor=actor, now=now, public_url=public_url)
    question = _question(case, form, proposal, actor=actor, now=now)
    session.add(question)
    said = f"“{form.words}” {proposal.in_words}".rstrip()
    cases.step(session, case, Action.CORROBORATE, actor=actor, now=now, words=said)
    session.flush()
    tokens = _name_partners(session, question, proposal)
    letters = _letters(session, question, proposal, tokens, actor=actor, now=now, public_url=public_url)
    written = post_all(session, letters, now=now)
    audit.record(
        session,
        "partners asked",
        about(question),
        actor=actor.label,
        partnership_id=case.partnership_id,
        detail={"case": case.reference, "people": proposal.people, "messages": written},
    )
    return question


def _check(proposal: Proposal, form: Ask, *, actor: Actor, now: datetime, public_url: str) -> None:
    text = longest_text(
        form.words, partnership=actor.partnership_name, sample_link=link_to(public_url, SAMPLE_TOKEN), now=now
    )
    long = too_long(text) if Medium.SMS in form.media else ""
    if long:
        raise Invalid({"words": [long]})
    if not proposal.people:
        raise Invalid({"list_ids": [NOBODY]})
    if proposal.mark != form.audience:
        raise Stale(CHANGED)


def _question(case: Case, form: Ask, proposal: Proposal, *, actor: Actor, now: datetime) -> PartnerQuestion:
    closes_at = now + timedelta(hours=form.closes_in)
    return PartnerQuestion(
        case_id=case.id,
        submission_key=form.submission_key,
        words=form.words,
        asked_at=now,
        asked_by=actor.label,
        closes_at=closes_at,
        remind_at=remind_at(now, closes_at),
        opted_out=proposal.audience.opted_out,
        unreachable=proposal.audience.unreachable,
    )


def _name_partners(session: Session, question: PartnerQuestion, proposal: Proposal) -> dict[int, str]:
    """Give each person the secret end of their own link, and keep that they were asked."""
    places = {one.contact_id: one.organisation_id for one in proposal.audience.recipients}
    tokens = {contact_id: secrets.token_urlsafe(TOKEN_BYTES) for contact_id in places}
    session.execute(
        insert(AskedPartner),
        [
            {
                "question_id": question.id,
                "contact_id": contact_id,
                "organisation_id": place,
                "token": tokens[contact_id],
                "token_digest": digest_of(tokens[contact_id]),
            }
            for contact_id, place in places.items()
        ],
    )
    return tokens


def _letters(
    session: Session,
    question: PartnerQuestion,
    proposal: Proposal,
    tokens: dict[int, str],
    *,
    actor: Actor,
    now: datetime,
    public_url: str,
) -> Iterator[Letter]:
    addresses = contacts.addresses_of(session, tokens, partnership_id=actor.partnership_id)
    for one in proposal.audience.recipients:
        words = question_words(
            question.words,
            partnership=actor.partnership_name,
            link=link_to(public_url, tokens[one.contact_id]),
            closes_at=question.closes_at,
            now=now,
            medium=one.medium,
        )
        yield Letter(
            medium=one.medium,
            address=addresses[one.contact_id, one.medium],
            words=words,
            about=about(question),
            recipient=f"contact/{one.contact_id}",
            urgency=Urgency.ROUTINE,
            partnership_id=actor.partnership_id,
        )


def answer(session: Session, asked: AskedPartner, word: Word, *, how: How, now: datetime) -> PartnerAnswer:
    """Take a partner's answer in. Every answer is kept and the latest counts; the same again changes nothing.

    Once the question has closed an answer that was given stands. A first one is still welcome, and marked late.
    """
    asked = queries.held(session, asked)
    question = asked.question
    latest = asked.answers[-1] if asked.answers else None
    if latest is not None and latest.sighting is word.sighting and word.note in ("", latest.note):
        return latest
    if latest is not None and now > question.closes_at:
        raise NotAllowed(STANDS)
    case = _standing(session, question.case)
    given = PartnerAnswer(
        asked_id=asked.id,
        at=now,
        how=how,
        sighting=word.sighting,
        note=word.note,
        late=lateness(case.state, closes_at=question.closes_at, now=now),
    )
    session.add(given)
    session.flush()
    audit.record(
        session,
        "partner answered",
        about(question),
        actor=asked.recipient,
        partnership_id=case.partnership_id,
        detail={"answer": given.sighting.value, "how": how.value, "late": given.late is not None},
    )
    if latest is not None or word.sighting is not Sighting.NOT_SEEN or word.note:
        _tell(session, case, asked, given, now=now)
    return given


def _standing(session: Session, case: Case) -> Case:
    """The case, or the one that took it in."""
    while case.merged_into_id is not None:
        case = session.get_one(Case, case.merged_into_id)
    return case


def _tell(session: Session, case: Case, asked: AskedPartner, given: PartnerAnswer, *, now: datetime) -> None:
    """Put an answer on the case's history and make its open pages stale. A bare "not seen" is only counted:
    dozens of them would bury the rest and keep everybody from sending what they have typed."""
    case = case_queries.the_case(session, case.reference, partnership_id=case.partnership_id, lock=True)
    case.version += 1
    where = asked.organisation.name if asked.organisation else "A partner"
    late = f", {given.late.value}" if given.late else ""
    note = f": {given.note}" if given.note else ""
    words = f"{where} answered {given.sighting.value}{late}{note}"
    cases.note_by_itself(session, case, action="heard from a partner", words=words, by=asked.recipient, now=now)


def remind(session: Session, question: PartnerQuestion, *, now: datetime, public_url: str) -> int:
    """Remind, once, everybody who has not answered and can still be reached. How many letters were written."""
    question.reminded_at = now
    partnership = queries.partnership_of(session, question)
    letters = _reminders(session, question, partnership, now=now, public_url=public_url)
    written = post_all(session, letters, now=now)
    audit.record(
        session,
        "partners reminded",
        about(question),
        actor="corroboration.remind",
        partnership_id=partnership.id,
        detail={"messages": written},
    )
    return written


def _reminders(
    session: Session, question: PartnerQuestion, partnership: Partnership, *, now: datetime, public_url: str
) -> Iterator[Letter]:
    """By the ways by which they were asked, unless they have opted out or changed their address since."""
    silent = {one.contact_id: one for one in queries.silent(session, question)}
    chosen, used = Chosen(contact_ids=tuple(silent)), queries.media_used(session, question)
    proposal = propose(session, chosen, media=tuple(Medium), partnership_id=partnership.id)
    addresses = contacts.addresses_of(session, silent, partnership_id=partnership.id)
    for one in proposal.audience.recipients:
        asked = silent[one.contact_id]
        if (asked.recipient, one.medium) not in used:
            continue
        words = question_words(
            question.words,
            partnership=partnership.name,
            link=link_to(public_url, asked.token),
            closes_at=question.closes_at,
            now=now,
            medium=one.medium,
            again=True,
        )
        yield Letter(
            medium=one.medium,
            address=addresses[one.contact_id, one.medium],
            words=words,
            about=reminder_about(question),
            recipient=asked.recipient,
            urgency=Urgency.ROUTINE,
            partnership_id=partnership.id,
        )
