"""The words of the trade: what an alert is made of, and what a message is once somebody is to receive it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """How urgent an alert is. Few alerts are red, or none will be believed."""

    INFORMATION = "information"
    WARNING = "warning"
    RED = "red"

    @property
    def label(self) -> str:
        """The word people read; colour never says it alone."""
        return _LEVEL_LABELS[self]


class Kind(StrEnum):
    """What an alert is to the one before it: nothing, or what takes its place, or the word that it is withdrawn."""

    ALERT = "alert"
    UPDATE = "update"
    CORRECTION = "correction"
    STAND_DOWN = "stand-down"

    @property
    def label(self) -> str:
        """The word people read."""
        return self.value.capitalize()


class Handling(StrEnum):
    """How far an alert may be passed on, from the narrowest to the widest."""

    PANEL_ONLY = "panel_only"
    PROFESSIONALS = "professionals"
    PEOPLE_WHO_USE_DRUGS = "people_who_use_drugs"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The line every e-mail carries."""
        return _HANDLING_LABELS[self]


class Readership(StrEnum):
    """For whom the words are written: it decides which words they begin with and how easy to read they must be."""

    PROFESSIONALS = "professionals"
    PEOPLE_WHO_USE_DRUGS = "people_who_use_drugs"
    SCHOOLS = "schools"

    @property
    def label(self) -> str:
        """The readers, as the page names them."""
        return _READERSHIP_LABELS[self]


class Medium(StrEnum):
    """How a message reaches somebody."""

    SMS = "sms"
    EMAIL = "email"

    @property
    def label(self) -> str:
        """The word people read."""
        return "Text message" if self is Medium.SMS else "Email"

    @property
    def address_word(self) -> str:
        """What people call an address of this kind."""
        return "mobile number" if self is Medium.SMS else "email address"


class ReceiptState(StrEnum):
    """What a provider can tell us about a message it took, in our own words."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary_failure"
    PERMANENT_FAILURE = "permanent_failure"


_LEVEL_LABELS = {Level.INFORMATION: "Information", Level.WARNING: "Warning", Level.RED: "Red alert"}

_READERSHIP_LABELS = {
    Readership.PROFESSIONALS: "Professionals",
    Readership.PEOPLE_WHO_USE_DRUGS: "People who use drugs",
    Readership.SCHOOLS: "Schools and colleges",
}

_HANDLING_LABELS = {
    Handling.PANEL_ONLY: "For the panel only. Do not pass on.",
    Handling.PROFESSIONALS: "For professionals only. Do not pass on to the public or to the press.",
    Handling.PEOPLE_WHO_USE_DRUGS: "May be shared with people who use drugs. Do not post in public.",
    Handling.PUBLIC: "Public. Please share.",
}


@dataclass(frozen=True, kw_only=True)
class AlertContent:
    """One record from which every rendition is composed.

    The fields are those that frontline workers asked for in the 2023 co-design study of drug alerts: context,
    substance, effects, sample, risk, impact, what to do, clinical advice, how to report, review date. A draft
    may leave fields empty; `missing` says which of them an alert cannot go out without. `replaces` names the alert
    before it and `change` says what has changed since, where there is one.
    `pictures` are the numbers of photos that the author chose to show, for whoever keeps the photos.
    """

    reference: str
    publisher: str
    readership: Readership = Readership.PROFESSIONALS
    kind: Kind = Kind.ALERT
    replaces: str = ""
    change: str = ""
    headline: str = ""
    alert_on: date | None = None
    case_on: date | None = None
    areas: tuple[str, ...] = ()
    source: str = ""
    substance: str = ""
    substance_class: str = ""
    form: str = ""
    routes: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    sold_as: str = ""
    found: str = ""
    caveat: str = ""
    pictures: tuple[int, ...] = ()
    signs: tuple[str, ...] = ()
    who_is_at_risk: str = ""
    impact: str = ""
    act_now: str = ""
    what_to_do: tuple[str, ...] = ()
    naloxone_works: bool = False
    clinical_advice: str = ""
    how_to_report: str = ""
    review_on: date | None = None
    expires_on: date | None = None

    def missing(self) -> dict[str, str]:
        """The fields that must still be filled in, each with the sentence that asks for it."""
        required = _TO_STAND_DOWN if self.kind is Kind.STAND_DOWN else _REQUIRED
        if self.kind is not Kind.ALERT:
            required = required | {"change": "Say what has changed, and why."}
        return {name: sentence for name, sentence in required.items() if not _filled(getattr(self, name))}

    @property
    def opening(self) -> str:
        """What the messages of an alert that follows another begin with; nothing for a first one."""
        if self.kind is Kind.ALERT:
            return ""
        return "WITHDRAWN" if self.kind is Kind.STAND_DOWN else f"{self.kind.upper()} to {self.replaces}"


def _filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


_REQUIRED = {
    "reference": "Give the alert a reference.",
    "publisher": "Say which partnership issues the alert.",
    "headline": "Enter a headline: what is going round, in a few words.",
    "alert_on": "Enter the date of the alert.",
    "areas": "Choose at least one area.",
    "source": "Say where the information comes from, without identifying anyone.",
    "substance": "Enter the substance, or what it is thought to be.",
    "effects": "Enter the effects, the unwanted ones first.",
    "signs": "Enter the signs that somebody is in danger.",
    "who_is_at_risk": "Say who is at risk.",
    "act_now": "Enter what people should do now, short enough for a text message.",
    "how_to_report": "Say how people can report something like it.",
    "review_on": "Enter the date on which the alert will be reviewed.",
    "expires_on": "Enter the date on which the alert ends unless it is updated.",
}
_TO_STAND_DOWN = {
    name: _REQUIRED[name] for name in ("reference", "publisher", "headline", "alert_on", "areas", "how_to_report")
}


@dataclass(frozen=True)
class Enclosure:
    """A file of text that goes with an e-mail, such as an invitation to a meeting, with its full media type."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True)
class Words:
    """The exact words one person receives. A text message has neither subject nor HTML nor anything enclosed.

    `unsubscribe` is the address at which a mail program stops such e-mails for its owner with one press (RFC 8058).
    """

    text: str
    subject: str | None = None
    html: str | None = None
    enclosed: Enclosure | None = None
    unsubscribe: str | None = None


@dataclass(frozen=True)
class Message:
    """Words on their way to one address.

    `reference` is ours, the same at every attempt: it is how a provider's receipt finds its delivery and how we
    ask a provider whether a message already left. `headers` are extra e-mail headers, such as List-Unsubscribe
    and List-Unsubscribe-Post (RFC 8058). `useful_for_seconds` is how long a provider that can be told so may keep
    trying; nothing where no end is known.
    """

    medium: Medium
    address: str
    words: Words
    reference: str
    headers: tuple[tuple[str, str], ...] = ()
    useful_for_seconds: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What a provider reported about one message."""

    reference: str
    provider_reference: str
    state: ReceiptState
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class InboundText:
    """A text message that somebody sent to our number."""

    provider_reference: str
    from_address: str
    to_address: str
    body: str
