"""The second half of the procedure: the alert is written, approved by somebody else, delivered and acknowledged.

What went out is read back from the local providers, never from our own tables, and compared with what the
approver saw on the screen and with who should have been told.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from ldis.demonstration import world
from ldis.demonstration.browser import Browser, Page, Unexpected
from ldis.demonstration.story import Story, must_be, until
from ldis.demonstration.world import Partner

SILENT = "Examplewick College"
PASSED_ON = 3
LINK = re.compile(r"https?://\S+/a/([\w-]+)")
CLINICAL_ADVICE = (
    "More than one dose of naloxone may be needed. Observe for longer than usual: "
    "effects may return when it wears off."
)


def the_alert_is_drafted(story: Story) -> str:
    """The coordinator starts from what the case knows, adds clinical advice and chooses who gets it."""
    page = story.as_(world.COORDINATOR).open(f"/cases/{story.case}").press("Draft the alert")
    story.alert = page.url.split("/")[-2]
    everybody = page.form_with("Save and see the words").offers["list_ids"]
    page = page.press(
        "Save and see the words",
        {"list_ids": everybody, "handling": "people_who_use_drugs", "clinical_advice": CLINICAL_ADVICE},
    )
    if _warnings(page):
        raise Unexpected(f"the wording check warns of the draft: {_warnings(page)}")
    return f"{story.alert}, to {len(everybody)} lists"


def it_is_sent_for_approval(story: Story) -> str:
    """Handed over; and the author finds no way to approve it."""
    page = story.as_(world.COORDINATOR).open(f"/issuing/{story.alert}/draft").press("Send for approval")
    if any("Approve" in words for form in page.forms for words in form.buttons):
        raise Unexpected("the author is offered a button to approve")
    return f"waits for somebody who is not {world.COORDINATOR.name}"


def somebody_else_approves(story: Story) -> str:
    """A medical member reads the exact words and sends them."""
    story.sign_in(world.MEDICAL)
    page = story.as_(world.MEDICAL).open(f"/issuing/{story.alert}/approval")
    story.headline = page.heading
    story.approved_sms = page.texts("ldis-phone__bubble")[0]  # what follows to the silent stands below
    [story.approved_email] = page.texts("ldis-letter__words")
    [story.approved_subject] = [
        entry.words for row in page.root.all(css="ldis-letter__heads") for entry in row.all("strong")
    ]
    story.told = len(_recipients())
    button = f"Approve and send now to {story.told} people"
    page.press(button)
    return f"{world.MEDICAL.name}: “{button}”"


def every_message_arrives(story: Story) -> str:
    """The texts and e-mails at the providers are those that were approved, one for each person who wants it."""
    numbers = sorted(_e164(partner) for partner in _recipients() if partner.by_sms)
    addresses = sorted(partner.email for partner in _recipients() if partner.by_email)
    until(lambda: len(story.heard()) >= len(numbers), f"{len(numbers)} text messages")
    until(lambda: len(_alert_letters(story)) >= len(addresses), f"{len(addresses)} e-mails")
    story.texts, story.letters = story.heard(), _alert_letters(story)
    must_be(sorted(text["to"] for text in story.texts), numbers, "who got a text message")
    must_be(sorted(letter["to"] for letter in story.letters), addresses, "who got an e-mail")
    for text in story.texts:
        must_be(_without_link(text["body"]), _without_link(story.approved_sms), f"the text to {text['to']}")
    for letter in story.letters:
        told = _without_link(letter["text"]).strip()
        must_be(told, _without_link(story.approved_email).strip(), f"the e-mail to {letter['to']}")
        must_be(story.headline in letter["html"], True, "the headline stands in the e-mail's HTML")
    counts = story.house.providers.get("/_counts")
    must_be((counts["texts_doubled"], counts["letters_doubled"]), (0, 0), "messages that came twice")
    story.first_delivery_at = min(datetime.fromisoformat(text["at"]) for text in story.texts).astimezone(UTC)
    return f"{len(story.texts)} text messages and {len(story.letters)} e-mails, word for word as approved"


def receipts_come_back(story: Story) -> str:
    """The provider's signed receipts move each person with a text message to delivered."""
    by_text = sum(partner.by_sms for partner in _recipients())
    until(lambda: _stages(story)["delivered"] == by_text, f"{by_text} people shown as delivered")
    return f"{by_text} delivered, {_stages(story)['sent']} sent by e-mail alone"


