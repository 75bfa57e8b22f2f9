"""Ask providers about messages of which nothing more was heard: a receipt may have been lost on its way to us."""

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from alerts.channels.protocol import Channel, TryAgain, Unknown
from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.deliveries import service
from ldis.deliveries.models import Delivery
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import State, after_receipt
from ldis.work import Workplace

ACTOR = "deliveries"
ASKED_FOR = timedelta(days=3)
"""A provider is asked about a message on so many nights after it is first asked; then it is a person's."""
BATCH = 200

logger = logging.getLogger(__name__)


class Open(NamedTuple):
    """A message that a provider took, without a last word of what became of it."""

    id: int
    reference: UUID
    provider_reference: str
    state: State


def reports_back() -> ColumnElement[bool]:
    """Whether its provider would tell what became of a message; a mail server and the on-screen outbox do not."""
    return or_(Delivery.provider.startswith("twilio:"), Delivery.provider.startswith("notify:"))


def nothing_more_heard(*, before: datetime, since: datetime) -> ColumnElement[bool]:
    """Messages that left between these moments and of which the provider has said no last word."""
    return (
        (Delivery.state == State.SENT)
        & (Delivery.sent_at < before)
        & (Delivery.sent_at >= since)
        & Delivery.provider_reference.is_not(None)
        & reports_back()
    )


def reconcile(place: Workplace, *, sleep: Callable[[float], object]) -> None:
    """Ask, one medium after the other, no faster than the account may send."""
    for medium, open_channel in place.channels.items():
        with closing(open_channel()) as channel:
            _ask_about_all(place, medium, channel, sleep=sleep)


def _ask_about_all(
    place: Workplace, medium: Medium, channel: Channel, *, sleep: Callable[[float], object]
) -> None:
    now, after, asked, moved = utc_now(), 0, 0, 0
    pace = place.paces.get(channel.account.partition(":")[0])
    while batch := _open_ones(place, medium, channel.account, after=after, now=now):
        for one in batch:
            try:
                moved += _ask(place, channel, one)
            except TryAgain:
                logger.warning("the provider of %s could not be asked; it is tried again tomorrow", medium.value)
                return
            asked, after = asked + 1, one.id
            if pace:
                sleep(pace.seconds_for(1))
    if asked:
        with place.sessions.begin() as session:
            detail = {"medium": medium.value, "asked": asked, "learnt": moved}
            audit.record(
                session,
                "provider asked",
                f"medium/{medium.value}",
                actor=ACTOR,
                partnership_id=None,
                detail=detail,
            )


def _open_ones(place: Workplace, medium: Medium, account: str, *, after: int, now: datetime) -> list[Open]:
    due = now - patience().ask_after
    question = (
        select(Delivery.id, Delivery.reference, Delivery.provider_reference, Delivery.state)
        .where(
            nothing_more_heard(before=due, since=due - ASKED_FOR),
            Delivery.medium == medium,
            Delivery.provider == account,
            Delivery.id > after,
        )
        .order_by(Delivery.id)
        .limit(BATCH)
    )
    with place.sessions() as session:
        return [Open(*row) for row in session.execute(question)]  # type: ignore[arg-type]


def _ask(place: Workplace, channel: Channel, one: Open) -> bool:
    """Whether the provider knew more than we did. Its word moves a message only forward, as a receipt does."""
    said = channel.ask(str(one.reference), one.provider_reference)
    if isinstance(said, Unknown) or after_receipt(one.state, said.state) is one.state:
        return False
    with place.sessions.begin() as session:
        return service.record_receipt(
            session,
            said,
            provider=channel.account.partition(":")[0],
            status="asked",
            detail={"word": said.state.value},
            now=utc_now(),
        )
