"""What neighbours publish is read with suspicion, and means the same in whatever order it comes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.incoming import LARGEST, Feed, Key, Received, Standing, Unreadable, followed, read, standings

CAP = 'xmlns="urn:oasis:names:tc:emergency:cap:1.2"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
SENT = "2026-11-01T09:00:00+01:00"
FIRST = Key("vale.example.org", "A1", datetime(2026, 11, 1, 8, tzinfo=UTC))


def document(kind: str = "Alert", *, space: str = CAP, sent: str = SENT, more: str = "") -> bytes:
    return (
        f"<alert {space}><identifier>A1</identifier><sender>vale.example.org</sender><sent>{sent}</sent>"
        f"<status>Actual</status><msgType>{kind}</msgType>{more}<info><headline>&lt;b&gt;Blue pills</headline>"
        "<area><areaDesc>Valeham</areaDesc></area></info></alert>"
    ).encode()


def test_an_alert_is_read() -> None:
    read_back = read(document())
    assert isinstance(read_back, Received)
    assert (read_back.key, read_back.headline, read_back.areas) == (FIRST, "<b>Blue pills", ("Valeham",))


def test_a_feed_is_read_with_an_alert_inside_or_beside_or_with_words_alone() -> None:
    entry = "<entry><id>{}</id><updated>2026-11-01T09:00:00Z</updated><title>T</title>{}</entry>"
    beside = '<link type="application/cap+xml" href="https://vale.example.org/1.xml"/>'
    inside = f"<content type='application/cap+xml'>{document().decode()}</content>"
    parts = [entry.format(number, words) for number, words in enumerate((beside, inside, ""))]
    feed = read(f"<feed {ATOM}>{''.join(parts)}</feed>".encode())
    assert isinstance(feed, Feed)
    entries = feed.entries
    assert feed.unreadable == 0
    assert [one.cap_address for one in entries] == ["https://vale.example.org/1.xml", "", ""]
    assert [one.inside and one.inside.key for one in entries] == [None, FIRST, None]


def test_an_entry_that_cannot_be_read_does_not_hide_the_others() -> None:
    good = "<entry><id>1</id><updated>2026-11-01T09:00:00Z</updated><title>T</title></entry>"
    feed = read(f"<feed {ATOM}><entry><title>No id</title></entry>{good}</feed>".encode())
    assert isinstance(feed, Feed)
    assert ([one.identifier for one in feed.entries], feed.unreadable) == (["1"], 1)


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"rubbish",
        b"\xff\xfe\x00",
        b"<alert>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        LAUGHS,
        OUTSIDE,
        document() + b" " * LARGEST,
        document(space='xmlns="urn:oasis:names:tc:emergency:cap:1.1"'),
        document(space=""),
        document("Ack"),
        document("Update"),
        document("Cancel", more="<references>A1</references>"),
        document(sent="yesterday"),
        document(sent="2026-11-01T09:00:00"),
        document(sent="0001-01-01T00:00:00+23:00"),
        f"<feed {ATOM}>{'<entry/>' * 501}</feed>".encode(),
    ],
)
def test_what_cannot_be_read_safely_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_rubbish_never_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


def said(number: int, kind: str, *earlier: Received, sender: str = "vale", real: bool = True) -> Received:
    key = Key(sender, f"A{number}", datetime(2026, 11, number, tzinfo=UTC))
    return Received(key=key, kind=kind, is_real=real, references=tuple(one.key for one in earlier))


ALERT = said(1, "Alert")
UPDATE = said(2, "Update", ALERT)
CANCEL = said(3, "Cancel", UPDATE)
OTHER = said(4, "Alert")
LAST = said(5, "Cancel", OTHER)
EVERY = [ALERT, UPDATE, CANCEL, OTHER, LAST]


def test_an_update_replaces_and_a_cancellation_ends() -> None:
    assert list(standings(EVERY).values()) == [
        Standing.REPLACED,
        Standing.CANCELLED,
        Standing.NOTICE,
        Standing.CANCELLED,
        Standing.NOTICE,
    ]
    assert standings([ALERT]) == {ALERT.key: Standing.IN_FORCE}


@given(st.permutations(EVERY), st.lists(st.sampled_from(EVERY), max_size=6))
@settings(max_examples=50)
def test_order_and_repetition_change_nothing(order: list[Received], again: list[Received]) -> None:
    assert standings([*again, *order, *again]) == standings(EVERY)


@pytest.mark.parametrize(
    "later", [said(2, "Cancel", ALERT, sender="somebody else"), said(2, "Cancel", ALERT, real=False)]
)
def test_neither_somebody_else_nor_an_exercise_ends_an_alert(later: Received) -> None:
    assert standings([later, ALERT])[ALERT.key] is Standing.IN_FORCE


def test_what_a_document_follows_is_found_through_others_and_round_no_circle() -> None:
    assert followed(EVERY, CANCEL.key) == {ALERT.key, UPDATE.key}
    first, second = said(1, "Update", said(2, "Update")), said(2, "Update", said(1, "Update"))
    assert followed([first, second], first.key) == {first.key, second.key}
