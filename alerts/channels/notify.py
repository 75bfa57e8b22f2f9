"""Text messages and e-mails through GOV.UK Notify, with Notify's own client.

Notify sends only templates. One template for each medium holds nothing but a place for our words: ((body)), and in
the e-mail's subject line ((subject)). It makes its own HTML and encloses nothing, so an e-mail goes as its text.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests
from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from alerts.channels.broken import broken_off
from alerts.channels.notify_codes import meaning_of
from alerts.channels.notify_hooks import read_notify_receipt
from alerts.channels.protocol import UNKNOWN, GiveUp, Sent, TryAgain, Unknown
from alerts.messages import Medium, Message, Receipt

NOTIFY_URL = "https://api.notifications.service.gov.uk"
SECRET_LENGTH, ID_LENGTH = 36, 36  # an API key is a name, the service's id and a secret, with hyphens between


@dataclass(frozen=True)
class NotifyAccount:
    """One service at Notify and its template for one medium. `base_url` is only for a local server."""

    api_key: str = field(repr=False)
    template_id: str
    base_url: str | None = None
    timeout_seconds: float = 5.0


class Notify:
    """A channel through Notify for one medium. Make one for each thread that sends."""

    def __init__(self, medium: Medium, account: NotifyAccount) -> None:
        self.medium = medium
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            account.api_key, base_url=account.base_url or NOTIFY_URL, timeout=account.timeout_seconds
        )
        self.account = f"notify:{self._client.service_id}"
        self._template = account.template_id

    def send(self, message: Message) -> Sent:
        """Hand the message to Notify, which keeps our reference and reports under it."""
        try:
            taken = self._hand_over(message)
        except HTTPError as refusal:
            raise _refused(refusal) from refusal
        except InvalidResponse as garbled:
            raise TryAgain("The provider's answer could not be read.", may_have_gone=True) from garbled
        return Sent(provider_reference=taken["id"])

    def find(self, message: Message) -> Sent | None:
        """Look for our reference among what Notify was given."""
        try:
            known = self._client.get_all_notifications(reference=message.reference)
        except (HTTPError, InvalidResponse) as broken:
            raise TryAgain("The provider could not be asked.") from broken
        for notification in known["notifications"]:
            if notification["reference"] == message.reference:
                return Sent(provider_reference=notification["id"])
        return None

    def ask(self, reference: str, provider_reference: str) -> Receipt | Unknown:
        """Notify's own record of the message, read as its callbacks are."""
        try:
            known = self._client.get_notification_by_id(provider_reference)
        except HTTPError as refusal:
            if refusal.status_code == HTTPStatus.NOT_FOUND:
                return UNKNOWN
            raise TryAgain("The provider could not be asked.") from refusal
        except InvalidResponse as broken:
            raise TryAgain("The provider could not be asked.") from broken
        return read_notify_receipt(known | {"reference": reference}) or UNKNOWN

    def close(self) -> None:
        """Close the kept-open connection."""
        self._client.request_session.close()

    def _hand_over(self, message: Message) -> Any:
        words, reference = message.words, message.reference
        if self.medium is Medium.SMS:
            return self._client.send_sms_notification(
                message.address, self._template, personalisation={"body": words.text}, reference=reference
            )
        if not words.subject:
            raise GiveUp("An e-mail needs a subject.")
        return self._client.send_email_notification(
            message.address,
            self._template,
            personalisation={"subject": words.subject, "body": words.text},
            reference=reference,
            one_click_unsubscribe_url=_unsubscribe_url(message),
        )


def _unsubscribe_url(message: Message) -> str | None:
    """The address for one click (RFC 8058), which Notify puts into the header itself."""
    given = dict(message.headers).get("List-Unsubscribe", "")
    return next((part.strip(" <>") for part in given.split(",") if part.strip(" <").startswith("https://")), None)


def _refused(refusal: HTTPError) -> TryAgain | GiveUp:
    if refusal.response is None:
        cause = refusal.__cause__
        return broken_off(cause if isinstance(cause, requests.RequestException) else refusal, "The provider")
    status = refusal.status_code
    error, sentence = _first_error(refusal.message)
    meaning = meaning_of(error, sentence, http_status=status)
    if meaning.for_good:
        return GiveUp(meaning.reason, error or str(status))
    # A gateway may answer for a server that took the message and then fell silent; 503 says it was not taken.
    return TryAgain(meaning.reason, error or str(status), may_have_gone=status >= 500 and status != 503)


def _first_error(said: object) -> tuple[str | None, str]:
    if isinstance(said, list) and said and isinstance(said[0], dict):
        return str(said[0].get("error", "")) or None, str(said[0].get("message", ""))
    return None, ""
