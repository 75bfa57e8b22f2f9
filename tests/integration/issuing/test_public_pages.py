"""What anybody may see: public alerts, and whether an alert going round is genuine."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.issuing.rules import said_code
from ldis.web import today
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory


def issue(author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, handling: str) -> str:
    reference = scene.draft(author, case)
    scene.send(scene.save(author, reference, list_ids=directory.ids, handling=handling), reference)
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    return reference


def test_a_public_alert_is_public(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory
) -> None:
    reference = issue(author, approver, case, directory, "public")
    assert reference in client.get("/alerts").text
    page = client.get(f"/alerts/{reference}")
    assert page.status_code == 200
    assert (
        page.text.index("Red alert, in force") < page.text.index("What to do now") < page.text.index("Signs that")
    )


def test_an_alert_for_professionals_is_nowhere_in_public(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory
) -> None:
    reference = issue(author, approver, case, directory, "professionals")
    assert reference not in client.get("/alerts").text
    assert client.get(f"/alerts/{reference}").status_code == 404


def test_a_public_alert_is_not_public_before_it_is_approved(
    client: FlaskClient, author: FlaskClient, case: Case, directory: Directory
) -> None:
    reference = scene.draft(author, case)
    scene.send(scene.save(author, reference, list_ids=directory.ids, handling="public"), reference)
    assert reference not in client.get("/alerts").text
    assert client.get(f"/alerts/{reference}").status_code == 404


def test_a_genuine_code_says_so_however_it_is_typed(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    code = scene.alert_called(db, issue(author, approver, case, directory, "public")).code
    for written in (code, said_code(code), said_code(code).lower()):
        page = client.get(f"/v/{written}")
        assert page.status_code == 200
        assert "Yes, this is ours and current" in page.text
    assert client.get("/v", query_string={"code": code.lower()}).location.endswith(f"/v/{said_code(code)}")


def test_the_code_of_an_alert_for_professionals_does_not_tell_its_words(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    alert = scene.alert_called(db, issue(author, approver, case, directory, "professionals"))
    page = client.get(f"/v/{alert.code}").text
    assert "Yes, this is ours and current" in page
    assert alert.reference in page
    assert alert.content["headline"] not in page


def test_an_unknown_code_is_not_to_be_passed_on(client: FlaskClient) -> None:
    for code in ("7K3Q-9M2P", "nonsense", "<script>"):
        page = client.get(f"/v/{code}")
        assert page.status_code == 404
        assert "We know nothing of this code: do not pass it on" in page.text
        assert "<script>" not in page.text.split("</header>")[1].split("</footer>")[0]


def test_a_draft_cannot_be_verified(client: FlaskClient, waiting: str, db: Session) -> None:
    assert client.get(f"/v/{scene.alert_called(db, waiting).code}").status_code == 404


def test_nothing_stays_in_force_past_its_last_day(
    client: FlaskClient, author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    alert = scene.alert_called(db, issue(author, approver, case, directory, "public"))
    alert.content = alert.content | {"expires_on": (today() - timedelta(days=1)).isoformat()}
    db.commit()
    assert "This was ours and is no longer in force" in client.get(f"/v/{alert.code}").text
    assert "no longer in force since" in client.get(f"/alerts/{alert.reference}").text
    assert "There is no public alert in force" in client.get("/alerts").text
