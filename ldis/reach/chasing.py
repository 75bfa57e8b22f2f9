"""Remind whoever is silent about an alert, then tell the deputies: nobody twice, nobody who has answered.

The words were signed with the alert. Each reminder has its name in the outbox, and the database takes one message of a
name for each person.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from alerts.reminders import Reminders, with_link
from ldis.audit import service as audit
from ldis.contacts import queries as contacts
from ldis.contacts.models import Contact
from ldis.contacts.rules import Chosen
from ldis.deadlines import Reaching
from ldis.deliveries.service import Letter, post_all, withdraw
from ldis.errors import NotAllowed
from ldis.issuing import queries as issuing
from ldis.issuing.approval import TOKEN_BYTES, recipient_name
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.proposal import link_to
from ldis.issuing.rules import URGENCY, State
from ldis.people.access import Actor
from ldis.reach import silence
from ldis.worktime import LONDON

BY_CLOCK = "reach.chase"


def chase(session: Session, alert: Alert, *, policy: Reaching, public_url: str, now: datetime) -> int:
    """What is due about an alert now: a reminder, a word to the deputies. How many people were written to."""
    rule = policy.silence[alert.level]
    if alert.issued_at is None or not rule.runs_at(now) or rule.is_over(alert.issued_at, now):
        return 0
    written = 0
    number = rule.reminders_due(alert.issued_at, now)
    post = _Post(session, alert, public_url=public_url, now=now)
    if number:
        name = silence.reminder_about(alert, number)
        written += post.remind(name, quiet_since=now - policy.quiet, by=BY_CLOCK)
    if rule.after(alert.issued_at, rule.deputy_after) <= now:
        written += post.tell_deputies()
    return written


def hush(session: Session, alert: Alert, *, now: datetime) -> int:
    """Hold back what would still follow an alert that is not in force any more. How many messages that was."""
    names = [silence.deputy_about(alert), *silence.reminders_about(alert)]
    held = withdraw(session, names, reason="The alert was no longer in force.", now=now)
    if held:
        audit.record(
            session,
            "reminders held back",
            about(alert),
            actor=BY_CLOCK,
            partnership_id=alert.partnership_id,
            detail={"reference": alert.reference, "people": held},
        )
    return held


def remind_now(
    session: Session, reference: str, *, policy: Reaching, actor: Actor, public_url: str, now: datetime
) -> int:
    """Remind everybody who is silent, because a coordinator says so. How many people were reminded."""
    alert = issuing.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    if alert.stands(now.astimezone(LONDON).date()) is not State.ISSUED:
        raise NotAllowed("This alert is not in force, so nobody is reminded of it.")
    number = 1 + silence.reminders_by_hand(session, alert)
    if number > silence.MOST_BY_HAND:
        raise NotAllowed("Everybody was reminded as often as can be. Telephone those who are silent.")
    post = _Post(session, alert, public_url=public_url, now=now)
    name = silence.reminder_about(alert, number, by_hand=True)
    written = post.remind(name, quiet_since=now - policy.quiet, by=actor.label)
    if not written:
        minutes = int(policy.quiet.total_seconds() // 60)
        raise NotAllowed(
            f"There is nobody to remind: whoever got it has answered, or was reminded in the last {minutes} minutes."
        )
    return written


class _Post:
    """The messages that follow one alert at one moment."""

    def __init__(self, session: Session, alert: Alert, *, public_url: str, now: datetime) -> None:
        self._session, self._alert, self._now, self._public_url = session, alert, now, public_url
        assert alert.approval is not None
        self._words = Reminders.from_kept(alert.approval.reminders)

    def remind(self, name: str, *, quiet_since: datetime, by: str) -> int:
        """Send the reminder of this name to everybody who is silent and has not had it."""
        waiting = silence.silent(self._session, self._alert, reminder=name, quiet_since=quiet_since)
        if not waiting:
            return 0
        people = [recipient.contact_id for recipient, _ in waiting]
        addresses = contacts.addresses_of(self._session, people, partnership_id=self._alert.partnership_id)
        letters = [
            self._letter(recipient, medium, addresses[recipient.contact_id, medium], name, self._words.reminder)
            for recipient, medium in waiting
        ]
        return self._send(letters, "reminders sent", by=by)

    def tell_deputies(self) -> int:
        """Tell those who stand in for silent organisations, each once. From now on they count among those told."""
        ways = self._ways_to(silence.deputies_to_tell(self._session, self._alert))
        if not ways:
            return 0
        name = silence.deputy_about(self._alert)
        addresses = contacts.addresses_of(self._session, list(ways), partnership_id=self._alert.partnership_id)
        letters = [
            self._letter(recipient, medium, addresses[deputy.id, medium], name, self._words.deputy)
            for deputy, recipient in self._as_recipients([deputy for deputy, _ in ways.values()])
            for medium in [ways[deputy.id][1]]
        ]
        return self._send(letters, "deputies told", by=BY_CLOCK)

    def _ways_to(self, deputies: Sequence[Contact]) -> dict[int, tuple[Contact, Medium]]:
        """Those who may be sent this alert, by contact, each with one medium that they take: a text if they can."""
        found = contacts.audience_of(
            self._session,
            Chosen(contact_ids=tuple(one.id for one in deputies)),
            partnership_id=self._alert.partnership_id,
            media=tuple(Medium),
            handling=self._alert.handling,
            is_exercise=self._alert.is_exercise,
        )
        media = {(one.contact_id, one.medium) for one in found.recipients}
        ways: dict[int, tuple[Contact, Medium]] = {}
        for one in deputies:
            for medium in (Medium.SMS, Medium.EMAIL):
                if (one.id, medium) in media:
                    ways.setdefault(one.id, (one, medium))
        return ways

    def _as_recipients(self, deputies: Sequence[Contact]) -> list[tuple[Contact, AlertRecipient]]:
        """Each deputy with their own link: the one they have, or one of their own from now on."""
        rows = [
            {
                "alert_id": self._alert.id,
                "contact_id": one.id,
                "organisation_id": one.organisation_id,
                "token": secrets.token_urlsafe(TOKEN_BYTES),
                "recipient": recipient_name(one.id),
                "is_exercise": self._alert.is_exercise,
            }
            for one in deputies
        ]
        self._session.execute(insert(AlertRecipient).values(rows).on_conflict_do_nothing())
        known = silence.recipients_among(self._session, self._alert, [one.id for one in deputies])
        return [(one, known[one.id]) for one in deputies]

    def _letter(self, recipient: AlertRecipient, medium: Medium, address: str, name: str, words: Words) -> Letter:
        return Letter(
            medium=medium,
            address=address,
            words=with_link(words, medium, link_to(self._public_url, recipient.token)),
            about=name,
            recipient=recipient.recipient,
            urgency=URGENCY[self._alert.level],
            partnership_id=self._alert.partnership_id,
            is_exercise=self._alert.is_exercise,
        )

    def _send(self, letters: Sequence[Letter], action: str, *, by: str) -> int:
        written = post_all(self._session, letters, now=self._now)
        audit.record(
            self._session,
            action,
            about(self._alert),
            actor=by,
            partnership_id=self._alert.partnership_id,
            detail={"reference": self._alert.reference, "people": written, "as": letters[0].about},
        )
        return written
