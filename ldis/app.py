"""The web application: what `create_app` puts together and nothing else."""

import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from psycopg.errors import NumericValueOutOfRange
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from config import indicators as indicators_file
from config import policy
from config import reporting as reporting_file
from config import substances as substances_file
from config.logging import configure as configure_logging
from config.paces import paces
from config.settings import Settings
from ldis import health, secrecy, web
from ldis.casefile import api as casefile_api
from ldis.casefile import judging, papers
from ldis.casefile import pages as casefile
from ldis.cases import comparisons, photographs, reporters
from ldis.cases import pages as cases
from ldis.cases.policy import read_policy
from ldis.contacts import api as contacts_api
from ldis.contacts import pages as contacts
from ldis.contacts import subscription, unsubscribing
from ldis.convening import pages as convening
from ldis.corroboration import pages as corroboration
from ldis.db import make_engine, make_sessions, utc_now
from ldis.deliveries import patience
from ldis.deliveries import queries as deliveries
from ldis.description import pages as description
from ldis.errors import Invalid, NotFound, Refusal, TooMany
from ldis.exchange import pages as exchange
from ldis.followup import api as _followup_api  # noqa: F401 - its calls stand beside those of submissions
from ldis.followup import pages as followup
from ldis.inbox import pages as inbox
from ldis.indicators import api as indicators_api
from ldis.indicators import handing_in as figure_files
from ldis.indicators import pages as indicators
from ldis.indicators import taking_away as figure_papers
from ldis.indicators.dictionary import read_dictionary
from ldis.issuing import pages as issuing
from ldis.laboratory import pages as laboratory
from ldis.neighbours import pages as neighbours
from ldis.oversight import pages as oversight
from ldis.papers import drawn, kind_of
from ldis.people import duty, own_keys
from ldis.people import pages as people
from ldis.people.access import EVERYONE, open_to, person_or_none
from ldis.people.security import init_security
from ldis.photos import pages as photos
from ldis.procedure import pages as procedure
from ldis.reach import api as reach_api
from ldis.reach import exercises, hooks
from ldis.reach import pages as reach
from ldis.reporting import pages as reporting
from ldis.reporting import sections as reporting_sections
from ldis.reviews import pages as reviews
from ldis.signals import pages as signals
from ldis.signals import trial_pages as signal_trials
from ldis.submissions import api as submissions_api
from ldis.submissions import pages as submissions
from ldis.submissions import unmatched, without_signal
from ldis.substances import api as substances_api
from ldis.substances import pages as substances
from ldis.substances.catalogue import read_catalogue
from ldis.substances.vocabulary import Vocabulary
from ldis.vapes import pages as vapes
from ldis.venues import pages as venues

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
    "worker-src 'self'"
)
LARGEST_REQUEST = 2 * 1024 * 1024

logger = structlog.get_logger(__name__)


def create_app(settings: Settings) -> Flask:
    """Put the service together from its settings."""
    configure_logging(settings.log_level, process="web")
    secrecy.configure(settings.data_keys)
    app = Flask("ldis", root_path=str(web.ROOT), static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,
        PUBLIC_URL=settings.public_url,
        DEMO=settings.demo,
        OUTBOX_ON_SCREEN="outbox" in (settings.sms, settings.email),
        PACES=paces(settings),
        TWILIO=settings.twilio,
        NOTIFY=settings.notify,
        METRICS_TOKEN=settings.metrics_token,
    )
    if not settings.database_url:
        raise ValueError("The application needs the address of its database.")
    engine = make_engine(settings.database_url)
    app.extensions["ldis.engine"] = engine
    app.extensions["ldis.sessions"] = make_sessions(engine)
    app.extensions["ldis.policy"] = read_policy(policy.read())
    patience.use(app.extensions["ldis.policy"].sending)
    app.extensions["ldis.reporting"] = reporting_file.read()
    app.jinja_env.globals.update(kind_of=kind_of, picture=drawn)
    app.extensions["ldis.indicators"] = read_dictionary(indicators_file.read())
    app.extensions["ldis.vocabulary"] = Vocabulary(read_catalogue(substances_file.read()))
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]
    _each_request(app)  # first, so that a form refused for its token has its id and its nonce too
    csrf = CSRFProtect(app)
    web.install(app)
    init_security(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    app.register_blueprint(hooks.hooks)
    csrf.exempt(hooks.hooks)
    csrf.exempt(unsubscribing.pages)  # its link is a secret, and mail programs press the button
    apis = (submissions_api, substances_api, casefile_api, reach_api, contacts_api, indicators_api)
    description.install(app, csrf, [one.api for one in apis])
    _refusals(app)
    _failures(app)
    return app


def _blueprints() -> Iterator[Blueprint]:
    """The pages of every stage, and of the state of the service."""
    intake = (submissions, followup, laboratory, photos, vapes, venues, unmatched, without_signal, substances)
    one_case = (casefile, judging, convening, corroboration, papers, procedure)
    review = (inbox, signals, signal_trials, cases, comparisons, photographs, reporters, *one_case)
    told = (
        contacts,
        subscription,
        unsubscribing,
        issuing,
        reach,
        exercises,
        exchange,
        neighbours,
        indicators,
        figure_papers,
        reviews,
        reporting,
        reporting_sections,
        figure_files,
    )
    stages = (*intake, people, duty, own_keys, *review, *told, oversight)
    yield from (stage.pages for stage in stages)
    yield health_pages


def _each_request(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = request.headers.get("X-Request-Id", "")[:64] or uuid.uuid4().hex
        g.csp_nonce = secrets.token_urlsafe(16)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=g.get("csp_nonce", "")))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "actor": person_or_none(),
            "csp_nonce": lambda: g.get("csp_nonce", ""),
            "demo": app.config["DEMO"],
            "outbox_on_screen": app.config["OUTBOX_ON_SCREEN"],
        }


