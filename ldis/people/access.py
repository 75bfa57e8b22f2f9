"""Who may open what: the one mark on every view, and the person on the other side of a request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from ldis.errors import NotAllowed
from ldis.people.models import Membership, User
from ldis.people.rules import Discipline, Role

View = TypeVar("View", bound=Callable[..., Any])


class Who(Enum):
    """Audiences of a page that are not roles."""

    EVERYONE = "everyone"
    SIGNED_IN = "everyone signed in"


EVERYONE = Who.EVERYONE
SIGNED_IN = Who.SIGNED_IN


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
        return f"person/{self.id}"

    def holds(self, *roles: Role) -> bool:
        """Whether the person has any of these roles here."""
        return not self.roles.isdisjoint(roles)


def actor_for(person: User, partnership_id: int | None) -> Actor | None:
    """The person as they act in one partnership (their first one where none is chosen)."""
    live = [m for m in person.memberships if m.ended_at is None]
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
