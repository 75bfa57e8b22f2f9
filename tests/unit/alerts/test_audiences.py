"""Each contact once whatever lists overlap, in one order, and an opt-out always wins."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.audiences import Audience, Clearance, Contact, ContactList, LeftOut, Omission, Recipient, choose
from alerts.messages import Handling, Level, Medium

PHONE, MAIL = "+447700900001", "front-desk@example.org"


def test_a_contact_on_two_lists_gets_one_message() -> None:
    contact = Contact(id=5, organisation_id=2, addresses={Medium.SMS: PHONE})
    audience = choose([contact], [ContactList(1, (5,)), ContactList(2, (5, 5))], media=[Medium.SMS])
    assert audience.recipients == (Recipient(5, 2, Medium.SMS, PHONE),)
    assert audience.contact_ids == {5}
    assert audience.organisation_ids == {2}


def test_a_contact_may_take_both_media() -> None:
    contact = Contact(id=5, addresses={Medium.EMAIL: MAIL, Medium.SMS: PHONE})
    audience = choose([contact], [ContactList(1, (5,))])
    assert [r.medium for r in audience.recipients] == [Medium.SMS, Medium.EMAIL]


def test_an_opt_out_of_one_medium_leaves_the_other() -> None:
    contact = Contact(id=5, addresses={Medium.EMAIL: MAIL, Medium.SMS: PHONE}, opted_out=frozenset({Medium.SMS}))
    audience = choose([contact], [ContactList(1, (5,))])
    assert [r.medium for r in audience.recipients] == [Medium.EMAIL]
    assert audience.left_out == (LeftOut(5, None, Medium.SMS, Omission.OPTED_OUT),)


def test_stop_from_a_shared_phone_holds_for_everybody_listed_with_it() -> None:
    one = Contact(id=1, addresses={Medium.SMS: "+44 7700 900001"}, opted_out=frozenset({Medium.SMS}))
    other = Contact(id=2, addresses={Medium.SMS: PHONE})
    audience = choose([one, other], [ContactList(1, (2,))], media=[Medium.SMS])
    assert audience == Audience((), (LeftOut(2, None, Medium.SMS, Omission.OPTED_OUT),))


def test_a_contact_without_an_address_is_named_and_not_forgotten() -> None:
    audience = choose([Contact(id=7)], [ContactList(1, (7,))], media=[Medium.EMAIL])
    assert audience.left_out == (LeftOut(7, None, Medium.EMAIL, Omission.NO_ADDRESS),)


def test_a_list_that_names_nobody_we_know_reaches_nobody() -> None:
    assert choose([], [ContactList(1, (99,))]) == Audience((), ())


ids = st.integers(1, 30)
addresses = st.dictionaries(
    st.sampled_from(Medium), st.integers(0, 15).map(lambda n: f"+4477009000{n:02}"), max_size=2
)
people = st.tuples(addresses, st.frozensets(st.sampled_from(Medium)), st.sampled_from(Clearance), st.booleans())
contact_books = st.dictionaries(ids, people).map(
    lambda book: [
        Contact(id=i, addresses=given_, opted_out=out, clearance=clearance, red_only=red_only)
        for i, (given_, out, clearance, red_only) in book.items()
    ]
)
list_sets = st.lists(st.lists(ids, max_size=40), max_size=6).map(
    lambda sets: [ContactList(number, tuple(members)) for number, members in enumerate(sets)]
)


@given(contact_books, list_sets)
def test_everybody_on_a_list_is_counted_once_for_each_medium(
    contacts: list[Contact], lists: list[ContactList]
) -> None:
    audience = choose(contacts, lists)
    placed = [(r.contact_id, r.medium) for r in (*audience.recipients, *audience.left_out)]
    listed = {member for each in lists for member in each.members} & {contact.id for contact in contacts}
    assert sorted(placed) == sorted((contact, medium) for contact in listed for medium in Medium)


@given(contact_books, list_sets)
def test_nobody_who_opted_out_is_written_to(contacts: list[Contact], lists: list[ContactList]) -> None:
    silent = {(medium, contact.addresses.get(medium)) for contact in contacts for medium in contact.opted_out}
    by_id = {contact.id: contact for contact in contacts}
    for recipient in choose(contacts, lists).recipients:
        assert recipient.medium not in by_id[recipient.contact_id].opted_out
        assert (recipient.medium, recipient.address) not in silent


@given(contact_books, list_sets, st.randoms())
def test_the_order_does_not_depend_on_how_lists_are_kept(
    contacts: list[Contact], lists: list[ContactList], random
) -> None:
    shuffled = [ContactList(each.id, tuple(random.sample(each.members, len(each.members)))) for each in lists]
    random.shuffle(shuffled)
    again = random.sample(contacts, len(contacts))
    assert choose(again, shuffled) == choose(contacts, lists)


@given(contact_books, list_sets, st.sampled_from(Handling), st.sampled_from(Level))
def test_every_alert_gives_each_contact_at_most_one_message_a_medium_and_none_that_is_not_for_them(
    contacts: list[Contact], lists: list[ContactList], handling: Handling, level: Level
) -> None:
    audience = choose(contacts, lists, handling=handling, level=level)
    by_id = {contact.id: contact for contact in contacts}
    pairs = [(one.contact_id, one.medium) for one in audience.recipients]
    assert len(pairs) == len(set(pairs))
    for one in audience.recipients:
        contact = by_id[one.contact_id]
        assert one.medium not in contact.opted_out
        assert contact.clearance.may_see(handling)
        assert level is Level.RED or not contact.red_only
