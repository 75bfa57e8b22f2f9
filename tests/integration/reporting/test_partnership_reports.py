"""A report is written with figures by reference, sent, signed and frozen, and taken away as PDF and for Word."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.deliveries.models import Delivery
from ldis.indicators import service
from ldis.indicators.figures import Said, Spot, month_end, months_earlier
from ldis.people.access import Actor
from ldis.reporting.models import Edition, Report, Section, Stage
from tests.integration.cast import NOW, Cast
from tests.integration.indicators.test_figures import DICTIONARY, PUBLIC, Write, said, spot

BrowserOf = Callable[[Actor], FlaskClient]
MARCH = month_end(2026, 3)


@pytest.fixture
def lead(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.lead)


@pytest.fixture
def coordinator(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def write(db: Session, cast: Cast) -> Write:
    def enter(figures: Mapping[Spot, Said], why: str = "", actor: Actor | None = None) -> service.Written:
        by = actor or cast.data_officer
        done = service.write(db, figures, dictionary=DICTIONARY, why=why, actor=by, now=NOW)
        db.commit()
        return done

    return enter


@pytest.fixture
def member(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.medical)


def begun(browser: FlaskClient, sort: str = "annual", month: str = "2026-03") -> str:
    answer = browser.post("/reporting", data={"sort": sort, "ends_on": month})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def saved(browser: FlaskClient, section: Section, words: str, **more: str) -> Any:
    data = {"heading": section.heading, "text": words, "seen_version": str(section.version), "_form": "text"}
    return browser.post(f"/reporting/{section.report_id}/sections/{section.id}", data=data | more)


def only_section(browser: FlaskClient, db: Session, words: str) -> tuple[str, Section]:
    """A report of one section that says something."""
    place = begun(browser)
    report = db.scalars(select(Report).order_by(Report.id.desc())).first()
    assert report is not None
    first, *others = report.sections
    for one in others:
        browser.post(f"{place}/sections/{one.id}/remove")
    answer = saved(browser, first, words)
    assert answer.status_code == 302, answer.text
    db.expire_all()
    return place, first


def signed(coordinator: FlaskClient, lead: FlaskClient, place: str, db: Session, cast: Cast) -> str:
    """Let the lead sign it."""
    report = db.scalars(select(Report)).one()
    send = {"owner": str(cast.lead.id), "seen_version": str(report.version), "_form": "send"}
    assert coordinator.post(f"{place}/send", data=send).status_code == 302
    db.expire_all()
    sign = {"statement": "I have read it.", "seen_version": str(report.version), "_form": "sign"}
    answer = lead.post(f"{place}/sign", data=sign)
    assert answer.status_code == 302, answer.text
    db.expire_all()
    return str(answer.location)


def test_an_annual_report_begins_with_the_headings_that_are_asked_for(coordinator: FlaskClient) -> None:
    page = coordinator.get(begun(coordinator)).text
    for heading in (
        "Background and context",
        "The partnership",
        "Summary of the drugs and alcohol landscape",
        "Partnership workplan, including emerging threats",
        "Progress since establishment: national measures",
        "Progress since establishment: local measures",
        "Involvement of people affected",
        "Authors and sign-off",
    ):
        assert heading in page
    assert "“The partnership” is empty." in page


def test_an_addendum_to_the_needs_assessment_begins_with_the_figures_of_its_quarter(
    coordinator: FlaskClient, write: Write
) -> None:
    for months, value in ((0, 124), (12, 90)):
        write({spot("naloxone_supplied", day=months_earlier(MARCH, months)): said(value, **PUBLIC)})
    page = coordinator.get(begun(coordinator, "addendum")).text
    assert "Quarterly addendum to the needs assessment, March 2026" in page
    assert "Naloxone kits supplied: 124 (up from 90)" in page


def test_where_few_are_behind_a_figure_its_direction_stands_for_its_change_too(
    coordinator: FlaskClient, db: Session, write: Write
) -> None:
    for back, started in ((0, 58), (12, 41)):
        day = months_earlier(MARCH, back)
        write(
            {
                spot("prison_leavers_referred", day=day): said(99),
                spot("prison_leavers_started", day=day): said(started),
            }
        )
    place, _ = only_section(coordinator, db, "{figure: continuity_of_care}; {change: continuity_of_care}.")
    assert "up on a year before; up on a year before." in coordinator.get(place).text


def test_headings_are_data_sections_are_added_renamed_moved_and_taken_out(
    coordinator: FlaskClient, db: Session
) -> None:
    place = begun(coordinator)
    coordinator.post(f"{place}/sections", data={"heading": "Young people", "_form": "add"})
    report = db.scalars(select(Report)).one()
    last = report.sections[-1]
    assert saved(coordinator, last, "About them.", heading="Children and young people").status_code == 302
    coordinator.post(f"{place}/sections/{last.id}/up")
    coordinator.post(f"{place}/sections/{report.sections[0].id}/remove")
    db.expire_all()
    assert report.sections[0].heading == "The partnership"
    assert report.sections[-2].heading == "Children and young people"
    assert coordinator.get(f"{place}/sections/{report.every_section[0].id}").status_code == 404


def test_what_a_section_said_before_is_still_to_be_seen(coordinator: FlaskClient, db: Session) -> None:
    place, section = only_section(coordinator, db, "First words.")
    saved(coordinator, section, "Second words.")
    page = coordinator.get(f"{place}/sections/{section.id}").text
    assert "First words." in page
    assert page.index("Second words.") < page.index("First words.")


def test_two_people_cannot_save_over_each_other_and_nothing_typed_is_lost(
    coordinator: FlaskClient, lead: FlaskClient, db: Session
) -> None:
    place, section = only_section(coordinator, db, "One.")
    mine = {"heading": "H", "text": "Mine.", "seen_version": str(section.version), "_form": "text"}
    theirs = mine | {"text": "Theirs."}
    way = f"{place}/sections/{section.id}"
    assert lead.post(way, data=theirs).status_code == 302
    answer = coordinator.post(way, data=mine)
    assert answer.status_code == 409
    assert "Somebody saved this section since you opened it." in answer.text
    assert "Mine." in answer.text
    assert "Theirs." in answer.text


def test_a_restricted_figure_is_refused_with_a_sentence_and_the_text_is_kept(
    coordinator: FlaskClient, db: Session, write: Write
) -> None:
    write({spot("in_treatment"): said(1842)})
    _place, section = only_section(coordinator, db, "Nothing yet.")
    for reference in ("{figure: in_treatment}", "{chart: in_treatment}", "{table: in_treatment}"):
        answer = saved(coordinator, section, f"We treat:\n\n{reference}\n")
        assert answer.status_code == 422
        assert "Adults in treatment is restricted and cannot stand in a report." in answer.text
        assert "We treat:" in answer.text
        assert "1842" not in answer.text
        assert "1,842" not in answer.text


def test_a_hidden_figure_is_refused_with_the_reason(coordinator: FlaskClient, db: Session, write: Write) -> None:
    parts = (("all", 47), ("opiates only", 3), ("cocaine only", 31), ("opiates and cocaine", 13))
    write({spot("positive_on_arrest", part): said(value, **PUBLIC) for part, value in parts})
    _place, section = only_section(coordinator, db, "Nothing yet.")
    answer = saved(coordinator, section, "Of them {figure: positive_on_arrest, opiates only}.")
    assert answer.status_code == 422
    assert "is hidden and cannot stand in a report. It counts fewer than five people." in answer.text
    assert saved(coordinator, section, "{figure: positive_on_arrest} tests.").status_code == 302


def test_a_figure_that_is_not_known_yet_may_stand_there_but_not_be_signed(
    coordinator: FlaskClient, db: Session, cast: Cast, write: Write
) -> None:
    place, _ = only_section(coordinator, db, "{figure: naloxone_supplied} kits.")
    page = coordinator.get(place).text
    assert "There is no figure of Naloxone kits supplied for March 2026 yet." in page
    report = db.scalars(select(Report)).one()
    data = {"owner": str(cast.lead.id), "seen_version": str(report.version), "_form": "send"}
    answer = coordinator.post(f"{place}/send", data=data)
    assert answer.status_code == 403
    assert "It cannot be sent yet." in answer.text
    write({spot("naloxone_supplied", day=month_end(2026, 5)): said(77, **PUBLIC)})
    assert "77" not in coordinator.get(place).text, "it is of a month after the report's period"


def test_a_revised_value_changes_every_report_that_is_not_signed_and_none_that_is(
    coordinator: FlaskClient, lead: FlaskClient, db: Session, cast: Cast, write: Write
) -> None:
    kits = spot("naloxone_supplied")
    write({kits: said(118, **PUBLIC), spot("naloxone_supplied", day=month_end(2026, 2)): said(101, **PUBLIC)})
    words = (
        "We gave out {figure: naloxone_supplied} kits.\n\n{chart: naloxone_supplied}\n\n{table: naloxone_supplied}"
    )
    place, _ = only_section(coordinator, db, words)
    assert "We gave out 118 kits." in coordinator.get(place).text
    frozen = signed(coordinator, lead, place, db, cast)
    before = lead.get(frozen).text
    files = [lead.post(f"{frozen}.{kind}").data for kind in ("pdf", "docx")]

    write({kits: said(121, **PUBLIC)}, why="Three came late.")
    assert "We gave out 121 kits." in coordinator.get(place).text
    assert "121" in lead.get("/indicators/naloxone_supplied").text
    after = lead.get(frozen).text
    assert "We gave out 118 kits." in after
    assert "121" not in after
    assert unlabelled(after) == unlabelled(before)
    assert read_pdf(lead.post(f"{frozen}.pdf").data) == read_pdf(files[0])
    assert "118 became 121" in lead.get("/indicators/naloxone_supplied").text, "the old one is seen"

    again = {"seen_version": str(db.scalars(select(Report)).one().version), "_form": "again"}
    assert coordinator.post(f"{place}/begin-again", data=again).status_code == 302
    assert "We gave out 118 kits." in lead.get(frozen).text
    db.expire_all()
    assert db.scalars(select(Report)).one().edition == 2


def unlabelled(page: str) -> str:
    """The words of a signed report alone: not the token and nonce that are new in every answer."""
    return (
        page[page.index("Senior Responsible Owner") : page.index("</main>")].partition("ldis-not-printed")[0]
        + page[page.index('id="part-1"') : page.index("</main>")]
    )


def test_only_the_owner_whom_it_was_sent_to_signs_it_and_is_told(
    coordinator: FlaskClient, lead: FlaskClient, db: Session, cast: Cast
) -> None:
    place, section = only_section(coordinator, db, "All is well.")
    report = db.scalars(select(Report)).one()
    version = str(report.version)
    assert lead.post(f"{place}/sign", data={"statement": "x", "seen_version": version}).status_code == 403
    data = {"owner": str(cast.coordinator.id), "seen_version": version, "_form": "send"}
    assert coordinator.post(f"{place}/send", data=data).status_code == 422, "a coordinator owns nothing"
    assert coordinator.post(f"{place}/send", data=data | {"owner": str(cast.lead.id)}).status_code == 302
    letter = db.scalars(select(Delivery).where(Delivery.about.like("report/%"))).one()
    assert letter.address == cast.lead.email
    assert saved(coordinator, section, "Changed.").status_code == 403, "it is with its owner"
    assert coordinator.post(f"{place}/sign", data={"statement": "x", "seen_version": "2"}).status_code == 403
    back = {"why": "Say more.", "seen_version": "2", "_form": "back"}
    assert lead.post(f"{place}/send-back", data=back).status_code == 302
    db.expire_all()
    assert report.stage is Stage.DRAFT
    assert saved(coordinator, section, "More is said.").status_code == 302
    actions = set(db.scalars(select(AuditEntry.action)).all())
    assert {"report begun", "report section saved", "report sent", "report sent back"} <= actions


def test_comments_are_said_and_settled(coordinator: FlaskClient, member: FlaskClient, db: Session) -> None:
    place, section = only_section(coordinator, db, "All is well.")
    way = f"{place}/sections/{section.id}"
    assert member.post(f"{way}/comments", data={"words": "", "_form": "comment"}).status_code == 422
    member.post(f"{way}/comments", data={"words": "Is it?", "_form": "comment"})
    assert "1 comment" in coordinator.get(place).text
    [comment] = section.comments
    assert member.post(f"{way}/settle/{comment.id}").status_code == 403
    coordinator.post(f"{way}/settle/{comment.id}")
    assert "Settled by Cleo Winter" in member.get(way).text


def test_what_is_typed_is_never_markup_of_the_page_or_the_paper(coordinator: FlaskClient, db: Session) -> None:
    nasty = (
        "So <script>alert(1)</script> **b** [x](javascript:alert(2)) [y](https://example.org/) #set page() $x$ {x}"
    )
    place, _ = only_section(coordinator, db, nasty)
    page = coordinator.get(place).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "javascript:" not in page
    assert '<a class="govuk-link" href="https://example.org/"' in page
    paper = read_pdf(coordinator.post(f"{place}/report.pdf").data)
    assert "<script>alert(1)</script> b x y #set page() $x$ {x}" in " ".join(paper.split())


def test_the_files_are_tagged_and_say_what_the_page_says(
    coordinator: FlaskClient, db: Session, write: Write
) -> None:
    for month, value in ((2, 101), (3, 118)):
        write({spot("naloxone_supplied", day=month_end(2026, month)): said(value, **PUBLIC)})
    words = (
        "We gave out {figure: naloxone_supplied} kits.\n\n{chart: naloxone_supplied}\n\n{table: naloxone_supplied}"
    )
    place, _ = only_section(coordinator, db, words)
    content = coordinator.post(f"{place}/report.pdf").data
    assert b"/MarkInfo" in content
    assert b"pdfuaid" in content
    paper = read_pdf(content)
    assert "We gave out 118 kits." in paper
    assert "a draft that nobody has signed" in paper
    document = Document(io.BytesIO(coordinator.post(f"{place}/report.docx").data))
    assert any("We gave out 118 kits." in one.text for one in document.paragraphs)
    assert [one.style.name for one in document.paragraphs if one.text == "Background and context"] == ["Heading 1"]
    assert document.tables[0].rows[1].cells[1].text == "118"
    [picture] = document.inline_shapes
    assert "A line from" in picture._inline.docPr.get("descr")
    assert document.tables[0].rows[0]._tr.trPr.xpath("w:tblHeader")


def read_pdf(content: bytes) -> str:
    """The words of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_an_edition_cannot_be_changed_in_the_database_either(
    coordinator: FlaskClient, lead: FlaskClient, db: Session, cast: Cast
) -> None:
    place, _ = only_section(coordinator, db, "All is well.")
    signed(coordinator, lead, place, db, cast)
    assert db.scalars(select(Edition)).one().signed_by == "Lee Crown"
    with pytest.raises(DatabaseError):
        db.execute(text("UPDATE report_editions SET signed_by = 'x'"))
    db.rollback()


def test_another_partnership_sees_none_of_it(
    coordinator: FlaskClient, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    place, section = only_section(coordinator, db, "Ours.")
    elsewhere = browser_of(cast.stranger)
    assert elsewhere.get("/reporting").text.count("Ours") == 0
    for address in (place, f"{place}/sections/{section.id}", f"{place}/signed/1"):
        assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(f"{place}/report.pdf").status_code == 404
