"""The worker: it takes deferred work from the queue, by the names of the timetable, and does it."""

import asyncio
import functools
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import procrastinate
import structlog
from procrastinate import PsycopgConnector

from alerts.channels.notify import Notify, NotifyAccount
from alerts.channels.outbox import Outbox
from alerts.channels.protocol import Channel
from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium
from config import indicators, policy, substances
from config import settings as settings_of
from config.logging import configure as configure_logging
from config.paces import paces_by_provider
from config.settings import Settings
from ldis import health, secrecy
from ldis.cases import tasks as case_tasks
from ldis.cases.policy import read_policy
from ldis.clocks import tasks as clock_tasks
from ldis.convening import tasks as convening_tasks
from ldis.corroboration import tasks as corroboration_tasks
from ldis.db import make_engine, make_sessions
from ldis.deliveries import dispatch, patience
from ldis.deliveries import tasks as delivery_tasks
from ldis.exchange import tasks as exchange_tasks
from ldis.followup import tasks as followup_tasks
from ldis.indicators import tasks as indicator_tasks
from ldis.indicators.dictionary import read_dictionary
from ldis.issuing import tasks as issuing_tasks
from ldis.laboratory import tasks as laboratory_tasks
from ldis.memory import tasks as memory_tasks
from ldis.neighbours import tasks as neighbour_tasks
from ldis.photos import tasks as photo_tasks
from ldis.reach import tasks as reach_tasks
from ldis.signals import tasks as signal_tasks
from ldis.substances.catalogue import read_catalogue
from ldis.substances.vocabulary import Vocabulary
from ldis.work import TASKS, Workplace

STAGES = (
    delivery_tasks,
    reach_tasks,
    laboratory_tasks,
    photo_tasks,
    exchange_tasks,
    followup_tasks,
    case_tasks,
    clock_tasks,
    convening_tasks,
    corroboration_tasks,
    indicator_tasks,
    issuing_tasks,
    memory_tasks,
    neighbour_tasks,
    signal_tasks,
)

logger = logging.getLogger(__name__)


def channels(settings: Settings) -> dict[Medium, Callable[[], Channel]]:
    """The way out for each medium. What is not configured goes to the on-screen outbox and leaves no machine."""
    return {medium: _way_out(settings, medium, way) for medium, way in _ways(settings).items()}


def second_channels(settings: Settings) -> dict[Medium, Callable[[], Channel]]:
    """The way out for text messages when the first provider fails, where there is one."""
    if settings.sms_second == "none":
        return {}
    return {Medium.SMS: _way_out(settings, Medium.SMS, settings.sms_second)}


def _ways(settings: Settings) -> dict[Medium, str]:
    return {Medium.SMS: settings.sms, Medium.EMAIL: settings.email}


def _way_out(settings: Settings, medium: Medium, way: str) -> Callable[[], Channel]:
    if way == "twilio" and settings.twilio:
        twilio = TwilioAccount(
            account_sid=settings.twilio.account_sid,
            auth_token=settings.twilio.auth_token,
            sender=settings.twilio.sender,
            public_url=settings.public_url,
            base_url=settings.twilio.base_url,
        )
        return partial(TwilioSms, twilio)
    if way == "smtp" and settings.smtp:
        return partial(SmtpEmail, MailAccount(url=settings.smtp.url, sender=settings.smtp.sender))
    if way == "notify" and settings.notify:
        return partial(Notify, medium, _at_notify(settings.notify, medium))
    return partial(Outbox, medium)


def _at_notify(notify: settings_of.Notify, medium: Medium) -> NotifyAccount:
    template = notify.sms_template if medium is Medium.SMS else notify.email_template
    return NotifyAccount(notify.api_key, template, notify.base_url)


def workplace(settings: Settings) -> Workplace:
    """What every task is handed."""
    connections = {Medium.SMS: settings.sms_connections, Medium.EMAIL: settings.email_connections}
    if not settings.database_url:
        raise ValueError("The worker needs the address of its database.")
    procedure = read_policy(policy.read())
    patience.use(procedure.sending)
    engine = make_engine(settings.database_url, pool_size=sum(connections.values()) + 4)
    return Workplace(
        sessions=make_sessions(engine),
        channels=channels(settings),
        connections=connections,
        claim_size=procedure.sending.at_a_time,
        second_channels=second_channels(settings),
        paces=paces_by_provider(settings),
        public_url=settings.public_url,
        vocabulary=Vocabulary(read_catalogue(substances.read())),
        policy=procedure,
        dictionary=read_dictionary(indicators.read()),
    )


def make_worker(place: Workplace, database_url: str) -> procrastinate.App:
    """The task engine with one task for each name of the timetable."""
    app = procrastinate.App(connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4))
    for name, function in TASKS.items():
        app.task(name=name)(_guarded(function, place))
    return app


def _guarded(function: Callable[..., None], place: Workplace) -> Callable[..., None]:
    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        try:
            function(place, **arguments)
        except Exception:
            logger.exception("task failed")
            raise

    return run


def run(settings: Settings, *, stop_when_done: bool = False) -> None:
    """Work until told to stop."""
    configure_logging(settings.log_level, process="worker")
    secrecy.configure(settings.data_keys)
    place = workplace(settings)
    assert settings.database_url
    app = make_worker(place, settings.database_url)
    stopping = threading.Event()
    pulse = threading.Thread(target=health.beat, args=(place.sessions, "worker", stopping), daemon=True)
    pulse.start()
    structlog.get_logger(__name__).info("worker started", tasks=sorted(TASKS))
    try:
        asyncio.run(_work(app, wait=not stop_when_done))
    finally:
        stopping.set()


async def _work(app: procrastinate.App, *, wait: bool) -> None:
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=4,
                wait=wait,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
                shutdown_graceful_timeout=20,
                install_signal_handlers=False,
            )
        )
        _stop_gently(working)
        with suppress(asyncio.CancelledError):
            await working


def _stop_gently(working: asyncio.Task[None]) -> None:
    """On a polite stop end the message in hand and claim no more, so that nothing is left in doubt."""

    def stop() -> None:
        dispatch.stop()
        working.cancel()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
