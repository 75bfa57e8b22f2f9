"""The check of the words before approval: a table of rules, each with a name, a sentence and two examples.

Words about strength can sell a drug: people in Vancouver sought out what was warned of as "high potency". Errors
block; a warning may be overridden by a person who says why, each warning for itself.
"""

from alerts import finders
from alerts.checked import Checked, Example, Finding, Rule, Severity
from alerts.compose import MOST_SMS_SEGMENTS, Renditions
from alerts.messages import AlertContent, Level, Readership
from alerts.reading import FORMULA


def check(content: AlertContent, *, level: Level, renditions: Renditions | None) -> list[Finding]:
    """Everything the rules find, in the order of the table: errors first."""
    checked = Checked(content, level, renditions)
    return [
        Finding(rule.name, rule.severity, rule.sentence, words)
        for rule in RULES
        for words in dict.fromkeys(rule.finds(checked))
    ]


def _changed(words: str, **changes: object) -> Example:
    return Example(words, changes)


RULES: tuple[Rule, ...] = (
    Rule(
        "missing field",
        Severity.ERROR,
        "Something that every alert needs is missing.",
        finders.missing_fields,
        _changed("No signs of danger", signs=()),
        _changed("Signs: cannot be woken", signs=("Cannot be woken",)),
    ),
    Rule(
        "missing review date",
        Severity.ERROR,
        "Enter the date on which the alert will be reviewed: nothing stays live for ever by accident.",
        finders.missing_review_date,
        _changed("No review date", review_on=None),
        _changed("Review on 6 December"),
    ),
    Rule(
        "missing expiry date",
        Severity.ERROR,
        "Enter the date on which the alert ends unless it is updated.",
        finders.missing_expiry_date,
        _changed("No expiry date", expires_on=None),
        _changed("Ends on 6 January"),
    ),
    Rule(
        "expiry date",
        Severity.ERROR,
        "The alert must not end before its review date.",
        finders.expiry_before_review,
        _changed("Ends on the day of the alert, before its review", expires_on="alert"),
        _changed("Ends on the day of its review or later"),
    ),
    Rule(
        "review date",
        Severity.ERROR,
        "The review date must be after the date of the alert.",
        finders.review_not_after_alert,
        _changed("Alert and review on the same day", alert_on="review"),
        _changed("Review two weeks after the alert"),
    ),
    Rule(
        "text message too long",
        Severity.ERROR,
        f"The text message takes more than {MOST_SMS_SEGMENTS} segments. Shorten the headline or what to do now.",
        finders.sms_too_long,
        _changed("What to do now in 330 characters", act_now="Call 999. " * 33),
        _changed("Do not use alone. Cannot be woken? Call 999 and give naloxone"),
    ),
    Rule(
        "identifying detail",
        Severity.ERROR,
        "Take out what could identify a person.",
        finders.identifying,
        _changed("One person, born on 3 May 1990", impact="One person, born on 3 May 1990"),
        _changed("Four people in three days", impact="Four people in three days"),
    ),
    Rule(
        "missing 999",
        Severity.ERROR,
        "The email must say when to call 999.",
        finders.email_without_999,
        Example("An email whose template no longer says 999"),
        _changed("Call 999 if somebody cannot be woken"),
    ),
    Rule(
        "missing naloxone",
        Severity.ERROR,
        "The substance is an opioid: say that naloxone works on it, so that the alert tells people to carry it.",
        finders.opioid_without_naloxone,
        _changed("Nitazene, naloxone not ticked", substance_class="nitazene", naloxone_works=False),
        _changed("Nitazene, naloxone ticked", substance_class="nitazene", naloxone_works=True),
    ),
    Rule(
        "naloxone in doubt",
        Severity.WARNING,
        "The words mention naloxone, but naloxone is marked as not working on this substance.",
        finders.naloxone_where_it_does_not_work,
        _changed(
            "Cocaine: give naloxone", substance_class="stimulant", naloxone_works=False, act_now="Give naloxone"
        ),
        _changed("Nitazene: give naloxone", act_now="Call 999 and give naloxone"),
    ),
    Rule(
        "no 999 in the text message",
        Severity.WARNING,
        "The text message does not say 999.",
        finders.sms_without_999,
        _changed("Do not use alone. Carry naloxone", act_now="Do not use alone. Carry naloxone"),
        _changed("Cannot be woken? Call 999", act_now="Cannot be woken? Call 999 and give naloxone"),
    ),
    Rule(
        "no naloxone in the text message",
        Severity.WARNING,
        "The text message does not mention naloxone.",
        finders.sms_without_naloxone,
        _changed("Do not use alone. Call 999", act_now="Do not use alone. Call 999"),
        _changed("Call 999 and give naloxone", act_now="Call 999 and give naloxone"),
    ),
    Rule(
        "strength as a selling point",
        Severity.WARNING,
        "Words about strength can make people look for the drug. Say what it does to people instead.",
        finders.strength_as_selling_point,
        _changed("High potency heroin", headline="High potency heroin in Northgate"),
        _changed("Powder that stopped two people breathing", headline="Powder that stopped two people breathing"),
    ),
    Rule(
        "figures of strength",
        Severity.WARNING,
        "Figures of strength read like a recipe or an advertisement. Say what it does to people instead.",
        finders.figures_of_strength,
        _changed("40 times as much as morphine", found="Metonitazene, 40 times as much as morphine"),
        _changed("Four overdoses in three days", impact="Four overdoses in three days"),
    ),
    Rule(
        "brand glamour",
        Severity.WARNING,
        "Brand names and praise advertise the drug. Describe colour, shape and marking instead.",
        finders.glamour,
        _changed("Orange Tesla tablets", headline="Orange Tesla tablets"),
        _changed("Orange shield-shaped tablets", headline="Orange shield-shaped tablets"),
    ),
    Rule(
        "words that blame",
        Severity.WARNING,
        "These words blame people, who then do not ask for help.",
        finders.blame,
        _changed("Tell addicts today", what_to_do=("Tell addicts today",)),
        _changed("Tell people who use heroin today", what_to_do=("Tell people who use heroin today",)),
    ),
    Rule(
        "jargon",
        Severity.WARNING,
        "Not everybody knows these words.",
        finders.jargon,
        _changed("Watch for respiratory depression", signs=("Respiratory depression",)),
        _changed("Watch for slow or no breathing", signs=("Slow or no breathing",)),
    ),
    Rule(
        "hard to read",
        Severity.WARNING,
        f"The words are harder to read than these readers need ({FORMULA}). Use shorter sentences and words.",
        finders.hard_to_read,
        _changed(
            "Individuals experiencing deterioration necessitate immediate professional intervention",
            readership=Readership.PEOPLE_WHO_USE_DRUGS,
            what_to_do=("Individuals experiencing deterioration necessitate immediate professional intervention",)
            * 9,
        ),
        _changed("Call 999 if they do not wake up", what_to_do=("Call 999 if they do not wake up",)),
    ),
    Rule(
        "costly characters",
        Severity.WARNING,
        "These characters more than double what the text message costs.",
        finders.costly_characters,
        _changed("An emoji in the headline", headline="Nitazene found \N{WARNING SIGN}"),
        _changed("Nitazene found", headline="Nitazene found"),
    ),
)
