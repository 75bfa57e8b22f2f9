"""An outbox with several real connections, and providers that speak the real protocols."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, Interval, func, literal, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.channels.protocol import Channel
from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium, Words
from ldis import db
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State, Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.demonstration.providers import MailServer, TwilioServer
from ldis.work import Workplace

SID, TOKEN = "AC" + "0" * 32, "only for tests"
SENDER = "Riverbank drug alerts <alerts@example.org>"
PUBLIC_URL = "https://ldis.example.org"

Places = Callable[..., Workplace]


class Outbox:
    """What a test does with the outbox, and what it finds there."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def post(
        self,
        count: int,
        medium: Medium = Medium.SMS,
        *,
        about: str = "letter/1",
        urgency: Urgency = Urgency.WARNING,
    ) -> None:
        """Letters to contacts 0, 1, 2, ..., each with words of its own."""
        with self.sessions.begin() as session:
            post_all(
                session,
                [letter(number, medium, about=about, urgency=urgency) for number in range(count)],
                now=db.utc_now(),
            )

    def states(self) -> dict[State, int]:
        """How many deliveries are in each state."""
        with self.sessions() as session:
            found = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
            return dict(found.all())

    def all(self) -> list[Delivery]:
        """Every delivery, in the order of writing."""
        with self.sessions() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def only(self) -> Delivery:
        """The one delivery there is."""
        [found] = self.all()
        return found

    def tries(self) -> int:
        """How often anything was tried, all together."""
        with self.sessions() as session:
            return session.scalar(select(func.sum(Delivery.attempts))) or 0

    def tried_more_than(self, tries: int) -> bool:
        """Whether anything was tried since."""
        return self.tries() > tries

    def let_time_pass(self, passed: timedelta) -> None:
        """Everything happened that much earlier."""
        moments = (
            Delivery.due_at,
            Delivery.claimed_at,
            Delivery.give_up_at,
            Delivery.written_at,
            Delivery.sent_at,
        )
        earlier = literal(passed, Interval)
        with self.sessions.begin() as session:
            session.execute(update(Delivery).values({moment: moment - earlier for moment in moments}))

    def jobs(self) -> list[str]:
        """The media whose senders have been called."""
        with self.sessions() as session:
            found = session.scalars(text("SELECT args->>'medium' FROM procrastinate_jobs ORDER BY id"))
            return list(found)

    def forget_jobs(self) -> None:
        """As if the task engine had lost everything."""
        with self.sessions.begin() as session:
            session.execute(text("DELETE FROM procrastinate_jobs"))


def letter(
    number: int, medium: Medium = Medium.SMS, *, about: str = "letter/1", urgency: Urgency = Urgency.WARNING
) -> Letter:
    """A letter to an invented contact, with a link of its own as every alert has."""
    link = f"{PUBLIC_URL}/a/{about}/{number}"
    is_text = medium is Medium.SMS
    return Letter(
        medium=medium,
        address=f"+447700900{number:03d}" if is_text else f"contact{number}@example.org",
        words=Words(f"Nitazene in blue tablets. {link}", subject=None if is_text else "Red alert"),
        about=about,
        recipient=f"contact/{number}",
        urgency=urgency,
        partnership_id=None,
    )


@pytest.fixture(scope="session")
def outbox_engine(make_database: Callable[[str], str]) -> Iterator[Engine]:
    """A database for tests whose lanes each need a connection of their own, and so cannot be rolled back."""
    url = make_database(f"outbox_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def outbox(outbox_engine: Engine) -> Outbox:
    """An empty outbox."""
    with outbox_engine.begin() as connection:
        connection.execute(text("TRUNCATE deliveries, receipts, procrastinate_jobs CASCADE"))
        connection.execute(text("TRUNCATE sending_turns, provider_standings, provider_tallies"))
    return Outbox(db.make_sessions(outbox_engine))


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with TwilioServer(SID, TOKEN) as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def texting(twilio: TwilioServer) -> Callable[[], Channel]:
    """Opens connections to the local Twilio."""
    account = TwilioAccount(SID, TOKEN, "Riverbank", PUBLIC_URL, twilio.url)
    return lambda: TwilioSms(account)


@pytest.fixture
def mailing(mail: MailServer) -> Callable[[], Channel]:
    """Opens connections to the local mail server."""
    return lambda: SmtpEmail(MailAccount(mail.url, SENDER))


@pytest.fixture
def make_place(outbox: Outbox) -> Places:
    """Makes workplaces. Each has sessions of its own, and so counts as a process of its own."""

    def make(open_channel: Callable[[], Channel], *, connections: int = 4, claim_size: int = 10) -> Workplace:
        engine = outbox.sessions.kw["bind"]
        return Workplace(
            sessions=db.make_sessions(engine),
            channels=dict.fromkeys(Medium, open_channel),
            connections=dict.fromkeys(Medium, connections),
            public_url=PUBLIC_URL,
            claim_size=claim_size,
        )

    return make
