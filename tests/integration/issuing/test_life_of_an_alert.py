"""What becomes of an issued alert: updated, corrected, stood down, confirmed, ended; and who hears of it."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
import xmlschema
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.cases.models import Case
from ldis.contacts import service as contacts
from ldis.deliveries.models import Delivery
from ldis.issuing import lifecycle
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.rules import State, said_code
from ldis.issuing.tasks import keep_dates
from ldis.web import today
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[2] / "unit/alerts/CAP-v1.2.xsd")
WHY = "The laboratory took back its result"


@pytest.fixture
def issued(author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory) -> str:
    """A public alert in force, to everybody and to the nights."""
    reference = scene.draft(author, case)
    scene.send(scene.save(author, reference, list_ids=directory.ids, handling="public"), reference)
    approve(approver, reference)
    return reference


def approve(approver: FlaskClient, reference: str) -> None:
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text


def follow(author: FlaskClient, reference: str, kind: str) -> str:
    answer = author.post(f"/issuing/{reference}/follow", data={"kind": kind, "change": WHY})
    assert answer.status_code == 302, answer.text
    return str(answer.location.split("/")[-2])


def followed(author: FlaskClient, approver: FlaskClient, reference: str, kind: str) -> str:
    after = follow(author, reference, kind)
    scene.send(author, after)
    approve(approver, after)
    return after


def letters(db: Session, reference: str) -> list[Delivery]:
    alert = scene.alert_called(db, reference)
    return list(db.scalars(select(Delivery).where(Delivery.about == about(alert)).order_by(Delivery.id)))


def sent_to(db: Session, reference: str) -> set[tuple[str, Medium]]:
    return {(one.recipient, one.medium) for one in letters(db, reference)}


def test_an_update_goes_to_exactly_those_who_got_the_first_whatever_became_of_the_lists(
    author: FlaskClient, approver: FlaskClient, issued: str, directory: Directory, db: Session, cast: Cast
) -> None:
    for one in directory.ids:
        for contact in (directory.both, directory.by_email):
            contacts.remove_from_list(db, one, contact.id, actor=cast.coordinator)
    db.commit()
    after = followed(author, approver, issued, "update")
    assert sent_to(db, after) == sent_to(db, issued) != set()
    assert scene.alert_called(db, issued).state is State.SUPERSEDED
    assert scene.alert_called(db, after).state is State.ISSUED
    for letter in letters(db, after):
        assert (letter.subject or letter.text).startswith(f"UPDATE to {issued}.")


def test_who_opts_out_between_hears_nothing_more(
    author: FlaskClient, approver: FlaskClient, issued: str, directory: Directory, db: Session, cast: Cast
) -> None:
    contacts.opt_out(db, directory.both.id, actor=cast.coordinator, now=NOW)
    db.commit()
    after = followed(author, approver, issued, "stand-down")
    assert sent_to(db, after) == {one for one in sent_to(db, issued) if one[0] != f"contact/{directory.both.id}"}


def test_a_stand_down_is_said_first_wherever_anybody_looks(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, issued: str, db: Session
) -> None:
    notice = followed(author, approver, issued, "stand-down")
    alert = scene.alert_called(db, issued)
    assert alert.state is State.WITHDRAWN
    assert scene.alert_called(db, notice).state is State.STOOD_DOWN
    assert all((one.subject or one.text).startswith(f"WITHDRAWN: alert {issued}") for one in letters(db, notice))
    token = db.scalars(select(AlertRecipient.token).where(AlertRecipient.alert_id == alert.id)).first()
    for page in (
        f"/a/{token}",
        f"/alerts/{issued}",
        f"/v/{alert.code}",
        f"/alerts/{notice}",
        f"/v/{scene.alert_called(db, notice).code}",
    ):
        text = client.get(page).text
        assert "ithdrawn" in text
        assert (notice if notice not in page else issued) in text, page
    assert "There is no public alert in force" in client.get("/alerts").text
    assert WHY in client.get(f"/alerts/{notice}").text
    assert "ithdrawn" in author.get(f"/issuing/{issued}").text
    assert author.get(f"/issuing/{notice}").status_code == 200


def test_a_verify_code_leads_from_what_was_superseded_to_what_took_its_place(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, issued: str, db: Session
) -> None:
    after = scene.alert_called(db, followed(author, approver, issued, "correction"))
    page = client.get(f"/v/{scene.alert_called(db, issued).code}").text
    assert "This was ours and is superseded" in page
    assert f"/v/{said_code(after.code)}" in page
    assert "Yes, this is ours and current" in client.get(f"/v/{after.code}").text
    drawn = client.get(f"/v/{after.code}/qr.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(drawn.data).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_stand_down_takes_a_second_person_and_two_at_once_make_one(
    author: FlaskClient,
    approver: FlaskClient,
    browser_of: Callable[..., FlaskClient],
    cast: Cast,
    issued: str,
    db: Session,
) -> None:
    draft = follow(author, issued, "stand-down")
    assert follow(author, issued, "stand-down") == draft
    scene.send(author, draft)
    first, second = scene.signature(approver, draft), browser_of(cast.public_health)
    assert author.post(f"/issuing/{draft}/approve", data=first).status_code == 403
    theirs = scene.signature(second, draft)
    assert approver.post(f"/issuing/{draft}/approve", data=first).status_code == 302
    assert second.post(f"/issuing/{draft}/approve", data=theirs).status_code == 409
    assert len(letters(db, draft)) == len(letters(db, issued))


def test_what_follows_an_alert_cannot_be_sent_later(
    author: FlaskClient, approver: FlaskClient, issued: str
) -> None:
    draft = follow(author, issued, "correction")
    scene.send(author, draft)
    assert "Send it later" not in approver.get(f"/issuing/{draft}/approval").text
    day = today() + timedelta(days=1)
    when = {
        "leaves_on-day": day.day,
        "leaves_on-month": day.month,
        "leaves_on-year": day.year,
        "leaves_at": "09:00",
    }
    answer = approver.post(f"/issuing/{draft}/schedule", data=scene.signature(approver, draft) | when)
    assert answer.status_code == 403
    assert f"It follows {issued}, so it cannot wait" in answer.text


def test_an_update_being_written_becomes_the_stand_down_that_is_needed_now(
    author: FlaskClient, issued: str, db: Session
) -> None:
    draft = follow(author, issued, "update")
    scene.send(author, draft)
    assert follow(author, issued, "stand-down") == draft
    alert = scene.alert_called(db, draft)
    assert (alert.state, alert.kind.value, alert.version) == (State.DRAFT, "stand-down", 2)


def test_what_took_its_place_cannot_be_followed_twice(
    author: FlaskClient, approver: FlaskClient, issued: str
) -> None:
    followed(author, approver, issued, "update")
    answer = author.post(f"/issuing/{issued}/follow", data={"kind": "stand-down", "change": WHY})
    assert answer.status_code == 409
    assert "taken the place" in answer.text


def test_an_update_cannot_be_kept_from_those_who_read_the_first(author: FlaskClient, issued: str) -> None:
    draft = follow(author, issued, "update")
    sent = scene.fields_of(
        author.get(f"/issuing/{draft}/draft").text.replace("Draft the update", "Draft the alert")
    )
    answer = author.post(f"/issuing/{draft}/draft", data=sent | {"handling": ["professionals"]})
    assert f"It must go at least as far as {issued}" in answer.text


def test_the_clock_asks_about_review_once_and_ends_what_is_over(
    sessions: sessionmaker[Session], author: FlaskClient, client: FlaskClient, issued: str, db: Session
) -> None:
    workplace = Workplace(sessions, channels={}, connections={}, public_url="https://example.org", claim_size=10)
    alert = scene.alert_called(db, issued)
    alert.content = alert.content | {"review_on": today().isoformat()}
    db.commit()
    for _ in range(2):
        keep_dates(workplace)
    asked = db.scalars(select(Delivery).where(Delivery.about.startswith(f"review/{alert.id}/"))).all()
    assert len(asked) == 1
    until = today() + timedelta(days=2)
    sent = {
        "until-day": str(until.day),
        "until-month": str(until.month),
        "until-year": str(until.year),
        "reason": "Still seen",
    }
    assert author.post(f"/issuing/{issued}/stands", data=sent).status_code == 302
    keep_dates(workplace)
    db.expire_all()
    assert alert.review_due == until
    assert alert.state is State.ISSUED
    too_late = sent | {"until-year": str(until.year + 1)}
    assert "Write an update" in author.post(f"/issuing/{issued}/stands", data=too_late).text
    alert.content = alert.content | {"expires_on": (today() - timedelta(days=1)).isoformat()}
    db.commit()
    keep_dates(workplace)
    db.expire_all()
    assert alert.state is State.EXPIRED
    assert "Expired" in client.get(f"/v/{alert.code}").text


def test_public_alerts_are_followed_in_a_feed_that_is_not_sent_twice(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, issued: str, db: Session
) -> None:
    notice = followed(author, approver, issued, "stand-down")
    answer = client.get("/alerts/feed.atom")
    feed = feedparser.parse(answer.text)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert [one.title.split(":")[0] for one in feed.entries] == ["WITHDRAWN", "Withdrawn"]
    assert [one.link.split("/")[-1] for one in feed.entries] == [notice, issued]
    assert client.get("/alerts/feed.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert client.get("/alerts/feed.atom", headers=since).status_code == 304
    assert feedparser.parse(client.get("/alerts/feed.atom?partnership=elsewhere").text).entries == []


def test_an_alert_for_professionals_is_in_no_feed(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, waiting: str
) -> None:
    approve(approver, waiting)
    assert waiting not in client.get("/alerts/feed.atom").text
    assert client.get(f"/alerts/{waiting}/cap.xml").status_code == 404


@pytest.mark.parametrize("seed", [1, 2])
def test_a_chain_of_any_steps_has_at_most_one_alert_in_force_and_valid_documents(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, issued: str, db: Session, seed: int
) -> None:
    dice, last = random.Random(seed), issued
    for _ in range(4):
        step = dice.choice(["update", "correction", "expire", "stand-down"])
        alert = scene.alert_called(db, last)
        if step != "expire":
            last = followed(author, approver, last, step)
        elif alert.state is State.ISSUED:
            lifecycle.expire(db, alert, now=NOW)
            db.commit()
        db.expire_all()
        chain = db.scalars(select(Alert).order_by(Alert.number)).all()
        assert sum(one.state is State.ISSUED for one in chain) <= 1
        for one in chain:
            SCHEMA.validate(client.get(f"/alerts/{one.reference}/cap.xml").text)
        if step == "stand-down":
            break
    assert isinstance(chain[-1].last_day, date)