def _refusals(app: Flask) -> None:
    """One place where a refusal becomes an answer: a page, or a problem document under /api/."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Any:
        errors = refusal.errors if isinstance(refusal, Invalid) else None
        return answer(refusal.status, refusal.title, refusal.message, errors)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Any:
        return answer(403, "This page was open for too long", "Go back, reload the page and send it again.")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code == 413:
            web.hear_out()
        wrong = input_errors(error)
        if wrong:
            return refused(Invalid(wrong))
        response = answer(error.code or 500, error.name, error.description or "")
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After", "Location"):
                response.headers[name] = value
        return response


def _failures(app: Flask) -> None:
    """What nobody foresaw, and what only the database can tell."""

    @app.errorhandler(DataError)
    def beyond_the_database(error: DataError) -> Any:
        """A number too large for its column, in an address or among ids, names nothing."""
        if not isinstance(error.orig, NumericValueOutOfRange):
            return broken(error)
        return answer(NotFound.status, NotFound.title, NotFound().message)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        # never its address: an invitation's or an acknowledgement's holds a secret
        logger.exception("request failed", page=request.endpoint, error=type(error).__name__)
        return answer(500, "Sorry, there is a problem with the service", "Try again in a few minutes.")


def input_errors(error: HTTPException) -> dict[str, list[str]]:
    """What was wrong with a call's JSON or its address, as sentences by field, where its schema refused it."""
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    return web.sentences(messages.get("json") or messages.get("query") or {})


def answer(status: int, title: str, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """A refusal or failure, in the form that the asker understands."""
    if request.path.startswith("/api/"):
        problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        if errors:
            problem["errors"] = errors
        response = jsonify(problem)
        response.mimetype = "application/problem+json"
    else:
        response = Response(web.render_error(status, title=title, detail=detail), mimetype="text/html")
    response.status_code = status
    if status == TooMany.status:
        response.headers.setdefault("Retry-After", "60")
    return response


WAITING = Gauge("ldis_deliveries_waiting", "Messages that are due and have not left.")
OLDEST = Gauge("ldis_deliveries_oldest_seconds", "How long the message that waits longest has waited.")
IN_DOUBT = Gauge("ldis_deliveries_in_doubt", "Messages that may have been sent and that a person must settle.")


def measure_the_outbox() -> None:
    """What waits to leave, and what nobody knows of."""
    waiting = deliveries.waiting(web.session, now=utc_now())
    WAITING.set(waiting.count)
    OLDEST.set(waiting.oldest.total_seconds())
    IN_DOUBT.set(deliveries.count_in_doubt(web.session))


health_pages = web.Blueprint("health", __name__)


@health_pages.get("/healthz/live")
@open_to(EVERYONE)
def live() -> Any:
    """The process answers."""
    return {"status": "live"}


@health_pages.get("/healthz/ready")
@open_to(EVERYONE)
def ready() -> Any:
    """The process can do its work: database, migrations, worker and scheduler."""
    checks = health.readiness(web.session)
    return checks, 200 if all(check == "ok" for check in checks.values()) else 503


@health_pages.get("/metrics")
@open_to(EVERYONE)
def metrics() -> Any:
    """Figures for a Prometheus server, on this machine or with the token."""
    health.allow_metrics(request.remote_addr, request.authorization, web.current_app.config["METRICS_TOKEN"])
    health.measure(web.session)
    measure_the_outbox()
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
