"""The kind of a report that nobody chose, the advice that fits, and the letter with a reference."""

import itertools

import pytest

from alerts.messages import Medium
from alerts.sms_text import measure
from ldis.people.rules import Place
from ldis.submissions.advice import ADVICE, Group, group_of
from ldis.submissions.kept import Kept, marked
from ldis.submissions.letters import reference_letter, reference_words
from ldis.submissions.particulars import Kind, likely_kind
from ldis.submissions.reaching import Reporter, SendBy
from ldis.submissions.rules import Form, HarmLevel, HowKnown, Naloxone, reference_for
from ldis.substances.catalogue import SubstanceClass

PLACE = Place(1, "NSH", "North Shore", frozenset())


@pytest.mark.parametrize(
    ("harm", "naloxone", "form", "how_known", "kind"),
    [
        (HarmLevel.FATAL, Naloxone.GIVEN, Form.VAPE, HowKnown.SAW_IT, Kind.DEATH),
        (HarmLevel.SEVERE, Naloxone.NOT_GIVEN, Form.VAPE, HowKnown.SAW_IT, Kind.VAPE),
        (HarmLevel.LIFE_THREATENING, Naloxone.NOT_GIVEN, None, HowKnown.SAW_IT, Kind.OVERDOSE),
        (HarmLevel.MODERATE, Naloxone.GIVEN, Form.POWDER, HowKnown.TOLD_BY_OTHER, Kind.OVERDOSE),
        (HarmLevel.MILD, Naloxone.NOT_APPLICABLE, Form.TABLET, HowKnown.TOLD_BY_PERSON, Kind.REACTION),
        (HarmLevel.NONE, Naloxone.NOT_APPLICABLE, Form.TABLET, HowKnown.SAW_IT, Kind.SUBSTANCE),
        (HarmLevel.NONE, Naloxone.NOT_KNOWN, None, HowKnown.READ_IT, Kind.TREND),
    ],
)
def test_the_kind_follows_from_the_answers(
    harm: HarmLevel, naloxone: Naloxone, form: Form | None, how_known: HowKnown, kind: Kind
) -> None:
    assert likely_kind(harm, naloxone=naloxone, form=form, how_known=how_known) is kind


def test_every_report_has_a_kind() -> None:
    asked = itertools.product(HarmLevel, Naloxone, (None, *Form), HowKnown)
    assert {likely_kind(h, naloxone=n, form=f, how_known=k) for h, n, f, k in asked} == set(Kind)


def test_every_class_has_advice_and_every_group_is_somebodys() -> None:
    assert {group_of(each.value) for each in SubstanceClass} == set(Group) == set(ADVICE)


def test_advice_is_short_and_says_when_to_call_for_help() -> None:
    for group, sentences in ADVICE.items():
        assert 3 <= len(sentences) <= 4
        assert all(len(sentence) < 130 for sentence in sentences)
        if group is not Group.SEDATIVES:
            assert any("999" in sentence for sentence in sentences), group
    assert "recovery position" in " ".join(ADVICE[Group.SEDATIVES])


@pytest.mark.parametrize(("prefix", "number"), [("NSH", 0), ("WXYZ", 923_521), ("WWWW", 9_999_999)])
def test_a_text_with_a_reference_is_one_segment(prefix: str, number: int) -> None:
    reference = reference_for(prefix, number)
    words = reference_words(reference, Medium.SMS, partnership="The Longest Partnership Name There Could Ever Be")
    assert measure(words.text).segments == 1
    assert reference in words.text


def test_a_letter_goes_where_its_reporter_asked_and_nowhere_else() -> None:
    both = {"reporter_email": "rae@example.org", "reporter_phone": "07700 900 123"}
    by = {
        way: reference_letter(Reporter(**both, reference_by=way), "NSH-7K3Q-M", 7, place=PLACE)
        for way in (None, *SendBy)
    }
    assert by[None] is by[SendBy.NOT_AT_ALL] is None
    email, text = by[SendBy.EMAIL], by[SendBy.TEXT]
    assert email is not None
    assert text is not None
    assert (email.medium, email.address) == (Medium.EMAIL, "rae@example.org")
    assert (text.medium, text.address) == (Medium.SMS, "+447700900123")


def test_what_was_kept_is_marked_and_nothing_of_it_is_markup() -> None:
    kept = [Kept("details", "phone number", "07700 <b>"), Kept("details", "full postcode", "AB1 2CD")]
    assert (
        marked("ring 07700 <b> & AB1 2CD", kept) == "ring <mark>07700 &lt;b&gt;</mark> &amp; <mark>AB1 2CD</mark>"
    )
    assert marked("<b>", []) == "<b>", "left to the page, which escapes it"
