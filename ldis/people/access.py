"""Who may open what: the one mark on every view, and the person or the system on the other side of a request."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from hashlib import sha256
from typing import Any, NoReturn, Protocol, TypeVar, cast

from flask import Response, after_this_request, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_security import current_user
from sqlalchemy import update

from ldis import web
from ldis.db import utc_now
from ldis.errors import NotAllowed, Refusal, TooMany
from ldis.people import queries
from ldis.people.limits import KeyLimits
from ldis.people.models import ApiKey, Membership, Partnership, User
from ldis.people.rules import KEY_START, USE_NOTED_EVERY, Discipline, Place, Role, Scope

View = TypeVar("View", bound=Callable[..., Any])


class Who(Enum):
    """Audiences of a page that are not roles."""

    EVERYONE = "everyone"
    SIGNED_IN = "everyone signed in"


EVERYONE = Who.EVERYONE
SIGNED_IN = Who.SIGNED_IN


class NotSignedIn(Refusal):
    """A call to the API without a key that is good."""

    status = 401
    title = "An API key is needed"


@dataclass(frozen=True)
class Actor:
    """The person who acts, and the partnership they act in. Stages are handed this, never the account."""

    id: int
    name: str
    email: str
    partnership_id: int
    partnership_name: str
    partnership_slug: str
    prefix: str
    roles: frozenset[Role]
    discipline: Discipline | None

    @property
    def label(self) -> str:
        """How this person is named in records."""
        return f"person/{self.id}" if self.id else "command line"

    def holds(self, *roles: Role) -> bool:
        """Whether the person has any of these roles here."""
        return not self.roles.isdisjoint(roles)


class Acts(Protocol):
    """Whoever does something in a partnership: a person, or another system with its key."""

    @property
    def label(self) -> str:
        """How they are named in records."""

    @property
    def partnership_id(self) -> int:
        """Where they act."""


@dataclass(frozen=True)
class Key:
    """The API key of a call, and the one partnership it acts for."""

    id: int
    place: Place
    scopes: frozenset[str]
    person_id: int | None = None

    @property
    def partnership_id(self) -> int:
        """The partnership whose key it is."""
        return self.place.id

    @property
    def label(self) -> str:
        """How this key is named in records."""
        return f"key/{self.id}"


def at_the_command_line(place: Partnership) -> Actor:
    """Whoever runs a command on the machine: no account of their own, acting in one partnership."""
    return Actor(
        id=0,
        name="The operator",
        email="",
        partnership_id=place.id,
        partnership_name=place.name,
        partnership_slug=place.slug,
        prefix=place.prefix,
        roles=frozenset({Role.ADMINISTRATOR}),
        discipline=None,
    )


def actor_for(person: User, partnership_id: int | None) -> Actor | None:
    """The person as they act in one partnership (their first one where none is chosen)."""
    live = person.live_memberships
    chosen = [m for m in live if m.partnership_id == partnership_id] or _first_partnership(live)
    if not chosen:
        return None
    place = chosen[0].partnership
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        partnership_id=place.id,
        partnership_name=place.name,
        partnership_slug=place.slug,
        prefix=place.prefix,
        roles=frozenset(m.role for m in chosen),
        discipline=next((m.discipline for m in chosen if m.discipline), None),
    )


def _first_partnership(live: list[Membership]) -> list[Membership]:
    return [m for m in live if m.partnership_id == live[0].partnership_id] if live else []


def digest_of(token: str) -> str:
    """What is kept of a token: enough to know it again. Tokens are random, so that a plain digest is safe."""
    return sha256(token.encode()).hexdigest()


def person_or_none() -> Actor | None:
    """Who is signed in, if anyone; asked once per request."""
    if "actor" not in g:
        signed_in = current_user.is_authenticated
        g.actor = actor_for(cast(User, current_user), cookie.get("partnership_id")) if signed_in else None
    return cast(Actor | None, g.actor)


def current_person() -> Actor:
    """Who is signed in; only for views that are not open to everyone."""
    person = person_or_none()
    if person is None:
        raise NotAllowed("Sign in to open this page.")
    return person


def open_to(*who: Who | Role) -> Callable[[View], View]:
    """Say who may open a view. Every view carries this mark; a guard test sees to it.

    People who are not signed in are sent to sign in and come back; people without the role get 403.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if EVERYONE not in who:
                person = person_or_none()
                if person is None:
                    if current_user.is_authenticated:
                        raise NotAllowed(
                            "Your account has no role in a partnership any more. Ask your coordinator."
                        )
                    if request.method == "GET":
                        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
                    raise NotAllowed("You have been signed out. Sign in again, then send this once more.")
                if SIGNED_IN not in who and not person.holds(*(w for w in who if isinstance(w, Role))):
                    raise NotAllowed("This page is not part of your role.")
            return view(*args, **kwargs)

        checked.open_to = frozenset(who)  # type: ignore[attr-defined]
        return cast(View, checked)

    return mark


