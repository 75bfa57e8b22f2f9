"""A person of another partnership finds nothing of this one's, at any address that the service has.

The addresses are read off the service itself. When one is added that names something, this file says so, and asks
either how to name that thing or why anybody may see it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from ldis.cases.models import Case
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.demonstration import world
from ldis.demonstration.seed import seed_if_empty
from ldis.issuing.models import Alert, AlertDoubt, AlertRecipient
from ldis.people import queries as people_queries
from ldis.people import service as people
from ldis.people.access import actor_for
from ldis.people.models import Deputy, Invitation, Membership, OnCallTurn, Partnership, User
from ldis.people.rules import OWN_SCOPES, Discipline, Role, Scope
from ldis.photos.models import Photo
from ldis.reporting.models import Comment, Report, Section
from ldis.reviews.models import Recommendation, Review
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.models import LocalWord
from tests.browser.scenes import Scenes, set_up
from tests.integration.cast import found_partnership, signed_in

pytestmark = pytest.mark.nobody_yet

FOR_ANYBODY = {
    "/a/<token>": "a secret link to one message",
    "/c/<token>": "a secret link to one question",
    "/a/<token>/flyer.pdf": "a secret link to one message",
    "/a/<token>/pictures/<int:photo_id>": "a secret link to one message; only pictures that the alert shows",
    "/alerts/<reference>/flyer.pdf": "alerts that are for everybody; others are not found",
    "/alerts/<reference>/pictures/<int:photo_id>": "alerts that are for everybody; only pictures that they show",
    "/alerts/<reference>": "alerts that are for everybody; others are not found",
    "/alerts/<reference>/cap.xml": "alerts that are for everybody; others are not found",
    "/api/v1/contacts/<external_id>": "the sender's own name for somebody of theirs",
    "/api/v1/indicators/<code>": "the dictionary's; figures are the key's partnership's",
    "/api/v1/indicators/<code>/values": "the dictionary's; figures are the key's partnership's",
    "/indicators/<code>": "the dictionary is the whole installation's; figures are asked below",
    "/indicators/<code>/figures.<any(csv, ods, pdf, xlsx):kind>": "the dictionary's; figures are asked below",
    "/indicators/<code>/areas": "the dictionary's; figures are asked below",
    "/indicators/scorecard.<any(csv, ods, pdf, xlsx):kind>": "one's own partnership's",
    "/indicators/<code>/target": "sets a target of one's own partnership",
    "/indicators/import/template.<any(csv, xlsx):kind>": "an empty table to fill in",
    "/indicators/periods/<month>": "a month",
    "/indicators/periods/<month>/lock": "a month",
    "/indicators/periods/<month>/unlock": "a month",
    "/reviews/<int:year>.<any(csv, ods, pdf, xlsx):kind>": "one's own partnership's",
    "/invitation/<token>": "a secret link to one invitation",
    "/policy/<version>": "the policy of the whole installation",
    "/r/<token>": "the code on a poster",
    "/report/<slug>": "the form by which anybody reports",
    "/report/<slug>/lab-result": "the form by which anybody reports",
    "/report/<slug>/received/<reference>": "says the same of any reference",
    "/report/<slug>/vape": "the form by which anybody reports",
    "/report/answer/<token>": "a secret link to one question",
    "/a/<token>/preferences": "the link is a secret of its own",
    "/subscribe/<slug>": "anybody may subscribe",
    "/subscribe/<slug>/sent/<any(sms, email):way>": "says where to look",
    "/subscribe/confirm/<token>": "the link is a secret of its own",
    "/confirm/<token>": "the link is a secret of its own",
    "/unsubscribe/<token>": "a secret link to one person's emails",
    "/report/track/<reference>": "needs the code, or that it is one's own",
    "/report/track/<reference>/answer/<int:question_id>": "needs the code, or that it is one's own",
    "/report/track/<reference>/photos": "needs the code, or that it is one's own",
    "/contacts/import/template.<any(csv, xlsx):kind>": "an empty table to fill in",
    "/results/import/template.<any(csv, xlsx):kind>": "an empty table to fill in",
    "/cases/export.<any(csv, xlsx):kind>": "names a kind of file, not a thing; what is in it is asked below",
    "/static/<path:filename>": "style sheets",
    "/substances/<code>": "the catalogue",
    "/v/<code>": "anybody may check an alert whose code they hold",
    "/v/<code>/qr.svg": "is drawn for any code",
}
"""Addresses that name something and that anybody may open, each with the reason why nobody sees too much."""


@dataclass(frozen=True)
class World:
    """What there is in this partnership, by the names that stand in addresses."""

    scenes: Scenes
    numbers: dict[str, Any]
    words: frozenset[str]


@pytest.fixture
def here(db: Session, app: Flask) -> World:
    """A partnership with everything in it that can be looked at."""
    seed_if_empty(db)
    scenes = set_up(db, app, public_url="http://localhost")
    place = db.scalars(select(Partnership).where(Partnership.slug == world.SLUG)).one()
    report = db.scalars(select(IncidentReport).order_by(IncidentReport.id)).first()
    assert report is not None
    photo = Photo(
        partnership_id=place.id,
        submission_key=report.submission_key,
        digest="d" * 64,
        kept_at=report.received_at,
        kept_by="test",
        joined_at=report.received_at,
        width=1,
        height=1,
        full_picture=b"x",
        small_picture=b"x",
    )
    word = LocalWord(
        partnership_id=place.id,
        written="blueys",
        folded="blueys",
        code="diazepam",
        added_by_id=scenes.person,
        added_at=report.received_at,
    )
    db.add_all([photo, word])
    db.commit()
    numbers = {
        "before": 1,
        "after": 2,
        "contact_id": scenes.contact,
        "list_id": scenes.contact_list,
        "person_id": scenes.person,
        "membership_id": db.scalars(select(Membership.id).where(Membership.person_id == scenes.person)).first(),
        "invitation_id": db.scalars(select(Invitation.id)).first(),
        "key_id": scenes.key,
        "link_id": scenes.venue,
        "photo_id": photo.id,
        "word_id": word.id,
        "file_id": scenes.result_file,
        "message": scenes.text,
        "named_id": db.scalars(select(Deputy.id)).first(),
        "doubt_id": db.scalars(select(AlertDoubt.id)).first(),
        "endpoint_id": scenes.endpoint,
        "signal_id": scenes.signal,
        "trial_id": scenes.trial,
        "alert_id": scenes.neighbours_alert,
        "feed_id": scenes.feed,
        "state": "on",
        "message_id": db.scalars(select(Delivery.id).where(Delivery.alert_id.is_not(None))).first(),
        "question_id": scenes.question,
        "recipient_id": db.scalars(select(AlertRecipient.id)).first(),
        "review_id": db.scalars(select(Review.id)).first(),
        "recommendation_id": db.scalars(select(Recommendation.id)).first(),
        "report_id": db.scalars(select(Report.id)).first(),
        "section_id": db.scalars(select(Section.id)).first(),
        "comment_id": db.scalars(select(Comment.id)).first(),
        "number": 1,
        "kind": "pdf",
        "way": "up",
        "turn_id": db.scalars(select(OnCallTurn.id)).first(),
    }
    return World(scenes, numbers, frozenset(words_of_this_partnership(db)))


def words_of_this_partnership(db: Session) -> Iterator[str]:
    """What must be on no page of anybody else: references, titles, names."""
    for column in (IncidentReport.reference, LabResult.reference, Case.reference, Case.title, Contact.name):
        yield from db.scalars(select(column))
    yield from db.scalars(select(Alert.reference).where(Alert.handling != "public"))
    yield from db.scalars(select(User.name))


@pytest.fixture
def strangers_keys(db: Session, here: World) -> dict[str, dict[str, str]]:
    """Keys of another partnership that together may do everything: a system's, and a person's own for cases."""
    place = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
    token = people.create_key(
        db, partnership_id=place.id, name="Elsewhere", scopes=set(Scope) - OWN_SCOPES, actor="test", now=now(db)
    )
    for role in Role:
        people.add_person(
            db,
            partnership_id=place.id,
            name="Val Dale",
            email="val.dale@example.org",
            role=role,
            discipline=Discipline.MEDICAL if role is Role.PANEL_MEMBER else None,
            actor="test",
        )
    db.commit()
    person = people_queries.person_by_email(db, "val.dale@example.org")
    actor = actor_for(person, place.id) if person else None
    assert actor is not None
    lasts = timedelta(days=3650)
    own = people.create_own_key(
        db, name="Elsewhere", scopes=list(OWN_SCOPES), lasts=lasts, actor=actor, now=now(db)
    )
    db.commit()
    return {start: {"Authorization": f"Bearer {key}"} for start, key in (("/api/", token), ("/api/v1/cases", own))}


@pytest.fixture
def stranger(app: Flask, db: Session, strangers_keys: dict[str, dict[str, str]]) -> FlaskClient:
    """A browser of somebody who holds every role in another partnership."""
    person = people_queries.person_by_email(db, "val.dale@example.org")
    assert person is not None
    return signed_in(app, person)


def now(db: Session) -> Any:
    """The moment of the scenes."""
    return db.scalars(select(Case.opened_at).order_by(Case.opened_at.desc())).first()


def openings(app: Flask, here: World) -> Iterator[tuple[str, Rule, str]]:
    """Every method of every address that names something of this partnership."""
    for rule in naming(app):
        if rule.rule not in FOR_ANYBODY:
            for values in named(rule, here):
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
                yield from ((m, rule, address) for m in sorted((rule.methods or set()) & {"GET", "POST"}))


def naming(app: Flask) -> list[Rule]:
    """Every address that names something."""
    return [rule for rule in app.url_map.iter_rules() if rule.arguments - set(rule.defaults or ())]


def named(rule: Rule, here: World) -> list[dict[str, Any]]:
    """The things of this partnership that an address can name."""
    if "reference" not in rule.arguments:
        return [{name: here.numbers[name] for name in rule.arguments}]
    numbers = {name: here.numbers[name] for name in rule.arguments - {"kind", "reference"}}
    if "kind" in rule.arguments:
        kinds = [kind for kind in ("reports", "results") if kind in rule.rule.split(">")[0]]
        return [numbers | {"kind": kind, "reference": reference_of(kind, here)} for kind in kinds]
    return [numbers | {"reference": reference_of(rule.rule, here)}]


def reference_of(where: str, here: World) -> str:
    """What a reference in an address is the reference of."""
    scenes = here.scenes
    of = {
        "/exercises/from/": scenes.decided,
        "/exercises/": scenes.exercise,
        "/issuing/from/": scenes.decided,
        "/issuing/": scenes.waiting,
        "/outbox/": scenes.email,
        "/cases/": scenes.with_panel,
        "/api/v1/alerts/": scenes.issued,
        "/api/v1/cases/": scenes.with_panel,
        "/api/v1/incidents/": scenes.report,
        "/api/v1/lab-results/": scenes.result,
        "reports": scenes.report,
        "results": scenes.result,
    }
    found = [reference for start, reference in of.items() if where.startswith(start)]
    assert found, f"Say what {where} names, or why anybody may see it."
    return found[0]


BODIES: dict[str, dict[str, Any]] = {
    "moves": {"action": "call the panel", "seen_version": 1},
    "gradings": {
        "answers": dict.fromkeys(("directness", "support", "severity", "potency", "reach"), 3),
        "would_help": "yes",
        "seen_version": 1,
    },
    "recusal": {"reason": "Ours now.", "seen_version": 1},
    "votes": {"outcome": "formal alert", "seen_version": 1, "reason": "Ours now."},
    "decision": {"outcome": "formal alert", "seen_version": 1, "reason": "Ours now."},
    "at-once": {"reason": "Ours now.", "seen_version": 1},
}
"""What the calls about a case can read, by the end of their address."""


def sent_to(address: str, method: str, keys: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What goes with a request: calls of the API carry a key of another partnership and a body that can be read."""
    if not address.startswith("/api/"):
        return {}
    key = keys["/api/v1/cases" if address.startswith("/api/v1/cases") else "/api/"]
    if method == "GET":
        return {"headers": key}
    if address.endswith("/photos"):
        return {"headers": key, "data": {"photos": (a_picture(), "photo.jpg")}}
    body = BODIES.get(address.rsplit("/", 1)[1], {"words": "Ours now."})
    return {"headers": key | {"Idempotency-Key": "ours-now-1"}, "json": body}


