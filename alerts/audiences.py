"""Who receives an alert: every contact once for each medium, in a stable order, and never against their will."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.messages import Handling, Level, Medium


class Clearance(StrEnum):
    """How far an alert must be allowed to go before somebody may be sent it."""

    PROFESSIONAL = "professional"
    PEER = "peer"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The word people read."""
        return _CLEARANCE_LABELS[self]

    def may_see(self, handling: Handling) -> bool:
        """Whether somebody with this clearance may be sent an alert that is handled so."""
        return handling in _MAY_SEE[self]


_CLEARANCE_LABELS = {
    Clearance.PROFESSIONAL: "A professional: everything",
    Clearance.PEER: "A peer: what may be shared with people who use drugs, and what is public",
    Clearance.PUBLIC: "The public: only what is public",
}
_MAY_SEE = {
    Clearance.PROFESSIONAL: frozenset(Handling),
    Clearance.PEER: frozenset({Handling.PEOPLE_WHO_USE_DRUGS, Handling.PUBLIC}),
    Clearance.PUBLIC: frozenset({Handling.PUBLIC}),
}


class Topic(StrEnum):
    """What an alert may be about, and somebody may want to be told of."""

    OPIOIDS = "opioids"
    BENZODIAZEPINES = "benzodiazepines"
    CANNABINOIDS = "cannabinoids"
    VAPES = "vapes"
    STIMULANTS = "stimulants"
    KETAMINE = "ketamine"
    GHB = "GHB and GBL"
    GASES = "nitrous oxide and gases"

    @property
    def label(self) -> str:
        """The word people read."""
        return self[:1].upper() + self[1:]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who may be told: where they can be reached, and what they do not want.

    `addresses` holds the media they take; a contact may take text messages and e-mail both. Whoever wants `red_only`
    has put all else off; nobody puts off a risk to life.
    """

    id: int
    organisation_id: int | None = None
    addresses: Mapping[Medium, str] = field(default_factory=dict)
    opted_out: frozenset[Medium] = frozenset()
    clearance: Clearance = Clearance.PROFESSIONAL
    red_only: bool = False


@dataclass(frozen=True)
class ContactList:
    """A named list and the contacts on it. Contacts may be on several."""

    id: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class Recipient:
    """One message to be written: this contact, by this medium, to this address."""

    contact_id: int
    organisation_id: int | None
    medium: Medium
    address: str


class Omission(StrEnum):
    """Why somebody who was chosen receives nothing by a medium."""

    OPTED_OUT = "opted out"
    MAY_NOT_SEE = "may not see it"
    RED_ONLY = "wants red alerts only"
    NO_ADDRESS = "no address"


@dataclass(frozen=True)
class LeftOut:
    """A contact on a list who is not written to by a medium, and why."""

    contact_id: int
    organisation_id: int | None
    medium: Medium
    why: Omission


@dataclass(frozen=True)
class Audience:
    """Everybody on the chosen lists, told apart into those who will be written to and those who will not."""

    recipients: tuple[Recipient, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def contact_ids(self) -> frozenset[int]:
        """The people who will be written to, by whichever medium."""
        return frozenset(recipient.contact_id for recipient in self.recipients)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations of which somebody will be written to."""
        return frozenset(r.organisation_id for r in self.recipients if r.organisation_id is not None)

    @property
    def opted_out(self) -> int:
        """How many of the people chosen are left out because they opted out."""
        return self._left_out_because(Omission.OPTED_OUT)

    @property
    def may_not_see(self) -> int:
        """How many of the people chosen are left out because the alert may not go as far as to them."""
        return self._left_out_because(Omission.MAY_NOT_SEE)

    @property
    def red_only(self) -> int:
        """How many of the people chosen are left out because they want red alerts only."""
        return self._left_out_because(Omission.RED_ONLY)

    @property
    def unreachable(self) -> int:
        """How many of the people chosen have no address for any of the media, or do not want those they have."""
        left = {one.contact_id for one in self.left_out if one.why is Omission.NO_ADDRESS}
        return len(left - self.contact_ids)

    def _left_out_because(self, why: Omission) -> int:
        return len({one.contact_id for one in self.left_out if one.why is why})


def choose(
    contacts: Iterable[Contact],
    lists: Iterable[ContactList],
    *,
    media: Collection[Medium] = tuple(Medium),
    handling: Handling | None = None,
    level: Level | None = None,
) -> Audience:
    """The audience of an alert sent to these lists by these media; of a question, which has no handling and no level.

    Each contact appears once for each medium however many lists they are on, in the order of their ids. An
    opt-out is about the address as much as about the person: whoever says STOP from a shared phone says it for
    everybody who is listed with that phone. It comes before every other reason to leave somebody out.
    """
    known = {contact.id: contact for contact in contacts}
    wanted = sorted({member for chosen in lists for member in chosen.members} & known.keys())
    silent = _silent_addresses(known.values())
    recipients: list[Recipient] = []
    left_out: list[LeftOut] = []
    for contact in (known[contact_id] for contact_id in wanted):
        for medium in (medium for medium in Medium if medium in media):
            address = contact.addresses.get(medium)
            silenced = medium in contact.opted_out or (address and (medium, _same(address)) in silent)
            why = Omission.OPTED_OUT if silenced else _unsuitable(contact, handling=handling, level=level)
            if why is None and address:
                recipients.append(Recipient(contact.id, contact.organisation_id, medium, address))
            else:
                why = why or Omission.NO_ADDRESS
                left_out.append(LeftOut(contact.id, contact.organisation_id, medium, why))
    return Audience(tuple(recipients), tuple(left_out))


def _unsuitable(contact: Contact, *, handling: Handling | None, level: Level | None) -> Omission | None:
    """Why an alert of this kind is not for this person, whatever the medium; nothing where it is."""
    if handling is not None and not contact.clearance.may_see(handling):
        return Omission.MAY_NOT_SEE
    if contact.red_only and level is not None and level is not Level.RED:
        return Omission.RED_ONLY
    return None


def _silent_addresses(contacts: Iterable[Contact]) -> set[tuple[Medium, str]]:
    return {
        (medium, _same(contact.addresses[medium]))
        for contact in contacts
        for medium in contact.opted_out
        if contact.addresses.get(medium)
    }


def _same(address: str) -> str:
    """What two spellings of one address have in common."""
    return address.replace(" ", "").casefold()
