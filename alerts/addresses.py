"""Which addresses that somebody entered may be asked or told anything: those on the open internet. Pure."""

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

CARRIES_ANOTHER = ip_network("64:ff9b::/96")
"""Addresses of IPv6 whose last part is an address of IPv4 (RFC 6052)."""


def why_not(address: str, found: Collection[str], *, local_allowed: bool = False) -> str:
    """Why nothing may be sent to or fetched from an address whose name led to these numbers; empty if it may.

    One number that is not on the open internet is enough. `local_allowed` is for demonstrations and tests: this
    machine may then be asked, without encryption too.
    """
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.port != 0
        numbers = [_carried(ip_address(one)) for one in found]
    except ValueError:
        whole, numbers = False, []
    if not whole:
        return "Enter a whole address, such as https://alerts.example.org/hook."
    if parts.username is not None or parts.password is not None:
        return "Leave the name and the password out of the address."
    if not numbers:
        return "There is no computer of that name."
    if local_allowed and all(one.is_loopback for one in numbers) and parts.scheme in ("http", "https"):
        return ""
    return _not_open(parts.scheme, numbers)


def _not_open(scheme: str, numbers: Sequence[IPv4Address | IPv6Address]) -> str:
    if scheme != "https":
        return "The address must start with https://."
    if not all(one.is_global and not one.is_multicast for one in numbers):
        return "That address is not on the open internet."
    return ""


def _carried(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of IPv4 that one of IPv6 stands for, where it stands for one."""
    if isinstance(number, IPv4Address):
        return number
    if number in CARRIES_ANOTHER:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number
