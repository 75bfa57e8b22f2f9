"""A signal in sentences that can be read aloud: what was noticed, how unusual it is, what that does not say. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil, floor

from ldis.signals.rules import VAPES_IN_SCHOOLS, Detector, Family

NAMES = {
    Detector.FIRST_SIGHTING: "First sighting",
    Detector.ANYWHERE: "Counts in anything",
    Detector.NOT_AS_SOLD: "Not what it was sold as",
    Detector.SEVERE: "Severe events close together",
    Detector.SAME_MARKING: "Same marking in two areas",
    Detector.RISING_SHARE: "Rising share of results",
    Detector.PREDICTIVE: "More than usual",
    Detector.SCAN: "Cluster in space and time",
    Detector.FARRINGTON: "More than the season",
}
"""What each detector says, in a few words."""


UNCOUNTABLE = {
    VAPES_IN_SCHOOLS: VAPES_IN_SCHOOLS,
    "unknown": "drugs that nobody could name",
    "other": "other drugs",
    "volatile / gas": "volatile gases",
    "alcohol": "alcohol",
    "cannabis": "cannabis",
    "nicotine": "nicotine",
}
"""What takes no s."""


def title(family: Family, about: str, areas: Sequence[str], kinds: Sequence[str]) -> str:
    """What a list shows: at most two areas by name."""
    where = in_places(areas)
    what = kind_in_words(about)
    named = f"{about}: {', '.join(_inside(kind) for kind in kinds[:3])}" if kinds else what
    titles = {
        Family.SIGHTING: f"{_capital(named)} in {where}",
        Family.SEVERE: f"Severe events close together in {where}",
        Family.MARKING: f"The marking “{about}” in {where}",
        Family.SHARE: f"More results with {what} in {where}",
        Family.MORE: f"More reports of {what} than usual in {where}",
        Family.CLUSTER: f"A cluster of reports in {where}",
        Family.WEEKLY: f"More reports of {what} than at this time of other years",
    }
    return titles[family]


def kind_in_words(about: str) -> str:
    """A class or series as several of it stand within a sentence."""
    if about in UNCOUNTABLE:
        return UNCOUNTABLE[about]
    return f"{about}s"


def in_places(areas: Sequence[str]) -> str:
    """Two by name, more by number."""
    if not areas:
        return "this partnership"
    if len(areas) <= 2:
        return " and ".join(areas)
    return f"{areas[0]}, {areas[1]} and {len(areas) - 2} more"


def sentences(
    family: Family,
    detectors: Sequence[str],
    about: str,
    numbers: Mapping[str, float],
    *,
    months: int,
    areas: int,
    began: date | None = None,
) -> list[str]:
    """Why it is a signal, each reason a sentence. `began`: the record is younger than the months that make it new."""
    if family is Family.SIGHTING:
        return [_rule(Detector(one), about, months, began) for one in detectors]
    said = {
        Family.SEVERE: _severe,
        Family.MARKING: lambda _: [f"The same marking was reported from {areas} areas."],
        Family.SHARE: _share,
        Family.MORE: _more,
        Family.CLUSTER: lambda one: _cluster(one, areas),
        Family.WEEKLY: _weekly,
    }
    return said[family](numbers)


def how_often(chance: float) -> str:
    """A chance as one in so many, rounded so that nobody reads more into it than is there."""
    if chance <= 0:
        return "less than 1 in 1,000,000"
    if chance >= 0.5:
        return "more than 1 in 2"
    times = 1 / chance
    step = 10 ** max(len(str(int(times))) - 2, 0)
    return f"about 1 in {min(round(times / step) * step, 1_000_000):,}"


def expected_in_words(numbers: Mapping[str, float]) -> str:
    """What was to be expected, with its range."""
    if numbers.get("expected", -1) < 0:
        return "nothing to compare with yet"
    usual = f"{numbers['expected']:.1f}" if numbers["expected"] >= 0.1 else "fewer than 0.1"
    if "low" not in numbers or numbers["high"] < 0:
        return usual
    return f"{usual}, nine times in ten between {floor(max(numbers['low'], 0))} and {ceil(numbers['high'])}"


def _rule(detector: Detector, about: str, months: int, began: date | None) -> str:
    if detector is Detector.FIRST_SIGHTING:
        since = f"since this record began on {began.day} {began:%B %Y}" if began else f"within {months} months"
        return f"Nothing of it was seen here {since}."
    if detector is Detector.ANYWHERE:
        return f"Any {about} counts, whatever it was found in or sold as."
    return f"It was not sold as {about}."


def _severe(numbers: Mapping[str, float]) -> list[str]:
    return [f"{numbers['observed']:.0f} people came to severe harm or worse within {numbers['hours']:.0f} hours."]


def _share(numbers: Mapping[str, float]) -> list[str]:
    lately = (
        f"{numbers['now']:.0f} of {numbers['of_now']:.0f} results of the last {numbers['days']:.0f} days had it"
    )
    before = f"in the year before {numbers['before']:.0f} of {numbers['of_before']:.0f}"
    return [f"{lately}; {before}.", _chance(numbers, "such comparisons")]


def _more(numbers: Mapping[str, float]) -> list[str]:
    days = numbers["days"]
    window = "in one day" if days == 1 else f"within {days:.0f} days"
    seen = f"{_reports(numbers['observed'])} {window}."
    usual = f"Usual in that time: {expected_in_words(numbers)}."
    history = f"The comparison is with {numbers['history']:.0f} days before."
    return [seen, usual, _chance(numbers, "such spells of time"), history]


def _cluster(numbers: Mapping[str, float], areas: int) -> list[str]:
    where = "this area" if areas == 1 else f"these {areas} areas"
    seen = f"{_reports(numbers['observed'])} from {where} within {numbers['days']:.0f} days"
    often = f"Looking every day, chance alone shows one as strong about every {numbers['recurrence']:.0f} days."
    return [
        f"{seen}; {numbers['expected']:.1f} were to be expected from how much each area and day reports.",
        often,
    ]


def _weekly(numbers: Mapping[str, float]) -> list[str]:
    seen = f"{_reports(numbers['observed'])} in seven days, all areas together."
    usual = f"At this time of year {numbers['expected']:.1f} were to be expected; up to {numbers['high']:.0f} is usual."
    return [seen, usual, _chance(numbers, "such weeks")]


def _chance(numbers: Mapping[str, float], what: str) -> str:
    return f"If nothing has changed, chance alone shows as many in {how_often(numbers['chance'])} {what}."


def _reports(number: float) -> str:
    return "1 report" if number == 1 else f"{number:.0f} reports"


def _inside(name: str) -> str:
    """A name as it stands within a sentence: abbreviations stay as they are."""
    return name if name[1:2].isupper() or name[1:2].isdigit() else name[:1].lower() + name[1:]


def _capital(text: str) -> str:
    return text if text[:2].isupper() else text[:1].upper() + text[1:]
