"""Read what other services publish, in CAP 1.2 or Atom, trusting none of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from alerts import cap, feeds

LARGEST = 1024 * 1024
MOST_ENTRIES = 500
LONGEST = 10_000


class Unreadable(Exception):
    """What came is no alert or feed that can be read; the message says why."""


class Standing(StrEnum):
    """What has become of somebody else's alert."""

    IN_FORCE = "in force"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    NOTICE = "notice of cancellation"


@dataclass(frozen=True)
class Key:
    """What one document of CAP is known by."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, kw_only=True)
class Received:
    """One document of CAP as it came. `is_real` is false for exercises, tests and drafts."""

    key: Key
    kind: str
    is_real: bool
    references: tuple[Key, ...] = ()
    headline: str = ""
    description: str = ""
    instruction: str = ""
    areas: tuple[str, ...] = ()
    web: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of an Atom feed: with its alert inside, with the address of one, or with words alone."""

    identifier: str
    updated_at: datetime
    title: str
    summary: str
    web: str
    cap_address: str
    inside: Received | None


@dataclass(frozen=True)
class Feed:
    """What a feed holds, as far as it can be read; `unreadable` counts the entries that could not be."""

    entries: tuple[Entry, ...]
    unreadable: int


def read(body: bytes) -> Received | Feed:
    """An alert, or a feed. One entry that cannot be read does not hide the others. Raises Unreadable."""
    if len(body) > LARGEST:
        raise Unreadable("It is too long.")
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("It is not XML that can be read safely.") from error
    if root.tag == _cap("alert"):
        return _received(root)
    if root.tag == _atom("feed"):
        entries = root.findall(_atom("entry"))
        if len(entries) > MOST_ENTRIES:
            raise Unreadable("It has too many entries.")
        return _feed(entries)
    raise Unreadable("It is neither an alert in CAP 1.2 nor an Atom feed.")


def followed(documents: Iterable[Received], later: Key) -> frozenset[Key]:
    """Every document that one follows, straight or through others, whether it has come or not."""
    references = {one.key: one.references for one in documents}
    found: set[Key] = set()
    ahead = list(references.get(later, ()))
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += references.get(one, ())
    return frozenset(found)


def standings(documents: Iterable[Received]) -> Mapping[Key, Standing]:
    """What has become of each document, whatever the order they came in and however often.

    Only who sent an alert can replace or cancel it, and nothing that is not real touches what is.
    """
    known = {one.key: one for one in documents}
    became = {key: Standing.NOTICE if one.kind == "Cancel" else Standing.IN_FORCE for key, one in known.items()}
    for kind, standing in (("Update", Standing.REPLACED), ("Cancel", Standing.CANCELLED)):
        for one in known.values():
            for earlier in one.references if one.kind == kind else ():
                if earlier in known and _may_change(one, known[earlier]):
                    became[earlier] = standing
    return became


def _may_change(later: Received, earlier: Received) -> bool:
    same = later.key.sender == earlier.key.sender and later.is_real == earlier.is_real
    return same and later.key.sent >= earlier.key.sent and earlier.kind != "Cancel" and later.key != earlier.key


def _feed(elements: Iterable[Element]) -> Feed:
    entries, unreadable = [], 0
    for one in elements:
        try:
            entries.append(_entry(one))
        except Unreadable:
            unreadable += 1
    return Feed(tuple(entries), unreadable)


def _received(root: Element) -> Received:
    kind = _text(root, _cap("msgType"))
    if kind not in ("Alert", "Update", "Cancel"):
        raise Unreadable("It is neither an alert nor an update nor a cancellation.")
    references = tuple(_references(_text(root, _cap("references"))))
    if kind != "Alert" and not references:
        raise Unreadable("It does not say which alert it follows.")
    info = root.find(_cap("info"))
    described = Element("none") if info is None else info
    return Received(
        key=Key(
            _needed(root, _cap("sender")), _needed(root, _cap("identifier")), _moment(_text(root, _cap("sent")))
        ),
        kind=kind,
        is_real=_text(root, _cap("status")) == "Actual",
        references=references,
        headline=_text(described, _cap("headline")) or _text(described, _cap("event")),
        description=_text(described, _cap("description")),
        instruction=_text(described, _cap("instruction")),
        areas=tuple(_text(area, _cap("areaDesc")) for area in described.findall(_cap("area"))[:50]),
        web=_text(described, _cap("web")),
        expires_at=_moment(expires) if (expires := _text(described, _cap("expires"))) else None,
    )


def _references(text: str) -> Iterator[Key]:
    for one in text.split():
        parts = one.split(",")
        if len(parts) != 3:
            raise Unreadable("It does not say clearly which alert it follows.")
        yield Key(parts[0], parts[1], _moment(parts[2]))


def _entry(one: Element) -> Entry:
    inside = one.find(f"{_atom('content')}/{_cap('alert')}")
    links = one.findall(_atom("link"))
    pages = [
        link for link in links if link.get("rel", "alternate") == "alternate" and link.get("type") == "text/html"
    ]
    return Entry(
        identifier=_needed(one, _atom("id")),
        updated_at=_moment(_text(one, _atom("updated"))),
        title=_text(one, _atom("title")),
        summary=_text(one, _atom("summary")),
        web=_address(pages),
        cap_address=_address(link for link in links if link.get("type") == cap.MEDIA_TYPE),
        inside=None if inside is None else _received(inside),
    )


def _address(links: Iterable[Element]) -> str:
    return next((link.get("href", "").strip() for link in links), "")[:LONGEST]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise Unreadable("It has a time without a zone.")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("It has a time that is none.") from error


def _needed(parent: Element, tag: str) -> str:
    text = _text(parent, tag)
    if not text:
        raise Unreadable(f"It has no {tag.rpartition('}')[2]}.")
    return text


def _text(parent: Element, tag: str) -> str:
    return (parent.findtext(tag) or "").strip()[:LONGEST]


def _cap(name: str) -> str:
    return f"{{{cap.NAMESPACE}}}{name}"


def _atom(name: str) -> str:
    return f"{{{feeds.NAMESPACE}}}{name}"
