"""Every page of the service that somebody may open, with who opens it: read off the application itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Flask
from werkzeug.routing import Rule

from ldis.contacts.stopping import token_of
from ldis.demonstration import world
from ldis.demonstration.world import Person
from ldis.people.access import EVERYONE, SIGNED_IN, Who
from ldis.people.rules import Role
from tests.browser.scenes import Scenes

FILES = (
    "issuing.public.cap",
    "issuing.public.feed",
    "issuing.public.qr",
    "convening.meeting_file",
    "papers.pack_json",
    "venues.poster_file",
    "laboratory.faults",
    "contacts.handing_in.faults",
    "contacts.handing_in.template",
    "figure_files.template",
    "laboratory.template",
    "photos.",
    "issuing.flyers.paper",
    "issuing.flyers.public_",
    "issuing.flyers.recipients_",
)
FOR_SCRIPTS = ("without_signal.worker", "without_signal.token", "substances.names")
NOT_PAGES = ("static", "health.", "description.openapi", *FILES, *FOR_SCRIPTS)
"""What no browser draws: style sheets, checks, the description of the API, files to be saved, what scripts ask."""

PEOPLE: Mapping[Role, Person] = {
    Role.COORDINATOR: world.COORDINATOR,
    Role.PANEL_MEMBER: world.PUBLIC_HEALTH,
    Role.LEAD: world.LEAD,
    Role.ADMINISTRATOR: world.ADMINISTRATOR,
    Role.REPORTER: world.REPORTER,
    Role.DATA_OFFICER: world.DATA_OFFICER,
}

WHOSE: Mapping[str, Person] = {
    "followup.show": world.REPORTER,
    "duty.me": world.COORDINATOR,
    "indicators.show": world.LEAD,
}
"""Pages that show something only to those whose it is, or to some more than to others."""

REVIEW = (Role.COORDINATOR, Role.PANEL_MEMBER)
"""On the pages of the review, these two see different buttons."""


@dataclass(frozen=True)
class Opening:
    """A page, and somebody who may open it; nobody in particular where everyone may."""

    path: str
    person: Person | None

    def __str__(self) -> str:
        return f"{self.path} ({self.person.role.value if self.person else 'not signed in'})"


def openings(app: Flask, scenes: Scenes) -> Iterator[Opening]:
    """Every page with whoever looks at it, in the order of their addresses."""
    for rule in pages(app):
        for person in who(app, rule):
            yield from (Opening(path, person) for path in paths(rule, scenes))


def pages(app: Flask) -> list[Rule]:
    """Every address at which a browser draws something."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.startswith(NOT_PAGES)
        and not hasattr(_view(app, rule), "key_scope")
    ]
    return sorted(found, key=lambda rule: rule.rule)


def who(app: Flask, rule: Rule) -> list[Person | None]:
    """Whose view of a page to look at: nobody's in particular, both sides of the review, or whoever may do most."""
    marks: frozenset[Who | Role] = getattr(_view(app, rule), "open_to", frozenset())
    if rule.endpoint in WHOSE:
        return [WHOSE[rule.endpoint]]
    if EVERYONE in marks:
        return [None]
    if SIGNED_IN in marks:
        return [world.REPORTER]
    may_open = [role for role in Role if role in marks]
    chosen = [role for role in REVIEW if role in may_open] if Role.PANEL_MEMBER in may_open else may_open[-1:]
    return [PEOPLE[role] for role in chosen]


def _view(app: Flask, rule: Rule) -> object:
    view = app.view_functions[rule.endpoint]
    return getattr(getattr(view, "view_class", None), "get", view)


def paths(rule: Rule, scenes: Scenes) -> list[str]:
    """The addresses at which to look at a page: where it takes a reference, one for each thing worth seeing."""
    alone = [rule.rule] if rule.arguments <= set(rule.defaults or ()) else []
    return _with_parts(scenes).get(rule.endpoint, alone)


