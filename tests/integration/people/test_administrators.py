"""What administrators do, and that nobody does it in somebody else's partnership."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people import invitations, queries, service
from ldis.people.access import actor_for
from ldis.people.models import Invitation, Membership, Organisation, Partnership, User
from ldis.people.rules import Role, Scope, Sector
from ldis.people.schemas import Invited
from tests.integration.people.conftest import PUBLIC_URL, Person, SignIn


@pytest.fixture
def office(administrator: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(administrator)


@pytest.fixture
def neighbour(south_vale: Partnership, person: Person) -> User:
    return person(south_vale, "Nia Stone", Role.ADMINISTRATOR)


def test_the_list_shows_roles_and_when_people_last_signed_in(office: FlaskClient, coordinator: User) -> None:
    page = office.get("/people").text
    assert "Ada Marsh" in page
    assert "Cleo Winter" in page
    assert "Coordinator" in page
    assert "Never" in page
    assert "just now" in page


def test_people_of_another_partnership_are_unseen(office: FlaskClient, neighbour: User) -> None:
    assert "Nia Stone" not in office.get("/people").text
    assert office.get(f"/people/{neighbour.id}").status_code == 404


def test_nothing_can_be_done_to_another_partnership(
    office: FlaskClient, db: Session, south_vale: Partnership, neighbour: User
) -> None:
    session_of = neighbour.fs_uniquifier
    [role] = neighbour.memberships
    actor = actor_for(neighbour, south_vale.id)
    assert actor
    invitation = invitations.invite(
        db,
        Invited("Max Reed", "max.reed@example.org", Role.REPORTER, None),
        actor=actor,
        public_url=PUBLIC_URL,
        now=utc_now(),
    )
    service.create_key(
        db,
        partnership_id=south_vale.id,
        name="Ambulance",
        scopes=[Scope.LAB_WRITE],
        actor="test",
        now=utc_now(),
    )
    db.commit()
    [key] = queries.keys_of(db, partnership_id=south_vale.id)
    for address in (
        f"/people/{neighbour.id}/end-sessions",
        f"/people/{neighbour.id}/roles/{role.id}/end",
        f"/people/invitations/{invitation.id}/withdraw",
        f"/people/keys/{key.id}/revoke",
    ):
        assert office.post(address).status_code == 404, address
    db.refresh(neighbour)
    assert neighbour.fs_uniquifier == session_of
    assert role.ended_at is None
    assert db.get_one(Invitation, invitation.id).withdrawn_at is None
    assert key.revoked_at is None


def test_a_coordinator_sees_the_list_and_changes_nothing(
    coordinator: User, administrator: User, sign_in: SignIn
) -> None:
    device = sign_in(coordinator)
    page = device.get("/people").text
    assert "Ada Marsh" in page
    assert "Invite somebody" not in page
    for address in ("/people/invite", "/people/organisations", "/people/keys", f"/people/{administrator.id}"):
        assert device.get(address).status_code == 403, address
    assert device.post("/people/invite", data={}).status_code == 403


def test_somebody_signed_out_is_told_so_when_they_send(client: FlaskClient) -> None:
    answer = client.post("/people/keys", data={"name": "x"})
    assert answer.status_code == 403
    assert "You have been signed out." in answer.text


def test_an_ended_role_is_gone_and_its_history_stays(office: FlaskClient, db: Session, coordinator: User) -> None:
    [role] = coordinator.memberships
    answer = office.post(f"/people/{coordinator.id}/roles/{role.id}/end", follow_redirects=True)
    assert "A role of Cleo Winter has ended." in answer.text
    assert "This person has no role here any more" in answer.text
    db.refresh(role)
    assert role.ended_at is not None
    assert "Ended" in office.get("/people").text
    assert office.post(f"/people/{coordinator.id}/roles/{role.id}/end").status_code == 404


def test_an_administrator_cannot_lock_themselves_out(
    office: FlaskClient, db: Session, administrator: User
) -> None:
    [role] = administrator.memberships
    answer = office.post(f"/people/{administrator.id}/roles/{role.id}/end")
    assert answer.status_code == 403
    assert "You cannot end your own role as administrator." in answer.text
    assert role.ended_at is None


def test_an_organisation_is_added_once(office: FlaskClient, db: Session, north_shore: Partnership) -> None:
    assert "No organisation has been added yet." in office.get("/people/organisations").text
    new = {"name": "Harbour House", "sector": Sector.HOSTEL.value, "area_code": "E99000001"}
    answer = office.post("/people/organisations", data=new, follow_redirects=True)
    assert "Harbour House has been added." in answer.text
    assert "Northby" in answer.text
    again = office.post("/people/organisations", data=new)
    assert again.status_code == 422
    assert "There is already an organisation with this name." in again.text
    [kept] = db.scalars(select(Organisation).where(Organisation.partnership_id == north_shore.id))
    assert (kept.name, kept.sector) == ("Harbour House", Sector.HOSTEL)


def test_an_organisation_stands_in_an_area_of_the_partnership(
    office: FlaskClient, south_vale: Partnership
) -> None:
    for area in ("E99000003", "nowhere"):
        answer = office.post(
            "/people/organisations",
            data={"name": "Mill House", "sector": Sector.HOSTEL.value, "area_code": area},
        )
        assert answer.status_code == 422, area
        assert "Choose an area of the partnership." in answer.text


def test_organisations_of_another_partnership_are_unseen(
    office: FlaskClient, db: Session, south_vale: Partnership
) -> None:
    service.add_organisation(
        db, partnership_id=south_vale.id, name="Vale Surgery", sector=Sector.OTHER, actor="test"
    )
    db.commit()
    assert "Vale Surgery" not in office.get("/people/organisations").text


@pytest.mark.parametrize(
    ("slug", "prefix", "areas"),
    [
        ("North Shore", "NSX", []),
        ("north_shore", "NSX", []),
        ("north-shore", "NSX", []),
        ("another", "NSH", []),
        ("another", "nsx", []),
        ("another", "LONGER", []),
        ("another", "NSX", ["E00000000"]),
    ],
)
def test_a_partnership_needs_a_name_of_its_own_and_known_areas(
    db: Session, north_shore: Partnership, slug: str, prefix: str, areas: list[str]
) -> None:
    with pytest.raises(Invalid):
        service.create_partnership(db, slug=slug, prefix=prefix, name="Another", area_codes=areas, actor="test")


def test_the_database_itself_refuses_a_panel_member_who_speaks_for_nothing(
    db: Session, north_shore: Partnership, coordinator: User
) -> None:
    db.add(Membership(person_id=coordinator.id, partnership_id=north_shore.id, role=Role.PANEL_MEMBER))
    with pytest.raises(IntegrityError, match="panel_members_speak_for"):
        db.flush()


def test_addresses_are_encrypted_at_rest(db: Session, coordinator: User) -> None:
    stored = db.execute(select(User.__table__).where(User.__table__.c.id == coordinator.id)).one()
    raw = db.connection().exec_driver_sql(f"SELECT email FROM people WHERE id = {coordinator.id}").scalar_one()
    assert b"cleo" not in bytes(raw)
    assert "cleo" not in stored.email_digest
