"""Photos through the real web server: what happens to those that are too large is for the server to decide too."""

import http.client
import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from ldis.photos.models import Photo
from ldis.submissions.models import IncidentReport
from ldis.supervisor import ROOT
from tests.integration.cast import DATA_KEY, answers, found_partnership
from tests.photographs import jpeg

pytestmark = pytest.mark.processes

FORM = "/report/north-shore"
BLOCK = b"\0" * 1024**2
PATIENCE = 60


@pytest.fixture
def port(fresh_database: str, committed: sessionmaker[Session], data_keys: str) -> Iterator[int]:
    """Where gunicorn serves the service, as `ldis up` has it do."""
    with committed() as session:
        found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {
        "DATABASE_URL": fresh_database,
        "LDIS_SECRET_KEY": "only-for-tests-" * 4,
        "LDIS_DATA_KEYS": DATA_KEY,
        "LDIS_LOG_LEVEL": "ERROR",
    }
    command = ["-m", "gunicorn", "wsgi:app", f"--bind=127.0.0.1:{port}", "--worker-class=gthread", "--threads=4"]
    with subprocess.Popen(
        [sys.executable, *command, "--no-control-socket", "--log-level=error"], cwd=ROOT, env=os.environ | own
    ) as server:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield port
        server.terminate()


class Visitor:
    """A browser of few words: it keeps its cookie, and sends a whole form before it reads the answer."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        page = self._ask("GET", {})
        self._token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', page[1])[0]

    def send(self, file: bytes, **changes: str) -> tuple[int, str]:
        """Send a report with a photo; the status, and the words of the page."""
        photo = FileStorage(io.BytesIO(file), "IMG_1.jpg")
        given = answers(photos=photo, submission_key="sent-over-the-wire", csrf_token=self._token, **changes)
        boundary, body = encode_multipart(MultiDict(given))
        kind = f"multipart/form-data; boundary={boundary}"
        return self._ask("POST", {"Content-Type": kind, "Cookie": self._cookie}, body)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _ask(self, method: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
        self._connection.request(method, FORM, body, headers)
        answer = self._connection.getresponse()
        self._cookie = (answer.headers.get("Set-Cookie") or "").partition(";")[0] or getattr(self, "_cookie", "")
        return answer.status, unescape(answer.read().decode())


def kept(committed: sessionmaker[Session]) -> tuple[int, ...]:
    with committed() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (IncidentReport, Photo)
        )


def test_too_large_too_much_and_just_right(port: int, committed: sessionmaker[Session]) -> None:
    with closing(Visitor(port)) as visitor:
        status, page = visitor.send(jpeg() + BLOCK * 40, details="A blue seal.")
        assert status == 422
        assert "Photo 1 (“IMG_1.jpg”) is larger than 10 MB." in page
        assert "A blue seal." in page
        status, page = visitor.send(jpeg() + BLOCK * 130)
        assert status == 413
        assert "Send fewer photos, a smaller file or shorter answers." in page
        assert kept(committed) == (0, 0)
        status, _ = visitor.send(jpeg())
        assert status == 302
        assert kept(committed) == (1, 1)
