"""Public alerts as an Atom feed (RFC 4287). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One alert in the feed. `updated_at` is when it was issued or, if that is over, when it ended."""

    address: str
    title: str
    summary: str
    author: str
    categories: tuple[str, ...]
    published_at: datetime
    updated_at: datetime
    cap_address: str


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What the feed says of itself. `since` is when it was last changed where it has no entry."""

    address: str
    page: str
    title: str
    author: str
    since: datetime
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime:
        """When anything in it changed last."""
        return max((entry.updated_at for entry in self.entries), default=self.since)


def written(feed: Feed, *, cap_type: str) -> bytes:
    """The feed in XML; each alert with a link to its CAP document."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(_tag("feed"))
    _texts(root, id=feed.address, title=feed.title, updated=_moment(feed.updated_at))
    _texts(ElementTree.SubElement(root, _tag("author")), name=feed.author)
    _link(root, feed.address, rel="self", type=MEDIA_TYPE)
    _link(root, feed.page, rel="alternate", type="text/html")
    for entry in feed.entries:
        one = ElementTree.SubElement(root, _tag("entry"))
        _texts(
            one,
            id=entry.address,
            title=entry.title,
            summary=entry.summary,
            published=_moment(entry.published_at),
            updated=_moment(entry.updated_at),
        )
        _texts(ElementTree.SubElement(one, _tag("author")), name=entry.author)
        for term in entry.categories:
            ElementTree.SubElement(one, _tag("category"), term=term)
        _link(one, entry.address, rel="alternate", type="text/html")
        _link(one, entry.cap_address, rel="related", type=cap_type)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, _tag(name)).text = text


def _link(parent: ElementTree.Element, address: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, _tag("link"), {**attributes, "href": address})


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
