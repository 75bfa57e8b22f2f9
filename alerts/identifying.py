"""Details that could identify somebody, found in free text, so that they are taken out before it travels."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of detail it is, in the words of the page."""

    EMAIL = "e-mail address"
    NHS_NUMBER = "NHS number"
    PHONE = "phone number"
    NATIONAL_INSURANCE = "National Insurance number"
    POSTCODE = "full postcode"
    DATE_OF_BIRTH = "date of birth"


@dataclass(frozen=True)
class Detail:
    """One detail and where it stands in the text."""

    kind: Kind
    text: str
    start: int
    end: int


def find_details(text: str) -> list[Detail]:
    """Every identifying detail in a text, in order; where two readings overlap, the earlier pattern counts."""
    found: list[Detail] = []
    for kind, pattern, accept in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if accept(match.group()) and not any(start < other.end and other.start < end for other in found):
                found.append(Detail(kind, match.group(), start, end))
    return sorted(found, key=lambda detail: detail.start)


def is_nhs_number(text: str) -> bool:
    """Whether ten digits carry a right check digit (modulus 11; NHS Data Dictionary, NHS NUMBER)."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9]


def _always(_text: str) -> bool:
    return True


def _enough_digits(text: str) -> bool:
    return 10 <= len(list(_digits(text))) <= 13


def _digits(text: str) -> Iterator[str]:
    return (character for character in text if character.isdigit())


_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_NHS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)", re.ASCII)
_PHONE = re.compile(r"(?<![\w+])(?:\+44|0044|0)[\d ()-]{8,15}\d(?!\d)", re.ASCII)
_NATIONAL_INSURANCE = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.IGNORECASE
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_DATE_OF_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)[\s:]*\d{1,2}(?:st|nd|rd|th)?[\s/.-]+\w+[\s/.-]+\d{2,4}\b",
    re.IGNORECASE,
)

_PATTERNS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (Kind.EMAIL, _EMAIL, _always),
    (Kind.DATE_OF_BIRTH, _DATE_OF_BIRTH, _always),
    (Kind.NHS_NUMBER, _NHS, is_nhs_number),
    (Kind.PHONE, _PHONE, _enough_digits),
    (Kind.NATIONAL_INSURANCE, _NATIONAL_INSURANCE, _always),
    (Kind.POSTCODE, _POSTCODE, _always),
)
