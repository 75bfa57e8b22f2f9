"""Nothing is asked or told of a computer that is not on the open internet."""

import pytest

from alerts.addresses import why_not

HOOK = "https://alerts.example.org/hook"


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_nothing_is_sent_into_a_private_network(number: str) -> None:
    assert why_not(HOOK, [number]) == "That address is not on the open internet."
    assert why_not(HOOK, ["8.8.8.8", number]) == "That address is not on the open internet."


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://alerts.example.org/hook", ["8.8.8.8"]),
        ("ftp://alerts.example.org/hook", ["8.8.8.8"]),
        ("https://me:secret@alerts.example.org/", ["8.8.8.8"]),
        ("https:///hook", ["8.8.8.8"]),
        ("https://alerts.example.org:99999/", ["8.8.8.8"]),
        ("https://[::1/", ["8.8.8.8"]),
        (HOOK, []),
        (HOOK, ["not a number"]),
    ],
)
def test_an_address_that_is_not_whole_or_not_safe_is_refused(address: str, found: list[str]) -> None:
    assert why_not(address, found)


def test_the_open_internet_may_be_written_to() -> None:
    assert why_not(HOOK, ["8.8.8.8", "2606:4700:4700::1111"]) == ""


def test_in_a_demonstration_this_machine_alone_may_be_asked_without_encryption() -> None:
    assert why_not("http://localhost:8080/", ["127.0.0.1", "::1"], local_allowed=True) == ""
    assert why_not("http://alerts.example.org/", ["8.8.8.8"], local_allowed=True)
    assert why_not("https://inside.example.org/", ["10.0.0.1"], local_allowed=True)
