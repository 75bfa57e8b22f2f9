"""The pages of the register: its counts, reviews with what they learnt, and recommendations until they are done."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.errors import Invalid, NotFound
from ldis.indicators.access import READERS
from ldis.indicators.figures import month_end
from ldis.indicators.views import SEE_ALL
from ldis.papers import PDF_TYPE, as_pdf
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.reviews import queries, service, views
from ldis.reviews.rules import LOOK_BACKS, Counted
from ldis.reviews.schemas import FollowSchema, LookedSchema, RecommendationSchema, ReviewSchema, TallySchema
from ldis.reviews.views import Counts
from ldis.tables import CONTENT_TYPES, FileKind, file_of
from ldis.web import (
    attachment,
    commits,
    form_for,
    load_address,
    load_form,
    notice,
    redraws,
    render,
    session,
    today,
)

pages = Blueprint("reviews", __name__, url_prefix="/reviews")

WRITERS = (Role.COORDINATOR, Role.LEAD, Role.DATA_OFFICER)


@pages.get("")
@open_to(*READERS)
def index() -> Any:
    """The register of a year, what was learnt, and what is still to be done."""
    asked, person = load_address(LookedSchema), current_person()
    counts = _counts(published=False)
    year = asked.year or next(iter(counts.years), today().year)
    return render(
        "reviews/index.html",
        registers=[one for one in counts.of_year(year, look_back=asked.months) if one.whole or one.breakdowns],
        year=year,
        years=counts.years,
        months=asked.months,
        look_backs=LOOK_BACKS,
        over=year < today().year,
        restricted=counts.restricted,
        reviews=queries.reviews_of(session, partnership_id=person.partnership_id),
        to_do=queries.open_recommendations(session, partnership_id=person.partnership_id),
        today=today(),
        may_write=person.holds(*WRITERS),
        may_count=person.holds(*SEE_ALL),
        SUPPRESSION=views.SUPPRESSION,
        NOT_YET=views.NOT_YET,
    )


@pages.get("/counts")
@open_to(*SEE_ALL)
def counts() -> Any:
    """Every count as it is, and a form to set one."""
    place = _areas()
    tallies = queries.tallies_of(session, partnership_id=current_person().partnership_id)
    return render(
        "reviews/counts.html",
        tallies=sorted(tallies.items(), key=lambda item: (item[0].month, *map(str, vars(item[0]).values())))[::-1],
        areas=place,
        form=form_for(TallySchema, choices={"area": list(place.items())}),
    )


@pages.post("/counts")
@open_to(*SEE_ALL)
@redraws(counts)
@commits
def count() -> Any:
    """Set one count."""
    said = vars(load_form(TallySchema))
    if said["area"] not in _areas():
        raise Invalid({"area": ["Choose one of your areas."]})
    if said["month"] > month_end(today().year, today().month):
        raise Invalid({"month": ["This month has not come yet."]})
    number = said["count"]
    what = Counted(**{name: value for name, value in said.items() if name != "count"})
    service.count(session, what, number, actor=current_person(), now=utc_now())
    notice("The count is set.")
    return redirect(url_for("reviews.counts"))


@pages.get("/new")
@open_to(*WRITERS)
def new() -> Any:
    """Write down what a review learnt."""
    return render("reviews/new.html", form=form_for(ReviewSchema, held_on=today()))


@pages.post("/new")
@open_to(*WRITERS)
@redraws(new)
@commits
def write() -> Any:
    """Keep it."""
    held = load_form(ReviewSchema)
    if held.held_on > today():
        raise Invalid({"held_on": ["This day has not come yet."]})
    made = service.write_review(session, actor=current_person(), now=utc_now(), **vars(held))
    return redirect(url_for("reviews.show", review_id=made.id))


@pages.get("/<int:review_id>")
@open_to(*READERS)
def show(review_id: int) -> Any:
    """One review with its recommendations."""
    review = queries.the_review(session, review_id, partnership_id=current_person().partnership_id)
    return render(
        "reviews/show.html",
        review=review,
        form=form_for(RecommendationSchema),
        today=today(),
        may_write=current_person().holds(*WRITERS),
    )


@pages.post("/<int:review_id>")
@open_to(*WRITERS)
@redraws(show)
@commits
def recommend(review_id: int) -> Any:
    """Recommend something to somebody."""
    review = queries.the_review(session, review_id, partnership_id=current_person().partnership_id)
    service.recommend(session, review, actor=current_person(), **vars(load_form(RecommendationSchema)))
    notice("The recommendation is kept.")
    return redirect(url_for("reviews.show", review_id=review_id))


@pages.get("/recommendations/<int:recommendation_id>")
@open_to(*READERS)
def recommendation(recommendation_id: int) -> Any:
    """One recommendation, and what became of it."""
    found = queries.the_recommendation(session, recommendation_id, partnership_id=current_person().partnership_id)
    return render(
        "reviews/recommendation.html",
        one=found,
        today=today(),
        form=form_for(FollowSchema, seen_version=found.version),
        may_write=current_person().holds(*WRITERS),
    )


@pages.post("/recommendations/<int:recommendation_id>")
@open_to(*WRITERS)
@redraws(recommendation)
@commits
def follow(recommendation_id: int) -> Any:
    """Say what became of it."""
    person = current_person()
    found = queries.the_recommendation(session, recommendation_id, partnership_id=person.partnership_id)
    service.follow(session, found, actor=person, now=utc_now(), **vars(load_form(FollowSchema)))
    notice("What you said is kept.")
    return redirect(url_for("reviews.recommendation", recommendation_id=recommendation_id))


@pages.post("/<int:year>.<any(csv, ods, pdf, xlsx):kind>")
@open_to(*READERS)
@commits
def take_away(year: int, kind: str) -> Any:
    """The register of a year as a file, as it may be published, whoever asks."""
    person, counts = current_person(), _counts(published=True)
    if year not in counts.years:
        raise NotFound("Nothing was counted in this year.")
    look_back = LOOK_BACKS[-1]
    if kind == "pdf":
        reviews = queries.reviews_of(session, partnership_id=person.partnership_id)
        paper = views.paper_of(counts, year, reviews, look_back=look_back, place=person.partnership_name)
        content, content_type = as_pdf(paper), PDF_TYPE
    else:
        wanted = FileKind(kind)
        rows = views.rows_of(counts, year, look_back=look_back)
        content, content_type = file_of(wanted, {f"Reviewed {year}": rows}), CONTENT_TYPES[wanted]
    audit.record(
        session,
        "register taken away",
        f"register/{year}",
        actor=person.label,
        partnership_id=person.partnership_id,
        detail={"kind": kind},
    )
    return attachment(content, content_type, f"reviews-{year}.{kind}")


def _counts(*, published: bool) -> Counts:
    person = current_person()
    here = {"partnership_id": person.partnership_id}
    return Counts(
        queries.tallies_of(session, **here),
        queries.hidden_in(session, **here),
        _areas(),
        today(),
        restricted=person.holds(*SEE_ALL) and not published,
    )


def _areas() -> dict[str, str]:
    return people.partnership_numbered(session, current_person().partnership_id).area_names
