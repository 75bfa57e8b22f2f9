"""Where providers report. Anybody can post here, so nothing is believed before its signature is checked."""

from flask import Response, current_app, request

from alerts.channels.twilio_hooks import SIGNATURE_HEADER, STATUS_PATH, TwilioHooks, read_receipt
from ldis.db import utc_now
from ldis.deliveries import service
from ldis.errors import NotAllowed
from ldis.people.access import EVERYONE, open_to
from ldis.web import Blueprint, commits, session

hooks = Blueprint("hooks", __name__)

KEPT = ("MessageSid", "ErrorCode", "RawDlrDoneDate")  # the rest are numbers of people, or ours


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


def _check_twilio_signed() -> None:
    account = current_app.config["TWILIO"]
    address = request.full_path if request.query_string else request.path
    if account is None or not TwilioHooks(account.auth_token, current_app.config["PUBLIC_URL"]).is_genuine(
        address, request.form, request.headers.get(SIGNATURE_HEADER)
    ):
        raise NotAllowed("The signature is not the provider's.")
