"""What each rule of the wording check looks for. Each function gives the words it objects to."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from alerts import sms_text
from alerts.checked import Checked
from alerts.compose import TEMPLATES
from alerts.identifying import find_details
from alerts.messages import AlertContent, Kind, Level, Readership
from alerts.reading import reading_age

OPIOID_CLASSES = frozenset({"nitazene", "fentanyl", "other opioid"})


def own_words(content: AlertContent) -> list[str]:
    """Every text the author wrote, but for how to report, which must hold ways to reach us."""
    texts: list[str] = []
    for field in fields(content):
        value = getattr(content, field.name)
        if field.name in ("how_to_report", "reference", "publisher", "kind", "replaces", "readership", "pictures"):
            continue
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, tuple):
            texts.extend(value)
    return [text for text in texts if text]


def _lacking(is_lacking: bool) -> list[str]:
    return [""] if is_lacking else []


def missing_fields(checked: Checked) -> list[str]:
    """The sentences that ask for what is missing."""
    return [
        sentence for name, sentence in checked.content.missing().items() if name not in ("review_on", "expires_on")
    ]


def missing_review_date(checked: Checked) -> list[str]:
    """No review date."""
    return _lacking("review_on" in checked.content.missing())


def missing_expiry_date(checked: Checked) -> list[str]:
    """No expiry date."""
    return _lacking("expires_on" in checked.content.missing())


def expiry_before_review(checked: Checked) -> list[str]:
    """An end before the review."""
    review_on, expires_on = checked.content.review_on, checked.content.expires_on
    return _lacking(review_on is not None and expires_on is not None and expires_on < review_on)


def review_not_after_alert(checked: Checked) -> list[str]:
    """A review date that is not after the alert."""
    alert_on, review_on = checked.content.alert_on, checked.content.review_on
    return _lacking(alert_on is not None and review_on is not None and review_on <= alert_on)


def sms_too_long(checked: Checked) -> list[str]:
    """By how much the text message is too long."""
    over = checked.renditions.sms_characters_over if checked.renditions else 0
    return [f"{over} too many"] if over else []


def identifying(checked: Checked) -> list[str]:
    """Details that could identify a person."""
    return [detail.text for text in own_words(checked.content) for detail in find_details(text)]


def email_without_999(checked: Checked) -> list[str]:
    """An e-mail that never says 999; a stand-down calls nobody to act."""
    is_an_alert = checked.content.kind is not Kind.STAND_DOWN
    return _lacking(is_an_alert and bool(checked.email) and "999" not in checked.email)


def opioid_without_naloxone(checked: Checked) -> list[str]:
    """An opioid on which naloxone is not said to work."""
    is_opioid = checked.content.substance_class.casefold().replace("_", " ") in OPIOID_CLASSES
    return _lacking(is_opioid and not checked.content.naloxone_works)


def naloxone_where_it_does_not_work(checked: Checked) -> list[str]:
    """Words that mention naloxone where it is said not to work; adulterants come with opioids."""
    if checked.content.naloxone_works or checked.content.substance_class == "sedative adulterant":
        return []
    return [text for text in own_words(checked.content) if "naloxone" in text.casefold()]


def sms_without_999(checked: Checked) -> list[str]:
    """A text message that calls to act and does not say 999."""
    calls_to_act = checked.level is not Level.INFORMATION and checked.content.kind is not Kind.STAND_DOWN
    return _lacking(calls_to_act and bool(checked.sms) and "999" not in checked.sms)


def sms_without_naloxone(checked: Checked) -> list[str]:
    """A text message about an opioid that does not say naloxone; schools are not asked to carry it."""
    if checked.content.readership is Readership.SCHOOLS:
        return []
    wanted = checked.content.naloxone_works and checked.level is not Level.INFORMATION
    wanted = wanted and checked.content.kind is not Kind.STAND_DOWN
    return _lacking(wanted and bool(checked.sms) and "naloxone" not in checked.sms.casefold())


_STRENGTH = re.compile(
    r"\b(?:(?:very |extra |super |extremely )?(?:strong(?:er|est)?|potent|potency|pur(?:e|er|est|ity)|powerful)"
    r"|(?:high|top|premium)[ -](?:grade|quality|strength|potency)|strength|rocket fuel)\b",
    re.IGNORECASE,
)


def strength_as_selling_point(checked: Checked) -> list[str]:
    """Words about strength."""
    return [match.group() for text in own_words(checked.content) for match in _STRENGTH.finditer(text)]


def costly_characters(checked: Checked) -> list[str]:
    """Characters that a text message cannot hold cheaply."""
    return list(sms_text.outside_gsm(checked.sms))


def figures_of_strength(checked: Checked) -> list[str]:
    """Figures that tell how much a drug can do: a recipe to some readers."""
    return [match.group() for text in own_words(checked.content) for match in _FIGURES.finditer(text)]


_FIGURES = re.compile(
    r"\b\d[\d.,]*\s?(?:mg|mcg|micrograms?|milligrams?|per ?cent|%)(?!\w)|\b\d[\d.,]* times (?:as|more|the)\b",
    re.IGNORECASE,
)


def jargon(checked: Checked) -> list[str]:
    """Words of the trade, each with what to say instead; what readers outside the trade do not know, for them."""
    lists = word_lists()
    words = dict(lists["jargon"])
    if checked.content.readership is not Readership.PROFESSIONALS:
        words |= lists["jargon_outside_the_trade"]
    return _with_instead(plain_texts(checked.content), words)


def blame(checked: Checked) -> list[str]:
    """Words that blame or belittle, each with what to say instead."""
    return _with_instead(own_words(checked.content), word_lists()["blame"])


def glamour(checked: Checked) -> list[str]:
    """Names and words that make a drug sound worth having."""
    words = dict.fromkeys(word_lists()["glamour"]["words"], "")
    return _with_instead(own_words(checked.content), words)


def hard_to_read(checked: Checked) -> list[str]:
    """The reading age, where it is above what these readers can be expected to read."""
    content = checked.content
    most = word_lists()["reading_age"][content.readership.value]
    age = reading_age_of(content)
    return (
        [f"a reading age of {age}, where {most} is the most for {content.readership.label.lower()}"]
        if age > most
        else []
    )


def reading_age_of(content: AlertContent) -> int:
    """The reading age of what everybody must understand."""
    return reading_age(plain_texts(content), without=_cannot_be_plainer(content))


def plain_texts(content: AlertContent) -> list[str]:
    """The sentences that everybody must understand: not the names of things, nor the advice for clinicians."""
    return [
        text
        for text in (
            content.headline,
            content.act_now,
            *content.what_to_do,
            *content.signs,
            *content.effects,
            content.who_is_at_risk,
            content.impact,
        )
        if text
    ]


def _cannot_be_plainer(content: AlertContent) -> set[str]:
    """Words in lower case that name the drug or the place, and those that every reader is expected to know."""
    names = (content.substance, content.found, content.sold_as, *content.other_names, *content.areas)
    named = {word for name in names for word in re.findall(r"[a-z]+(?:-[a-z]+)*", name.casefold())}
    return named | set(word_lists()["known"]["words"])


def _with_instead(texts: Iterable[str], words: Mapping[str, str]) -> list[str]:
    found = []
    for text in texts:
        for word, instead in words.items():
            match = re.search(
                rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, 0 if word.isupper() else re.IGNORECASE
            )
            if match:
                found.append(f"{match.group()}: say {instead}" if instead else match.group())
    return found


@cache
def word_lists() -> dict[str, Any]:
    """The lists of templates/alerts/wording.toml."""
    return tomllib.loads((TEMPLATES / "alerts" / "wording.toml").read_text(encoding="utf-8"))
