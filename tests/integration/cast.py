"""Two invented partnerships, the people of a case, and what they send."""

import base64
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Barrier
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, delete, text
from sqlalchemy.orm import Session, sessionmaker

from ldis.people import service as people
from ldis.people.access import Actor, actor_for
from ldis.people.models import Area, Membership, Partnership, User
from ldis.people.rules import OWN_SCOPES, Discipline, Role, Scope

NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
DATA_KEY = base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode()

Answers = dict[str, Any]
Done = TypeVar("Done")

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@dataclass(frozen=True)
class Cast:
    """Everyone whom a case needs, as they act in North Shore, and one coordinator of South Vale."""

    coordinator: Actor
    second_coordinator: Actor
    medical: Actor
    public_health: Actor
    police: Actor
    laboratory: Actor
    lead: Actor
    reporter: Actor
    data_officer: Actor
    administrator: Actor
    stranger: Actor

    @property
    def panel(self) -> tuple[Actor, ...]:
        """Those who grade and vote."""
        return (self.medical, self.public_health, self.police, self.laboratory)

    @property
    def everyone(self) -> tuple[Actor, ...]:
        """Everyone of North Shore, one for each role."""
        return (
            self.coordinator,
            self.medical,
            self.lead,
            self.reporter,
            self.data_officer,
            self.administrator,
        )


def found_partnership(db: Session, slug: str, prefix: str, name: str, areas: dict[str, str]) -> Partnership:
    """Begin a partnership with areas of its own."""
    for code, area in areas.items():
        db.merge(Area(code=code, name=area, region="Nowhere"))
    db.flush()
    made = people.create_partnership(db, slug=slug, prefix=prefix, name=name, area_codes=list(areas), actor="test")
    db.commit()
    return made


def assemble(db: Session, place: Partnership, elsewhere: Partnership) -> Cast:
    """Give everyone an account and a role."""

    def one(name: str, role: Role, discipline: Discipline | None = None, at: Partnership = place) -> Actor:
        person = people.add_person(
            db,
            partnership_id=at.id,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@example.org",
            role=role,
            discipline=discipline,
            actor="test",
        )
        db.refresh(person)
        found = actor_for(person, at.id)
        assert found is not None
        return found

    cast = Cast(
        coordinator=one("Cleo Winter", Role.COORDINATOR),
        second_coordinator=one("Dara Moss", Role.COORDINATOR),
        medical=one("Mo Field", Role.PANEL_MEMBER, Discipline.MEDICAL),
        public_health=one("Pat Hill", Role.PANEL_MEMBER, Discipline.PUBLIC_HEALTH),
        police=one("Sam Brook", Role.PANEL_MEMBER, Discipline.POLICE),
        laboratory=one("Lou Glass", Role.PANEL_MEMBER, Discipline.LABORATORY),
        lead=one("Lee Crown", Role.LEAD),
        reporter=one("Rae Stone", Role.REPORTER),
        data_officer=one("Dee Count", Role.DATA_OFFICER),
        administrator=one("Ada Marsh", Role.ADMINISTRATOR),
        stranger=one("Val Dale", Role.COORDINATOR, at=elsewhere),
    )
    db.commit()
    return cast


def close(db: Session, place: Partnership) -> None:
    """Let a partnership be no more."""
    db.execute(delete(Membership).where(Membership.partnership_id == place.id))
    place.areas = []
    db.delete(place)
    db.commit()


def own_key(db: Session, actor: Actor, *scopes: Scope) -> dict[str, str]:
    """The header with an API key of a person's own, for all that such a key is good for unless less is named."""
    token = people.create_own_key(
        db,
        name="A case list",
        scopes=scopes or tuple(OWN_SCOPES),
        lasts=timedelta(days=30),
        actor=actor,
        now=datetime.now(UTC),
    )
    db.commit()
    return {"Authorization": f"Bearer {token}"}


def signed_in(app: Flask, person: User) -> FlaskClient:
    """A browser with the cookie that signing in leaves behind."""
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = person.fs_uniquifier
        cookie["_fresh"] = True
        cookie["fs_paa"] = time.time()
    return browser


def seen(page: str) -> str:
    """A page without what only a script says, where there is no signal."""
    return re.sub(r'data-needed="[^"]*"', "", page)


def words_of(page: str) -> str:
    """What a person reads on a page, the markup left out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def answers(**changes: Any) -> Answers:
    """The six answers of an incident report, as a browser sends them once they are checked; None leaves one out."""
    given = {
        "happened_on-quick": "today",
        "area_code": "E99000001",
        "sold_as": "blue tablets sold as Valium",
        "harm_level": "severe",
        "naloxone": "not given",
        "how_known": "saw it",
        "checked": "yes",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def at_once(*doings: Callable[[], Done]) -> list[Done]:
    """Do several things at the same moment, each in a thread of its own; what each came to, in their order."""
    start = Barrier(len(doings))

    def wait_and_do(doing: Callable[[], Done]) -> Done:
        start.wait(timeout=20)
        return doing()

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(wait_and_do, doings))


def while_held(committed: sessionmaker[Session], row: Select[Any], *doings: Callable[[], Done]) -> list[Done]:
    """Do several things that all wait for a row which somebody else holds, so that they stand there together."""
    with committed() as holder, ThreadPoolExecutor(len(doings)) as threads:
        holder.execute(row.with_for_update())
        begun = [threads.submit(doing) for doing in doings]
        patience = time.monotonic() + 20
        while (holder.scalar(WAITING) or 0) < len(doings) and time.monotonic() < patience:
            holder.execute(text("SELECT pg_stat_clear_snapshot()"))
            time.sleep(0.02)
        holder.rollback()
        return [one.result() for one in begun]
