"""E-mails as bytes: what a mail reader takes out is what was put in."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.mime import message_id, render
from alerts.channels.protocol import GiveUp
from alerts.messages import Medium, Message, Words

SENDER = "Harbour Drug Information <alerts@ldis.example.org>"


def a_message(
    text: str = "Hello", *, subject: str | None = "Subject", html: str | None = None,
    address: str = "front-desk@example.org", headers: tuple[tuple[str, str], ...] = (),
) -> Message:  # fmt: skip
    return Message(Medium.EMAIL, address, Words(text=text, subject=subject, html=html), "d-1", headers)


def read(rendered: bytes):
    return message_from_bytes(rendered, policy=policy.default)


def test_headers_are_those_a_mail_reader_needs() -> None:
    letter = read(render(a_message(subject="Rhybudd: tŷ gwag"), SENDER))
    assert letter["From"] == SENDER
    assert letter["To"] == "front-desk@example.org"
    assert letter["Subject"] == "Rhybudd: tŷ gwag"
    assert letter["Message-ID"] == "<d-1@ldis.example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.defects == []


def test_the_message_id_is_the_same_at_every_attempt() -> None:
    message = a_message()
    assert read(render(message, SENDER))["Message-ID"] == read(render(message, SENDER))["Message-ID"]
    assert message_id(message, SENDER) == "<d-1@ldis.example.org>"


def test_one_click_unsubscribe_headers_are_carried() -> None:
    headers = (
        ("List-Unsubscribe", "<https://ldis.example.org/unsubscribe/t>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    letter = read(render(a_message(headers=headers), SENDER))
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"] == "<https://ldis.example.org/unsubscribe/t>"


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n\t"), max_size=500
)


@given(words, words)
def test_text_and_html_arrive_as_they_were_written(text: str, html: str) -> None:
    letter = read(render(a_message(text, html=html), SENDER))
    for kind, written in (("plain", text), ("html", html)):
        part = letter.get_body((kind,))
        assert part is not None
        # every part ends in a line break, whether or not the words did
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == written.rstrip("\n")


@given(words)
def test_the_bytes_are_what_smtp_carries(text: str) -> None:
    rendered = render(a_message(text), SENDER)
    assert rendered.isascii()
    assert b"\n" not in rendered.replace(b"\r\n", b"")
    assert b"\r" not in rendered.replace(b"\r\n", b"")
    assert max(map(len, rendered.split(b"\r\n"))) <= 998
    assert rendered.endswith(b"\r\n")


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@example.org\r\nBcc: b@example.org", "a b@example.org", "tŷ@example.org", "", "a@example.org> x"],
)
def test_an_address_that_no_server_accepts_is_given_up(address: str) -> None:
    with pytest.raises(GiveUp):
        render(a_message(address=address), SENDER)


def test_a_header_cannot_bring_another_with_it() -> None:
    with pytest.raises(GiveUp):
        render(a_message(headers=(("List-Unsubscribe", "<x>\r\nBcc: b@example.org"),)), SENDER)


def test_a_subject_cannot_bring_a_header_with_it() -> None:
    letter = read(render(a_message(subject="One\r\nBcc: b@example.org"), SENDER))
    assert letter["Bcc"] is None
    assert letter["Subject"] == "One Bcc: b@example.org"


def test_an_email_without_a_subject_is_given_up() -> None:
    with pytest.raises(GiveUp):
        render(a_message(subject=None), SENDER)
