"""The words of a report and of a result, and references that can be said on a phone. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ldis.people.rules import PREFIX

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 signs, a prime number; no 0 O 1 I L
BODY = 4
LENGTHS = (BODY, BODY + 1)
SPACE = len(ALPHABET) ** BODY
STRIDE = 567_899  # shares no factor with 31, so that successive numbers give every reference once
START = 314_159
VALUES = {sign: value for value, sign in enumerate(ALPHABET)} | {"I": 0, "L": 1, "O": 2}  # these only in prefixes


class HarmLevel(StrEnum):
    """What happened to the person, worst last."""

    NONE = "none seen"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    LIFE_THREATENING = "life-threatening"
    FATAL = "fatal"

    @property
    def rank(self) -> int:
        """0 for the least harm, 5 for the worst."""
        return list(HarmLevel).index(self)


RISK_TO_LIFE = frozenset({HarmLevel.LIFE_THREATENING, HarmLevel.FATAL})


class Naloxone(StrEnum):
    """Whether naloxone was given."""

    GIVEN = "given"
    NOT_GIVEN = "not given"
    NOT_APPLICABLE = "not applicable"
    NOT_KNOWN = "not known"


class HowKnown(StrEnum):
    """How the reporter knows; the directness of the source counts in grading."""

    SAW_IT = "saw it"
    TOLD_BY_PERSON = "told by the person"
    TOLD_BY_OTHER = "told by someone else"
    READ_IT = "read it"


class Setting(StrEnum):
    """The kind of place where it happened."""

    HOME = "home"
    HOSTEL = "hostel or supported housing"
    STREET = "street or public place"
    SCHOOL = "school or college"
    NIGHTLIFE = "nightlife or event"
    CUSTODY = "custody"
    PRISON = "prison"
    TREATMENT = "treatment service"
    HOSPITAL = "hospital"
    OTHER = "other"


class Form(StrEnum):
    """What the substance looks like."""

    POWDER = "powder"
    TABLET = "tablet"
    CAPSULE = "capsule"
    LIQUID = "liquid"
    VAPE = "vape liquid or device"
    HERBAL = "herbal"
    RESIN = "resin"
    PAPER = "paper"
    PATCH = "patch"
    OTHER = "other"


class Symptom(StrEnum):
    """What was seen in the person."""

    UNCONSCIOUS = "unconscious or could not be woken"
    BREATHING = "slow or no breathing"
    BLUE = "blue or grey lips or skin"
    PINPOINT = "pinpoint pupils"
    DROWSY = "very drowsy"
    SEIZURE = "seizure or fit"
    AGITATED = "agitated or aggressive"
    CONFUSED = "confused"
    HALLUCINATIONS = "seeing or hearing things"
    CHEST_PAIN = "chest pain or racing heart"
    VOMITING = "vomiting"
    HOT = "very hot or sweating"
    COLLAPSE = "collapsed"
    OTHER = "something else"


class Status(StrEnum):
    """What a reporter is told about their report."""

    RECEIVED = "received"
    LOOKED_AT = "being looked at"
    DECIDED = "decided"


class Purpose(StrEnum):
    """What a laboratory result was made for. An intelligence result is never evidence."""

    INTELLIGENCE = "intelligence"
    EVIDENTIAL = "evidential"


class Stage(StrEnum):
    """How final a laboratory result is. A confirmed one supersedes the preliminary one."""

    PRELIMINARY = "preliminary"
    CONFIRMED = "confirmed"


class Technique(StrEnum):
    """How the sample was analysed."""

    GC_MS = "GC-MS"
    LC_MS = "LC-MS"
    FTIR = "FTIR"
    RAMAN = "Raman"
    IMMUNOASSAY = "immunoassay strip"
    HANDHELD = "handheld reader"
    OTHER = "other"


class Finding(StrEnum):
    """What the analysis came to."""

    FOUND = "components found"
    NOTHING = "nothing detected"
    UNABLE = "unable to identify"


class Part(StrEnum):
    """How much of the sample a component is."""

    MAIN = "main"
    MINOR = "minor"
    TRACE = "trace"


@dataclass(frozen=True)
class TurnRound:
    """How long a sample took to become a result, in days; nothing where a day is not known."""

    since_sampled: int | None
    at_laboratory: int | None

    @property
    def in_words(self) -> str:
        """3 days after sampling, 1 day after it reached the laboratory"""
        known = ((self.since_sampled, "sampling"), (self.at_laboratory, "it reached the laboratory"))
        return ", ".join(_after(days, what) for days, what in known if days is not None)


def turn_round(*, sampled_on: date | None, arrived_on: date | None, reported_on: date) -> TurnRound:
    """From sampling and from arrival at the laboratory until the laboratory reported."""
    return TurnRound(
        since_sampled=(reported_on - sampled_on).days if sampled_on else None,
        at_laboratory=(reported_on - arrived_on).days if arrived_on else None,
    )


def _after(days: int, what: str) -> str:
    if days == 0:
        return f"on the day of {what}" if what == "sampling" else f"on the day {what}"
    return f"{days} day{'s' if days > 1 else ''} after {what}"


def reference_for(prefix: str, number: int) -> str:
    """The reference of the nth submission, such as PLY-7K3Q-M: scattered, never twice, with a check character.

    Numbers 0 to 923,520 have four signs, later ones five. Successive numbers are far apart (an affine map modulo
    31**4), so that a misheard sign does not hit a neighbour.
    """
    rounds, within = divmod(number, SPACE)
    scattered = (within * STRIDE + START) % SPACE
    body = _signs(scattered, BODY) + (_signs(rounds - 1, 1) if rounds else "")
    return f"{prefix}-{body}-{check_sign(prefix, body)}"


def _signs(value: int, length: int) -> str:
    signs = []
    for _ in range(length):
        value, sign = divmod(value, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(reversed(signs))


def check_sign(prefix: str, body: str) -> str:
    """The check character: a weighted sum modulo 31.

    Any one wrong sign and any two neighbours swapped change it, because 31 is prime, the weights differ, and a
    letter has the same value in the prefix as behind it. The length of the body counts too: a reference written
    without hyphens can be cut in one way only.
    """
    weighted = sum(weight * VALUES[sign] for weight, sign in enumerate(prefix + body, start=1))
    return ALPHABET[(weighted + len(body)) % len(ALPHABET)]


def spoken(reference: str) -> str:
    """How to say a reference: each sign apart, then the check character."""
    prefix, body, check = reference.split("-")
    return f"{prefix} {' '.join(body)}, check letter {check}"


def tidy_reference(written: str) -> str | None:
    """The reference somebody meant, however spaced or cased; nothing where the check character does not fit."""
    parts = [_only_signs(part) for part in written.upper().split("-")]
    signs = "".join(parts)
    readings = [(signs[: -n - 1], signs[-n - 1 : -1], signs[-1:]) for n in LENGTHS]
    if len(parts) == 3 and len(parts[1]) in LENGTHS:
        readings = [(parts[0], parts[1], parts[2])]
    for prefix, body, check in readings:
        if PREFIX.fullmatch(prefix) and set(body) <= set(ALPHABET) and check == check_sign(prefix, body):
            return f"{prefix}-{body}-{check}"
    return None


def _only_signs(written: str) -> str:
    return "".join(sign for sign in written if sign.isalnum())


def marking_key(markings: str) -> str:
    """A stamp or logo as it is compared: letters and figures alone, whatever the case, signs and spaces between."""
    return "".join(sign for sign in markings.lower() if sign.isalnum())
