"""Keep endpoints, write down what they are to be told, and tell them."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts import webhooks
from ldis import work
from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.errors import Invalid, NotFound
from ldis.exchange.models import Endpoint, WebhookAttempt, WebhookMessage
from ldis.exchange.rules import (
    GIVE_UP_AFTER,
    MAY_LEAVE,
    OLD_SECRET_LASTS,
    PAUSES,
    EndpointState,
    Event,
    MessageState,
    body_of,
    body_of_a_test,
)
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.outward import Answer
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.people.telling import Said, tell

BY = "exchange.post"
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


def add(session: Session, *, name: str, address: str, actor: Actor, now: datetime) -> tuple[Endpoint, str]:
    """Add an endpoint; it, and its secret, which is shown this once."""
    secret = webhooks.new_secret()
    endpoint = Endpoint(
        partnership_id=actor.partnership_id,
        name=name,
        address=address,
        secret=secret,
        state=EndpointState.ON,
        added_at=now,
    )
    session.add(endpoint)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid({"address": ["This address is told already."]}) from error
    _record(session, "endpoint added", endpoint, actor=actor.label)
    return endpoint, secret


def change_secret(session: Session, endpoint: Endpoint, *, actor: Actor, now: datetime) -> str:
    """A new secret, shown this once. For a day messages are signed with both."""
    endpoint.old_secret, endpoint.old_until = endpoint.secret, now + OLD_SECRET_LASTS
    endpoint.secret = webhooks.new_secret()
    _record(session, "endpoint secret changed", endpoint, actor=actor.label)
    return endpoint.secret


def switch(session: Session, endpoint: Endpoint, state: EndpointState, *, actor: Actor) -> None:
    """Tell it, or tell it no more. What waits goes on from where it was."""
    endpoint.state, endpoint.failing_since = state, None
    _record(session, f"endpoint {state}", endpoint, actor=actor.label)


def remove(session: Session, endpoint: Endpoint, *, actor: Actor) -> None:
    """Forget an endpoint and everything that it was told."""
    _record(session, "endpoint removed", endpoint, actor=actor.label)
    session.delete(endpoint)


def the_endpoint(session: Session, endpoint_id: int, *, partnership_id: int) -> Endpoint:
    """The endpoint of a partnership; NotFound elsewhere."""
    found = session.get(Endpoint, endpoint_id)
    if found is None or found.partnership_id != partnership_id:
        raise NotFound("We cannot find this endpoint.")
    return found


def endpoints_of(session: Session, *, partnership_id: int) -> Sequence[Endpoint]:
    """A partnership's endpoints, by name."""
    question = select(Endpoint).where(Endpoint.partnership_id == partnership_id)
    return session.scalars(question.order_by(Endpoint.name, Endpoint.id)).all()


def messages_to(session: Session, endpoint: Endpoint, *, most: int = 50) -> Sequence[WebhookMessage]:
    """What an endpoint was told lately, the newest first."""
    question = select(WebhookMessage).where(WebhookMessage.endpoint_id == endpoint.id)
    return session.scalars(question.order_by(WebhookMessage.id.desc()).limit(most)).all()


def attempts_at(session: Session, messages: Sequence[WebhookMessage]) -> dict[int, list[WebhookAttempt]]:
    """Every try at these messages, in their order."""
    found: dict[int, list[WebhookAttempt]] = {}
    rows = select(WebhookAttempt).where(WebhookAttempt.message_id.in_([one.id for one in messages]))
    for one in session.scalars(rows.order_by(WebhookAttempt.id)):
        found.setdefault(one.message_id, []).append(one)
    return found


def announce(session: Session, alert: Alert, event: Event, *, public_url: str, now: datetime) -> int:
    """Write down for each endpoint what has happened to a public alert; to how many. Twice writes nothing new."""
    if alert.handling not in MAY_LEAVE or alert.is_exercise:
        return 0
    body = body_of(
        event,
        content=from_kept(alert.content),
        level=alert.level,
        issued_at=alert.issued_at,
        last_day=alert.last_day,
        at=now,
        public_url=public_url,
    )
    rows = [
        _row(endpoint, event, body, alert_id=alert.id, now=now)
        for endpoint in endpoints_of(session, partnership_id=alert.partnership_id)
        if endpoint.state is EndpointState.ON
    ]
    if rows:
        session.execute(insert(WebhookMessage).values(rows).on_conflict_do_nothing())
        work.defer(session, "exchange.post")
    return len(rows)


