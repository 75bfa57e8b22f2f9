"""Where providers report. Anybody can post here, so nothing is believed before its signature or token is checked."""

from flask import Response, current_app, request
from twilio.twiml.messaging_response import MessagingResponse

from alerts.channels.notify_hooks import NOTIFY_PATH, is_notify, read_notify_receipt
from alerts.channels.twilio_hooks import (
    INBOUND_PATH,
    SIGNATURE_HEADER,
    STATUS_PATH,
    TwilioHooks,
    read_inbound,
    read_receipt,
)
from ldis.db import utc_now
from ldis.deliveries import service
from ldis.errors import NotAllowed
from ldis.people.access import EVERYONE, open_to
from ldis.reach import replies
from ldis.substances.access import known_names
from ldis.web import Blueprint, commits, session

hooks = Blueprint("hooks", __name__)

KEPT = ("MessageSid", "ErrorCode", "RawDlrDoneDate")  # the rest are numbers of people, or ours
KEPT_OF_NOTIFY = ("id", "completed_at", "notification_type")  # the rest are people's addresses, or ours


@hooks.post(STATUS_PATH)
@open_to(EVERYONE)
@commits
def twilio_status() -> Response:
    """How far a text message has got. What is not ours, or in words unknown to us, is thanked for and left."""
    _check_twilio_signed()
    receipt = read_receipt(request.args.get("delivery", ""), request.form)
    if receipt is not None:
        service.record_receipt(
            session,
            receipt,
            provider="twilio",
            status=request.form["MessageStatus"],
            detail={name: request.form[name] for name in KEPT if name in request.form},
            now=utc_now(),
        )
    return Response(status=200)


@hooks.post(INBOUND_PATH)
@open_to(EVERYONE)
@commits
def twilio_inbound() -> Response:
    """A text message that somebody sent to our number; the answer goes back with the provider's own reply."""
    _check_twilio_signed()
    said = replies.answer(
        session,
        read_inbound(request.form),
        names_of=known_names,
        public_url=current_app.config["PUBLIC_URL"],
        now=utc_now(),
    )
    reply = MessagingResponse()
    if said:
        reply.message(said)
    return Response(str(reply), mimetype="application/xml")


@hooks.post(NOTIFY_PATH)
@open_to(EVERYONE)
@commits
def notify_status() -> Response:
    """How far a message through Notify has got. What is not ours, or means nothing to us, is thanked for and left."""
    account = current_app.config["NOTIFY"]
    if account is None or not is_notify(account.callback_token, request.headers.get("Authorization")):
        raise NotAllowed("The token is not the one agreed with the provider.")
    said = request.get_json(silent=True)
    news = said if isinstance(said, dict) else {}
    receipt = read_notify_receipt(news)
    if receipt is not None:
        service.record_receipt(
            session,
            receipt,
            provider="notify",
            status=news["status"],
            detail={name: str(news[name]) for name in KEPT_OF_NOTIFY if news.get(name)},
            now=utc_now(),
        )
    return Response(status=200)


def _check_twilio_signed() -> None:
    account = current_app.config["TWILIO"]
    address = request.full_path if request.query_string else request.path
    if account is None or not TwilioHooks(account.auth_token, current_app.config["PUBLIC_URL"]).is_genuine(
        address, request.form, request.headers.get(SIGNATURE_HEADER)
    ):
        raise NotAllowed("The signature is not the provider's.")
