"""A server that speaks GOV.UK Notify's API, keeps every message it is given, and can be asked about them."""

import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import jwt

from ldis.demonstration.providers.http import Answer, HttpServer, Request

SENDING = {"/v2/notifications/sms": "phone_number", "/v2/notifications/email": "email_address"}


@dataclass
class Notification:
    """One message as it arrived."""

    id: str
    to: str
    template_id: str
    personalisation: dict[str, str]
    reference: str
    unsubscribe_url: str
    status: str = "sending"


@dataclass
class NotifyFaults:
    """How the server fails: an HTTP status with an error's name and sentence, or silence after taking a message."""

    answer: tuple[int, str, str] | None = None
    silent_after_taking: bool = False


@dataclass
class NotifyServer:
    """Notify, as far as we use it, on this machine. Callers must sign their token with the secret of the key."""

    service_id: str = "00000000-0000-4000-8000-000000000001"
    secret: str = "00000000-0000-4000-8000-000000000002"
    notifications: list[Notification] = field(default_factory=list)
    faults: NotifyFaults = field(default_factory=NotifyFaults)

    def __post_init__(self) -> None:
        self._http = HttpServer(self._respond)

    @property
    def api_key(self) -> str:
        """A key that this server accepts."""
        return f"demonstration-{self.service_id}-{self.secret}"

    @property
    def url(self) -> str:
        """Its address, to be set as the base URL."""
        return self._http.url

    def down(self) -> None:
        """Close, hanging up on everybody. What arrived is kept."""
        self._http.down()

    def doubled(self) -> int:
        """How many messages came more than once, told by our reference."""
        return sum(count - 1 for count in Counter(one.reference for one in self.notifications).values())

    def _respond(self, request: Request) -> Answer | None:
        if not self._is_signed(request):
            return _error(403, "AuthError", "Invalid token: signature, api token not found")
        if request.method == "POST" and request.path in SENDING:
            return self._take(request, SENDING[request.path])
        if request.method == "GET" and request.path.startswith("/v2/notifications/"):
            return self._one(request.path.removeprefix("/v2/notifications/"))
        if request.method == "GET" and request.path == "/v2/notifications":
            return self._list(request.query.get("reference", ""))
        return _error(404, "NoResultFound", "No result found")

    def _is_signed(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, self.secret, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.PyJWTError:
            return False
        return bool(claims.get("iss") == self.service_id)

    def _take(self, request: Request, recipient: str) -> Answer | None:
        if self.faults.answer is not None:
            return _error(*self.faults.answer)
        asked: dict[str, Any] = json.loads(request.body)
        if not asked.get(recipient):
            return _error(400, "ValidationError", f"{recipient} is a required property")
        taken = Notification(
            id=str(uuid.uuid4()),
            to=asked[recipient],
            template_id=asked["template_id"],
            personalisation=asked.get("personalisation", {}),
            reference=asked.get("reference", ""),
            unsubscribe_url=asked.get("one_click_unsubscribe_url", ""),
        )
        self.notifications.append(taken)
        if self.faults.silent_after_taking:
            return None
        return Answer(201, json.dumps({"id": taken.id, "reference": taken.reference}).encode())

    def _list(self, reference: str) -> Answer:
        found = [
            {"id": one.id, "reference": one.reference, "status": one.status}
            for one in reversed(self.notifications)
            if not reference or one.reference == reference
        ]
        return Answer(200, json.dumps({"notifications": found, "links": {}}).encode())

    def _one(self, number: str) -> Answer:
        for one in self.notifications:
            if one.id == number:
                return Answer(200, json.dumps({"id": one.id, "status": one.status}).encode())
        return _error(404, "NoResultFound", "No result found")

    def __enter__(self) -> "NotifyServer":
        self._http.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()


def _error(status: int, error: str, sentence: str) -> Answer:
    body = {"status_code": status, "errors": [{"error": error, "message": sentence}]}
    return Answer(status, json.dumps(body).encode())
