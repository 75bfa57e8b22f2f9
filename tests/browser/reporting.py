"""Somebody at the report form, and what reaches the service of what they write."""

import json
from dataclasses import dataclass

from flask import Flask, request
from playwright.sync_api import Locator
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.demonstration import world
from ldis.photos.models import Photo
from ldis.submissions.models import IncidentReport
from tests.browser.visitor import Visitor

FORM = f"/report/{world.SLUG}"
SAVED = "/report/saved"
SOLD_AS = "What was it sold or described as?"
ANSWERS = {
    "When did it happen?": "Yesterday",
    "Where did it happen?": "Derby",
    "What happened to the person?": "Moderate",
    "Was naloxone given?": "I do not know",
    "How do you know?": "The person told me",
}
KEPT = """
    async () => Object.fromEntries((await Promise.all((await caches.keys()).map(async name => {
        const cache = await caches.open(name)
        return Promise.all((await cache.keys()).map(async one =>
            [new URL(one.url).pathname, await (await cache.match(one)).text()]))
    }))).flat())
"""
UNTIL_KEPT = """
    async path => {
        while (!navigator.serviceWorker.controller || !await caches.match(path)) {
            await new Promise(resolve => setTimeout(resolve, 20))
        }
    }
"""


@dataclass
class Reports:
    """What the service has, and what was sent to it to be taken in."""

    sessions: sessionmaker[Session]
    sendings: list[str]

    def of(self, sold_as: str) -> int:
        """How many reports there are of something sold under a name."""
        with self.sessions() as session:
            known = select(func.count()).where(IncidentReport.sold_as == sold_as)
            return session.scalar(known) or 0

    def photos_of(self, sold_as: str) -> int:
        """How many photos are part of the report of something sold under a name."""
        with self.sessions() as session:
            keys = select(IncidentReport.submission_key).where(IncidentReport.sold_as == sold_as)
            joined = Photo.joined_at.is_not(None)
            return session.scalar(select(func.count()).where(Photo.submission_key.in_(keys), joined)) or 0

    def note(self, _app: Flask, **_: object) -> None:
        """Notice that a form was sent."""
        if request.method == "POST" and request.form.get("checked"):
            self.sendings.append(request.form["sold_as"])


def answer(window: Visitor, sold_as: str) -> None:
    """Give the six answers on the form, which is open."""
    for question, chosen in ANSWERS.items():
        window.choose(question, chosen)
    window.fill(SOLD_AS, sold_as)


def typed(window: Visitor) -> str:
    """What stands in the form."""
    return window.main.get_by_label(SOLD_AS).input_value()


def visit_form(window: Visitor) -> None:
    """Open the form with signal, and wait until the browser has kept it."""
    window.open(FORM)
    window.page.evaluate(UNTIL_KEPT, FORM)


def lose_signal(window: Visitor) -> None:
    """Go down into the cellar."""
    window.context.set_offline(True)


def send_without_signal(window: Visitor, sold_as: str) -> None:
    """Open the form, lose the signal, answer and press the button."""
    visit_form(window)
    lose_signal(window)
    answer(window, sold_as)
    window.press("Continue")
    assert window.heading == "Saved on this phone"


def bar(window: Visitor) -> Locator:
    """The line at the top that says what waits."""
    return window.page.locator(".ldis-waiting")


def find_signal(window: Visitor) -> None:
    """Come up again."""
    window.context.set_offline(False)


def wake_worker(window: Visitor) -> None:
    """Do as the browser does, at a time of its choice, once there is signal again: wake the worker to send."""
    browser = window.context.new_cdp_session(window.page)
    known: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    while not known:
        window.page.wait_for_timeout(20)
    event = {"registrationId": known[0], "tag": "ldis-sending", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", {"origin": window.service.url, **event})


def kept_pages(window: Visitor) -> dict[str, str]:
    """Every page and file that the worker keeps, with what is in it."""
    found: dict[str, str] = window.page.evaluate(KEPT)
    return found


def drafts(window: Visitor) -> list[dict[str, object]]:
    """What the browser keeps of what was typed."""
    words = window.page.evaluate(
        "Object.entries(localStorage).filter(([name]) => name.startsWith('ldis-draft')).map(([, words]) => words)"
    )
    return [json.loads(one) for one in words]
