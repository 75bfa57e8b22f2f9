"""Flask-Security, set up so that it keeps codes and sessions for us and answers on no address of its own."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hmac import compare_digest
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_security import Security, SQLAlchemySessionUserDatastore, Totp
from flask_security.utils import login_user, logout_user

from ldis import web
from ldis.people import queries
from ldis.people.access import hold_off, person_or_none
from ldis.people.limits import KeyLimits, SharedLimits
from ldis.people.models import Role, User
from ldis.people.rules import IDLE_SIGN_OUT, LONGEST_SIGN_IN
from ldis.people.signing_in import Codes
from ldis.secrecy import derived_key

DEMO_GENEROSITY = 50
STEADY_SECONDS = 0.2

View = TypeVar("View", bound=Callable[..., Any])


class SignInCodes(Totp):
    """Flask-Security's one-time codes, narrowed: only the one code that was sent is right.

    Ordinary time-based codes are good for a window around now: with ten minutes to read an e-mail some forty would
    be right at any time, for every account, asked for or not. Here each sending has a fresh secret, and its code
    counts at its own moment only.
    """

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp.wallet.encrypt_cost = 1  # the key is random: stretching it would only take time

    def new_secret(self) -> str:
        """A fresh, encrypted secret."""
        return str(self.generate_totp_secret())

    def code(self, secret: str, *, at: datetime) -> str:
        """The code that a secret gives at a moment: six digits."""
        return str(self._totp.from_source(secret).generate(time=at).token)

    def matches(self, typed: str, secret: str | None, *, at: datetime | None) -> bool:
        """Whether this is the code that the secret gave at the moment; never, where there is neither."""
        if secret is None or at is None:
            return False
        return compare_digest(self.code(secret, at=at).encode(), typed.encode())


def init_security(app: Flask) -> None:
    """Give the application accounts, sessions and limits.

    Nothing of Flask-Security answers by itself: its pages are not registered, it takes no tokens from headers, and
    its own roles (empty here) are not loaded with every request.
    """
    app.config.update(
        PERMANENT_SESSION_LIFETIME=IDLE_SIGN_OUT,
        SESSION_COOKIE_NAME="__Host-ldis" if app.config["SESSION_COOKIE_SECURE"] else "ldis",
        SECURITY_UNIFIED_SIGNIN=True,
        SECURITY_US_ENABLED_METHODS=["email"],
        SECURITY_PASSWORD_REQUIRED=False,
        SECURITY_TOTP_SECRETS={"1": derived_key("sign-in-codes").hex()},
        SECURITY_TOTP_ISSUER="LDIS",
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_JOIN_USER_ROLES=False,
        SESSION_PROTECTION=None,  # a mark that nothing here asks for; a cookie that changes spoils going back
    )
    accounts = SQLAlchemySessionUserDatastore(cast(Any, web.session), User, Role)
    security = Security(app, accounts, register_blueprint=False, totp_cls=SignInCodes)
    security.login_manager.user_loader(_person_of_session)
    security.login_manager.request_loader(None)
    security.principal.identity_loaders.clear()
    generosity = DEMO_GENEROSITY if app.config["DEMO"] else 1
    limits = SharedLimits(app.extensions["ldis.engine"], generosity=generosity)
    app.extensions["ldis.sign_in_limits"] = app.extensions["ldis.form_limits"] = limits
    app.extensions["ldis.key_limits"] = KeyLimits()
    app.extensions["ldis.steady_seconds"] = STEADY_SECONDS
    app.before_request(_forget_person)
    app.after_request(_ask_for_key)


def codes() -> Codes:
    """What makes the sign-in codes of this application."""
    made: Codes = current_app.extensions["security"].totp_factory
    return made


def count_try(step: str, address: str) -> None:
    """Count one try at a step of signing in; refuses it, and says for how long, once there were too many."""
    limits: SharedLimits = current_app.extensions["ldis.sign_in_limits"]
    seconds = limits.wait(step, address=address, network=request.remote_addr)
    if seconds:
        hold_off(seconds, "Too many tries.")


def count_sending(form: str) -> None:
    """Count one sending of an open form by somebody unknown; refuses it once too many came from their network."""
    limits: SharedLimits = current_app.extensions["ldis.form_limits"]
    seconds = 0 if person_or_none() else limits.wait_at_form(form, network=request.remote_addr)
    if seconds:
        hold_off(seconds, "Very many have been sent from your network, so this one was not taken in.")


def steady(view: View) -> View:
    """Answer no sooner than after a fixed time, so that the time it takes does not tell who has an account.

    Stands above `@commits`: for an address that is known there is more to commit.
    """

    @wraps(view)
    def in_its_time(*args: Any, **kwargs: Any) -> Any:
        answer_at = time.monotonic() + current_app.extensions["ldis.steady_seconds"]
        try:
            return view(*args, **kwargs)
        finally:
            time.sleep(max(0.0, answer_at - time.monotonic()))

    return cast(View, in_its_time)


def begin_session(person: User) -> None:
    """Sign a person in on this device. What the cookie held before is dropped: nobody can plant a session."""
    cookie.clear()
    cookie.permanent = True
    login_user(person, remember=False)


def end_session() -> None:
    """Sign whoever it is out on this device."""
    logout_user()
    cookie.clear()


def _person_of_session(uniquifier: str) -> User | None:
    """Whose session a cookie is: nobody's once sessions were ended, the account closed or a week has passed."""
    if time.time() - cookie.get("fs_paa", 0) > LONGEST_SIGN_IN.total_seconds():
        return None
    return queries.person_with_session(web.session, uniquifier)


def _forget_person() -> None:
    """Ask anew who it is: one application context may serve several requests in tests."""
    for name in ("actor", "key", "_login_user"):
        g.pop(name, None)


def _ask_for_key(response: Response) -> Response:
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response