def a_picture() -> io.BytesIO:
    """A photo of nothing."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40)).save(drawn, "JPEG")
    return io.BytesIO(drawn.getvalue())


def leaked(page: str, here: World) -> list[str]:
    """What a page says of this partnership."""
    return [word for word in here.words if word in page]


def test_every_exception_is_still_there(app: Flask) -> None:
    assert set(FOR_ANYBODY) <= {rule.rule for rule in naming(app)}


def test_nobody_of_another_partnership_finds_any_of_it(
    app: Flask, here: World, stranger: FlaskClient, strangers_keys: dict[str, dict[str, str]]
) -> None:
    asked, found = 0, []
    for method, rule, address in openings(app, here):
        answer = stranger.open(address, method=method, **sent_to(address, method, strangers_keys))
        asked += 1
        if answer.status_code != 404 or leaked(answer.text, here):
            found.append((method, rule.rule, answer.status_code, leaked(answer.text, here)))
    assert found == []
    assert asked > 60


def test_no_list_shows_anything_of_another_partnership(app: Flask, here: World, stranger: FlaskClient) -> None:
    opened = 0
    for rule in app.url_map.iter_rules():
        if rule.arguments <= set(rule.defaults or ()) and "GET" in (rule.methods or ()):
            answer = stranger.get(rule.rule, follow_redirects=True)
            opened += answer.status_code == 200
            if not rule.rule.startswith(("/alerts", "/outbox", "/static", "/api/docs", "/api/v1/openapi")):
                assert leaked(answer.text, here) == [], rule.rule
    assert opened > 20


def test_what_is_exported_is_ones_own(app: Flask, here: World, stranger: FlaskClient) -> None:
    for kind in ("csv", "xlsx"):
        answer = stranger.post(f"/cases/export.{kind}", data={"standing": "all"})
        assert answer.status_code == 200
        assert leaked(answer.data.decode(errors="replace"), here) == []
