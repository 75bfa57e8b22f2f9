"""The check of the words before approval: a table of rules, each with a name and the sentence the author reads.

Words about strength can sell a drug: people in Vancouver sought out what was warned of as "high potency". Errors
block; a warning may be overridden by a person who says why.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from alerts import sms_text
from alerts.compose import MOST_SMS_SEGMENTS, Renditions
from alerts.identifying import find_details
from alerts.messages import AlertContent, Level, Medium

OPIOID_CLASSES = frozenset({"nitazene", "fentanyl", "other opioid"})


class Severity(StrEnum):
    """Whether a finding blocks or may be overridden with a reason."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Checked:
    """What the rules look at. `renditions` is None while fields are missing, so that nothing can be composed."""

    content: AlertContent
    level: Level
    renditions: Renditions | None

    @property
    def sms(self) -> str:
        """The text message as it will be received; empty while it cannot be composed."""
        return self.renditions.preview(Medium.SMS).text if self.renditions else ""

    @property
    def email(self) -> str:
        """The e-mail's text; empty while it cannot be composed."""
        return self.renditions.email.text if self.renditions else ""


@dataclass(frozen=True)
class Rule:
    """One thing to look for. `finds` gives the words it objects to, or "" where words are lacking."""

    name: str
    severity: Severity
    sentence: str
    finds: Callable[[Checked], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """What a rule found. `words` quotes the text it objects to, where there is any."""

    rule: str
    severity: Severity
    sentence: str
    words: str = ""


def check(content: AlertContent, *, level: Level, renditions: Renditions | None) -> list[Finding]:
    """Everything the rules find, in the order of the table: errors first."""
    checked = Checked(content, level, renditions)
    return [
        Finding(rule.name, rule.severity, rule.sentence, words)
        for rule in RULES
        for words in dict.fromkeys(rule.finds(checked))
    ]


def own_words(content: AlertContent) -> list[str]:
    """Every text the author wrote, but for how to report, which must hold ways to reach us."""
    texts: list[str] = []
    for field in fields(content):
        value = getattr(content, field.name)
        if field.name in ("how_to_report", "reference", "publisher"):
            continue
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, tuple):
            texts.extend(value)
    return [text for text in texts if text]


def _lacking(is_lacking: bool) -> list[str]:
    return [""] if is_lacking else []


def _missing_fields(checked: Checked) -> list[str]:
    return [sentence for name, sentence in checked.content.missing().items() if name != "review_on"]


def _missing_review_date(checked: Checked) -> list[str]:
    return _lacking(checked.content.review_on is None)


def _review_not_after_alert(checked: Checked) -> list[str]:
    alert_on, review_on = checked.content.alert_on, checked.content.review_on
    return _lacking(alert_on is not None and review_on is not None and review_on <= alert_on)


def _sms_too_long(checked: Checked) -> list[str]:
    over = checked.renditions.sms_characters_over if checked.renditions else 0
    return [f"{over} too many"] if over else []


def _identifying(checked: Checked) -> list[str]:
    return [detail.text for text in own_words(checked.content) for detail in find_details(text)]


def _email_without_999(checked: Checked) -> list[str]:
    return _lacking(bool(checked.email) and "999" not in checked.email)


def _opioid_without_naloxone(checked: Checked) -> list[str]:
    is_opioid = checked.content.substance_class.casefold().replace("_", " ") in OPIOID_CLASSES
    return _lacking(is_opioid and not checked.content.naloxone_works)


def _naloxone_where_it_does_not_work(checked: Checked) -> list[str]:
    if checked.content.naloxone_works:
        return []
    return [text for text in own_words(checked.content) if "naloxone" in text.casefold()]


def _sms_without_999(checked: Checked) -> list[str]:
    return _lacking(checked.level is not Level.INFORMATION and bool(checked.sms) and "999" not in checked.sms)


def _sms_without_naloxone(checked: Checked) -> list[str]:
    wanted = checked.content.naloxone_works and checked.level is not Level.INFORMATION
    return _lacking(wanted and bool(checked.sms) and "naloxone" not in checked.sms.casefold())


_STRENGTH = re.compile(
    r"\b(?:(?:very |extra |super |extremely )?(?:strong(?:er|est)?|potent|potency|pur(?:e|er|est|ity)|powerful)"
    r"|(?:high|top|premium)[ -](?:grade|quality|strength|potency)|strength|rocket fuel)\b",
    re.IGNORECASE,
)


def _strength_as_selling_point(checked: Checked) -> list[str]:
    return [match.group() for text in own_words(checked.content) for match in _STRENGTH.finditer(text)]


def _costly_characters(checked: Checked) -> list[str]:
    return list(sms_text.outside_gsm(checked.sms))


RULES: tuple[Rule, ...] = (
    Rule("missing field", Severity.ERROR, "Something that every alert needs is missing.", _missing_fields),
    Rule(
        "missing review date",
        Severity.ERROR,
        "Enter the date on which the alert will be reviewed: nothing stays live for ever by accident.",
        _missing_review_date,
    ),
    Rule(
        "review date",
        Severity.ERROR,
        "The review date must be after the date of the alert.",
        _review_not_after_alert,
    ),
    Rule(
        "text message too long",
        Severity.ERROR,
        f"The text message takes more than {MOST_SMS_SEGMENTS} segments. Shorten the headline or what to do now.",
        _sms_too_long,
    ),
    Rule("identifying detail", Severity.ERROR, "Take out what could identify a person.", _identifying),
    Rule("missing 999", Severity.ERROR, "The email must say when to call 999.", _email_without_999),
    Rule(
        "missing naloxone",
        Severity.ERROR,
        "The substance is an opioid: say that naloxone works on it, so that the alert tells people to carry it.",
        _opioid_without_naloxone,
    ),
    Rule(
        "naloxone in doubt",
        Severity.WARNING,
        "The words mention naloxone, but naloxone is marked as not working on this substance.",
        _naloxone_where_it_does_not_work,
    ),
    Rule("no 999 in the text message", Severity.WARNING, "The text message does not say 999.", _sms_without_999),
    Rule(
        "no naloxone in the text message",
        Severity.WARNING,
        "The text message does not mention naloxone.",
        _sms_without_naloxone,
    ),
    Rule(
        "strength as a selling point",
        Severity.WARNING,
        "Words about strength can make people look for the drug. Say what it does to people instead.",
        _strength_as_selling_point,
    ),
    Rule(
        "costly characters",
        Severity.WARNING,
        "These characters more than double what the text message costs.",
        _costly_characters,
    ),
)
