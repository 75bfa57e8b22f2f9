"""What neighbours publish waits for a person, once, as it stands now, and goes to nobody by itself."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.neighbours import tasks
from ldis.neighbours.models import Feed, NeighbourAlert
from ldis.neighbours.rules import ASKED_EVERY, Disposition
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cast import Cast
from tests.integration.issuing import scene

PUBLIC_URL = "http://127.0.0.1:8000"
BEGAN = utc_now().replace(microsecond=0) - timedelta(days=1)


def cap(number: int, kind: str = "Alert", *follows: int, sender: str = "vale.example.org", more: str = "") -> str:
    """A neighbour's alert of CAP 1.2, sent so many minutes after the first."""
    earlier = " ".join(f"{sender},V{one},{sent(one)}" for one in follows)
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>V{number}</identifier><sender>{sender}</sender><sent>{sent(number)}</sent>"
        f"<status>Actual</status><msgType>{kind}</msgType>"
        + (f"<references>{earlier}</references>" if follows else "")
        + f"<info><headline>{kind} number {number}</headline>{more}"
        "<area><areaDesc>Valeham</areaDesc></area></info></alert>"
    )


def sent(number: int) -> str:
    return (BEGAN + timedelta(minutes=number)).isoformat()


def atom(*entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


def entry(name: str, words: str = "", *, minute: int = 0, title: str = "Blue tablets") -> str:
    return f"<entry><id>{name}</id><updated>{sent(minute)}</updated><title>{title}</title>{words}</entry>"


class Neighbour:
    """Another service: what it publishes at which path, and what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.status = 200
        self.asked: list[tuple[str, dict[str, str]]] = []
        neighbour = self

        class Desk(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                neighbour.asked.append((self.path, dict(self.headers.items())))
                body = neighbour.pages.get(self.path, "").encode()
                tag = f'"{hash(body)}"'
                same = self.headers.get("If-None-Match") == tag
                status = neighbour.status if neighbour.status != 200 else 304 if same else 200
                self.send_response(status if self.path in neighbour.pages else 404)
                self.send_header("ETag", tag)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0" if status == 304 else str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: one line a request helps nobody."""

        self.server = HTTPServer(("127.0.0.1", 0), Desk)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def publishes(self, body: str, path: str = "/feed") -> None:
        self.pages[path] = body


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    made = Neighbour()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    return Workplace(sessions=sessions, channels={}, connections={}, public_url=PUBLIC_URL)


@pytest.fixture
def coordinator(
    browser_of: Callable[[Actor], FlaskClient], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    browser = browser_of(cast.coordinator)
    monkeypatch.setitem(browser.application.config, "PUBLIC_URL", PUBLIC_URL)
    return browser


@pytest.fixture
def feed(coordinator: FlaskClient, neighbour: Neighbour, db: Session) -> Feed:
    neighbour.publishes(atom())
    data = {"name": "South Vale", "address": f"{neighbour.address}/feed"}
    answer = coordinator.post("/neighbours/feeds", data=data)
    assert answer.status_code == 302, answer.text
    return db.scalars(select(Feed)).one()


@pytest.fixture
def look(place: Workplace, feed: Feed, db: Session) -> Callable[..., dict[str, NeighbourAlert]]:
    """Let five minutes (or more) pass, ask every feed, and what is here then by its identifier."""

    def ask(after: timedelta = ASKED_EVERY) -> dict[str, NeighbourAlert]:
        for one in db.scalars(select(Feed)):
            one.asked_at = one.asked_at and one.asked_at - after
            one.failing_since = one.failing_since and one.failing_since - after
        db.commit()
        tasks.ask(place)
        db.expire_all()
        return {one.identifier: one for one in db.scalars(select(NeighbourAlert))}

    return ask


Look = Callable[..., dict[str, NeighbourAlert]]


def waiting(found: dict[str, NeighbourAlert]) -> set[str]:
    return {name for name, one in found.items() if one.disposition is Disposition.WAITING}


def letters(db: Session) -> list[Delivery]:
    return list(db.scalars(select(Delivery).order_by(Delivery.id)))


def who(told: list[Delivery]) -> list[str]:
    assert {one.medium for one in told} <= {Medium.EMAIL}
    return sorted(one.recipient for one in told)


def test_a_new_alert_waits_for_a_person_and_coordinators_alone_are_told_once(
    look: Look, neighbour: Neighbour, coordinator: FlaskClient, db: Session, cast: Cast
) -> None:
    neighbour.publishes(cap(1, more="<description>Three in hospital</description>"))
    assert waiting(look()) == {"V1"}
    assert waiting(look()) == {"V1"}
    assert who(letters(db)) == [cast.coordinator.label, cast.second_coordinator.label], "and not again"
    page = coordinator.get("/neighbours").text
    assert "Alert number 1" in page
    assert "South Vale" in page
    [found] = look().values()
    assert "Three in hospital" in coordinator.get(f"/neighbours/{found.id}").text
    assert "Neighbours</a> <strong" in coordinator.get("/issuing").text


def test_a_feed_that_has_not_changed_is_not_read_again(look: Look, neighbour: Neighbour, feed: Feed) -> None:
    neighbour.publishes(atom(entry("one")))
    look()
    look()
    assert "If-None-Match" in neighbour.asked[-1][1]
    assert feed.fault == ""
    assert feed.read_at is not None
    asked = len(neighbour.asked)
    look(after=timedelta(minutes=1))
    assert len(neighbour.asked) == asked, "not before five minutes are over"


def test_what_a_feed_points_to_is_fetched_once(look: Look, neighbour: Neighbour) -> None:
    link = '<link type="application/cap+xml" href="/one.xml"/>'
    neighbour.publishes(atom(entry("one", link)))
    neighbour.publishes(cap(1), "/one.xml")
    assert waiting(look()) == {"V1"}
    neighbour.publishes(atom(entry("one", link), entry("two")))
    assert waiting(look()) == {"V1", "two"}
    assert [path for path, _ in neighbour.asked].count("/one.xml") == 1


def test_where_an_alert_cannot_be_read_the_words_of_its_entry_wait(look: Look, neighbour: Neighbour) -> None:
    neighbour.publishes(atom(entry("one", '<link type="application/cap+xml" href="/none.xml"/>')))
    assert look()["one"].headline == "Blue tablets"


def test_where_an_alert_cannot_be_had_just_now_it_is_asked_for_again(look: Look, neighbour: Neighbour) -> None:
    away = '<link type="application/cap+xml" href="http://127.0.0.1:1/one.xml"/>'
    neighbour.publishes(atom(entry("one", away), entry("two")))
    assert set(look()) == {"two"}
    here = '<link type="application/cap+xml" href="/one.xml"/>'
    neighbour.publishes(atom(entry("one", here), entry("two")))
    neighbour.publishes(cap(1), "/one.xml")
    assert set(look()) == {"two", "V1"}


def test_the_same_alert_by_two_feeds_is_one(
    look: Look, neighbour: Neighbour, coordinator: FlaskClient, feed: Feed
) -> None:
    neighbour.publishes(cap(1))
    neighbour.publishes(atom(entry("x", f"<content type='application/cap+xml'>{cap(1)}</content>")), "/all")
    coordinator.post("/neighbours/feeds", data={"name": "All of them", "address": f"{neighbour.address}/all"})
    assert set(look()) == {"V1"}


def test_what_we_published_ourselves_is_left_where_it_is(
    look: Look, neighbour: Neighbour, north_shore: Partnership
) -> None:
    neighbour.publishes(cap(1, sender=f"127.0.0.1:8000/{north_shore.slug}"))
    assert look() == {}


def test_exercises_and_what_is_over_do_not_wait(look: Look, neighbour: Neighbour) -> None:
    over = cap(2, more=f"<expires>{sent(3)}</expires>")
    drill = cap(1).replace("<status>Actual", "<status>Exercise")
    inside = "<content type='application/cap+xml'>{}</content>"
    neighbour.publishes(atom(entry("1", inside.format(drill)), entry("2", inside.format(over))))
    assert {one.disposition for one in look().values()} == {Disposition.OVERTAKEN}


def test_an_update_takes_the_place_of_what_waits_and_a_cancellation_clears_it(
    look: Look, neighbour: Neighbour
) -> None:
    neighbour.publishes(cap(1))
    look()
    neighbour.publishes(cap(2, "Update", 1))
    assert waiting(look()) == {"V2"}
    neighbour.publishes(cap(3, "Cancel", 2))
    assert waiting(look()) == set()


def test_a_later_entry_with_words_alone_replaces_the_earlier(
    look: Look, neighbour: Neighbour, db: Session
) -> None:
    neighbour.publishes(atom(entry("one", minute=5, title="Newer")))
    look()
    neighbour.publishes(atom(entry("one", minute=1, title="Older")))
    look()
    rows = db.scalars(select(NeighbourAlert).order_by(NeighbourAlert.sent)).all()
    assert [(one.headline, one.disposition) for one in rows] == [
        ("Older", Disposition.OVERTAKEN),
        ("Newer", Disposition.WAITING),
    ]


CHAIN = {1: cap(1), 2: cap(2, "Update", 1), 3: cap(3, "Cancel", 2), 4: cap(4), 5: cap(5, "Update", 4), 6: cap(6)}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.permutations(sorted(CHAIN)), again=st.lists(st.sampled_from(sorted(CHAIN)), max_size=3))
def test_in_whatever_order_they_come_the_same_waits(
    look: Look, neighbour: Neighbour, db: Session, order: list[int], again: list[int]
) -> None:
    db.query(NeighbourAlert).delete()
    db.query(Feed).update({"etag": ""})  # or the first document is no news to this feed
    for number in [*order, *again]:
        neighbour.publishes(CHAIN[number])
        found = look()
    assert waiting(found) == {"V5", "V6"}


def test_a_case_that_an_alert_was_noted_to_hears_of_its_end_and_so_does_a_person(
    look: Look,
    neighbour: Neighbour,
    coordinator: FlaskClient,
    db: Session,
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
) -> None:
    case = scene.decide(db, cast, north_shore, names, policy)
    neighbour.publishes(cap(1))
    first = look()["V1"]
    answer = coordinator.post(f"/neighbours/{first.id}/note", data={"case": case.reference, "reason": "Like ours"})
    assert answer.status_code == 302, answer.text
    db.refresh(first)
    assert (first.disposition, first.case_id) == (Disposition.NOTED, case.id)
    neighbour.publishes(cap(2, "Cancel", 1))
    assert waiting(look()) == {"V2"}
    look()
    db.expire_all()
    words = [entry.action for entry in db.get_one(Case, case.id).entries if "neighbour" in entry.action]
    assert words == ["noted a neighbour's alert", "neighbour's alert cancelled"]
    assert "Cancelled since" in coordinator.get("/neighbours").text
    told = [one for one in letters(db) if one.about.startswith("neighbours/")]
    assert who(told) == sorted([cast.coordinator.label, cast.second_coordinator.label] * 2)


def test_to_dismiss_one_a_reason_is_needed_and_only_one_person_settles_it(
    look: Look, neighbour: Neighbour, coordinator: FlaskClient, db: Session
) -> None:
    neighbour.publishes(cap(1))
    one = look()["V1"]
    answer = coordinator.post(f"/neighbours/{one.id}/dismiss", data={"why": " "})
    assert answer.status_code == 422
    assert "Say why it does not concern you." in answer.text
    assert coordinator.post(f"/neighbours/{one.id}/dismiss", data={"why": "Far away"}).status_code == 302
    late = coordinator.post(f"/neighbours/{one.id}/note", data={})
    assert late.status_code in (403, 409)
    assert "Somebody has settled this meanwhile: it is dismissed." in late.text
    actions = db.scalars(select(AuditEntry.action).where(AuditEntry.about.startswith("neighbour_alert/"))).all()
    assert actions == ["neighbour's alert dismissed"]


@pytest.mark.parametrize(
    ("body", "status", "fault"),
    [
        ("rubbish", 200, "It is not XML that can be read safely."),
        (f"<a>{' ' * 1024 * 1024}</a>", 200, "The answer is too long."),
        ("<html/>", 200, "It is neither an alert in CAP 1.2 nor an Atom feed."),
        (cap(1), 302, "It answered 302."),
        (cap(1), 500, "It answered 500."),
    ],
)
def test_a_feed_that_cannot_be_read_says_why_and_is_told_after_a_day_once(
    look: Look,
    neighbour: Neighbour,
    feed: Feed,
    coordinator: FlaskClient,
    db: Session,
    body: str,
    status: int,
    fault: str,
) -> None:
    neighbour.publishes(body)
    neighbour.status = status
    assert look() == {}
    assert feed.fault == fault
    assert fault in coordinator.get("/neighbours/feeds").text
    assert letters(db) == []
    for _ in range(3):
        look(after=timedelta(hours=13))
    assert len(letters(db)) == len(set(who(letters(db)))) == 2, "one for each coordinator"
    neighbour.publishes(cap(1))
    neighbour.status = 200
    assert waiting(look()) == {"V1"}
    assert (feed.fault, feed.failing_since) == ("", None)


def test_one_entry_that_cannot_be_read_is_counted_and_hides_nothing(
    look: Look, neighbour: Neighbour, feed: Feed, coordinator: FlaskClient
) -> None:
    neighbour.publishes(atom("<entry><title>No name</title></entry>", entry("two")))
    assert waiting(look()) == {"two"}
    assert feed.unreadable == 1
    assert "1 of its entries cannot be read." in coordinator.get("/neighbours/feeds").text


def test_a_neighbour_that_is_away_is_asked_again(
    look: Look, neighbour: Neighbour, feed: Feed, db: Session
) -> None:
    feed.address = "http://127.0.0.1:1/feed"
    db.commit()
    look()
    assert feed.fault == "It could not be reached."
    feed.address = f"{neighbour.address}/feed"
    db.commit()
    neighbour.publishes(cap(1))
    assert waiting(look()) == {"V1"}


def test_a_name_that_leads_into_a_private_network_by_now_is_not_asked(look: Look, feed: Feed, db: Session) -> None:
    feed.address = "https://10.0.0.8/feed"
    db.commit()
    look()
    assert feed.fault == "That address is not on the open internet."


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter the address of the feed."),
        ("http://example.org/feed", "There is no computer of that name."),
        ("https://192.168.1.1/feed", "That address is not on the open internet."),
        ("nonsense", "Enter a whole address"),
    ],
)
def test_an_address_that_may_not_be_asked_gets_a_sentence(
    coordinator: FlaskClient, db: Session, address: str, sentence: str
) -> None:
    answer = coordinator.post("/neighbours/feeds", data={"name": "South Vale", "address": address})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.scalars(select(Feed)).all() == []


