"""The whole service, served to a real browser: pages and worker in this process, on the demonstration's data."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import BaseWSGIServer, make_server

from config import settings
from config.settings import Settings
from ldis.app import create_app
from ldis.db import make_engine, make_sessions
from ldis.demonstration.seed import seed_if_empty
from ldis.runner import make_worker, workplace
from tests.browser import scenes
from tests.browser.scenes import Scenes
from tests.integration.cast import DATA_KEY


@dataclass(frozen=True)
class Service:
    """A service that runs, and what is on its stage."""

    url: str
    app: Flask
    sessions: sessionmaker[Session]
    scenes: Scenes


@contextmanager
def serving(database_url: str, var: Path, more: Mapping[str, str] | None = None) -> Iterator[Service]:
    """Seed an empty, migrated database, set every scene, and serve it until the end of the block.

    `more` are further settings, such as a channel that messages leave by.
    """
    with ExitStack() as at_the_end:
        server = make_server("127.0.0.1", 0, Flask(__name__), threaded=True)
        at_the_end.callback(server.server_close)
        chosen = _settings(database_url, var, more or {}, port=server.server_port)
        server.app = app = create_app(chosen)
        at_the_end.callback(app.extensions["ldis.engine"].dispose)
        engine = make_engine(database_url)
        at_the_end.callback(engine.dispose)
        sessions = make_sessions(engine)
        with sessions.begin() as session:
            seed_if_empty(session)
        with sessions.begin() as session:
            on_stage = scenes.set_up(session, app, public_url=chosen.public_url)
        at_the_end.enter_context(_worker(chosen))
        at_the_end.enter_context(_web(server))
        yield Service(chosen.public_url, app, sessions, on_stage)


def _settings(database_url: str, var: Path, more: Mapping[str, str], *, port: int) -> Settings:
    return settings.read(
        {
            "DATABASE_URL": database_url,
            "LDIS_DEMO": "1",
            "LDIS_SECRET_KEY": "only-for-tests-" * 4,
            "LDIS_DATA_KEYS": DATA_KEY,
            "LDIS_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "LDIS_LOG_LEVEL": "ERROR",
            "LDIS_VAR": str(var),
            **more,
        }
    )


@contextmanager
def _web(server: BaseWSGIServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="web")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def _worker(chosen: Settings) -> Iterator[None]:
    """The real tasks over the on-screen outbox, with an end: the worker's own loop has none but a signal."""
    assert chosen.database_url
    place = workplace(chosen)
    tasks = make_worker(place, chosen.database_url)
    stopping = threading.Event()

    async def work() -> None:
        async with tasks.open_async():
            working = asyncio.create_task(
                tasks.run_worker_async(
                    concurrency=1, fetch_job_polling_interval=0.5, install_signal_handlers=False
                )
            )
            while not stopping.is_set() and not working.done():
                await asyncio.sleep(0.05)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(work()), name="worker")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
        place.sessions.kw["bind"].dispose()
