"""From one record to the exact words of each rendition.

The words themselves are in templates/alerts/<level>/, where anybody can read and improve them. A value that is
missing is a named error and never an empty line in somebody's hand. An alert is composed once; each recipient's
personal link is put in afterwards, so that ten thousand recipients cost ten thousand replacements.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape
from markupsafe import escape

from alerts import sms_text
from alerts.messages import AlertContent, Handling, Kind, Level, Medium, Words

TEMPLATES = Path(__file__).parent.parent / "templates"
MOST_SMS_SEGMENTS = 2

# Stands where the personal link will be. A private-use character, so that no author's text can hold it.
LINK = "\ue000"
# Stands where the address will be at which the recipient changes what they get; it is made from the personal link.
PREFERENCES = "\ue001"


class ComposeError(Exception):
    """The words cannot be composed; the message is for the author, `field` what to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True)
class Renditions:
    """The words of one alert in each medium, still without the recipient's link.

    `sample_link` has the length that every personal link will have; with it the text is measured and previewed.
    """

    sms: Words
    email: Words
    sample_link: str

    def words_for(self, medium: Medium, link: str) -> Words:
        """The exact words for one recipient."""
        if len(link) > len(self.sample_link):
            raise ComposeError("The personal link is longer than the one the text message was measured with.")
        if medium is Medium.SMS:
            return Words(text=self.sms.text.replace(LINK, link))
        return Words(
            subject=self.email.subject,
            text=_filled(self.email.text, link),
            html=self.email.html and _filled(self.email.html, str(escape(link))),
        )

    def preview(self, medium: Medium) -> Words:
        """What a recipient will see, with the sample link."""
        return self.words_for(medium, self.sample_link)

    @property
    def sms_measure(self) -> sms_text.Measure:
        """How the text message will travel."""
        return sms_text.measure(self.preview(Medium.SMS).text)

    @property
    def sms_characters_over(self) -> int:
        """By how many characters the text message is too long; nought if it fits."""
        return sms_text.characters_over(self.preview(Medium.SMS).text, MOST_SMS_SEGMENTS)


def _filled(words: str, link: str) -> str:
    return words.replace(LINK, link).replace(PREFERENCES, f"{link}/preferences")


def compose(
    content: AlertContent, *, level: Level, handling: Handling, sample_link: str, is_exercise: bool = False
) -> Renditions:
    """The renditions of an alert that is to go out.

    Raises ComposeError where a field is missing or the text message is too long.
    """
    renditions = draft(content, level=level, handling=handling, sample_link=sample_link, is_exercise=is_exercise)
    over = renditions.sms_characters_over
    if over:
        measure = renditions.sms_measure
        raise ComposeError(
            f"The text message is {over} {'character' if over == 1 else 'characters'} too long: it takes "
            f"{measure.segments} segments in {measure.encoding} and may take {MOST_SMS_SEGMENTS}. "
            "Shorten the headline or what to do now.",
            field="act_now",
        )
    return renditions


def draft(
    content: AlertContent, *, level: Level, handling: Handling, sample_link: str, is_exercise: bool = False
) -> Renditions:
    """The renditions of an alert that is still being written: as `compose`, but the SMS may be too long.

    The first word of each rendition of an exercise is EXERCISE.
    """
    for field, sentence in content.missing().items():
        raise ComposeError(sentence, field=field)
    values = {
        "content": content,
        "level": level,
        "handling": handling,
        "link": LINK,
        "preferences": PREFERENCES,
        "is_exercise": is_exercise,
    }
    folder = "stand_down" if content.kind is Kind.STAND_DOWN else level.value
    sms = sms_text.clean_up(" ".join(_rendered(folder, "sms.txt", values).split()))
    subject, text = _subject_and_text(_rendered(folder, "email.txt", values))
    html = _rendered(folder, "email.html", values)
    for name, words in (("sms.txt", sms), ("email.txt", text), ("email.html", html)):
        if words.count(LINK) != 1:
            raise ComposeError(f"The template alerts/{folder}/{name} must hold the personal link exactly once.")
    return Renditions(Words(text=sms), Words(subject=subject, text=text, html=html), sample_link)


def said_to_all(content: AlertContent) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What every alert says, from templates/alerts/base: a heading, the safer way, and what to do in an emergency."""
    template = _environment().get_template("alerts/base/harm_reduction.txt")
    said: Any = template.make_module({"content": content})
    return said.safer_heading, tuple(said.safer_use), tuple(said.emergency)


def _rendered(folder: str, name: str, values: dict[str, Any]) -> str:
    try:
        return _environment().get_template(f"alerts/{folder}/{name}").render(values)
    except UndefinedError as missing:
        raise ComposeError(
            f"The template alerts/{folder}/{name} asks for something that is not there: {missing}"
        ) from missing


def _subject_and_text(rendered: str) -> tuple[str, str]:
    first, _, rest = rendered.lstrip().partition("\n")
    return first.removeprefix("Subject:").strip(), rest.strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",)),
        finalize=_never_none,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., str]] = {"day": _day, "line": _line, "listed": _listed, "sentence": _sentence}
    environment.filters.update(filters)
    return environment


def _never_none(value: object) -> object:
    if value is None:
        raise ComposeError("A template asks for a value that has not been entered.")
    return value


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _listed(values: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(values[:-1]), *values[-1:])))


def _sentence(text: str) -> str:
    """A phrase with an end, so that templates can put phrases after one another."""
    line = _line(text)
    return line if line.endswith((".", "!", "?")) else f"{line}."
