"""What one run of the demonstration knows so far: who is signed in, what came in, what went out."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from ldis.demonstration.browser import Api, Browser, Page, Unexpected
from ldis.demonstration.processes import House
from ldis.demonstration.world import Person

CODE = re.compile(r"^(\d{6}) is your sign-in code$")
PATIENCE_SECONDS = 60

Found = TypeVar("Found")


@dataclass
class Story:
    """Filled in step by step; each step reads what the ones before it found."""

    house: House
    api: Api = field(init=False)
    browsers: dict[str, Browser] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    result: str = ""
    first_report_at: datetime | None = None
    case: str = ""
    alert: str = ""
    headline: str = ""
    approved_sms: str = ""
    approved_subject: str = ""
    approved_email: str = ""
    texts: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    first_delivery_at: datetime | None = None
    acknowledged: int = 0
    told: int = 0

    def as_(self, person: Person) -> Browser:
        """The browser of somebody who has signed in."""
        return self.browsers[person.email]

    def sign_in(self, person: Person) -> Page:
        """Sign in as a person does: ask for a code, read the e-mail, enter it."""
        browser = Browser(self.house.url)
        seen = len(self.codes_for(person))
        page = browser.open("/sign-in").press("Email me a code", {"email": person.email})
        code = until(lambda: self.codes_for(person)[seen:], f"the e-mail with a code for {person.email}")[-1]
        page = page.press("Sign in", {"code": code})
        if "/sign-in" in page.url:
            raise Unexpected(f"{person.name} is still at {page.url}")
        self.browsers[person.email] = browser
        return page

    def codes_for(self, person: Person) -> list[str]:
        """The codes that the mail server has for somebody, oldest first."""
        subjects = [letter["subject"] for letter in self.mail() if letter["to"] == person.email]
        return [known[1] for subject in subjects if (known := CODE.match(subject))]

    def mail(self) -> list[dict[str, Any]]:
        """Every e-mail that the local mail server was given."""
        letters: list[dict[str, Any]] = self.house.providers.get("/_mail")
        return letters

    def heard(self) -> list[dict[str, Any]]:
        """Every text message that the local provider was given."""
        texts: list[dict[str, Any]] = self.house.providers.get("/_heard")
        return texts


def until(look: Callable[[], Found], what: str) -> Found:
    """Look again and again until there is something to see; a failure that says what was waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise Unexpected(f"waited {PATIENCE_SECONDS} seconds for {what}")
        time.sleep(0.1)
    return found


def must_be(found: object, expected: object, what: str) -> None:
    """Compare, and say what differs."""
    if found != expected:
        raise Unexpected(f"{what}: expected {expected!r}, found {found!r}")
