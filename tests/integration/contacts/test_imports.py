"""Contacts from a file: looked at first, taken in whole or not at all, and the same file twice changes nothing."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis import import_commands
from ldis.audit.models import AuditEntry
from ldis.contacts import service, stopping
from ldis.contacts.models import Contact, ContactFile, ContactList
from ldis.people.access import Actor
from ldis.people.models import Organisation
from ldis.secrecy import blind_index
from ldis.tables import csv_file
from tests.integration.cast import NOW, Cast

HEAD = ("Identifier", "Name", "Organisation", "Kind of organisation", "Mobile number", "Email address", "Lists")
NOOR = (
    "N1",
    "Noor Quay",
    "Quay House",
    "hostel or supported housing",
    "07700 900101",
    "noor@example.org",
    "Nights",
)
SAM = ("", "Sam Pike", "Quay House", "", "", "sam.pike@example.org", "Nights; Outreach")


@pytest.fixture
def keeper(browser_of: Callable[[Actor], FlaskClient], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    browser = browser_of(cast.coordinator)
    monkeypatch.setitem(browser.application.config, "DEMO", True)  # drama numbers are allowed
    return browser


def hand_in(keeper: FlaskClient, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> str:
    content = csv_file([head, *rows])
    answer = keeper.post("/contacts/import", data={"file": (io.BytesIO(content), "contacts.csv")})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def take_in(keeper: FlaskClient, place: str) -> str:
    page = keeper.get(place).text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    answer = keeper.post(place, data={"seen": seen}, follow_redirects=True)
    return answer.text


def known(db: Session) -> dict[str, Contact]:
    db.expire_all()
    return {one.name: one for one in db.scalars(select(Contact))}


def test_a_file_says_what_it_would_do_and_then_does_exactly_that(keeper: FlaskClient, db: Session) -> None:
    place = hand_in(keeper, NOOR, SAM)
    page = keeper.get(place).text
    assert "New organisations: Quay House." in page
    assert "New lists: Nights, Outreach." in page
    assert known(db) == {}, "nothing is changed by looking"
    assert "2 contacts are new, 0 were changed." in take_in(keeper, place)
    noor, sam = known(db)["Noor Quay"], known(db)["Sam Pike"]
    assert (noor.mobile, noor.email, noor.external_id) == ("+447700900101", "noor@example.org", "N1")
    assert noor.organisation is not None
    assert noor.organisation is sam.organisation
    assert {one.name for one in sam.lists} == {"Nights", "Outreach"}
    assert (sam.by_sms, sam.by_email) == (True, True)
    assert db.scalar(select(func.count()).select_from(ContactFile)) == 0, "the file is forgotten"
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "contacts taken in"))
    assert entry.detail == {"new": 2, "changed": 0, "as before": 0}


def test_the_same_file_twice_changes_nothing(keeper: FlaskClient, db: Session) -> None:
    take_in(keeper, hand_in(keeper, NOOR, SAM))
    versions = {name: one.version for name, one in known(db).items()}
    page = keeper.get(hand_in(keeper, NOOR, SAM)).text
    assert "Take in" not in page
    assert {name: one.version for name, one in known(db).items()} == versions


def test_whoever_is_known_is_changed_and_what_the_file_does_not_say_stays(
    keeper: FlaskClient, db: Session
) -> None:
    take_in(keeper, hand_in(keeper, NOOR))
    moved = ("N1", "Noor Quay-Hill", "", "", "", "noor.hill@example.org", "Days")
    place = hand_in(keeper, moved)
    assert "Name, Email address, Lists" in " ".join(keeper.get(place).text.split())
    take_in(keeper, place)
    noor = known(db)["Noor Quay-Hill"]
    assert (noor.mobile, noor.email) == ("+447700900101", "noor.hill@example.org")
    assert {one.name for one in noor.lists} == {"Nights", "Days"}, "nobody is taken off a list"
    by_number = ("", "Noor Hill", "", "", "07700 900101", "", "")
    take_in(keeper, hand_in(keeper, by_number))
    assert set(known(db)) == {"Noor Hill"}


def test_opt_outs_and_stops_survive_every_file(keeper: FlaskClient, db: Session, cast: Cast) -> None:
    take_in(keeper, hand_in(keeper, NOOR, SAM))
    service.opt_out(db, known(db)["Noor Quay"].id, actor=cast.coordinator, now=NOW)
    stopping.stop(db, Medium.EMAIL, blind_index("sam.pike@example.org"), now=NOW)
    db.commit()
    renamed = [(*NOOR[:1], "Noor Q", *NOOR[2:]), (*SAM[:1], "Sam P", *SAM[2:])]
    place = hand_in(keeper, *renamed)
    page = keeper.get(place).text
    assert "Opted out, and stays so." in page
    assert "Stopped email themselves, and that holds." in page
    take_in(keeper, place)
    assert known(db)["Noor Q"].opted_out_at is not None


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "", "", "", "", "a@example.org", ""), "Enter a name."),
        (("", "Ada", "", "", "", "", ""), "Enter a mobile number, an email address, or both."),
        (("", "Ada", "", "", "12345", "", ""), "Enter a UK mobile number"),
        (("", "Ada", "", "", "", "nonsense", ""), "Enter an email address in full"),
        (("", "Ada", "Nowhere", "", "", "a@example.org", ""), "Say its kind as well"),
        (("", "Ada", "Nowhere", "palace", "", "a@example.org", ""), "We do not know “palace”."),
        (("", "Ada", "", "", "", NOOR[5], ""), "Line 2 is about the same person."),
        (("", "A" * 121, "", "", "", "a@example.org", ""), "Keep this to 120 characters or fewer."),
    ],
)
def test_a_wrong_line_gets_a_sentence_and_nothing_is_taken_in(
    keeper: FlaskClient, db: Session, row: tuple[str, ...], sentence: str
) -> None:
    place = hand_in(keeper, NOOR, row)
    page = keeper.get(place).text
    assert sentence in page
    assert "Line 3" in page
    assert "Take in" not in page
    assert sentence in keeper.get(f"{place}/faults.csv").get_data(as_text=True)
    assert "Nothing was taken in" in keeper.post(place, data={"seen": "x"}).text
    assert known(db) == {}
    assert db.scalars(select(Organisation.name).where(Organisation.name == "Quay House")).all() == []
    assert db.scalars(select(ContactList)).all() == []


def test_a_line_that_points_at_two_people_is_refused(keeper: FlaskClient) -> None:
    take_in(keeper, hand_in(keeper, NOOR, SAM))
    both = ("", "Who", "", "", "07700 900101", "sam.pike@example.org", "")
    assert (
        "This belongs to Noor Quay, but the rest of the line to Sam Pike."
        in keeper.get(hand_in(keeper, both)).text
    )


def test_what_changed_since_somebody_looked_is_not_overwritten(keeper: FlaskClient, db: Session) -> None:
    take_in(keeper, hand_in(keeper, NOOR))
    place = hand_in(keeper, (*NOOR[:1], "Noor Hill", *NOOR[2:]))
    page = keeper.get(place).text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    take_in(keeper, hand_in(keeper, (*NOOR[:1], "Noor Elsewhere", *NOOR[2:])))
    answer = keeper.post(place, data={"seen": seen})
    assert answer.status_code == 409
    assert set(known(db)) == {"Noor Elsewhere"}


def test_rubbish_is_refused_and_templates_can_be_handed_in_again(keeper: FlaskClient) -> None:
    for content in (b"", b"\x00\x01\x02", b"a;b\n1;2\n"):
        answer = keeper.post("/contacts/import", data={"file": (io.BytesIO(content), "x.csv")})
        assert answer.status_code == 422, content
    assert keeper.post("/contacts/import", data={}).status_code == 422
    for kind in ("csv", "xlsx"):
        file = keeper.get(f"/contacts/import/template.{kind}").data
        answer = keeper.post("/contacts/import", data={"file": (io.BytesIO(file), f"x.{kind}")})
        assert "no rows" in answer.text or "nothing below" in answer.text or "headings" in answer.text


def test_the_operator_takes_in_contacts_and_may_look_first(
    db: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(csv_file([HEAD, NOOR, SAM]))

    @contextmanager
    def open_here(_: object) -> Iterator[Session]:
        yield db

    monkeypatch.setattr(import_commands, "read_settings", lambda: SimpleNamespace(demo=True))
    monkeypatch.setattr(import_commands, "open_session", open_here)
    begin = db.begin
    monkeypatch.setattr(db, "begin", lambda **_: begin(nested=True))
    asked = ["contacts", str(file), "--partnership", cast.coordinator.partnership_slug]
    looked = CliRunner().invoke(import_commands.imports, [*asked, "--dry-run"])
    assert "2 contacts would be new" in looked.output, looked.output
    assert known(db) == {}
    done = CliRunner().invoke(import_commands.imports, asked)
    assert "2 contacts are new, 0 are changed" in done.output
    assert set(known(db)) == {"Noor Quay", "Sam Pike"}
    file.write_bytes(csv_file([HEAD, ("", "Ada", "", "", "", "", "")]))
    wrong = CliRunner().invoke(import_commands.imports, asked)
    assert wrong.exit_code == 1
    assert "line 2, Mobile number: Enter a mobile number" in wrong.output


def test_a_file_is_thrown_away_and_belongs_to_one_partnership(
    keeper: FlaskClient, browser_of: Callable[[Actor], FlaskClient], cast: Cast, db: Session
) -> None:
    place = hand_in(keeper, NOOR)
    assert browser_of(cast.stranger).get(place).status_code == 404
    keeper.post(f"{place}/throw-away")
    assert keeper.get(place).status_code == 404
    assert known(db) == {}
