"""Ask partners about a case, see who has answered; and the page on which a partner answers without signing in."""

import uuid
from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.messages import Medium
from alerts.sms_text import segments
from ldis.cases import service as cases
from ldis.cases.access import the_case
from ldis.cases.models import Case
from ldis.cases.rules import Action
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen, said
from ldis.corroboration import queries, service
from ldis.corroboration.letters import longest_text
from ldis.corroboration.models import PartnerAnswer
from ldis.corroboration.proposal import SAMPLE_TOKEN, link_to, propose, too_long
from ldis.corroboration.rules import How, suggested
from ldis.corroboration.schemas import AskSchema, WordSchema
from ldis.corroboration.views import asked_about
from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import EVERYONE, current_person, digest_of, open_to
from ldis.people.rules import Role, Sector
from ldis.people.security import count_sending
from ldis.submissions.asking import labelled
from ldis.web import Form, commits, current_app, form_for, load_form, notice, redraws, render, session, today

pages = Blueprint("corroboration", __name__)

HOURS_FIRST, HOURS_AT_RISK = 24, 4


@pages.get("/cases/<reference>/ask")
@open_to(Role.COORDINATOR)
def ask(reference: str) -> Any:
    """What to ask and whom; with what was typed, how many people that is and what they would be sent."""
    case, actor = the_case(reference), current_person()
    cases.allowed(case, Action.CORROBORATE, actor=actor, reason="")
    form = _ask_form(case)
    typed = form.typed is not None
    chosen = _chosen(form)
    text = longest_text(
        form["words"].value,
        partnership=actor.partnership_name,
        sample_link=link_to(current_app.config["PUBLIC_URL"], SAMPLE_TOKEN),
        now=utc_now(),
    )
    return render(
        "corroboration/ask.html",
        case=case,
        form=form,
        counted=propose(session, chosen, media=_media(form), partnership_id=case.partnership_id)
        if typed
        else None,
        nobody=chosen.nobody,
        text=text,
        segments=segments(text),
        too_long=too_long(text),
    )


@pages.post("/cases/<reference>/ask/count")
@open_to(Role.COORDINATOR)
@redraws(ask)
def count(reference: str) -> Any:
    """Count whom the choice comes to, and ask nobody."""
    load_form(AskSchema)
    return ask(reference)


@pages.post("/cases/<reference>/ask")
@open_to(Role.COORDINATOR)
@redraws(ask)
@commits
def put(reference: str) -> Any:
    """Put the question to those who were counted."""
    form = load_form(AskSchema)
    question = service.ask(
        session,
        reference,
        form,
        actor=current_person(),
        now=utc_now(),
        public_url=current_app.config["PUBLIC_URL"],
    )
    notice("Your question is on its way. The answers are counted here as they come in.")
    return redirect(url_for("corroboration.answers", reference=reference, question_id=question.id))


@pages.get("/cases/<reference>/questions/<int:question_id>")
@open_to(Role.COORDINATOR)
def answers(reference: str, question_id: int) -> Any:
    """Who answered what to a question, and whom to telephone."""
    case = the_case(reference)
    question = queries.the_question(session, question_id, case)
    everybody = queries.asked_by(session, question)
    return render(
        "corroboration/answers.html",
        case=case,
        view=next(one for one in asked_about(session, case) if one.question is question),
        answered=[one for one in everybody if one.answers],
        silent=[one for one in everybody if not one.answers],
        said=said,
        now=utc_now(),
    )


@pages.get("/c/<token>")
@open_to(EVERYONE)
def show(token: str) -> Any:
    """A question as one partner's own link shows it. Looking changes nothing: mail scanners look too."""
    asked = queries.asked_with(session, digest_of(token))
    now = utc_now()
    latest = asked.answers[-1] if asked.answers else None
    closed = now > asked.question.closes_at
    return render(
        "corroboration/answer.html",
        question=asked.question,
        latest=latest,
        closed=closed,
        form=_word_form(latest) if latest is None or not closed else None,
        partnership=queries.partnership_of(session, asked.question),
        now=now,
    )


@pages.post("/c/<token>")
@open_to(EVERYONE)
@redraws(show)
@commits
def answer(token: str) -> Any:
    """Take a partner's answer in."""
    word = load_form(WordSchema)
    count_sending("corroboration")
    asked = queries.asked_with(session, digest_of(token))
    service.answer(session, asked, word, how=How.LINK, now=utc_now())
    notice("Thank you. Your answer has arrived.")
    return redirect(url_for("corroboration.show", token=token))


def _word_form(latest: PartnerAnswer | None) -> Form:
    """Filled in with what was answered, to be changed."""
    return form_for(WordSchema, sighting=latest.sighting, note=latest.note) if latest else form_for(WordSchema)


def _ask_form(case: Case) -> Form:
    """Empty but for the words that the case suggests; what was typed is kept."""
    known = queries.known_of(session, case)
    return form_for(
        AskSchema,
        choices=_choices(case),
        words=suggested(known.sold_as, known.areas, earliest=known.earliest, today=today()),
        media=list(Medium),
        closes_in=HOURS_AT_RISK if case.risk_to_life else HOURS_FIRST,
        seen_version=case.version,
        submission_key=uuid.uuid4().hex,
    )


def _choices(case: Case) -> dict[str, list[tuple[str, str]]]:
    """Whom there is to choose from in the partnership: no kind and no area where nobody could be meant."""
    partnership_id = case.partnership_id
    sizes = contacts.sizes_of_lists(session, partnership_id=partnership_id)
    lists = contacts.lists_of(session, partnership_id=partnership_id)
    places = people.organisations_of(session, partnership_id=partnership_id)
    kinds, codes = {place.sector for place in places}, {place.area_code for place in places}
    areas = people.partnership_numbered(session, partnership_id).areas
    everybody = contacts.everybody(session, partnership_id=partnership_id)
    return {
        "list_ids": [(str(one.id), f"{one.name} ({sizes.get(one.id, 0)})") for one in lists],
        "sectors": [(value, label) for value, label in labelled(Sector) if value in kinds],
        "area_codes": [(area.code, area.name) for area in areas if area.code in codes],
        "contact_ids": [
            (str(one.id), f"{one.name}, {one.organisation.name}" if one.organisation else one.name)
            for one in everybody
        ],
    }


def _chosen(form: Form) -> Chosen:
    """Whom what was typed picks; nobody on a fresh form."""
    return Chosen(
        list_ids=_numbers(form, "list_ids"),
        contact_ids=_numbers(form, "contact_ids"),
        sectors=tuple(Sector(one) for one in form["sectors"].values if one in set(Sector)),
        area_codes=tuple(form["area_codes"].values),
    )


def _media(form: Form) -> tuple[Medium, ...]:
    return tuple(medium for medium in Medium if medium.value in form["media"].values)


def _numbers(form: Form, name: str) -> tuple[int, ...]:
    return tuple(int(one) for one in form[name].values if one.isascii() and one.isdigit() and len(one) < 10)
