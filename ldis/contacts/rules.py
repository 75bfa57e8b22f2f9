"""How addresses are written and kept: one spelling for each, so that equal ones are found. Pure."""

from email_validator import EmailNotValidError, validate_email

from ldis.errors import Invalid
from ldis.people.numbers import UK, is_drama, normal_mobile


def mobile_number(written: str, *, allow_drama: bool) -> str:
    """A UK mobile number as it is kept (E.164), however it was written; Invalid where it is none.

    Drama numbers are invented ones, so that only demonstrations and tests allow them.
    """
    mobile = normal_mobile(written)
    if mobile is None:
        raise Invalid({"mobile": ["Enter a UK mobile number, like 07700 900123."]})
    if is_drama(mobile) and not allow_drama:
        raise Invalid({"mobile": ["07700 900000 to 900999 are numbers for film and drama. Enter a real one."]})
    return mobile


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
