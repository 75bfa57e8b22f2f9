"""Text messages through Twilio, with Twilio's own client."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from alerts import sms_text
from alerts.channels.broken import broken_off
from alerts.channels.protocol import UNKNOWN, GiveUp, Sent, TryAgain, Unknown
from alerts.channels.twilio_codes import meaning_of
from alerts.channels.twilio_hooks import STATUS_PATH, read_receipt
from alerts.messages import Medium, Message, Receipt

TWILIO_URL = "https://api.twilio.com"
FIND_AMONG = (
    200  # the newest messages to one number; an alert system sends a person far fewer while one is in doubt
)


@dataclass(frozen=True)
class TwilioAccount:
    """One account, the sender it uses, and where its receipts come back to.

    `sender` is a phone number, an alphanumeric name, or the SID of a messaging service. `valid_for_seconds` is how
    long at most Twilio may keep a message that cannot be delivered yet, less where the message is of use for less:
    an alert that arrives tomorrow is worse than a failure we know of. `base_url` is only for a local server that
    speaks Twilio's protocol.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    public_url: str
    base_url: str | None = None
    timeout_seconds: float = 5.0
    valid_for_seconds: int = 14_400


class _DiscreetHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client, which may be sent to a local server and does not log people's numbers."""

    def __init__(self, base_url: str | None, timeout: float) -> None:
        super().__init__(timeout=timeout, max_retries=0)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if self._base_url is not None:
            url = self._base_url + url.removeprefix(TWILIO_URL)
        return super().request(method, url, *args, **kwargs)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: a query string holds a phone number."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing: one line a message helps nobody."""


class TwilioSms:
    """The SMS channel. Make one for each thread that sends."""

    medium = Medium.SMS

    def __init__(self, account: TwilioAccount) -> None:
        self.account = f"twilio:{account.account_sid}"
        base_url = account.base_url.rstrip("/") if account.base_url else None
        self._http = _DiscreetHttpClient(base_url, account.timeout_seconds)
        client = Client(account.account_sid, account.auth_token, http_client=self._http, environment={})
        self._messages = client.messages
        self._callback = f"{account.public_url.rstrip('/')}{STATUS_PATH}?delivery="
        by_service = account.sender.startswith("MG") and len(account.sender) == 34
        self._valid_for = account.valid_for_seconds
        self._always = {
            "messaging_service_sid" if by_service else "from_": account.sender,
        }

    def send(self, message: Message) -> Sent:
        """Hand the text to Twilio, which will report on it to our status address under our reference."""
        try:
            taken = self._messages.create(
                to=message.address,
                body=message.words.text,
                status_callback=self._callback + quote(message.reference, safe=""),
                validity_period=min(message.useful_for_seconds or self._valid_for, self._valid_for),
                **self._always,
            )
        except TwilioRestException as refusal:
            raise _refused(refusal) from refusal
        except (requests.RequestException, TwilioException) as broken:
            raise broken_off(broken, "The SMS provider") from broken
        return Sent(provider_reference=taken.sid)

    def find(self, message: Message) -> Sent | None:
        """Look for these words among what Twilio sent to this number.

        Every alert carries a personal link, so the same words to the same number are the same message. Twilio may put
        a line in front of them or plainer quotes into them, so what it sent need only end in them, both plain.
        """
        words = _plain(message.words.text)
        try:
            for known in self._messages.stream(to=message.address, limit=FIND_AMONG):
                if known.direction != "inbound" and _plain(known.body or "").endswith(words):
                    return Sent(provider_reference=known.sid)
        except (requests.RequestException, TwilioException) as broken:
            raise TryAgain("The SMS provider could not be asked.") from broken
        return None

    def ask(self, reference: str, provider_reference: str) -> Receipt | Unknown:
        """Twilio's own record of the message, read as its receipts are."""
        try:
            known = self._messages(provider_reference).fetch()
        except TwilioRestException as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return UNKNOWN
            raise TryAgain("The SMS provider could not be asked.") from refusal
        except (requests.RequestException, TwilioException) as broken:
            raise TryAgain("The SMS provider could not be asked.") from broken
        said = {"MessageStatus": str(known.status), "MessageSid": provider_reference}
        if known.error_code:
            said["ErrorCode"] = str(known.error_code)
        return read_receipt(reference, said) or UNKNOWN

    def close(self) -> None:
        """Close the kept-open connection."""
        if self._http.session is not None:
            self._http.session.close()


def _plain(text: str) -> str:
    return " ".join(sms_text.clean_up(text).split())


def _refused(refusal: TwilioRestException) -> TryAgain | GiveUp:
    code = str(refusal.code) if refusal.code else None
    meaning = meaning_of(code, http_status=refusal.status)
    if meaning.for_good:
        return GiveUp(meaning.reason, code)
    # A gateway may answer for a server that took the message and then fell silent; 503 says it was not taken.
    in_doubt = refusal.status >= 500 and refusal.status != 503
    return TryAgain(meaning.reason, code or str(refusal.status), may_have_gone=in_doubt)
