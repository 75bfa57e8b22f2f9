"""Who may open what: every address of the service, written out, and nothing that is not written here.

When a page is added, this test fails and prints its line. Read the line, see that it is meant, and add it.
"""

import base64
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from config import settings
from ldis import web
from ldis.app import create_app
from ldis.people.access import EVERYONE, SIGNED_IN, Who
from ldis.people.rules import Role

WHO_MAY_OPEN = """
GET  /                                                          everyone
POST /<any(reports):kind>/<reference>/not-the-same              coordinator
POST /<any(reports):kind>/<reference>/photos/<int:photo_id>/remove coordinator
POST /<any(reports):kind>/<reference>/question                  coordinator
POST /<any(reports):kind>/<reference>/read                      coordinator
POST /<any(reports):kind>/<reference>/same-event                coordinator
POST /<any(reports):kind>/<reference>/unmerge                   coordinator
GET  /<any(reports, results):kind>/<reference>                  coordinator, lead, panel member
POST /<any(reports, results):kind>/<reference>/join-case        coordinator
POST /<any(reports, results):kind>/<reference>/open-case        coordinator
POST /<any(results):kind>/<reference>/link                      coordinator
POST /<any(results):kind>/<reference>/not-from                  coordinator
POST /<any(results):kind>/<reference>/supersedes                coordinator
POST /<any(results):kind>/<reference>/unlink                    coordinator
GET  /a/<token>                                                 everyone
POST /a/<token>                                                 everyone
GET  /a/<token>/flyer.pdf                                       everyone
GET  /a/<token>/pictures/<int:photo_id>                         everyone
GET  /a/<token>/preferences                                     everyone
POST /a/<token>/preferences                                     everyone
GET  /account                                                   signed in
POST /account/partnership                                       signed in
POST /account/sign-out-everywhere                               signed in
GET  /alerts                                                    everyone
GET  /alerts/<reference>                                        everyone
GET  /alerts/<reference>/cap.xml                                everyone
GET  /alerts/<reference>/flyer.pdf                              everyone
GET  /alerts/<reference>/pictures/<int:photo_id>                everyone
GET  /alerts/feed.atom                                          everyone
GET  /api/docs                                                  everyone
GET  /api/v1/alerts                                             key alerts:read
GET  /api/v1/alerts/<reference>                                 key alerts:read
GET  /api/v1/alerts/<reference>/coverage                        key alerts:read
GET  /api/v1/alerts/<reference>/deliveries                      key alerts:read
GET  /api/v1/cases                                              key cases:read
GET  /api/v1/cases/<reference>                                  key cases:read
POST /api/v1/cases/<reference>/at-once                          key cases:write
POST /api/v1/cases/<reference>/decision                         key cases:write
POST /api/v1/cases/<reference>/gradings                         key cases:write
POST /api/v1/cases/<reference>/moves                            key cases:write
POST /api/v1/cases/<reference>/recusal                          key cases:write
POST /api/v1/cases/<reference>/votes                            key cases:write
PUT  /api/v1/contacts/<external_id>                             key contacts:write
POST /api/v1/incidents                                          key reports:write
GET  /api/v1/incidents/<reference>                              key reports:read
POST /api/v1/incidents/<reference>/photos                       key reports:write
POST /api/v1/incidents/<reference>/updates                      key reports:write
GET  /api/v1/indicators/<code>                                  key indicators:read
PUT  /api/v1/indicators/<code>/values                           key indicators:write
POST /api/v1/lab-results                                        key lab:write
GET  /api/v1/lab-results/<reference>                            key lab:read or lab:write
GET  /api/v1/openapi.json                                       everyone
GET  /api/v1/substances                                         key lab:write or reports:read or reports:write
GET  /audit                                                     administrator, lead
POST /audit/export.csv                                          administrator, lead
GET  /c/<token>                                                 everyone
POST /c/<token>                                                 everyone
GET  /cases                                                     coordinator, lead, panel member
GET  /cases/<reference>                                         coordinator, lead, panel member
GET  /cases/<reference>/ask                                     coordinator
POST /cases/<reference>/ask                                     coordinator
POST /cases/<reference>/ask/count                               coordinator
GET  /cases/<reference>/at-once                                 coordinator, panel member
POST /cases/<reference>/at-once                                 coordinator, panel member
GET  /cases/<reference>/decision                                coordinator, panel member
POST /cases/<reference>/decision                                coordinator, panel member
GET  /cases/<reference>/grade                                   panel member
POST /cases/<reference>/grade                                   panel member
GET  /cases/<reference>/holder                                  coordinator
POST /cases/<reference>/holder                                  coordinator
GET  /cases/<reference>/meeting.ics                             coordinator, lead, panel member
GET  /cases/<reference>/merge                                   coordinator
POST /cases/<reference>/merge                                   coordinator
POST /cases/<reference>/move                                    coordinator
GET  /cases/<reference>/pack                                    coordinator, lead
GET  /cases/<reference>/pack.json                               coordinator, lead
GET  /cases/<reference>/panel                                   coordinator, lead, panel member
POST /cases/<reference>/panel                                   coordinator
POST /cases/<reference>/panel/remind                            coordinator
GET  /cases/<reference>/questions/<int:question_id>             coordinator
POST /cases/<reference>/recusal                                 panel member
GET  /cases/<reference>/split                                   coordinator
POST /cases/<reference>/split                                   coordinator
GET  /cases/<reference>/vote                                    panel member
POST /cases/<reference>/vote                                    panel member
POST /cases/export.<any(csv, xlsx):kind>                        coordinator
GET  /cases/map                                                 coordinator, lead, panel member
GET  /confirm/<token>                                           everyone
POST /confirm/<token>                                           everyone
GET  /contacts                                                  administrator, coordinator
GET  /contacts/<int:contact_id>                                 administrator, coordinator
POST /contacts/<int:contact_id>                                 administrator, coordinator
POST /contacts/<int:contact_id>/ask                             administrator, coordinator
POST /contacts/<int:contact_id>/opt-in                          administrator, coordinator
POST /contacts/<int:contact_id>/opt-out                         administrator, coordinator
GET  /contacts/add                                              administrator, coordinator
POST /contacts/add                                              administrator, coordinator
GET  /contacts/failing                                          administrator, coordinator
GET  /contacts/import                                           administrator, coordinator
POST /contacts/import                                           administrator, coordinator
GET  /contacts/import/<int:file_id>                             administrator, coordinator
POST /contacts/import/<int:file_id>                             administrator, coordinator
GET  /contacts/import/<int:file_id>/faults.csv                  administrator, coordinator
POST /contacts/import/<int:file_id>/throw-away                  administrator, coordinator
GET  /contacts/import/template.<any(csv, xlsx):kind>            administrator, coordinator
GET  /contacts/lists                                            administrator, coordinator
GET  /contacts/lists/<int:list_id>                              administrator, coordinator
POST /contacts/lists/<int:list_id>                              administrator, coordinator
POST /contacts/lists/<int:list_id>/checked                      administrator, coordinator
GET  /contacts/lists/add                                        administrator, coordinator
POST /contacts/lists/add                                        administrator, coordinator
GET  /exchange                                                  administrator, coordinator
POST /exchange                                                  administrator, coordinator
GET  /exchange/<int:endpoint_id>                                administrator, coordinator
POST /exchange/<int:endpoint_id>/<any(on, paused):state>        administrator, coordinator
POST /exchange/<int:endpoint_id>/again/<int:message_id>         administrator, coordinator
POST /exchange/<int:endpoint_id>/remove                         administrator, coordinator
POST /exchange/<int:endpoint_id>/secret                         administrator, coordinator
POST /exchange/<int:endpoint_id>/test                           administrator, coordinator
GET  /exercises                                                 administrator, coordinator, lead, panel member
GET  /exercises/<reference>                                     administrator, coordinator, lead, panel member
POST /exercises/from/<reference>                                coordinator
GET  /healthz/live                                              everyone
GET  /healthz/ready                                             everyone
POST /hooks/notify                                              everyone
POST /hooks/twilio/inbound                                      everyone
POST /hooks/twilio/status                                       everyone
GET  /indicators                                                coordinator, data officer, lead, panel member
GET  /indicators/<code>                                         coordinator, data officer, lead, panel member
GET  /indicators/<code>/areas                                   coordinator, data officer, lead, panel member
POST /indicators/<code>/figures.<any(csv, ods, pdf, xlsx):kind> coordinator, data officer, lead, panel member
POST /indicators/<code>/target                                  data officer, lead
GET  /indicators/hidden                                         data officer
GET  /indicators/import                                         data officer
POST /indicators/import                                         data officer
GET  /indicators/import/<int:file_id>                           data officer
POST /indicators/import/<int:file_id>                           data officer
POST /indicators/import/<int:file_id>/throw-away                data officer
GET  /indicators/import/template.<any(csv, xlsx):kind>          data officer
GET  /indicators/periods                                        data officer, lead
POST /indicators/periods                                        data officer
GET  /indicators/periods/<month>                                data officer
POST /indicators/periods/<month>                                data officer
POST /indicators/periods/<month>/lock                           data officer, lead
POST /indicators/periods/<month>/unlock                         data officer, lead
POST /indicators/scorecard.<any(csv, ods, pdf, xlsx):kind>      coordinator, data officer, lead, panel member
GET  /invitation/<token>                                        everyone
POST /invitation/<token>                                        everyone
GET  /issuing                                                   administrator, coordinator, lead, panel member
GET  /issuing/<reference>                                       administrator, coordinator, lead, panel member
GET  /issuing/<reference>/approval                              coordinator, panel member
POST /issuing/<reference>/approve                               panel member
GET  /issuing/<reference>/briefing                              coordinator, panel member
POST /issuing/<reference>/cancel                                coordinator, panel member
POST /issuing/<reference>/deliveries.<any(csv, xlsx):kind>      coordinator
GET  /issuing/<reference>/doubts                                administrator, coordinator, lead, panel member
POST /issuing/<reference>/doubts/<int:doubt_id>                 coordinator
GET  /issuing/<reference>/draft                                 coordinator
POST /issuing/<reference>/draft                                 coordinator
GET  /issuing/<reference>/email                                 coordinator, panel member
GET  /issuing/<reference>/flyer                                 coordinator, panel member
GET  /issuing/<reference>/flyer.pdf                             coordinator, panel member
GET  /issuing/<reference>/follow                                coordinator
POST /issuing/<reference>/follow                                coordinator
GET  /issuing/<reference>/messages/<uuid:message>               administrator, coordinator, lead, panel member
POST /issuing/<reference>/messages/<uuid:message>/settle        coordinator
POST /issuing/<reference>/preview                               coordinator
POST /issuing/<reference>/remind                                coordinator
POST /issuing/<reference>/schedule                              panel member
POST /issuing/<reference>/send                                  coordinator
POST /issuing/<reference>/send-back                             coordinator, panel member
POST /issuing/<reference>/stands                                coordinator
GET  /issuing/<reference>/telephone                             coordinator
POST /issuing/<reference>/telephone/<int:recipient_id>          coordinator
GET  /issuing/<reference>/versions                              coordinator, panel member
GET  /issuing/<reference>/versions/<int:before>/<int:after>     coordinator, panel member
GET  /issuing/from/<reference>                                  coordinator
POST /issuing/from/<reference>                                  coordinator
GET  /issuing/wording                                           administrator, coordinator, lead, panel member
GET  /messages                                                  coordinator
POST /messages/<int:message_id>                                 coordinator
GET  /metrics                                                   everyone
GET  /neighbours                                                administrator, coordinator
GET  /neighbours/<int:alert_id>                                 administrator, coordinator
POST /neighbours/<int:alert_id>/dismiss                         administrator, coordinator
POST /neighbours/<int:alert_id>/note                            administrator, coordinator
GET  /neighbours/feeds                                          administrator, coordinator
POST /neighbours/feeds                                          administrator, coordinator
POST /neighbours/feeds/<int:feed_id>/<any(on, paused, removed):state> administrator, coordinator
GET  /outbox                                                    everyone
GET  /outbox/<uuid:reference>/email                             everyone
GET  /people                                                    administrator, coordinator
GET  /people/<int:person_id>                                    administrator
POST /people/<int:person_id>/end-sessions                       administrator
POST /people/<int:person_id>/mobile                             administrator
POST /people/<int:person_id>/roles/<int:membership_id>/end      administrator
POST /people/invitations/<int:invitation_id>/withdraw           administrator
GET  /people/invite                                             administrator
POST /people/invite                                             administrator
GET  /people/keys                                               administrator
POST /people/keys                                               administrator
GET  /people/keys/<int:key_id>                                  administrator
POST /people/keys/<int:key_id>/replace                          administrator
POST /people/keys/<int:key_id>/revoke                           administrator
GET  /people/me                                                 signed in
POST /people/me                                                 signed in
POST /people/me/deputies                                        coordinator, panel member
POST /people/me/deputies/<int:named_id>/end                     coordinator, panel member
GET  /people/me/keys                                            coordinator, panel member
POST /people/me/keys                                            coordinator, panel member
POST /people/me/keys/<int:key_id>/revoke                        coordinator, panel member
GET  /people/on-call                                            administrator, coordinator
POST /people/on-call                                            administrator, coordinator
POST /people/on-call/<int:turn_id>/remove                       administrator, coordinator
GET  /people/organisations                                      administrator
POST /people/organisations                                      administrator
GET  /people/venues                                             administrator, coordinator
POST /people/venues                                             administrator, coordinator
GET  /people/venues/<int:link_id>/poster                        administrator, coordinator
GET  /people/venues/<int:link_id>/poster.pdf                    administrator, coordinator
POST /people/venues/<int:link_id>/revoke                        administrator, coordinator
GET  /photos/<int:photo_id>                                     coordinator, lead, panel member
GET  /photos/<int:photo_id>/small                               coordinator, lead, panel member
GET  /policy                                                    signed in
GET  /policy/<version>                                          signed in
GET  /r/<token>                                                 everyone
GET  /report                                                    everyone
GET  /report/<slug>                                             everyone
POST /report/<slug>                                             everyone
GET  /report/<slug>/lab-result                                  everyone
POST /report/<slug>/lab-result                                  everyone
GET  /report/<slug>/received/<reference>                        everyone
GET  /report/<slug>/vape                                        everyone
POST /report/<slug>/vape                                        everyone
GET  /report/answer/<token>                                     everyone
POST /report/answer/<token>                                     everyone
GET  /report/incident                                           everyone
GET  /report/lab-result                                         everyone
GET  /report/mine                                               signed in
GET  /report/no-signal                                          everyone
GET  /report/saved                                              everyone
GET  /report/token                                              everyone
GET  /report/track                                              everyone
POST /report/track                                              everyone
GET  /report/track/<reference>                                  everyone
POST /report/track/<reference>                                  everyone
POST /report/track/<reference>/answer/<int:question_id>         everyone
POST /report/track/<reference>/photos                           everyone
GET  /report/track/code                                         everyone
POST /report/track/code                                         everyone
POST /report/track/finish                                       everyone
GET  /report/vape                                               everyone
GET  /reporting                                                 coordinator, data officer, lead, panel member
POST /reporting                                                 coordinator, data officer, lead
GET  /reporting/<int:report_id>                                 coordinator, data officer, lead, panel member
POST /reporting/<int:report_id>/begin-again                     coordinator, data officer, lead
POST /reporting/<int:report_id>/report.<any(docx, pdf):kind>    coordinator, data officer, lead, panel member
POST /reporting/<int:report_id>/sections                        coordinator, data officer, lead
GET  /reporting/<int:report_id>/sections/<int:section_id>       coordinator, data officer, lead, panel member
POST /reporting/<int:report_id>/sections/<int:section_id>       coordinator, data officer, lead
POST /reporting/<int:report_id>/sections/<int:section_id>/<any(up, down):way> coordinator, data officer, lead
POST /reporting/<int:report_id>/sections/<int:section_id>/comments coordinator, data officer, lead, panel member
POST /reporting/<int:report_id>/sections/<int:section_id>/remove coordinator, data officer, lead
POST /reporting/<int:report_id>/sections/<int:section_id>/settle/<int:comment_id> coordinator, data officer, lead
POST /reporting/<int:report_id>/send                            coordinator, data officer, lead
POST /reporting/<int:report_id>/send-back                       coordinator, data officer, lead
POST /reporting/<int:report_id>/sign                            lead
GET  /reporting/<int:report_id>/signed/<int:number>             coordinator, data officer, lead, panel member
POST /reporting/<int:report_id>/signed/<int:number>.<any(docx, pdf):kind> coordinator, data officer, lead, panel member
GET  /results/import                                            coordinator, data officer
POST /results/import                                            coordinator, data officer
GET  /results/import/<int:file_id>                              coordinator, data officer
GET  /results/import/<int:file_id>/faults.csv                   coordinator, data officer
POST /results/import/<int:file_id>/take-in                      coordinator, data officer
POST /results/import/<int:file_id>/throw-away                   coordinator, data officer
GET  /results/import/template.<any(csv, xlsx):kind>             coordinator, data officer
GET  /reviews                                                   coordinator, data officer, lead, panel member
GET  /reviews/<int:review_id>                                   coordinator, data officer, lead, panel member
POST /reviews/<int:review_id>                                   coordinator, data officer, lead
POST /reviews/<int:year>.<any(csv, ods, pdf, xlsx):kind>        coordinator, data officer, lead, panel member
GET  /reviews/counts                                            data officer, lead
POST /reviews/counts                                            data officer, lead
GET  /reviews/new                                               coordinator, data officer, lead
POST /reviews/new                                               coordinator, data officer, lead
GET  /reviews/recommendations/<int:recommendation_id>           coordinator, data officer, lead, panel member
POST /reviews/recommendations/<int:recommendation_id>           coordinator, data officer, lead
GET  /service-worker.js                                         everyone
GET  /sign-in                                                   everyone
POST /sign-in                                                   everyone
GET  /sign-in/code                                              everyone
POST /sign-in/code                                              everyone
POST /sign-out                                                  everyone
GET  /signals                                                   coordinator, lead, panel member
GET  /signals/<int:signal_id>                                   coordinator, lead, panel member
POST /signals/<int:signal_id>/dismiss                           coordinator
POST /signals/<int:signal_id>/join-case                         coordinator
POST /signals/<int:signal_id>/open-case                         coordinator
POST /signals/<int:signal_id>/watch                             coordinator
GET  /signals/back-tests                                        coordinator, lead, panel member
POST /signals/back-tests                                        coordinator
GET  /signals/back-tests/<int:trial_id>                         coordinator, lead, panel member
POST /signals/back-tests/<int:trial_id>/make-live               coordinator
GET  /signals/learning                                          coordinator, lead, panel member
GET  /signals/season                                            coordinator, lead, panel member
GET  /static/<path:filename>                                    everyone
GET  /subscribe/<slug>                                          everyone
POST /subscribe/<slug>                                          everyone
GET  /subscribe/<slug>/sent/<any(sms, email):way>               everyone
GET  /subscribe/confirm/<token>                                 everyone
POST /subscribe/confirm/<token>                                 everyone
GET  /substances                                                signed in
GET  /substances/<code>                                         signed in
GET  /substances/local-names                                    administrator, coordinator
POST /substances/local-names                                    administrator
POST /substances/local-names/<int:word_id>/remove               administrator
GET  /substances/names.json                                     everyone
GET  /substances/unmatched                                      administrator, coordinator
GET  /unsubscribe/<token>                                       everyone
POST /unsubscribe/<token>                                       everyone
GET  /v                                                         everyone
GET  /v/<code>                                                  everyone
GET  /v/<code>/qr.svg                                           everyone
"""