def send_test(session: Session, endpoint: Endpoint, *, actor: Actor, now: datetime) -> None:
    """Send something that says only that it is a test."""
    session.execute(
        insert(WebhookMessage).values(_row(endpoint, Event.TEST, body_of_a_test(at=now), alert_id=None, now=now))
    )
    work.defer(session, "exchange.post")
    _record(session, "endpoint tested", endpoint, actor=actor.label)


def send_again(session: Session, endpoint: Endpoint, message_id: int, *, actor: Actor, now: datetime) -> None:
    """Tell an endpoint once more what it was told, under the same name."""
    asked = update(WebhookMessage).where(
        WebhookMessage.id == message_id, WebhookMessage.endpoint_id == endpoint.id
    )
    done = session.execute(
        asked.values(state=MessageState.WAITING, due_at=now, written_at=now, tries=0).returning(WebhookMessage.id)
    )
    if done.first() is None:
        raise NotFound("We cannot find this message.")
    work.defer(session, "exchange.post")
    _record(session, "endpoint told again", endpoint, actor=actor.label)


def post_next(session: Session, post: Post, *, now: datetime) -> bool:
    """Try the message that has waited longest; whether there was one.

    The row is held while it is on its way. If the process dies then, it waits again, and goes out under the same name.
    """
    message = session.scalar(
        select(WebhookMessage)
        .join(WebhookMessage.endpoint)
        .where(
            WebhookMessage.state == MessageState.WAITING,
            WebhookMessage.due_at <= now,
            or_(Endpoint.state == EndpointState.ON, WebhookMessage.event == Event.TEST),
        )
        .order_by(WebhookMessage.due_at, WebhookMessage.id)
        .limit(1)
        .with_for_update(of=WebhookMessage, skip_locked=True)
    )
    if message is None:
        return False
    body = message.body.encode()
    signed = webhooks.headers(str(message.message_id), body, at=now, keys=_keys(message.endpoint, now))
    answer = post(message.endpoint.address, body, signed)
    _note(session, message, answer, now=utc_now())
    return True


def _note(session: Session, message: WebhookMessage, answer: Answer, *, now: datetime) -> None:
    session.add(
        WebhookAttempt(
            message_id=message.id,
            at=now,
            status=answer.status,
            milliseconds=answer.milliseconds,
            answer=answer.words,
        )
    )
    message.tries += 1
    endpoint = message.endpoint
    if answer.heard:
        message.state, endpoint.failing_since = MessageState.HEARD, None
        return
    message.due_at = now + webhooks.next_try(message.tries, pauses=PAUSES)
    if message.due_at > message.written_at + GIVE_UP_AFTER:
        message.state = MessageState.GIVEN_UP
    if message.event is not Event.TEST:
        endpoint.failing_since = endpoint.failing_since or now
        if now >= endpoint.failing_since + GIVE_UP_AFTER and endpoint.state is EndpointState.ON:
            _switch_off(session, endpoint, now=now)


def _switch_off(session: Session, endpoint: Endpoint, *, now: datetime) -> None:
    """Tell it no more, and say so to the coordinators, once."""
    endpoint.state = EndpointState.SWITCHED_OFF
    _record(session, "endpoint switched off", endpoint, actor=BY)
    subject = f"{endpoint.name} has heard nothing of us for three days"
    words = f"{subject}. It is told no more of alerts until somebody switches it on again, under Alerts, Other systems."
    said = Said(subject=subject, letter=f"{words}\n\nLocal Drug Information System\n", text=words)
    for person in people.people_with_role(session, Role.COORDINATOR, partnership_id=endpoint.partnership_id):
        tell(
            session,
            person,
            said,
            about=f"endpoint/{endpoint.id}/{now:%Y-%m-%d}",
            partnership_id=endpoint.partnership_id,
            risk_to_life=False,
            now=now,
            letter_alone=True,
        )


def _keys(endpoint: Endpoint, now: datetime) -> list[str]:
    old = endpoint.old_secret if endpoint.old_until is not None and endpoint.old_until > now else None
    return [endpoint.secret, *([old] if old else [])]


def _row(
    endpoint: Endpoint, event: Event, body: Mapping[str, object], *, alert_id: int | None, now: datetime
) -> dict[str, object]:
    return {
        "endpoint_id": endpoint.id,
        "alert_id": alert_id,
        "event": event,
        "message_id": uuid.uuid4(),
        "body": json.dumps(body, ensure_ascii=False),
        "state": MessageState.WAITING,
        "tries": 0,
        "written_at": now,
        "due_at": now,
    }


def _record(session: Session, action: str, endpoint: Endpoint, *, actor: str) -> None:
    audit.record(
        session,
        action,
        f"endpoint/{endpoint.id}",
        actor=actor,
        partnership_id=endpoint.partnership_id,
        detail={"name": endpoint.name},
    )