def test_a_feed_is_paused_removed_and_can_be_added_again_and_all_is_recorded(
    look: Look, neighbour: Neighbour, feed: Feed, coordinator: FlaskClient, db: Session
) -> None:
    again = {"name": "South Vale", "address": feed.address}
    assert "This address is asked already." in coordinator.post("/neighbours/feeds", data=again).text
    coordinator.post(f"/neighbours/feeds/{feed.id}/paused")
    neighbour.publishes(cap(1))
    assert look() == {}
    coordinator.post(f"/neighbours/feeds/{feed.id}/on")
    assert waiting(look()) == {"V1"}
    coordinator.post(f"/neighbours/feeds/{feed.id}/removed")
    assert coordinator.post(f"/neighbours/feeds/{feed.id}/on").status_code == 404
    assert coordinator.post("/neighbours/feeds", data=again).status_code == 302
    actions = db.scalars(select(AuditEntry.action).where(AuditEntry.about.startswith("feed/"))).all()
    assert actions == ["feed added", "feed paused", "feed on", "feed removed", "feed added"]


def test_their_words_are_shown_as_words(look: Look, neighbour: Neighbour, coordinator: FlaskClient) -> None:
    bad = "<description>&lt;script&gt;alert(1)&lt;/script&gt;</description><web>javascript:alert(1)</web>"
    neighbour.publishes(cap(1, more=bad))
    page = coordinator.get(f"/neighbours/{look()['V1'].id}").text
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_nobody_else_sees_or_settles_them(
    look: Look, neighbour: Neighbour, feed: Feed, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    neighbour.publishes(cap(1))
    one = look()["V1"]
    stranger = browser_of(cast.stranger)
    assert stranger.get(f"/neighbours/{one.id}").status_code == 404
    assert stranger.post(f"/neighbours/{one.id}/dismiss", data={"why": "x"}).status_code == 404
    assert stranger.post(f"/neighbours/feeds/{feed.id}/paused").status_code == 404
    assert browser_of(cast.medical).get("/neighbours").status_code == 403
    assert isinstance(one.received_at, datetime)
