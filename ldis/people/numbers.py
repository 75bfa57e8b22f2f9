"""UK mobile numbers, in the one form that is kept. Pure."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

UK = 44
DRAMA = range(7700_900000, 7700_901000)  # Ofcom keeps these for film and drama: nobody has them
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def normal_mobile(written: str) -> str | None:
    """A UK mobile number in E.164, however it was written, or nothing where it is none.

    Checked by country code and type, not by region: numbers of Jersey, Guernsey and the Isle of Man are +44 too.
    Drama numbers count: the library rightly calls them invalid, but invented people have no others.
    """
    try:
        number = phonenumbers.parse(written, "GB")
    except NumberParseException:
        return None
    if number.country_code != UK or not _can_be_texted(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_drama(mobile: str) -> bool:
    """Whether a kept number is one of those for film and drama."""
    return int(mobile.removeprefix(f"+{UK}")) in DRAMA


def _can_be_texted(number: PhoneNumber) -> bool:
    return number.national_number in DRAMA or phonenumbers.number_type(number) in MOBILE
