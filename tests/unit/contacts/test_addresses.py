"""One spelling for each address, whoever wrote it and however."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.contacts.rules import email_address, mobile_number, said
from ldis.errors import Invalid

DRAMA = st.integers(900000, 900999).map(lambda last: f"07700{last}")


@pytest.mark.parametrize(
    "written",
    ["07700 900123", "+44 7700 900123", "0044 7700 900 123", "(07700) 900-123", "07700900123", "+447700900123"],
)
def test_a_mobile_is_kept_in_one_spelling_however_it_was_written(written: str) -> None:
    assert mobile_number(written, allow_drama=True) == "+447700900123"


@given(DRAMA)
def test_numbers_for_film_and_drama_are_taken_in_demonstrations_only(written: str) -> None:
    kept = mobile_number(written, allow_drama=True)
    assert kept == f"+44{written[1:]}"
    with pytest.raises(Invalid) as refused:
        mobile_number(written, allow_drama=False)
    assert "film and drama" in refused.value.errors["mobile"][0]


@given(DRAMA)
def test_a_kept_number_is_kept_the_same_and_said_as_people_say_it(written: str) -> None:
    kept = mobile_number(written, allow_drama=True)
    assert mobile_number(kept, allow_drama=True) == kept
    assert mobile_number(said(kept), allow_drama=True) == kept


@pytest.mark.parametrize("written", ["07700 901000", "023 9200 0000", "+1 202 555 0100", "12", "naloxone", "+44"])
def test_what_is_no_mobile_of_this_country_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        mobile_number(written, allow_drama=True)
    assert refused.value.errors["mobile"] == ["Enter a UK mobile number, like 07700 900123."]


def test_a_guernsey_mobile_is_a_uk_mobile_here() -> None:
    assert mobile_number("07911 123456", allow_drama=False) == "+447911123456"


def test_an_email_address_is_kept_in_lower_case() -> None:
    assert email_address("  Night.Desk@Example.org ") == "night.desk@example.org"


@pytest.mark.parametrize("written", ["night.desk", "a@b", "two words@example.org", "@example.org", ""])
def test_what_is_no_email_address_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        email_address(written)
    assert "name@example.org" in refused.value.errors["email"][0]
