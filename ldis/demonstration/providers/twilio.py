"""A server that speaks Twilio's Messages API, keeps every text it is given, and reports on them as Twilio does."""

import base64
import itertools
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from typing import Any

from ldis.demonstration.providers.callbacks import Callbacks
from ldis.demonstration.providers.http import Answer, HttpServer, Request

ERRORS = "https://www.twilio.com/docs/errors/"


@dataclass
class Text:
    """One text message as it arrived, and how far it has got."""

    sid: str
    to: str
    sender: str
    body: str
    status_callback: str
    validity_period: str
    at: datetime
    status: str = "queued"
    error_code: str | None = None


@dataclass
class Faults:
    """How the server fails, until told otherwise.

    `answer` is an HTTP status with one of Twilio's codes, for every text, or for the next `answer_times` of them.
    `refusals` gives single numbers a code. `silent_after_taking` keeps the text and then hangs up without an
    answer, which is how a message comes to be in doubt. `delay_seconds` is the time every answer takes.
    """

    delay_seconds: float = 0.0
    answer: tuple[int, int] | None = None
    answer_times: int | None = None
    refusals: dict[str, int] = field(default_factory=dict)
    silent_after_taking: bool = False


class TwilioServer:
    """Twilio, as far as we use it, on this machine.

    Texts are kept in the order in which they came. `receipts` are the statuses it reports for each of its own
    accord, such as ("sent", "delivered") or ("sent", "undelivered:30003"); `report` sends one by hand, in whatever
    order a test wants. `extra` may answer requests of its own before Twilio's.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        port: int = 0,
        *,
        receipts: Sequence[str] = (),
        on_text: Callable[[Text], None] | None = None,
        extra: Callable[[Request], Answer | None] | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.texts: list[Text] = []
        self.faults = Faults()
        self.requests = 0
        self.callbacks = Callbacks(account_sid, auth_token)
        self._receipts = tuple(receipts)
        self._on_text = on_text
        self._extra = extra
        self._pass = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._root = f"/2010-04-01/Accounts/{account_sid}/Messages"
        self._by_sid: dict[str, Text] = {}
        self._by_number: dict[str, list[Text]] = defaultdict(list)
        self._inbound = itertools.count()
        self._lock = threading.Lock()
        self._http = HttpServer(self._respond, port)

    @property
    def port(self) -> int:
        """Where it listens; known once it has been up."""
        return self._http.port

    @property
    def url(self) -> str:
        """Its address, to be set as the base URL."""
        return self._http.url

    def up(self) -> "TwilioServer":
        """Open, on the same port as before."""
        self._http.up()
        return self

    def down(self) -> None:
        """Close, hanging up on everybody. What arrived is kept."""
        self._http.down()

    def close(self) -> None:
        """Close for good, the sending of receipts too."""
        self.down()
        self.callbacks.close()

    def doubled(self) -> int:
        """How many texts came more than once: the same words to the same number."""
        return sum(count - 1 for count in Counter((text.to, text.body) for text in self.texts).values())

    def report(self, sid: str, status: str, error_code: int | None = None) -> int:
        """Report a status to the text's own callback address now; the HTTP status of the reply."""
        text = self._by_sid[sid]
        text.status = status
        text.error_code = str(error_code) if error_code else None
        return self.callbacks.report(text.status_callback, _receipt(text))

    def inbound(self, url: str, *, from_: str, to: str, body: str) -> int:
        """Send on a text that somebody wrote to us, to that address; the HTTP status of the reply."""
        return self.callbacks.report(
            url, {"MessageSid": _sid(len(body), from_), "From": from_, "To": to, "Body": body}
        )

    def _respond(self, request: Request) -> Answer | None:
        if self._extra is not None and (answer := self._extra(request)) is not None:
            return answer
        self.requests += 1
        if self.faults.delay_seconds:
            time.sleep(self.faults.delay_seconds)
        if request.headers.get("authorization") != self._pass:
            return _error(401, 20003, "Authenticate")
        if request.path == f"{self._root}.json":
            return self._take(request) if request.method == "POST" else self._list(request)
        if request.method == "GET" and request.path.startswith(f"{self._root}/"):
            text = self._by_sid.get(request.path.removeprefix(f"{self._root}/").removesuffix(".json"))
            if text is not None:
                return _json(200, self._resource(text))
        return _error(404, 20404, "The requested resource was not found")

    def _take(self, request: Request) -> Answer | None:
        form = request.form()
        refused = self._refusal(form)
        if refused is not None:
            return refused
        text = self._keep(form)
        if self._on_text is not None:
            self._on_text(text)
        answer = None if self.faults.silent_after_taking else _json(201, self._resource(text))
        for status in self._receipts if text.status_callback else ():
            self.callbacks.report_later(text.status_callback, _receipt(text) | _status(status))
        return answer

    def _refusal(self, form: dict[str, str]) -> Answer | None:
        if form.get("To") in self.faults.refusals:
            return _error(400, self.faults.refusals[form["To"]], "Refused for this number")
        for name, code in (("To", 21604), ("Body", 21602)):
            if not form.get(name):
                return _error(400, code, f"A '{name}' is required.")
        with self._lock:
            if self.faults.answer is None or self.faults.answer_times == 0:
                return None
            if self.faults.answer_times is not None:
                self.faults.answer_times -= 1
            return _error(*self.faults.answer, "Refused as told")

    def _keep(self, form: dict[str, str]) -> Text:
        with self._lock:
            text = Text(
                sid=_sid(len(self.texts), self.account_sid),
                to=form["To"],
                sender=form.get("From") or form.get("MessagingServiceSid", ""),
                body=form["Body"],
                status_callback=form.get("StatusCallback", ""),
                validity_period=form.get("ValidityPeriod", ""),
                at=datetime.now(UTC),
            )
            self.texts.append(text)
            self._by_sid[text.sid] = text
            self._by_number[text.to].append(text)
        return text

    def _list(self, request: Request) -> Answer:
        number = request.query.get("To")
        texts: Iterable[Text] = self._by_number.get(number, []) if number else self.texts
        newest_first = list(reversed(list(texts)))
        page, size = int(request.query.get("Page", 0)), int(request.query.get("PageSize", 50))
        shown = newest_first[page * size : (page + 1) * size]
        is_last = (page + 1) * size >= len(newest_first)
        following = f"{self._root}.json?Page={page + 1}&PageSize={size}" + (f"&To={number}" if number else "")
        return _json(
            200,
            {
                "messages": [self._resource(text) for text in shown],
                "page": page,
                "page_size": size,
                "uri": f"{self._root}.json",
                "next_page_uri": None if is_last else following.replace("+", "%2B"),
            },
        )

    def _resource(self, text: Text) -> dict[str, Any]:
        at = format_datetime(text.at)
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": text.body,
            "date_created": at,
            "date_updated": at,
            "date_sent": at,
            "direction": "outbound-api",
            "error_code": text.error_code,
            "error_message": None,
            "from": text.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": text.sid,
            "status": text.status,
            "subresource_uris": {},
            "to": text.to,
            "uri": f"{self._root}/{text.sid}.json",
        }

    def __enter__(self) -> "TwilioServer":
        return self.up()

    def __exit__(self, *_: object) -> None:
        self.close()


def _receipt(text: Text) -> dict[str, str]:
    receipt = {"MessageSid": text.sid, "SmsSid": text.sid, "To": text.to, "From": text.sender} | _status(
        text.status
    )
    return receipt | ({"ErrorCode": text.error_code} if text.error_code else {})


def _status(status: str) -> dict[str, str]:
    """A status as `receipts` names it; "undelivered:30003" carries a code."""
    word, _, code = status.partition(":")
    return {"MessageStatus": word, "SmsStatus": word} | ({"ErrorCode": code} if code else {})


def _sid(number: int, salt: str) -> str:
    return "SM" + sha1(f"{salt}:{number}".encode(), usedforsecurity=False).hexdigest()[:32]


def _json(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(value).encode())


def _error(status: int, code: int, message: str) -> Answer:
    return _json(status, {"code": code, "message": message, "more_info": f"{ERRORS}{code}", "status": status})
