"""An alert as a document of the Common Alerting Protocol 1.2 (OASIS, 2010). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from alerts.messages import AlertContent, Kind, Level

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"

MESSAGE_TYPE = {Kind.ALERT: "Alert", Kind.UPDATE: "Update", Kind.CORRECTION: "Update", Kind.STAND_DOWN: "Cancel"}
HOW_BAD = {
    Level.RED: ("Immediate", "Extreme"),
    Level.WARNING: ("Expected", "Severe"),
    Level.INFORMATION: ("Unknown", "Minor"),
}
"""Urgency and severity of each level."""


@dataclass(frozen=True)
class Issue:
    """That an alert was issued: how other documents refer to it."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        """As CAP writes a reference."""
        return f"{self.sender},{self.identifier},{moment(self.sent)}"


@dataclass(frozen=True, kw_only=True)
class Document:
    """What one document says. `earlier` are all alerts of its chain before it; `is_exercise` marks a drill."""

    issue: Issue
    content: AlertContent
    level: Level
    earlier: tuple[Issue, ...]
    expires_at: datetime | None
    web: str
    is_exercise: bool = False


def sender_of(slug: str, *, public_url: str) -> str:
    """What a partnership calls itself as a sender."""
    return f"{urlsplit(public_url).netloc}/{slug}"


def written(document: Document) -> bytes:
    """The document in XML."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(_tag("alert"))
    for name, text in _head(document):
        _add(root, name, text)
    info = ElementTree.SubElement(root, _tag("info"))
    for name, text in _info(document):
        _add(info, name, text)
    for area in document.content.areas:
        _add(ElementTree.SubElement(info, _tag("area")), "areaDesc", area)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _head(document: Document) -> Iterator[tuple[str, str]]:
    kind = document.content.kind
    yield "identifier", document.issue.identifier
    yield "sender", document.issue.sender
    yield "sent", moment(document.issue.sent)
    yield "status", "Exercise" if document.is_exercise else "Actual"
    yield "msgType", MESSAGE_TYPE[kind]
    yield "scope", "Public"
    if kind is not Kind.ALERT:
        yield "note", f"{kind.label}. {document.content.change}"
        yield "references", " ".join(str(issue) for issue in document.earlier)


def _info(document: Document) -> Iterator[tuple[str, str]]:
    content = document.content
    urgency, severity = HOW_BAD[document.level]
    cancelled = content.kind is Kind.STAND_DOWN
    yield "language", "en-GB"
    yield "category", "Health"
    yield "event", "Drug alert"
    yield "responseType", "None" if cancelled else "Avoid"
    yield "urgency", "Past" if cancelled else urgency
    yield "severity", severity
    yield "certainty", "Unknown" if cancelled else "Likely"
    if document.expires_at is not None and not cancelled:
        yield "expires", moment(document.expires_at)
    yield "senderName", content.publisher
    yield "headline", f"{content.opening}: {content.headline}" if content.opening else content.headline
    yield "description", _described(content)
    if not cancelled:
        yield "instruction", " ".join((content.act_now, *content.what_to_do))
    yield "web", document.web
    yield "contact", content.how_to_report


def _described(content: AlertContent) -> str:
    if content.kind is Kind.STAND_DOWN:
        return content.change
    lines = [content.change, content.substance, content.found, content.source]
    lines += [f"Signs of danger: {', '.join(content.signs)}", f"At risk: {content.who_is_at_risk}"]
    return "\n".join(line for line in lines if line)


def moment(at: datetime) -> str:
    """A time as CAP wants it: to the second, with its offset in figures, never Z."""
    text = at.isoformat(timespec="seconds")
    return text.replace("+00:00", "-00:00") if text.endswith("+00:00") else text


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _tag(name)).text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
