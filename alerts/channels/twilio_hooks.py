"""What Twilio tells us of its own accord: receipts for what we sent, and texts that people send to us.

Anybody can post to a public address, so nothing is believed before its signature has been checked.
"""

from collections.abc import Mapping
from typing import Any

from twilio.request_validator import RequestValidator

from alerts.channels.twilio_codes import meaning_of
from alerts.messages import InboundText, Receipt, ReceiptState

STATUS_PATH = "/hooks/twilio/status"
INBOUND_PATH = "/hooks/twilio/inbound"
SIGNATURE_HEADER = "X-Twilio-Signature"

# Twilio's words for how far a message has got, and ours.
STATES = {
    "accepted": ReceiptState.QUEUED,
    "scheduled": ReceiptState.QUEUED,
    "queued": ReceiptState.QUEUED,
    "sending": ReceiptState.QUEUED,
    "sent": ReceiptState.SENT,
    "partially_delivered": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.DELIVERED,
    "canceled": ReceiptState.PERMANENT_FAILURE,
}
FAILED_WORDS = frozenset({"failed", "undelivered"})  # for good or for now: the error code decides


class TwilioHooks:
    """Tells what is really from Twilio.

    The signature covers the address that Twilio was given, so it is checked against the configured public
    address and never against what the request says its own host is.
    """

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._public_url = public_url.rstrip("/")

    def is_genuine(self, path: str, body: Mapping[str, Any] | str, signature: str | None) -> bool:
        """Whether Twilio signed a request to `path` (query string included) with this form or JSON body."""
        if not signature:
            return False
        return bool(self._validator.validate(self._public_url + path, body, signature))


def read_receipt(reference: str, form: Mapping[str, str]) -> Receipt | None:
    """What a status callback says about our message `reference`; None for a status nobody has heard of."""
    word = form.get("MessageStatus", "").lower()
    code = form.get("ErrorCode") or None
    provider_reference = form.get("MessageSid", "")
    if word in FAILED_WORDS:
        meaning = meaning_of(code, http_status=400)
        state = ReceiptState.PERMANENT_FAILURE if meaning.for_good else ReceiptState.TEMPORARY_FAILURE
        return Receipt(reference, provider_reference, state, code, meaning.reason)
    if word not in STATES:
        return None
    return Receipt(reference, provider_reference, STATES[word], code)


def read_inbound(form: Mapping[str, str]) -> InboundText:
    """A text message that somebody sent to our number."""
    return InboundText(
        provider_reference=form.get("MessageSid", ""),
        from_address=form.get("From", ""),
        to_address=form.get("To", ""),
        body=form.get("Body", ""),
    )