def _with_parts(scenes: Scenes) -> Mapping[str, list[str]]:
    every_case = [
        scenes.triage,
        scenes.corroboration,
        scenes.with_panel,
        scenes.voted,
        scenes.at_once,
        scenes.decided,
        scenes.closed,
        scenes.doubted,
        scenes.recalled,
    ]
    alert = f"/issuing/{scenes.issued}"
    return {
        "cases.incoming": [
            f"/reporting/{scenes.papers.report}",
            f"/reports/{scenes.followed}",
            f"/reports/{scenes.brought_back}",
            f"/results/{scenes.result}",
            f"/results/{scenes.claim}",
        ],
        "casefile.show": [f"/cases/{reference}" for reference in every_case],
        "casefile.holder": [f"/cases/{scenes.triage}/holder"],
        "casefile.split": [f"/cases/{scenes.triage}/split"],
        "casefile.merge": [f"/cases/{scenes.triage}/merge"],
        "judging.at_once": [f"/cases/{scenes.with_panel}/at-once"],
        "convening.panel": [f"/cases/{one}/panel" for one in (scenes.triage, scenes.with_panel, scenes.voted)],
        "corroboration.ask": [f"/cases/{scenes.corroboration}/ask"],
        "corroboration.answers": [f"/cases/{scenes.corroboration}/questions/{scenes.question}"],
        "corroboration.show": [f"/c/{scenes.answered_token}", f"/c/{scenes.silent_token}"],
        "papers.pack": [f"/cases/{scenes.decided}/pack", f"/cases/{scenes.decided}/pack?for=coroner"],
        "procedure.version": [f"/policy/{scenes.policy}"],
        "judging.grade": [f"/cases/{scenes.with_panel}/grade"],
        "judging.vote": [f"/cases/{scenes.with_panel}/vote", f"/cases/{scenes.voted}/vote"],
        "judging.decision": [f"/cases/{scenes.at_once}/decision"],
        "contacts.edit": [f"/contacts/{scenes.contact}"],
        "contacts.edit_list": [f"/contacts/lists/{scenes.contact_list}"],
        "followup.show": [f"/report/track/{scenes.followed}"],
        "followup.question": [f"/report/answer/{scenes.answer_token}"],
        "inbox.index": ["/cases?status=", "/cases?status=all&days=28&q=tablets", "/cases?harm=fatal&q=nobody"],
        "inbox.tiles": ["/cases/map", f"/cases/map?status=all&area={world.DERBY}", "/cases/map?days=1&q=nobody"],
        "issuing.draft": [f"/issuing/from/{scenes.decided}"],
        "issuing.edit": [f"/issuing/{scenes.draft}/draft", f"/issuing/{scenes.waiting}/draft"],
        "issuing.flyers.flyer": [f"/issuing/{scenes.waiting}/flyer"],
        "issuing.flyers.briefing": [f"/issuing/{scenes.waiting}/briefing"],
        "issuing.history.versions": [f"/issuing/{scenes.waiting}/versions"],
        "issuing.history.compare": [f"/issuing/{scenes.waiting}/versions/1/2"],
        "issuing.approval": [
            f"/issuing/{one}/approval" for one in (scenes.draft, scenes.waiting, scenes.scheduled)
        ],
        "issuing.contradicted.doubts": [f"{alert}/doubts"],
        "issuing.following.ask": [f"{alert}/follow"],
        "issuing.email": [f"/issuing/{scenes.waiting}/email"],
        "issuing.public.alert": [f"/alerts/{scenes.issued}"],
        "issuing.public.verify": [f"/v/{scenes.code}", "/v/2222-2222"],
        "laboratory.show": [f"/results/import/{scenes.result_file}"],
        "people.invitation": [f"/invitation/{scenes.invitation}"],
        "people.key": [f"/people/keys/{scenes.key}"],
        "people.show": [f"/people/{scenes.person}"],
        "reach.live": [alert],
        "reach.calling.telephone": [f"{alert}/telephone"],
        "reach.message": [f"{alert}/messages/{scenes.text}", f"{alert}/messages/{scenes.email}"],
        "exercises.report": [f"/exercises/{scenes.exercise}"],
        "contacts.handing_in.show": [f"/contacts/import/{scenes.contact_file}"],
        "contacts.caring.show": [f"/confirm/{scenes.confirmation}"],
        "subscription.ask": [f"/subscribe/{world.SLUG}"],
        "subscription.sent": [f"/subscribe/{world.SLUG}/sent/sms", f"/subscribe/{world.SLUG}/sent/email"],
        "subscription.wanted": [f"/subscribe/confirm/{scenes.wanted}"],
        "reach.preferences.show": [f"/a/{scenes.token}/preferences"],
        "exchange.show": [f"/exchange/{scenes.endpoint}"],
        "indicators.show": [
            "/indicators/in_treatment",
            "/indicators/positive_on_arrest?part=opiates+only",
            "/indicators/continuity_of_care",
        ],
        "figure_papers.compare": ["/indicators/naloxone_supplied/areas", "/indicators/in_treatment/areas"],
        "reviews.index": ["/reviews", f"/reviews?year={date.today().year - 1}&months=6"],
        "reviews.show": [f"/reviews/{scenes.papers.review}"],
        "reviews.recommendation": [f"/reviews/recommendations/{scenes.papers.recommendation}"],
        "reporting.show": [f"/reporting/{scenes.papers.report}", f"/reporting/{scenes.papers.signed}"],
        "reporting.edition": [f"/reporting/{scenes.papers.signed}/signed/1"],
        "reporting_sections.edit": [f"/reporting/{scenes.papers.report}/sections/{scenes.papers.section}"],
        "figure_files.show": [
            f"/indicators/import/{scenes.figure_file}",
            f"/indicators/import/{scenes.papers.long_file}",
        ],
        "indicators.enter": [f"/indicators/periods/{date.today():%Y-%m}"],
        "signals.show": [
            f"/signals/{scenes.signal}",
            f"/signals/{scenes.cluster}",
            f"/signals/{scenes.signal_in_case}",
        ],
        "signal_trials.show": [f"/signals/back-tests/{scenes.trial}"],
        "neighbours.show": [f"/neighbours/{scenes.neighbours_alert}"],
        "unsubscribing.ask": [f"/unsubscribe/{token_of(scenes.contact)}"],
        "reach.show": [f"/a/{scenes.token}"],
        "reach.outbox_email": [f"/outbox/{scenes.email}/email"],
        "substances.show": [f"/substances/{scenes.substance}"],
        "venues.poster": [f"/people/venues/{scenes.venue}/poster"],
        "venues.follow": [f"/r/{scenes.venue_token}"],
        "vapes.report": [f"/report/{world.SLUG}/vape"],
        "submissions.incident": [f"/report/{world.SLUG}"],
        "submissions.lab_result": [f"/report/{world.SLUG}/lab-result"],
        "submissions.received": [
            f"/report/{world.SLUG}/received/{scenes.papers.report}",
            f"/report/{world.SLUG}/received/DEM-0000-0",
        ],
    }