def looking_is_not_acknowledging(story: Story) -> str:
    """Every link is opened, as mail scanners do; nobody has acknowledged yet."""
    links = _links(story)
    must_be(len(links), story.told, "every person has a link of their own")
    for link in links.values():
        must_be(Browser(story.house.url).open(link).heading, story.headline, "what a link shows")
    must_be(_stages(story)["acknowledged"], 0, "acknowledged after looking alone")
    return f"{len(links)} links opened, none counted"


def partners_acknowledge(story: Story) -> str:
    """Everybody but one organisation presses the button; each presses it twice, as people do."""
    links = _links(story)
    answering = [partner for partner in _recipients() if partner.organisation != SILENT]
    for partner in answering:
        page = Browser(story.house.url).open(links[partner.email])
        page.press("I have this", {"passed_on": str(PASSED_ON)}).press("Tell us more")
    story.acknowledged = len(answering)
    return f"{len(answering)} people; {SILENT} stays silent"


def the_alert_page_tells(story: Story) -> str:
    """The coordinator's page shows how far the alert has got, and who is silent."""
    page = _live(story)
    stages = _stages(story)
    must_be(stages["acknowledged"], story.acknowledged, "people shown as acknowledged")
    must_be(sum(stages.values()), story.told, "people in all stages together")
    organisations = {partner.organisation for partner in _recipients()}
    covered = f"{len(organisations) - 1} of {len(organisations)}"
    must_be(covered in page.root.words, True, f"the page says “{covered}” organisations")
    passed_on = [figure.words for figure in page.root.all("dd")]
    must_be(str(PASSED_ON * story.acknowledged) in passed_on, True, "how many it was passed on to is shown")
    silent = page.follow("Silent").root.words
    for partner in _recipients():
        must_be(partner.name in silent, partner.organisation == SILENT, f"{partner.name} is listed as silent")
    return f"{covered} organisations, {stages['acknowledged']} of {story.told} people"


def the_record_is_whole(story: Story) -> str:
    """The audit record's chain is walked from the first entry to the last."""
    return story.house.run("audit", "verify")


def _recipients() -> list[Partner]:
    return [partner for partner in world.CONTACTS if not partner.opted_out]


def _e164(partner: Partner) -> str:
    return "+44" + partner.mobile.replace(" ", "").removeprefix("0")


def _alert_letters(story: Story) -> list[dict[str, Any]]:
    return [letter for letter in story.mail() if letter["subject"] == story.approved_subject]


def _without_link(words: str) -> str:
    return LINK.sub("(link)", words)


def _links(story: Story) -> dict[str, str]:
    """Each person's own link, by their e-mail address, as their messages hold it. Both messages hold the same."""
    by_number = {_e164(partner): partner.email for partner in _recipients()}
    found = [(by_number[text["to"]], text["body"]) for text in story.texts]
    found += [(letter["to"], letter["text"]) for letter in story.letters]
    links: dict[str, str] = {}
    for address, words in found:
        [link] = {match[0] for match in LINK.finditer(words)}  # the e-mail has it in its foot once more
        must_be(links.setdefault(address, link), link, f"the links in both messages to {address}")
    must_be(len(set(links.values())), len(links), "links that nobody else has")
    return links


def _live(story: Story) -> Page:
    return story.as_(world.COORDINATOR).open(f"/issuing/{story.alert}")


def _stages(story: Story) -> Counter[str]:
    """How many people stand where, as the alert's page lists it."""
    counted = (re.fullmatch(r"(\d+) ([a-z ]+)", entry.words) for entry in _live(story).root.all("li"))
    return Counter({known[2]: int(known[1]) for known in counted if known})


def _warnings(page: Page) -> str:
    """What stands in the way of sending for approval, or asks for a reason."""
    form = next((form for form in page.forms if "Send for approval" in form.buttons), None)
    if form is None or any(name.startswith("reason_") for name in form.sends):
        return page.root.words.partition(" Check ")[2].partition(" Audience ")[0]
    return ""