OF_LIBRARIES = {"static"}
"""Views that are not ours and show nothing but what is public: style sheets."""

PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<choices>[^)]*)\))?:)?\w+>")
EXAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


def build() -> Flask:
    """The whole service. It is asked nothing for which it would need its database."""
    key = base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode()
    app = create_app(
        settings.read(
            {
                "DATABASE_URL": "postgresql://nowhere.invalid/none",
                "LDIS_SECRET_KEY": "only-for-tests-" * 4,
                "LDIS_DATA_KEYS": key,
                "LDIS_LOG_LEVEL": "ERROR",
            }
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    made = build()
    yield made
    made.extensions["ldis.engine"].dispose()


def openings(app: Flask) -> Iterator[tuple[str, Rule, Any]]:
    """Every method of every address, with the view behind it."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule, getattr(getattr(view, "view_class", None), method.lower(), view)


def who(rule: Rule, view: Any) -> str:
    """Who may open a view, as its mark says."""
    if rule.endpoint in OF_LIBRARIES:
        return "everyone"
    if hasattr(view, "key_scope"):
        return f"key {view.key_scope}"
    marks: frozenset[Who | Role] = getattr(view, "open_to", frozenset())
    if EVERYONE in marks:
        return "everyone"
    if SIGNED_IN in marks:
        return "signed in"
    return ", ".join(sorted(mark.value for mark in marks if isinstance(mark, Role))) or "NOBODY SAID"


def found(app: Flask) -> list[str]:
    """The table as the service itself gives it."""
    lines = [(rule.rule, method, who(rule, view)) for method, rule, view in openings(app)]
    return [f"{method:<4} {address:<58} {may}" for address, method, may in sorted(lines)]


def undone(view: Any) -> Iterator[Any]:
    """A view and what its marks are wrapped around."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def commits(view: Any) -> bool:
    """Whether a view carries @commits."""
    keeping = {part.co_qualname for part in web.commits.__code__.co_consts if inspect.iscode(part)}
    return any(one.__code__.co_qualname in keeping for one in undone(view) if inspect.isfunction(one))


def address_of(rule: Rule) -> str:
    """An address that the rule answers to."""

    def example(part: re.Match[str]) -> str:
        return part["choices"].split(",")[0] if part["choices"] else EXAMPLES.get(part["kind"], "x")

    return PART.sub(example, rule.rule)


def test_every_address_is_in_the_table_with_who_may_open_it(app: Flask) -> None:
    written = [line for line in WHO_MAY_OPEN.strip().splitlines() if line]
    now = found(app)
    added = "\n".join(line for line in now if line not in written)
    gone = "\n".join(line for line in written if line not in now)
    assert now == written, f"Add, if they are meant:\n{added}\n\nTake out:\n{gone}"


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    unsaid = [f"{method} {rule}" for method, rule, view in openings(app) if who(rule, view) == "NOBODY SAID"]
    assert unsaid == []


def test_the_browser_takes_no_other_page_for_a_partnerships_report_form(app: Flask) -> None:
    """The worker stands in the way of those forms only: it must know the words that no partnership is called."""
    script = (web.ROOT / "frontend" / "js" / "addresses.js").read_text()
    [known] = re.findall(r"NO_PARTNERSHIP = '([^']+)'", script)
    shaped = (re.fullmatch(r"/report/([a-z-]+)(?:/vape)?", rule.rule) for rule in app.url_map.iter_rules())
    assert sorted(known.split("|")) == sorted({found[1] for found in shaped if found})


def test_no_address_takes_trace_or_other_rare_methods(app: Flask) -> None:
    assert {method for method, _, _ in openings(app)} <= {"GET", "POST", "PUT", "DELETE"}


def test_no_get_commits(app: Flask) -> None:
    keeping = [str(rule) for method, rule, view in openings(app) if method == "GET" and commits(view)]
    assert keeping == []


def test_the_mark_for_committing_is_seen_on_the_views_that_carry_it(app: Flask) -> None:
    assert commits(app.view_functions["people.send_invitation"])


def test_whoever_is_not_signed_in_is_sent_to_sign_in_or_refused(app: Flask) -> None:
    browser = app.test_client()
    for method, rule, view in openings(app):
        may = who(rule, view)
        if may == "everyone":
            continue
        answer = browser.open(address_of(rule), method=method)
        if may.startswith("key "):
            assert answer.status_code == 401, rule
        elif method == "GET":
            assert (answer.status_code, answer.location[:14]) == (302, "/sign-in?next="), rule
        else:
            assert answer.status_code == 403, rule


def test_a_stage_commits_only_at_its_edge() -> None:
    stages = Path(__file__).parents[2] / "ldis"
    committing = {
        f"{file.parent.name}/{file.name}" for file in stages.glob("*/*.py") if ".commit(" in file.read_text()
    }
    assert {file for file in committing if not file.endswith("/tasks.py")} == {"web/requests.py"}
