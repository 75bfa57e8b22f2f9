"""The words for roles, disciplines and sectors."""

from enum import StrEnum


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
    ALERTS_READ = "alerts:read"
