"""One person with one browser of their own, who notices whatever goes wrong on a page."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

from ldis.demonstration.world import Person
from ldis.people import queries as people
from tests.browser.service import Service
from tests.integration.cast import signed_in

PHONE, DESK = (360, 740), (1280, 900)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 40_000  # a busy machine is slow, and that is no fault of the page
CODE = re.compile(r"\b\d{6}\b")


@dataclass
class Visitor:
    """A browser window and the troubles seen in it: errors in the console, and requests that leave the service."""

    service: Service
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response | None:
        """Go to an address of the service."""
        return self.page.goto(self.service.url + path, wait_until="load")

    @property
    def path(self) -> str:
        """Where the window is."""
        return self.page.url.removeprefix(self.service.url)

    @property
    def heading(self) -> str:
        """What the page says it is."""
        return self.page.locator("h1").inner_text()

    @property
    def main(self) -> Locator:
        """The page without its header and footer."""
        return self.page.locator("main")

    def reopen(self) -> None:
        """Close the tab and open another in the same browser."""
        self.page.close()
        self.page = self.context.new_page()
        _watch(self)

    def button(self, words: str | re.Pattern[str]) -> Locator:
        """A button of the page, or a link that looks like one, by its words."""
        return self.main.get_by_role("button", name=words, exact=isinstance(words, str))

    def press(self, words: str | re.Pattern[str]) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.button(words).click()

    def choose(self, question: str, answer: str) -> None:
        """Answer a question of radio buttons or tick boxes."""
        self.main.get_by_role("group", name=question).get_by_label(answer, exact=True).check()

    def fill(self, question: str, words: str) -> None:
        """Answer a question in words."""
        self.main.get_by_label(question, exact=True).fill(words)

    def sign_in(self, person: Person) -> None:
        """Sign in as people do: ask for a code, read it in the outbox, enter it."""
        if not self.path.startswith("/sign-in"):
            self.open("/sign-in")
        self.fill("Email address", person.email)
        self.press("Email me a code")
        self.enter_code_sent_to(person)
        self.press("Sign in")

    def enter_code_sent_to(self, person: Person) -> None:
        """Read the newest code in the outbox and type it in."""
        self.main.get_by_label("Code", exact=False).first.fill(self._newest_code(person))

    def _newest_code(self, person: Person) -> str:
        beside = self.context.new_page()
        try:
            beside.goto(f"{self.service.url}/outbox")
            words = beside.locator(".ldis-letter", has_text=person.email).first.inner_text()
        finally:
            beside.close()
        found = CODE.search(words)
        assert found, f"no code for {person.email} in: {words}"
        return found[0]

    def be(self, person: Person) -> None:
        """Be signed in already, with the cookie that signing in leaves behind."""
        with self.service.sessions() as session:
            account = people.person_by_email(session, person.email)
            assert account is not None
            cookie = signed_in(self.service.app, account).get_cookie("ldis")
        assert cookie is not None
        self.context.add_cookies([{"name": "ldis", "value": cookie.value, "url": self.service.url}])


def visit(
    browser: Browser,
    service: Service,
    *,
    size: tuple[int, int] = PHONE,
    touch: bool = True,
    scripts: bool = True,
    worker: bool = True,
) -> Visitor:
    """Open a new browser window, as if on another machine. Not every browser lets a worker stand in its way."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=touch,
        java_script_enabled=scripts,
        locale="en-GB",
        reduced_motion="reduce",
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    visitor = Visitor(service, context, page)
    _watch(visitor)
    return visitor


def _watch(visitor: Visitor) -> None:
    def console(message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text and visitor.service.url in message.location["url"]
        expected = expected or message.text == "Service Worker registration blocked by Playwright"
        if message.type in ("error", "warning") and not expected:
            visitor.troubles.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        if not asked.url.startswith((visitor.service.url, "data:")):
            visitor.troubles.append(f"leaves the service: {asked.url}")

    visitor.page.on("console", console)
    visitor.page.on("pageerror", lambda error: visitor.troubles.append(f"script: {error}"))
    visitor.page.on("request", request)
