"""How addresses are kept, in one spelling each so that equal ones are found, and how people are picked. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from alerts.audiences import Topic
from ldis.errors import Invalid
from ldis.people.numbers import UK, is_drama, normal_mobile
from ldis.people.rules import Sector


@dataclass(frozen=True)
class Chosen:
    """Whom somebody picked: everybody on these lists, these people, and whoever works at an organisation like this.

    An organisation is meant where it is of one of the sectors, if any is given, and in one of the areas, likewise. So
    is whoever asked for one of the areas, and, where topics are given, only who wants one of them or has chosen none.
    `subscribers_in`: besides, everybody of the public who subscribed for one of these areas, or for all.
    """

    list_ids: tuple[int, ...] = ()
    contact_ids: tuple[int, ...] = ()
    sectors: tuple[Sector, ...] = ()
    area_codes: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    subscribers_in: tuple[str, ...] | None = None

    @property
    def nobody(self) -> bool:
        """Whether nothing was picked at all."""
        return not (self.list_ids or self.contact_ids or self.by_what_they_are)

    @property
    def by_what_they_are(self) -> bool:
        """Whether people were picked by where they work and what they want, and not only by name."""
        return bool(self.sectors or self.area_codes or self.topics)


@dataclass(frozen=True)
class Care:
    """`[contacts]` of the policy: after how long a list is to be checked, and how often that is said again."""

    review_lists_after: timedelta
    chase_every: timedelta

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """As questions and answers, for the page about the policy."""
        return [
            (
                "A list of contacts is checked",
                f"every {self.review_lists_after.days} days; coordinators are told when it is due, and again every "
                f"{self.chase_every.days} days",
            )
        ]

    def is_due(self, reviewed_at: datetime, now: datetime) -> bool:
        """Whether a list that was last checked then is to be checked now."""
        return now >= reviewed_at + self.review_lists_after


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
