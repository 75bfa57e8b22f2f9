"""An alert from its first words to its end, in browsers, with messages read where the providers got them."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from ldis import secrecy
from ldis.demonstration import world
from ldis.demonstration.providers.mail import MailServer
from ldis.demonstration.providers.twilio import TwilioServer
from tests.browser.service import Service, serving
from tests.browser.test_main_job import LINK, until
from tests.browser.visitor import Visitor, visit
from tests.integration.cast import DATA_KEY

pytestmark = pytest.mark.browser

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "only for tests", "LDIS"
HEADLINE = "High potency opioid sold as oxycodone"
REASON = "The laboratory's own words; the panel chose them."
LEVEL = "Drug information"
CHANGE = "The laboratory took back its result."


@pytest.fixture(scope="module")
def phones() -> Iterator[TwilioServer]:
    """Where text messages arrive."""
    with TwilioServer(ACCOUNT, TOKEN, receipts=("sent", "delivered")) as server:
        yield server


@pytest.fixture(scope="module")
def mailboxes() -> Iterator[MailServer]:
    """Where e-mails arrive."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def connected(
    phones: TwilioServer,
    mailboxes: MailServer,
    browser_path: str,
    make_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """A service whose messages leave by these providers."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    channels = {
        "LDIS_SMS": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
        "TWILIO_BASE_URL": phones.url,
        "LDIS_EMAIL": "smtp",
        "SMTP_URL": mailboxes.url,
        "LDIS_EMAIL_FROM": "alerts@example.org",
        "TWILIO_SEGMENTS_PER_SECOND": "0",
        "SMTP_PER_MINUTE": "0",
    }
    with serving(make_database(f"life_{process}"), tmp_path_factory.mktemp("life"), channels) as running:
        yield running


def test_an_alert_is_drafted_approved_acknowledged_and_stood_down(
    chromium: Browser, connected: Service, phones: TwilioServer, mailboxes: MailServer
) -> None:
    secrecy.configure([DATA_KEY])
    author, approver, partner = (visit(chromium, connected) for _ in range(3))
    author.be(world.COORDINATOR)
    approver.be(world.PUBLIC_HEALTH)

    alert = draft_with_a_warning_overridden(author, connected.scenes.decided)
    approve_having_read_the_reason(approver, alert)
    told = [one for one in world.CONTACTS if not one.opted_out]
    texts = arrived(phones, LEVEL, sum(one.by_sms for one in told))
    letters = mails(mailboxes, LEVEL, sum(one.by_email for one in told))
    acknowledge_by_link(partner, next(iter(texts.values())))
    number = list(texts)[1]
    assert (
        phones.inbound(f"{connected.url}/hooks/twilio/inbound", from_=number, to=SENDER, body="OK thanks") == 200
    )
    counts(author, alert, 2)

    code = said_code(author, alert)
    verifies(partner, code, "Yes, this is ours and current")
    notice = stand_down(author, alert)
    approve(approver, notice)
    assert set(arrived(phones, "WITHDRAWN", len(texts))) == set(texts), "exactly those who were texted"
    assert set(mails(mailboxes, "WITHDRAWN", len(letters))) == set(letters), "exactly those who were written to"
    assert CHANGE.rstrip(".") in next(iter(arrived(phones, "WITHDRAWN").values()))
    verifies(partner, code, "This was ours and is withdrawn")
    assert phones.doubled() == mailboxes.doubled() == 0
    assert [trouble for one in (author, approver, partner) for trouble in one.troubles] == []


def draft_with_a_warning_overridden(author: Visitor, case: str) -> str:
    """Write an alert about a decided case; what the check warns of goes out only with a reason. Its address."""
    author.open(f"/cases/{case}")
    author.press("Draft the alert")
    alert = author.path.removesuffix("/draft")
    for name in (world.STREET_LIST, world.CARE_LIST):
        author.choose("Send it to these lists", name)
    author.fill("Headline", HEADLINE)
    author.press("Save and see the words")
    expect(author.main).to_contain_text("Words about strength can make people look for the drug.")
    author.press("Send for approval")
    expect(author.page.locator(".govuk-error-summary")).to_be_visible()
    for reason in author.main.locator("textarea[name^=reason_], input[name^=reason_]").all():
        reason.fill(REASON)
    author.press("Send for approval")
    expect(author.main).to_contain_text("Sent for approval.")
    return alert


def approve_having_read_the_reason(approver: Visitor, alert: str) -> None:
    """The second person, on a phone, reads the reason beside the warning."""
    approver.open(f"{alert}/approval")
    expect(approver.main).to_contain_text(REASON)
    approve(approver, alert)


def approve(approver: Visitor, alert: str) -> None:
    """Approve and send now."""
    approver.open(f"{alert}/approval")
    approver.press(re.compile(r"^Approve and send now to \d+ people$"))
    expect(approver.main).to_contain_text("is on its way.")


def begins(words: str, first: str) -> bool:
    """Whether it is about this alert, and begins so."""
    return HEADLINE in words and words.lower().startswith(first.lower())


def arrived(phones: TwilioServer, first: str, people: int = 1) -> dict[str, str]:
    """What arrived at whose phone that begins so, once as many people have it."""

    def found() -> dict[str, str]:
        return {text.to: text.body for text in list(phones.texts) if begins(text.body, first)}

    until(lambda: len(found()) >= people, f"texts with {first}")
    return found()


def mails(mailboxes: MailServer, first: str, people: int = 1) -> dict[str, str]:
    """What arrived in whose mailbox whose subject begins so, once as many people have it."""

    def found() -> dict[str, str]:
        read = [letter.summary() for letter in list(mailboxes.letters)]
        return {one["to"]: one["text"] for one in read if begins(one["subject"], first)}

    until(lambda: len(found()) >= people, f"e-mails with {first}")
    return found()


def acknowledge_by_link(partner: Visitor, text: str) -> None:
    """Open the link of a text and press the button."""
    link = LINK.search(text)
    assert link
    partner.page.goto(link[0])
    expect(partner.main).not_to_contain_text("You told us")
    partner.press("I have this")
    expect(partner.main).to_contain_text("You told us")


def counts(author: Visitor, alert: str, acknowledged: int) -> None:
    """The live page says how many have it."""
    author.open(alert)
    expect(author.main).to_contain_text(f"{acknowledged} acknowledged")


def said_code(author: Visitor, alert: str) -> str:
    """The code by which anybody can check the alert."""
    author.open(alert)
    found = re.search(r"Code (\S+?)\.", author.main.inner_text())
    assert found
    return found[1]


def verifies(anybody: Visitor, code: str, words: str) -> None:
    """What whoever types the code is told."""
    anybody.open("/v")
    anybody.fill("Code of the alert", code)
    anybody.press("Check")
    assert anybody.heading == words


def stand_down(author: Visitor, alert: str) -> str:
    """Withdraw the alert, saying why; the address of what says so."""
    author.open(f"{alert}/follow")
    author.choose("What is needed?", "A stand-down")
    author.main.locator("[name=change]").fill(CHANGE)
    author.press("Write it")
    notice = author.path.removesuffix("/draft")
    for reason in author.main.locator("textarea[name^=reason_], input[name^=reason_]").all():
        reason.fill(REASON)
    author.press("Send for approval")
    expect(author.main).to_contain_text("Sent for approval.")
    return notice
