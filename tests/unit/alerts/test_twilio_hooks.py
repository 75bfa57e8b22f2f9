"""What Twilio says, believed only with its signature, and put in our words."""

import hashlib

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from alerts.channels.twilio_codes import CODES, meaning_of
from alerts.channels.twilio_hooks import STATES, TwilioHooks, read_inbound, read_receipt
from alerts.messages import ReceiptState

TOKEN = "not-a-secret"
PUBLIC_URL = "https://ldis.example.org"
PATH = "/hooks/twilio/status?delivery=d-1"
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered"}

hooks = TwilioHooks(TOKEN, PUBLIC_URL)


def signature(url: str = PUBLIC_URL + PATH, form=FORM, token: str = TOKEN) -> str:
    return RequestValidator(token).compute_signature(url, form)


def test_what_twilio_signed_is_genuine() -> None:
    assert hooks.is_genuine(PATH, FORM, signature())


@pytest.mark.parametrize(
    ("path", "form", "signed"),
    [
        (PATH, FORM, None),
        (PATH, FORM, ""),
        (PATH, FORM, "nonsense"),
        (PATH, FORM, signature(token="another")),
        (PATH, FORM | {"MessageStatus": "failed"}, signature()),
        ("/hooks/twilio/status?delivery=d-2", FORM, signature()),
        (PATH, FORM, signature(url="https://elsewhere.example.org" + PATH)),
    ],
)
def test_anything_else_is_not(path: str, form: dict[str, str], signed: str | None) -> None:
    assert not hooks.is_genuine(path, form, signed)


def test_the_port_may_be_written_or_not() -> None:
    assert hooks.is_genuine(PATH, FORM, signature(url="https://ldis.example.org:443" + PATH))


JSON_BODY = '{"MessageStatus": "delivered"}'
TWICE = MultiDict([("Media", "one"), ("Media", "two"), ("MessageSid", "SM1")])
WITH_HASH = f"{PATH}&bodySHA256={hashlib.sha256(JSON_BODY.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("public_url", "path", "body", "signed"),
    [
        (f"{PUBLIC_URL}:443", PATH, FORM, signature(url=PUBLIC_URL + PATH)),
        (PUBLIC_URL, PATH, FORM, signature(url=f"{PUBLIC_URL}:443{PATH}")),
        ("http://ldis.example.org", PATH, FORM, signature(url="http://ldis.example.org" + PATH)),
        (PUBLIC_URL, PATH, TWICE, signature(form=TWICE)),
        (PUBLIC_URL, WITH_HASH, JSON_BODY, signature(url=PUBLIC_URL + WITH_HASH, form={})),
    ],
    ids=["port in ours", "port in theirs", "http", "a parameter twice", "JSON by its hash"],
)
def test_what_twilio_signed_is_genuine_however_it_was_put(public_url, path, body, signed) -> None:
    assert TwilioHooks(TOKEN, public_url).is_genuine(path, body, signed)


@pytest.mark.parametrize(
    ("path", "body", "signed"),
    [
        (PATH, FORM, signature(url=f"{PUBLIC_URL}:8443{PATH}")),
        (PATH, FORM, signature(url=f"http://ldis.example.org{PATH}")),
        (PATH, MultiDict([("Media", "one"), ("MessageSid", "SM1")]), signature(form=TWICE)),
        (WITH_HASH, JSON_BODY + " ", signature(url=PUBLIC_URL + WITH_HASH, form={})),
        (WITH_HASH, JSON_BODY, signature(url=PUBLIC_URL + WITH_HASH, form={}, token="another")),
    ],
    ids=["another port", "http for https", "one of two missing", "JSON changed", "wrong key"],
)
def test_what_was_signed_otherwise_is_not(path, body, signed) -> None:
    assert not hooks.is_genuine(path, body, signed)


@pytest.mark.parametrize(("word", "state"), sorted(STATES.items()))
def test_each_of_twilios_words_has_one_of_ours(word: str, state: ReceiptState) -> None:
    receipt = read_receipt("d-1", {"MessageSid": "SM1", "MessageStatus": word})
    assert receipt is not None
    assert (receipt.reference, receipt.provider_reference, receipt.state) == ("d-1", "SM1", state)


@pytest.mark.parametrize("word", ["failed", "undelivered"])
@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("30003", ReceiptState.TEMPORARY_FAILURE),
        ("30008", ReceiptState.TEMPORARY_FAILURE),
        ("30005", ReceiptState.PERMANENT_FAILURE),
        ("30036", ReceiptState.PERMANENT_FAILURE),
        ("21610", ReceiptState.PERMANENT_FAILURE),
    ],
)
def test_a_failure_is_for_now_or_for_good_by_its_code(word: str, code: str, state: ReceiptState) -> None:
    receipt = read_receipt("d-1", {"MessageSid": "SM1", "MessageStatus": word, "ErrorCode": code})
    assert receipt is not None
    assert (receipt.state, receipt.code, receipt.reason) == (state, code, CODES[code].reason)


def test_a_word_nobody_has_heard_of_says_nothing() -> None:
    assert read_receipt("d-1", {"MessageStatus": "teleported"}) is None


@pytest.mark.parametrize(
    ("status", "for_good"), [(400, True), (404, True), (401, False), (429, False), (500, False)]
)
def test_an_unknown_code_is_judged_by_its_status(status: int, for_good: bool) -> None:
    assert meaning_of("99999", http_status=status).for_good is for_good
    assert meaning_of(None, http_status=status).for_good is for_good


def test_a_text_to_us_is_read() -> None:
    text = read_inbound({"MessageSid": "SM2", "From": "+447700900001", "To": "+447700900002", "Body": "OK"})
    assert (text.from_address, text.body) == ("+447700900001", "OK")
