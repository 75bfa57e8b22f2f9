"""The words for roles, disciplines and sectors, and how long each way in is good for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

CODE_LASTS = timedelta(minutes=10)
TRIES_PER_CODE = 5
IDLE_SIGN_OUT = timedelta(hours=12)
LONGEST_SIGN_IN = timedelta(days=7)
INVITATION_LASTS = timedelta(days=7)
KEY_LASTS = timedelta(days=365)
CALLS_PER_MINUTE = 600
KEY_START = "ldis_"
BOTH_KEYS_WORK = timedelta(days=7)
"""How long a key that was replaced still works, so that nothing is lost while its system is changed over."""
ANSWERS_KEPT = timedelta(days=7)
"""How long the API knows what it answered to a call that its sender gave a name to."""
USE_NOTED_EVERY = timedelta(minutes=15)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"answer", "incident", "lab-result", "mine", "track", "vape"})
"""Words that follow /report/ in addresses of ours, so that no partnership's form can stand there."""
PREFIX = re.compile(r"[A-Z]{2,4}")


class Role(StrEnum):
    """What a person may do in one partnership. A person may hold several."""

    REPORTER = "reporter"
    COORDINATOR = "coordinator"
    PANEL_MEMBER = "panel member"
    LEAD = "lead"
    DATA_OFFICER = "data officer"
    ADMINISTRATOR = "administrator"


class Discipline(StrEnum):
    """What a panel member speaks for; quorum is counted in these."""

    POLICE = "police"
    PUBLIC_HEALTH = "public health"
    TREATMENT = "treatment provider"
    MEDICAL = "medical"
    LIVED_EXPERIENCE = "lived experience"
    LABORATORY = "laboratory"


class Sector(StrEnum):
    """What kind of place an organisation is; audiences are chosen by these."""

    PUBLIC_HEALTH = "public health"
    POLICE = "police"
    TREATMENT = "drug treatment"
    HOSTEL = "hostel or supported housing"
    EMERGENCY_DEPARTMENT = "emergency department"
    AMBULANCE = "ambulance"
    PHARMACY = "pharmacy"
    SCHOOL = "school or college"
    OUTREACH = "outreach"
    PRISON = "prison or probation"
    PEER_GROUP = "peer group"
    NIGHTLIFE = "nightlife"
    LABORATORY = "laboratory"
    OTHER = "other"


class Scope(StrEnum):
    """What an API key may be used for."""

    REPORTS_WRITE = "reports:write"
    REPORTS_READ = "reports:read"
    LAB_WRITE = "lab:write"
    LAB_READ = "lab:read"
    ALERTS_READ = "alerts:read"
    CONTACTS_WRITE = "contacts:write"
    INDICATORS_WRITE = "indicators:write"
    INDICATORS_READ = "indicators:read"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"


OWN_SCOPES = frozenset({Scope.CASES_READ, Scope.CASES_WRITE})
"""What only a person's own key may be used for, and nothing else: a case is judged by people, not by systems."""


def normal_address(typed: str) -> str | None:
    """An e-mail address in the one form that is kept, or nothing where it cannot be one. No DNS is asked."""
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def code_still_good(sent_at: datetime | None, tries: int, *, now: datetime) -> bool:
    """Whether a sign-in code is outstanding: sent, not used, not run out and not worn out by wrong tries."""
    return sent_at is not None and now - sent_at < CODE_LASTS and tries < TRIES_PER_CODE


def speaks_for(role: Role, discipline: Discipline | None) -> Discipline | None:
    """The discipline to keep with a role: panel members have one, nobody else does."""
    return discipline if role is Role.PANEL_MEMBER else None


@dataclass(frozen=True)
class Place:
    """A partnership as those who only need its name and its areas see it, and which version of its words is in use."""

    id: int
    prefix: str
    name: str
    area_codes: frozenset[str]
    words_version: int = 0


def desk(roles: Iterable[Role]) -> str:
    """Where the work of these roles begins: the page that people see first after signing in."""
    held = set(roles)
    if held & {Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD}:
        return "/cases"
    if Role.DATA_OFFICER in held:
        return "/indicators"
    return "/people" if Role.ADMINISTRATOR in held else "/"


def own_path(address: str | None) -> str | None:
    """A place of ours to go on to after signing in, or nothing: never another site, whatever the address says.

    Browsers read a backslash as a slash and drop control characters, so that both could hide another host.
    """
    if not address or not address.startswith("/") or "\\" in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if not parts.scheme and not parts.netloc and not address.startswith("//") else None
