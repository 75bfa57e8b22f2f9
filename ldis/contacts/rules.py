"""How addresses are written and kept: one spelling for each, so that equal ones are found. Pure."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

from ldis.errors import Invalid

UK = 44
DRAMA = range(7700_900000, 7700_901000)  # Ofcom keeps these for film and drama: nobody has them
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(written: str, *, allow_drama: bool) -> str:
    """A UK mobile number as it is kept (E.164), however it was written; Invalid where it is none.

    Checked by country code and type, not by region: numbers of Jersey, Guernsey and the Isle of Man are +44 too.
    Drama numbers are invented ones; the library rightly calls them invalid, so demonstrations allow them by name.
    """
    try:
        number = phonenumbers.parse(written, "GB")
    except NumberParseException:
        raise _no_mobile() from None
    if number.country_code != UK:
        raise _no_mobile()
    drama = number.national_number in DRAMA
    if drama and not allow_drama:
        raise Invalid({"mobile": ["07700 900000 to 900999 are numbers for film and drama. Enter a real one."]})
    if not drama and phonenumbers.number_type(number) not in MOBILE:
        raise _no_mobile()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(written: str) -> str:
    """An e-mail address in the one form that is kept; Invalid where it is none. Nobody is asked whether it exists."""
    try:
        return validate_email(written.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid({"email": ["Enter an email address in full, like name@example.org."]}) from None


def said(mobile: str) -> str:
    """A kept mobile number as people in this country write it: 07700 900123."""
    national = mobile.removeprefix(f"+{UK}")
    return f"0{national[:4]} {national[4:]}"


def _no_mobile() -> Invalid:
    return Invalid({"mobile": ["Enter a UK mobile number, like 07700 900123."]})
