"""The pages of contacts and lists: find somebody, change what is known of them, say who is on which list."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from alerts.audiences import Clearance
from ldis.contacts import caring, handing_in, queries, service
from ldis.contacts.confirming import unconfirmed
from ldis.contacts.failing import how_many_fail
from ldis.contacts.models import Contact
from ldis.contacts.rules import said
from ldis.contacts.schemas import ContactSchema, ListSchema
from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, current_app, form_for, load_form, notice, redraws, render, session

pages = Blueprint("contacts", __name__)
pages.register_blueprint(handing_in.pages)
pages.register_blueprint(caring.pages)

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@pages.get("/contacts")
@open_to(*KEEPERS)
def index() -> Any:
    """Everybody who can be told, found by name, job, organisation, address or number."""
    words = request.args.get("q", "").strip()[:120].replace("\x00", "")
    page = max(1, request.args.get("page", 1, type=int))
    found, more = queries.contacts_matching(
        session, words, partnership_id=current_person().partnership_id, page=page
    )
    failing = how_many_fail(session, partnership_id=current_person().partnership_id)
    return render("contacts/index.html", contacts=found, words=words, page=page, more=more, failing=failing)


@pages.get("/contacts/add")
@open_to(*KEEPERS)
def add() -> Any:
    """A new contact."""
    form = form_for(
        ContactSchema, choices=_choices(), by_sms=True, by_email=True, clearance=Clearance.PROFESSIONAL
    )
    return render("contacts/add.html", form=form)


@pages.post("/contacts/add")
@open_to(*KEEPERS)
@redraws(add)
@commits
def save_new() -> Any:
    """Keep a new contact."""
    contact = service.add_contact(
        session, load_form(ContactSchema), actor=current_person(), now=utc_now(), allow_drama=_allow_drama()
    )
    notice(f"{contact.name} is among your contacts now.")
    return redirect(url_for("contacts.index"))


@pages.get("/contacts/<int:contact_id>")
@open_to(*KEEPERS)
def edit(contact_id: int) -> Any:
    """What is known of one contact, to change it, and whether they are written to at all."""
    contact = queries.the_contact(session, contact_id, partnership_id=current_person().partnership_id)
    form = form_for(
        ContactSchema,
        choices=_choices(),
        name=contact.name,
        organisation_id=contact.organisation_id,
        job_role=contact.job_role,
        mobile=said(contact.mobile) if contact.mobile else None,
        email=contact.email,
        by_sms=contact.by_sms,
        by_email=contact.by_email,
        stands_in=contact.stands_in,
        clearance=contact.clearance,
        area_codes=contact.area_codes,
        topics=contact.topics,
        red_only=contact.red_only,
        list_ids=[one.id for one in contact.lists],
        seen_version=contact.version,
    )
    return render("contacts/edit.html", contact=contact, form=form, unconfirmed=unconfirmed(contact))


@pages.post("/contacts/<int:contact_id>")
@open_to(*KEEPERS)
@redraws(edit)
@commits
def save(contact_id: int) -> Any:
    """Keep what was changed."""
    contact = service.edit_contact(
        session, contact_id, load_form(ContactSchema), actor=current_person(), allow_drama=_allow_drama()
    )
    notice(f"What you changed about {contact.name} is saved.")
    return redirect(url_for("contacts.index"))


@pages.post("/contacts/<int:contact_id>/opt-out")
@open_to(*KEEPERS)
@redraws(edit)
@commits
def opt_out(contact_id: int) -> Any:
    """Stop sending anything to this contact."""
    contact = service.opt_out(session, contact_id, actor=current_person(), now=utc_now())
    notice(f"{contact.name} is sent nothing from now on.")
    return redirect(url_for("contacts.edit", contact_id=contact_id))


@pages.post("/contacts/<int:contact_id>/opt-in")
@open_to(*KEEPERS)
@redraws(edit)
@commits
def opt_in(contact_id: int) -> Any:
    """Send alerts to this contact again."""
    contact = service.opt_in(session, contact_id, actor=current_person())
    notice(f"{contact.name} is sent alerts again.")
    return redirect(url_for("contacts.edit", contact_id=contact_id))


@pages.get("/contacts/lists")
@open_to(*KEEPERS)
def lists() -> Any:
    """The lists and how many are on each."""
    partnership_id = current_person().partnership_id
    return render(
        "contacts/lists.html",
        lists=queries.lists_of(session, partnership_id=partnership_id),
        sizes=queries.sizes_of_lists(session, partnership_id=partnership_id),
        is_due=current_app.extensions["ldis.policy"].care.is_due,
        now=utc_now(),
    )


@pages.get("/contacts/lists/add")
@open_to(*KEEPERS)
def add_list() -> Any:
    """A new list."""
    return render("contacts/list.html", contact_list=None, form=form_for(ListSchema, choices=_everybody()))


@pages.post("/contacts/lists/add")
@open_to(*KEEPERS)
@redraws(add_list)
@commits
def save_new_list() -> Any:
    """Keep a new list."""
    contact_list = service.add_list(session, load_form(ListSchema), actor=current_person())
    notice(f"The list {contact_list.name} is ready.")
    return redirect(url_for("contacts.lists"))


@pages.get("/contacts/lists/<int:list_id>")
@open_to(*KEEPERS)
def edit_list(list_id: int) -> Any:
    """A list's name and who is on it."""
    contact_list = queries.the_list(session, list_id, partnership_id=current_person().partnership_id)
    members = [contact.id for contact in contact_list.members]
    form = form_for(
        ListSchema, choices=_everybody(), name=contact_list.name, member_ids=members, shown_ids=members
    )
    return render("contacts/list.html", contact_list=contact_list, form=form)


@pages.post("/contacts/lists/<int:list_id>")
@open_to(*KEEPERS)
@redraws(edit_list)
@commits
def save_list(list_id: int) -> Any:
    """Keep a list's name and members."""
    contact_list = service.edit_list(session, list_id, load_form(ListSchema), actor=current_person())
    notice(f"The list {contact_list.name} is saved.")
    return redirect(url_for("contacts.lists"))


def _allow_drama() -> bool:
    """Numbers kept for film and drama are for demonstrations only."""
    return bool(current_app.config["DEMO"])


def _choices() -> dict[str, list[tuple[Any, ...]]]:
    """What a contact can be given: an organisation, lists."""
    partnership_id = current_person().partnership_id
    return {
        "organisation_id": [
            (one.id, one.name) for one in people.organisations_of(session, partnership_id=partnership_id)
        ],
        "list_ids": [(one.id, one.name) for one in queries.lists_of(session, partnership_id=partnership_id)],
        "area_codes": [
            (area.code, area.name)
            for area in people.partnership_called(session, current_person().partnership_slug).areas
        ],
    }


def _everybody() -> dict[str, list[tuple[Any, ...]]]:
    """Every contact, each with where they work."""
    contacts = queries.everybody(session, partnership_id=current_person().partnership_id)
    return {"member_ids": [(one.id, one.name, _where(one)) for one in contacts]}


def _where(contact: Contact) -> str:
    place = contact.organisation.name if contact.organisation else ""
    return " · ".join(words for words in (place, contact.job_role) if words)
