"""Details that could identify somebody, found in free text, so that they are taken out before it travels."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


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
    plain = text.translate(PLAINLY)
    for kind, pattern, accept in PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if accept(match) and not any(start < other.end and other.start < end for other in found):
                found.append(Detail(kind, text[start:end], start, end))
    return sorted(found, key=lambda detail: detail.start)


def is_nhs_number(text: str) -> bool:
    """Whether ten digits carry a right check digit (modulus 11; NHS Data Dictionary, NHS NUMBER)."""
    digits = [int(character) for character in text if character.isdecimal()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9]


Match: TypeAlias = re.Match[str]


def _anything(_match: Match) -> bool:
    return True


def _an_nhs_number(match: Match) -> bool:
    return _no_batch(match) and is_nhs_number(match.group())


def _a_phone(match: Match) -> bool:
    """Neither a day with a time nor a row of doses."""
    return _no_batch(match) and not DAY_AND_TIME.fullmatch(match.group()) and not DOSE.match(match.group())


def _a_national_insurance_number(match: Match) -> bool:
    """Its letters are no word of a sentence, as in “at 10 20 30 a day”."""
    return _no_batch(match) and match.group().split(" ")[0] not in WORDS


def _a_postcode(match: Match) -> bool:
    """In small letters “b12 3ug” is a dose, and “M30 2nd” counts."""
    return _no_batch(match) and match.group()[-2:] not in AFTER_A_NUMBER


def _a_spaced_postcode(match: Match) -> bool:
    """“M30 2 AT” begins a sentence."""
    return _no_batch(match) and match.group()[-2:].lower() not in WORDS


def _no_batch(match: Match) -> bool:
    """A batch number, which identifies a packet, says what it is."""
    before = match.string[max(0, match.start() - LONGEST_LABEL) : match.start()]
    return not BATCH.search(before)


PLAINLY = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},  # full-width digits
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u200b\u200c\u200d\u2060"), " "),  # spaces that hide
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),  # dashes of every length
}
"""How a text is read: sign for sign, so that what is found stands at the same place in it."""

LONGEST_LABEL = 24
BATCH = re.compile(r"\b(?:batch|lot|serial)(?: ?(?:no|nr|num|number|code))?[.:# ]*$", re.IGNORECASE)

DAY_AND_TIME = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:\d{2}|\d{4})[ -]{1,3}\d{2}[ .-]?(?:\d{2})?", re.ASCII)
DOSE = re.compile(r"0\.\d{1,3}(?![\d.])", re.ASCII)
WORDS = frozenset(("am", "an", "as", "at", "be", "by", "he", "me", "my", "on", "or", "up", "us", "we"))
"""Short words that stand before or after numbers."""
AFTER_A_NUMBER = frozenset(("st", "nd", "rd", "th", "ft", "gr", "hr", "pt", "ug"))
"""What follows a number when it counts or measures, in small letters."""

ENDING = r"(?:com|org|net|info|uk|co\.uk|ac\.uk|org\.uk|gov\.uk|nhs\.uk|nhs\.net|ie|eu|wales|cymru)"
"""How addresses end, to know one that was written with spaces or in words."""

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
BORN = (
    r"(?:d[. ]?o[. ]?b\b\.?|(?:date[ -]of[ -]birth|birth ?date|birthday|dyddiad geni|born|ganwyd|ganed)\b"
    r"(?: on(?: the)?| ar)?)"
)
DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?(?:[ /.-]|of )+(?!(?:minute|hour|day|week|month|year)s?\b)\w+[ /.,-]+\d{2,4}"
    r"|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{2,4}}"
    r"|\d{6}|\d{8})"
)

PATTERNS: tuple[tuple[Kind, re.Pattern[str], Callable[[Match], bool]], ...] = (
    (Kind.EMAIL, re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"), _anything),
    (
        Kind.EMAIL,
        re.compile(
            rf"(?<![\w.+%-])[\w.+%-]+ ?(?:@|[(\[] ?at ?[)\]]) ?[\w-]+(?: ?(?:\.|[(\[] ?dot ?[)\]]) ?[\w-]+)*? ?"
            rf"(?:\.|[(\[] ?dot ?[)\]]) ?{ENDING}\b",
            re.IGNORECASE,
        ),
        _anything,
    ),
    (
        Kind.EMAIL,
        re.compile(rf"(?<![\w.+%-])[\w.+%-]+ at [\w-]+(?: dot [\w-]+)*? dot {ENDING}\b", re.IGNORECASE),
        _anything,
    ),
    (
        Kind.DATE_OF_BIRTH,
        re.compile(rf"\b{BORN}(?: is| was)?[\s:=-]*{DAY}(?!\w)", re.IGNORECASE),
        _anything,
    ),
    (
        Kind.NHS_NUMBER,
        re.compile(r"(?:(?<![\w+])|(?<=NHS))\d{3}[ .-]{0,3}\d{3}[ .-]{0,3}\d{4}(?!\w)", re.ASCII),
        _an_nhs_number,
    ),
    (Kind.NHS_NUMBER, re.compile(r"(?<![\w+])\d(?:[ .-]\d){9}(?![ .-]?\w)", re.ASCII), _an_nhs_number),
    (
        Kind.PHONE,
        re.compile(
            r"(?<![\w+])(?<!\d[./-])"
            r"(?:(?:\+ ?|00[ -]?)44[ ._/-]{0,2}(?:\(0\))?|44(?=[ ._/-]{0,2}7)|0(?=[ ()._/-]{0,3}[123789]))"
            r"(?:[ ()._/-]{0,3}\d){9,10}(?!\w)",
            re.ASCII,
        ),
        _a_phone,
    ),
    (
        Kind.NATIONAL_INSURANCE,
        re.compile(
            r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z] ?[A-CEGHJ-NPR-TW-Z](?:[ .-]?\d){6}[ .-]?[A-D]\b",
            re.IGNORECASE,
        ),
        _a_national_insurance_number,
    ),
    (
        Kind.POSTCODE,
        re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ .-]{0,2}\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE),
        _a_postcode,
    ),
    (
        Kind.POSTCODE,
        re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ .-]{1,2}\d[ .-][ABD-HJLNP-UW-Z]{2}\b"),
        _a_spaced_postcode,
    ),
    (
        Kind.POSTCODE,
        re.compile(r"\b[A-Z](?: [A-Z])? \d(?: [A-Z\d])? {1,3}\d(?: [ABD-HJLNP-UW-Z]){2}\b"),
        _no_batch,
    ),
)
"""What is looked for, in this order. The browser's copy reads the same cases: tests/data/identifying.json."""
