"""An alert to very many people, from the press of a button on: `python -m tests.bench.alert`.

A real approval through the web application, a real worker process, and local servers that speak Twilio's protocol and
SMTP. Measured are the approval's own request, the time until the first message is at a provider, and until the last
has left; beside it the bare clients send as many messages over as many connections, both media at once.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from alerts.audiences import Clearance
from alerts.messages import Medium
from config import settings
from ldis import db, embedded
from ldis.app import create_app
from ldis.contacts.models import Contact, contact_list_members
from ldis.contacts.schemas import ListDetails
from ldis.contacts.service import add_list
from ldis.people.models import Organisation, User
from ldis.people.rules import Sector
from ldis.people.service import add_organisation
from ldis.secrecy import blind_index
from tests.bench.alert_messages import address
from tests.bench.deliveries import CONNECTIONS, PROVIDERS, ROOT, WORKER, prepare, running
from tests.integration.cast import NOW, Cast, assemble, found_partnership, signed_in
from tests.integration.issuing import scene

PLACES = 200
PATIENCE = 1800


def main() -> None:
    """Read the command line, measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--texts", type=int, default=7000)
    asked.add_argument("--emails", type=int, default=3000)
    asked.add_argument("--workers", type=int, default=1)
    given = asked.parse_args()
    found = measure(texts=given.texts, emails=given.emails, workers=given.workers)
    count = given.texts + given.emails
    print(
        f"{given.texts} text messages and {given.emails} e-mails, {given.workers} worker(s), {CONNECTIONS} connections"
    )
    print(f"approval, its own request:           {found['approval']:8.2f} s")
    print(f"first message after the press:       {found['first']:8.2f} s")
    print(f"all gone, from the first on:         {found['all']:8.1f} s ({count / found['all']:.0f} a second)")
    print(f"bare clients, both media at once:    {found['bare']:8.1f} s ({count / found['bare']:.0f} a second)")
    print(f"ratio of the rates:                  {found['bare'] / found['all']:8.2f}")
    print(f"time for each message:               {1000 * found['all'] / count:8.2f} ms")
    print(f"messages that came twice:            {found['doubled']:8d}")
    print(json.dumps(found))


def measure(*, texts: int, emails: int, workers: int) -> dict[str, Any]:
    """One alert, and the bare clients after it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(embedded.start(folder / "postgres"))
        providers = stack.enter_context(running(PROVIDERS, {}))
        assert providers.stdout is not None
        ports = json.loads(providers.stdout.readline())
        environment = prepare(server.url, folder, ports)
        app = create_app(settings.read(environment))
        app.config["WTF_CSRF_ENABLED"] = False
        approver, reference = _stage(app, texts=texts, emails=emails)
        each = {f"LDIS_{medium}_CONNECTIONS": str(CONNECTIONS // workers) for medium in ("SMS", "EMAIL")}
        for _ in range(workers):  # whose connections together are as many as the bare clients'
            stack.enter_context(running(WORKER, environment | each))
        time.sleep(5)  # the workers are there before the button is pressed, as they are in life
        signature = scene.signature(approver, reference)
        pressed_at, pressed = db.utc_now(), time.perf_counter()
        answer = approver.post(f"/issuing/{reference}/approve", data=signature)
        approval = time.perf_counter() - pressed
        assert answer.status_code == 302, answer.text
        took, first = _until_gone(app, texts + emails, since=pressed_at)
        counts = _counts(ports)
        assert (counts["texts"], counts["letters"]) == (texts, emails), counts
        app.extensions["ldis.engine"].dispose()
        return {
            "approval": approval,
            "first": first,
            "all": took,
            "bare": _bare(ports, texts=texts, emails=emails),
            "doubled": counts["texts_doubled"] + counts["letters_doubled"],
        }


def _stage(app: Flask, *, texts: int, emails: int) -> tuple[FlaskClient, str]:
    """A partnership with so many contacts on one list, and an alert that waits for approval."""
    with app.extensions["ldis.sessions"]() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(session, place, elsewhere)
        policy, names = app.extensions["ldis.policy"], app.extensions["ldis.vocabulary"].names
        case = scene.decide(session, cast, place, names, policy)
        everybody = _contacts(session, cast, place.id, texts=texts, emails=emails)
        session.commit()
        author = signed_in(app, session.get_one(User, cast.coordinator.id))
        approver = signed_in(app, session.get_one(User, cast.medical.id))
        return approver, scene.waiting_alert(author, case, [everybody])


def _contacts(session: Session, cast: Cast, place: int, *, texts: int, emails: int) -> int:
    """So many with a number, so many with an address, spread over the organisations; the number of their list."""
    hostels: Sequence[Organisation] = [
        add_organisation(session, partnership_id=place, name=f"Place {n}", sector=Sector.HOSTEL, actor="bench")
        for n in range(PLACES)
    ]
    rows = []
    for number in range(texts + emails):
        medium = Medium.SMS if number < texts else Medium.EMAIL
        where = f"+447{number:09d}" if medium is Medium.SMS else address(medium, number)
        rows.append(
            {
                "partnership_id": place,
                "organisation_id": hostels[number % PLACES].id,
                "name": f"Contact {number}",
                "mobile": where if medium is Medium.SMS else None,
                "mobile_index": blind_index(where) if medium is Medium.SMS else None,
                "email": where if medium is Medium.EMAIL else None,
                "email_index": blind_index(where) if medium is Medium.EMAIL else None,
                "clearance": Clearance.PROFESSIONAL,
                "added_at": NOW,
            }
        )
    ids = session.scalars(insert(Contact).returning(Contact.id), rows).all()
    everybody = add_list(session, ListDetails(name="Everybody"), actor=cast.coordinator)
    session.execute(insert(contact_list_members), [{"list_id": everybody.id, "contact_id": one} for one in ids])
    return everybody.id


def _until_gone(app: Flask, count: int, *, since: datetime) -> tuple[float, float]:
    """Seconds from the first message gone to the last, and from the press to the first; asked seldom."""
    question = text(
        "SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS waiting, "
        "extract(epoch FROM max(sent_at) - min(claimed_at))::float AS took, "
        "extract(epoch FROM min(sent_at) - :since)::float AS first, count(*) AS all FROM deliveries "
        "WHERE alert_id IS NOT NULL"
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        time.sleep(0.5)
        with app.extensions["ldis.engine"].connect() as connection:
            found = connection.execute(question, {"since": since}).mappings().one()
        if not found["waiting"] and found["all"] == count:
            return found["took"], found["first"]
    raise TimeoutError("The worker did not send everything.")


def _counts(ports: dict[str, int]) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{ports['http_port']}/_counts") as answer:
        counts: dict[str, int] = json.load(answer)
    return counts


def _bare(ports: dict[str, int], *, texts: int, emails: int) -> float:
    """Seconds in which the bare clients send as much, both media at once, each in a process of its own."""
    began, running_ones = time.perf_counter(), []
    for medium, count in ((Medium.SMS, texts), (Medium.EMAIL, emails)):
        command = [sys.executable, "-m", "tests.bench.bare_sending", medium.value, json.dumps(ports)]
        sizes = [f"--messages={count}", f"--connections={CONNECTIONS}"]
        running_ones.append(subprocess.Popen([*command, *sizes], cwd=ROOT, stdout=subprocess.PIPE, text=True))
    seconds = [json.loads(one.communicate()[0])["seconds"] for one in running_ones]
    return max(*seconds, min(time.perf_counter() - began, max(seconds)))


if __name__ == "__main__":
    main()
