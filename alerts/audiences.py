"""Who receives an alert: every contact once for each medium, in a stable order, and never against their will."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.messages import Medium


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who may be told: where they can be reached, and what they do not want.

    `addresses` holds the media they take; a contact may take text messages and e-mail both.
    """

    id: int
    organisation_id: int | None = None
    addresses: Mapping[Medium, str] = field(default_factory=dict)
    opted_out: frozenset[Medium] = frozenset()


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
    """Why somebody on a list receives nothing by a medium."""

    OPTED_OUT = "opted out"
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
        return len({one.contact_id for one in self.left_out if one.why is Omission.OPTED_OUT})

    @property
    def unreachable(self) -> int:
        """How many of the people chosen have no address for any of the media, or do not want those they have."""
        left = {one.contact_id for one in self.left_out if one.why is Omission.NO_ADDRESS}
        return len(left - self.contact_ids)


def choose(
    contacts: Iterable[Contact], lists: Iterable[ContactList], *, media: Collection[Medium] = tuple(Medium)
) -> Audience:
    """The audience of an alert sent to these lists by these media.

    Each contact appears once for each medium however many lists they are on, in the order of their ids. An
    opt-out is about the address as much as about the person: whoever says STOP from a shared phone says it for
    everybody who is listed with that phone.
    """
    known = {contact.id: contact for contact in contacts}
    wanted = sorted({member for chosen in lists for member in chosen.members} & known.keys())
    silent = _silent_addresses(known.values())
    recipients: list[Recipient] = []
    left_out: list[LeftOut] = []
    for contact in (known[contact_id] for contact_id in wanted):
        for medium in (medium for medium in Medium if medium in media):
            address = contact.addresses.get(medium)
            if medium in contact.opted_out or (address and (medium, _same(address)) in silent):
                left_out.append(LeftOut(contact.id, contact.organisation_id, medium, Omission.OPTED_OUT))
            elif not address:
                left_out.append(LeftOut(contact.id, contact.organisation_id, medium, Omission.NO_ADDRESS))
            else:
                recipients.append(Recipient(contact.id, contact.organisation_id, medium, address))
    return Audience(tuple(recipients), tuple(left_out))


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
