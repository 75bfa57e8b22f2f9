"""The catalogue on pages: looking a drug up, and the names that an area has of its own."""

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for

from ldis.db import utc_now
from ldis.errors import NotFound
from ldis.people import queries as people
from ldis.people.access import EVERYONE, SIGNED_IN, current_person, open_to
from ldis.people.rules import Place, Role
from ldis.substances import queries, service
from ldis.substances.access import known_names, vocabulary
from ldis.substances.catalogue import GRAVEST_FIRST, Catalogue
from ldis.substances.schemas import NO_DRUG, WordSchema
from ldis.substances.search import search
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("substances", __name__)

LONGEST_QUESTION = 200
A_DAY = 24 * 60 * 60


@pages.get("/substances")
@open_to(SIGNED_IN)
def index() -> Any:
    """Look a drug up by any of its names, or see those of one class."""
    asked = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    wanted = request.args.get("class", "")
    entries = vocabulary().catalogue.entries
    return render(
        "substances/index.html",
        asked=asked,
        answer=search(asked, known_names(here())) if asked else None,
        classes=[(kind, sum(1 for each in entries if each.substance_class is kind)) for kind in GRAVEST_FIRST],
        wanted=next((kind for kind in GRAVEST_FIRST if kind.value == wanted), None),
        entries=[each for each in entries if each.substance_class.value == wanted],
        local=local_by_code(),
    )


@pages.get("/substances/names.json")
@open_to(EVERYONE)
def names() -> Any:
    """Every name of every substance, for the suggestions under a field. They are no secret: the catalogue is public."""
    answer = jsonify(vocabulary().offered)
    answer.cache_control.public = True
    answer.cache_control.max_age = A_DAY
    answer.add_etag()
    return answer.make_conditional(request)


@pages.get("/substances/<code>")
@open_to(SIGNED_IN)
def show(code: str) -> Any:
    """One substance: what it is, all its names, where each comes from."""
    catalogue = vocabulary().catalogue
    if code not in catalogue.by_code:
        raise NotFound("There is no such substance in the catalogue.")
    substance = catalogue.by_code[code]
    return render(
        "substances/show.html",
        substance=substance,
        local=local_by_code().get(code, []),
        sources=[catalogue.sources[key] for key in substance.sources],
        named=lambda codes: ", ".join(catalogue.by_code[each].name for each in codes),
    )


@pages.get("/substances/local-names")
@open_to(Role.ADMINISTRATOR, Role.COORDINATOR)
def local_names() -> Any:
    """The names that an area has of its own, and a form to add one."""
    catalogue = vocabulary().catalogue
    form = form_for(
        WordSchema,
        choices={"code": meanings(catalogue)},
        written=request.args.get("written", "")[:60],
        code=request.args.get("code", ""),
        next=request.args.get("next"),
    )
    return render(
        "substances/local_names.html",
        words=queries.words_of(session, partnership_id=current_person().partnership_id),
        catalogue=catalogue.by_code,
        form=form,
    )


@pages.post("/substances/local-names")
@open_to(Role.ADMINISTRATOR)
@redraws(local_names)
@commits
def add_name() -> Any:
    """Say what a word means here."""
    asked = load_form(WordSchema)
    word = service.add_word(session, asked, vocabulary=vocabulary(), actor=current_person(), now=utc_now())
    meant = f"read as {vocabulary().catalogue.by_code[word.code].name}" if word.code else "passed over"
    notice(f"“{word.written}” is {meant} in reports from now on.")
    return redirect(asked.next or url_for("substances.local_names"))


@pages.post("/substances/local-names/<int:word_id>/remove")
@open_to(Role.ADMINISTRATOR)
@redraws(local_names)
@commits
def remove_name(word_id: int) -> Any:
    """Take a name out."""
    word = service.remove_word(session, word_id, actor=current_person(), now=utc_now())
    notice(f"“{word.written}” has been taken out. Reports are read without it from now on.")
    return redirect(url_for("substances.local_names"))


def here() -> Place:
    """The partnership that the person acts in."""
    return people.partnership_numbered(session, current_person().partnership_id).place


def local_by_code() -> dict[str, list[str]]:
    """The area's own names of each substance that has any."""
    found: dict[str, list[str]] = {}
    for word in queries.words_of(session, partnership_id=current_person().partnership_id):
        if word.code:
            found.setdefault(word.code, []).append(word.written)
    return found


def meanings(catalogue: Catalogue) -> list[tuple[str, str]]:
    """What a word can be said to mean."""
    by_name = sorted(catalogue.entries, key=lambda each: each.name.lower())
    return [(NO_DRUG, "Not the name of a drug"), *((each.code, each.name) for each in by_name)]
