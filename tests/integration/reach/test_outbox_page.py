"""The outbox on the screen: what was written, for whoever may see it, where nothing leaves the machine."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post
from ldis.issuing.models import Alert
from ldis.people.access import Actor
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)


def letter(text: str, *, partnership_id: int | None, recipient: str = "contact/1") -> Letter:
    return Letter(
        medium=Medium.EMAIL,
        address="night.desk@example.org",
        words=Words(text=text, subject="A subject", html=f"<p>{text}</p><script>alert(1)</script>"),
        about=f"test/{text[:20]}",
        recipient=recipient,
        urgency=Urgency.ROUTINE,
        partnership_id=partnership_id,
    )


@pytest.mark.usefixtures("demo")
def test_in_a_demonstration_anybody_sees_phones_and_letters(client: FlaskClient, alert: Alert) -> None:
    page = client.get("/outbox").text
    assert "RED ALERT: Metonitazene found" in page
    assert "To +447700900101" in page
    assert "2 segments" in page
    assert "noor.quay@example.org" in page
    assert page.count("Queued") >= 3


@pytest.mark.usefixtures("demo")
def test_links_in_messages_can_be_followed(client: FlaskClient, alert: Alert, db: Session) -> None:
    page = client.get("/outbox").text
    for message in scene.deliveries_of(db, alert.reference):
        link = next(word for word in message.text.split() if "/a/" in word)
        assert f'href="{link}"' in page


@pytest.mark.usefixtures("demo")
def test_the_newest_is_first_and_one_recipients_messages_can_be_asked_for(
    client: FlaskClient, db: Session, cast: Cast
) -> None:
    for number in ("First", "Second"):
        post(db, letter(number, partnership_id=None, recipient=f"contact/{number}"), now=NOW)
    db.commit()
    page = client.get("/outbox").text
    assert page.index("Second") < page.index("First", page.index("ldis-outbox"))
    only = client.get("/outbox", query_string={"to": "contact/First"}).text
    shown = only[only.index("ldis-outbox") :]
    assert "First" in shown
    assert "Second" not in shown


@pytest.mark.usefixtures("demo")
def test_what_is_in_a_message_cannot_act_on_the_page(client: FlaskClient, db: Session) -> None:
    post(db, letter("<script>alert(1)</script> javascript:alert(1)", partnership_id=None), now=NOW)
    db.commit()
    page = client.get("/outbox").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    reference = page.split("/outbox/")[1].split("/")[0]
    as_sent = client.get(f"/outbox/{reference}/email")
    assert as_sent.headers["Content-Security-Policy"].startswith("sandbox")
    assert "allow-scripts" not in as_sent.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("demo")
def test_an_empty_outbox_says_so(client: FlaskClient) -> None:
    assert "Nothing has been written yet" in client.get("/outbox").text


def test_where_messages_really_leave_there_is_no_such_page(
    app: Flask, client: FlaskClient, browser_of: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "OUTBOX_ON_SCREEN", False)
    monkeypatch.setitem(app.config, "DEMO", True)
    for browser in (client, browser_of(cast.administrator)):
        assert browser.get("/outbox").status_code == 404


def test_outside_a_demonstration_only_administrators_see_their_own_partnerships_messages(
    client: FlaskClient, browser_of: Browser, cast: Cast, db: Session
) -> None:
    post(db, letter("Ours", partnership_id=cast.administrator.partnership_id), now=NOW)
    post(db, letter("Theirs", partnership_id=cast.stranger.partnership_id), now=NOW)
    post(db, letter("A sign-in code", partnership_id=None), now=NOW)
    db.commit()
    page = browser_of(cast.administrator).get("/outbox").text
    assert "Ours" in page
    assert "Theirs" not in page
    assert "A sign-in code" not in page
    assert client.get("/outbox").status_code == 403
    assert browser_of(cast.coordinator).get("/outbox").status_code == 403
