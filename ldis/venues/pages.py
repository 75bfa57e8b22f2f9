"""Venue links on pages: made, listed and revoked; their posters; and what opens when one is scanned."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for

from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import EVERYONE, current_person, open_to
from ldis.people.rules import Role
from ldis.submissions.prefill import sealed
from ldis.venues import paper, queries, service
from ldis.venues.models import VenueLink
from ldis.venues.poster import Poster, poster_of, qr_svg
from ldis.venues.schemas import VenueSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("venues", __name__)

KEEPERS = (Role.ADMINISTRATOR, Role.COORDINATOR)


@pages.get("/people/venues")
@open_to(*KEEPERS)
def index() -> Any:
    """The partnership's links, whom each is for, and a form to make one."""
    here = current_person().partnership_id
    organisations = people.organisations_of(session, partnership_id=here)
    areas = people.partnership_numbered(session, here).areas
    choices: dict[str, list[tuple[Any, ...]]] = {
        "organisation_id": [(each.id, each.name) for each in organisations],
        "area_code": [(area.code, area.name) for area in areas],
    }
    only = {"area_code": areas[0].code} if len(areas) == 1 else {}
    return render(
        "venues/index.html",
        links=queries.links_of(session, partnership_id=here),
        organisations=organisations,
        address_of=address_of,
        form=form_for(VenueSchema, choices=choices, **only),
    )


@pages.post("/people/venues")
@open_to(*KEEPERS)
@redraws(index)
@commits
def make() -> Any:
    """Make a link, and go to its poster."""
    link = service.make_link(session, load_form(VenueSchema), actor=current_person(), now=utc_now())
    notice(f"The link for {link.organisation.name} is ready. Print its poster, or send the address.")
    return redirect(url_for("venues.poster", link_id=link.id))


@pages.post("/people/venues/<int:link_id>/revoke")
@open_to(*KEEPERS)
@redraws(index)
@commits
def revoke(link_id: int) -> Any:
    """Let a link open the form no more."""
    link = service.revoke_link(session, link_id, actor=current_person(), now=utc_now())
    notice(f"The link for {link.organisation.name} no longer works. Ask them to take the poster down.")
    return redirect(url_for("venues.index"))


@pages.get("/people/venues/<int:link_id>/poster")
@open_to(*KEEPERS)
def poster(link_id: int) -> Any:
    """The poster, to be printed from the browser."""
    link = queries.link_of(session, link_id, partnership_id=current_person().partnership_id)
    made = the_poster(link)
    return render("venues/poster.html", link=link, poster=made, qr=qr_svg(made.address))


@pages.get("/people/venues/<int:link_id>/poster.pdf")
@open_to(*KEEPERS)
def poster_file(link_id: int) -> Any:
    """The poster as a file, to be sent to whoever prints it."""
    link = queries.link_of(session, link_id, partnership_id=current_person().partnership_id)
    answer = Response(paper.as_pdf(the_poster(link)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="drug-concern-poster-{link.id}.pdf"'
    return answer


@pages.get("/r/<token>")
@open_to(EVERYONE)
def follow(token: str) -> Any:
    """Open the form with the place filled in; where the link has ended, say so and offer the ordinary form."""
    link = queries.link_with(session, token)
    filled = service.fills_in(link) if link else None
    if link is None or filled is None:
        return render("venues/ended.html", partnership=link.partnership if link else None), 410 if link else 404
    return redirect(url_for("submissions.incident", slug=link.partnership.slug, link=sealed(filled)))


def address_of(link: VenueLink) -> str:
    """The whole address that a link's QR code holds."""
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('venues.follow', token=link.token)}"


def the_poster(link: VenueLink) -> Poster:
    """What stands on a link's poster."""
    return poster_of(link.organisation.name, partnership=link.partnership.name, address=address_of(link))