def key_scope(*scopes: Scope | str) -> Callable[[View], View]:
    """Say which scope a call to the API needs, or which of several will do.

    Every view under /api/ carries this mark or `open_to(EVERYONE)`.
    Without a good key the answer is 401, without the scope 403, too often 429 with the seconds to wait. Of a person's
    own key it is looked up, at each call, which roles they hold now: once they hold none the answer is 403.
    """
    enough = frozenset(Scope(scope).value for scope in scopes)

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            g.key = _key_of_request(enough)
            if g.key.person_id is not None:
                g.member = _member_with(g.key)
            return view(*args, **kwargs)

        checked.key_scope = " or ".join(sorted(enough))  # type: ignore[attr-defined]
        return cast(View, checked)

    return mark


def hold_off(seconds: int, why: str) -> NoReturn:
    """Refuse for now, saying to the person and in Retry-After when to try again."""

    @after_this_request
    def say_when(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response

    minutes = math.ceil(seconds / 60)
    raise TooMany(f"{why} Wait {'a minute' if minutes == 1 else f'{minutes} minutes'}, then try again.")


def current_key() -> Key:
    """The API key of this call; only in views marked with `key_scope`."""
    return cast(Key, g.key)


def current_member() -> Actor:
    """Whose own key this call is made with, with the roles that they hold now; a key that is nobody's is refused."""
    member = cast(Actor | None, g.get("member"))
    if member is None:
        raise NotAllowed("This needs a person's own API key.")
    return member


def _member_with(key: Key) -> Actor:
    """Never as they act elsewhere: a role in another partnership opens nothing in this one."""
    person = web.session.get(User, key.person_id)
    member = actor_for(person, key.partnership_id) if person is not None and person.active else None
    if member is None or member.partnership_id != key.partnership_id:
        raise NotAllowed("Your account has no role in this partnership any more. Ask your coordinator.")
    return member


def _note_use(row: queries.KeyRow) -> None:
    """Remember that a key was used: aside, as what a call asks for may be refused, and not with every call.

    Nobody may hold one connection and wait for another, so the one that read the key is given back first.
    """
    now = utc_now()
    if row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY:
        web.close_session()
        with current_app.extensions["ldis.sessions"].begin() as aside:
            aside.execute(update(ApiKey).where(ApiKey.id == row.id).values(last_used_at=now))


def _key_of_request(enough: frozenset[str]) -> Key:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token.startswith(KEY_START):
        raise NotSignedIn("Send your API key in the header: Authorization: Bearer ldis_...")
    row = queries.key_with(web.session, digest_of(token))
    if row is None or row.revoked_at is not None or row.expires_at <= utc_now():
        raise NotSignedIn("This API key is unknown, revoked or has run out.")
    limits: KeyLimits = current_app.extensions["ldis.key_limits"]
    seconds = limits.wait(row.id, per_minute=row.per_minute, now=time.monotonic())
    if seconds:
        hold_off(seconds, f"This API key may be used {row.per_minute} times a minute.")
    if enough.isdisjoint(row.scopes):
        raise NotAllowed(f"This API key does not have the scope {' or '.join(sorted(enough))}.")
    _note_use(row)
    place = Place(row.partnership_id, row.prefix, row.name, frozenset(row.area_codes), row.words_version)
    return Key(row.id, place, frozenset(row.scopes), row.person_id)
