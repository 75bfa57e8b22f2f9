"""Signatures that any receiver can check, and pauses between tries."""

from datetime import UTC, datetime, timedelta

from alerts.webhooks import headers, new_secret, next_try

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)


def test_the_signature_is_the_one_worked_out_by_hand() -> None:
    """By hand: printf of id.stamp.body into openssl dgst -sha256 -mac HMAC with the key in hex, then base64."""
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at=AT, keys=[KEY])
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_changed_both_sign() -> None:
    old, new = new_secret(), new_secret()
    both = headers("msg_1", b"{}", at=AT, keys=[new, old])["webhook-signature"].split(" ")
    each = [headers("msg_1", b"{}", at=AT, keys=[key])["webhook-signature"] for key in (new, old)]
    assert both == each
    assert both[0] != both[1]


def test_pauses_grow_as_the_policy_says_and_stay_at_the_last() -> None:
    pauses = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=2)]
    assert [next_try(tries, pauses=pauses) for tries in (1, 2, 3, 4, 40)] == [*pauses, pauses[2], pauses[2]]
