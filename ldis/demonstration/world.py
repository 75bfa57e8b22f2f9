"""The invented partnership of the demonstration: its organisations, its people and its contacts.

Names of people, organisations and the partnership are made up; the areas are real English local authorities, so
that maps and codes work. Addresses are at example.org, numbers are those kept for film and drama: nobody has them.
"""

from dataclasses import dataclass

from ldis.people.rules import Discipline, Role, Sector

SLUG = "demo"
PREFIX = "DEM"
NAME = "Examplewick and Sampleton Drug Partnership"

DERBY, LEICESTER, NOTTINGHAM = "E06000015", "E06000016", "E06000018"
AREAS = (DERBY, LEICESTER, NOTTINGHAM)

ORGANISATIONS = {
    "Harbour Rest Hostel": Sector.HOSTEL,
    "Lantern Outreach": Sector.OUTREACH,
    "Crossways Recovery": Sector.TREATMENT,
    "Sampleton Infirmary": Sector.EMERGENCY_DEPARTMENT,
    "Examplewick College": Sector.SCHOOL,
}


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    name: str
    role: Role
    discipline: Discipline | None = None

    @property
    def email(self) -> str:
        """Their address, made from their name."""
        return address_of(self.name)


def address_of(name: str) -> str:
    """An address that can never reach anybody."""
    return f"{name.lower().replace(' ', '.')}@example.org"


REPORTER = Person("Riley Fernsby", Role.REPORTER)
COORDINATOR = Person("Cora Lindenwood", Role.COORDINATOR)
DEPUTY = Person("Deniz Calloway", Role.COORDINATOR)
POLICE = Person("Imogen Thornefield", Role.PANEL_MEMBER, Discipline.POLICE)
PUBLIC_HEALTH = Person("Yusuf Bellweather", Role.PANEL_MEMBER, Discipline.PUBLIC_HEALTH)
TREATMENT = Person("Tamsin Okerby", Role.PANEL_MEMBER, Discipline.TREATMENT)
MEDICAL = Person("Anil Mereworth", Role.PANEL_MEMBER, Discipline.MEDICAL)
LIVED_EXPERIENCE = Person("Lorna Quillfeather", Role.PANEL_MEMBER, Discipline.LIVED_EXPERIENCE)
LEAD = Person("Beatrix Ainsleigh", Role.LEAD)
DATA_OFFICER = Person("Marek Dunmoor", Role.DATA_OFFICER)
ADMINISTRATOR = Person("Ada Farrowdale", Role.ADMINISTRATOR)

PEOPLE = (
    REPORTER,
    COORDINATOR,
    DEPUTY,
    POLICE,
    PUBLIC_HEALTH,
    TREATMENT,
    MEDICAL,
    LIVED_EXPERIENCE,
    LEAD,
    DATA_OFFICER,
    ADMINISTRATOR,
)

STREET_LIST = "Hostels, outreach and treatment"
CARE_LIST = "Hospital, treatment and college"


@dataclass(frozen=True)
class Partner:
    """A contact at an organisation. The lists that they are on follow from where they work."""

    name: str
    organisation: str
    job_role: str
    last_digits: str
    by_sms: bool = True
    by_email: bool = True
    opted_out: bool = False
    stands_in: bool = False

    @property
    def mobile(self) -> str:
        """A number for film and drama."""
        return f"07700 900{self.last_digits}"

    @property
    def email(self) -> str:
        """Their address, made from their name."""
        return address_of(self.name)

    @property
    def lists(self) -> tuple[str, ...]:
        """Treatment is on both lists, so that one person never gets an alert twice can be seen."""
        if self.organisation == "Crossways Recovery":
            return STREET_LIST, CARE_LIST
        sector = ORGANISATIONS[self.organisation]
        return (STREET_LIST,) if sector in (Sector.HOSTEL, Sector.OUTREACH) else (CARE_LIST,)


CONTACTS = (
    Partner("Nia Copperfield", "Harbour Rest Hostel", "Night manager", "101"),
    Partner("Owen Tarrant", "Harbour Rest Hostel", "Support worker", "102"),
    Partner("Priya Wexcombe", "Harbour Rest Hostel", "Support worker", "103", by_email=False),
    Partner("Callum Redfern", "Harbour Rest Hostel", "Reception", "104", by_sms=False),
    Partner("Freya Holloway", "Lantern Outreach", "Team leader", "111", stands_in=True),
    Partner("Jonah Amberley", "Lantern Outreach", "Outreach worker", "112", by_email=False),
    Partner("Sade Birchall", "Lantern Outreach", "Peer worker", "113"),
    Partner("Hamish Larkspur", "Crossways Recovery", "Service manager", "121", stands_in=True),
    Partner("Meera Stanbridge", "Crossways Recovery", "Recovery worker", "122"),
    Partner("Tobias Greenhalgh", "Crossways Recovery", "Needle exchange", "123", by_email=False),
    Partner("Elin Marchbank", "Crossways Recovery", "Nurse prescriber", "124"),
    Partner("Rafael Whitlock", "Sampleton Infirmary", "Emergency consultant", "131"),
    Partner("Grace Penhallow", "Sampleton Infirmary", "Charge nurse", "132", stands_in=True),
    Partner("Idris Colborne", "Sampleton Infirmary", "Pharmacist", "133", by_sms=False),
    Partner("Wanda Hartsease", "Examplewick College", "Safeguarding lead", "141"),
    Partner("Leo Summersby", "Examplewick College", "Student support", "142", by_sms=False),
    Partner("Petra Ashdown", "Examplewick College", "Reception", "143", opted_out=True),
)
