"""A real browser on the whole service. Where the machine has no browser these tests say so and are not run."""

import os
from collections.abc import Callable, Iterator

import pytest
from flask import request_started
from playwright.sync_api import Browser, sync_playwright

from ldis import secrecy
from tests.browser.line import Line
from tests.browser.reporting import Reports
from tests.browser.service import Service, serving
from tests.browser.visitor import FLAGS, Visitor, visit
from tests.integration.cast import DATA_KEY

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def service(
    browser_path: str, make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service of this test process, on a database of its own, with every scene set."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with serving(make_database(f"browser_{process}"), tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(browser_path: str) -> Iterator[Browser]:
    """One browser for the tests of a file. It goes before others run: its loop would stand in theirs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, service: Service) -> Iterator[Visit]:
    """Opens windows, each with cookies of its own, and at the end asks what went wrong in them."""
    secrecy.configure([DATA_KEY])  # another test in this process may have used other keys
    opened: list[Visitor] = []

    def open_window(**how: object) -> Visitor:
        opened.append(visit(chromium, service, **how))  # type: ignore[arg-type]
        return opened[-1]

    yield open_window
    for one in opened:
        one.context.close()
    assert [trouble for one in opened for trouble in one.troubles] == []


@pytest.fixture
def reports(service: Service) -> Iterator[Reports]:
    """What reaches the service during this test."""
    noted = Reports(service.sessions, [])
    with request_started.connected_to(noted.note, service.app):
        yield noted


@pytest.fixture
def line(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """What lies between the phone and the form, good until the test makes it bad."""
    between = Line(service.app.wsgi_app)
    monkeypatch.setattr(service.app, "wsgi_app", between)
    yield between
    between.let_go()
