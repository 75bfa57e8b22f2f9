"""How alike two accounts are: a table of examples, each with what a coordinator would say of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.submissions.likeness import POINTS, Analysed, How, Likeness, Told, markings_in, of_reports, of_result
from ldis.submissions.rules import Form, Setting, turn_round

DAY = date(2026, 10, 14)
HEROIN: dict[str, Any] = {
    "substances": frozenset({"heroin"}),
    "substance_class": "other opioid",
    "sold_as": "heroin",
}
STREET_VALIUM: dict[str, Any] = {
    "substances": frozenset({"diazepam"}),
    "substance_class": "benzodiazepine",
    "sold_as": "blue tablets sold as Valium",
}
SPICE_VAPE: dict[str, Any] = {
    "substance_class": "SCRA",
    "sold_as": "THC vape, maybe spice",
    "form": "vape liquid or device",
}


def told(days: int = 0, area: str = "Northby", **said: Any) -> Told:
    return Told(area_code=area, happened_on=DAY + timedelta(days=days), **said)


V, S, H = How.VERY, How.SOMEWHAT, How.HARDLY

EXAMPLES: dict[str, tuple[Told, Told, How]] = {
    "the same words on the same day": (told(**HEROIN), told(**HEROIN), V),
    "the same drug in other words, a day later": (
        told(**HEROIN),
        told(1, **HEROIN | {"sold_as": "brown, smack from the usual man"}),
        S,
    ),
    "the same drug in the same words, three days later": (told(**HEROIN), told(3, **HEROIN), S),
    "the same drug in other words, four days later": (
        told(**HEROIN),
        told(4, **HEROIN | {"sold_as": "brown from the usual man"}),
        S,
    ),
    "the same drug eight days later": (told(**HEROIN), told(8, **HEROIN), H),
    "the same drug in another area": (told(**HEROIN), told(area="Shoreham End", **HEROIN), H),
    "the same class, another name, the same day": (
        told(**HEROIN),
        told(substances=frozenset({"methadone"}), substance_class="other opioid", sold_as="green liquid"),
        S,
    ),
    "the same class, another name, six days apart": (
        told(**HEROIN),
        told(6, substances=frozenset({"methadone"}), substance_class="other opioid", sold_as="green liquid"),
        H,
    ),
    "another class on the same day": (told(**HEROIN), told(**STREET_VALIUM), H),
    "another class in the same place, the same setting and with like accounts": (
        told(**STREET_VALIUM, place="doorway of the old bank", setting="street or public place"),
        told(
            substances=frozenset({"bromazolam"}),
            substance_class="novel benzodiazepine",
            sold_as="blue valium tablets, maybe bromazolam",
            place="the old bank, doorway",
            setting="street or public place",
        ),
        S,
    ),
    "neither recognised, the same words, the same day": (
        told(sold_as="white powder"),
        told(sold_as="White powder!"),
        S,
    ),
    "neither recognised, other words, the same day": (
        told(sold_as="white powder"),
        told(sold_as="something in a wrap"),
        H,
    ),
    "one recognised, the other not, the same day": (told(**HEROIN), told(sold_as="something brown"), H),
    "one recognised, the other not, the same place": (
        told(**HEROIN, place="behind the bus station"),
        told(sold_as="something brown", place="Bus station, behind it", form="powder"),
        S,
    ),
    "the same markings, days apart": (
        told(**STREET_VALIUM, markings="TEVA"),
        told(3, **STREET_VALIUM, markings="teva"),
        V,
    ),
    "other markings, the same day": (
        told(**STREET_VALIUM, markings="TEVA"),
        told(**STREET_VALIUM | {"sold_as": "valium"}, markings="D 10"),
        V,
    ),
    "the same markings, spaced otherwise": (
        told(**STREET_VALIUM, markings="D 10"),
        told(2, **STREET_VALIUM, markings="D10"),
        V,
    ),
    "a tablet and a powder": (
        told(1, substance_class="cathinone", sold_as="mdma", form="tablet"),
        told(3, substance_class="cathinone", sold_as="white stuff", form="powder"),
        H,
    ),
    "a vape at a school, reported by two teachers": (
        told(**SPICE_VAPE, setting="school or college"),
        told(**SPICE_VAPE | {"sold_as": "a THC vape (spice?)"}, setting="school or college"),
        V,
    ),
    "a vape at a school and one at a hostel": (
        told(**SPICE_VAPE | {"sold_as": "vape"}, setting="school or college"),
        told(3, substance_class="SCRA", sold_as="spice", form="herbal", setting="hostel or supported housing"),
        H,
    ),
    "the same first half of the postcode": (
        told(sold_as="brown powder", outward_postcode="AB1"),
        told(1, sold_as="a brown powder", outward_postcode="AB1"),
        S,
    ),
    "two accounts of one rescue": (
        told(
            **HEROIN | {"sold_as": "not sure"},
            details="Found unresponsive in the stairwell, two doses of naloxone, ambulance came",
        ),
        told(
            1,
            **HEROIN,
            details="Unresponsive in stairwell. Ambulance came after two doses of naloxone were given",
        ),
        V,
    ),
    "two words of account each say nothing": (
        told(**HEROIN, details="not known"),
        told(6, **HEROIN | {"sold_as": "gear"}, details="not known"),
        S,
    ),
    "nothing said at all": (told(), told(), H),
    "nothing said, another area, a week apart": (told(), told(7, area="Shoreham End"), H),
}


@pytest.mark.parametrize(("one", "other", "how"), EXAMPLES.values(), ids=EXAMPLES)
def test_two_reports_are_as_alike_as_a_coordinator_would_say(one: Told, other: Told, how: How) -> None:
    found = of_reports(one, other)
    assert found.how is how, f"{found.score}: {found.reasons}, but {found.doubts}"
    assert found.shown is (how is not How.HARDLY)


@pytest.mark.parametrize(("one", "other"), [pair[:2] for pair in EXAMPLES.values()], ids=EXAMPLES)
def test_the_order_of_two_reports_makes_no_difference(one: Told, other: Told) -> None:
    assert of_reports(one, other).score == of_reports(other, one).score


def test_the_reasons_are_words_with_the_weightiest_first() -> None:
    found = of_reports(
        told(**HEROIN, form="powder", outward_postcode="AB1"),
        told(1, **HEROIN, form="liquid", outward_postcode="AB1"),
    )
    assert found.reasons == (
        "Both name heroin",
        "Same area",
        "A day apart",
        "Described in the same words",
        "Same first half of the postcode: AB1",
    )
    assert found.doubts == ("One is powder, the other liquid",)


words = st.sampled_from(["", "heroin", "blue tablets", "THC vape", "white powder", "Ŵ ỳ", "=1+1", "\u202eabc"])
tolds = st.builds(
    Told,
    area_code=st.sampled_from(["Northby", "Valeham"]),
    happened_on=st.dates(DAY, DAY + timedelta(days=9)),
    substance_class=st.sampled_from(["unknown", "nitazene", "SCRA"]),
    substances=st.frozensets(st.sampled_from(["heroin", "spice"])),
    sold_as=words,
    details=words,
    place=words,
    outward_postcode=st.sampled_from(["", "AB1", "AB2"]),
    markings=words,
    form=st.sampled_from(["", *(form.value for form in Form)]),
    setting=st.sampled_from(["", *(setting.value for setting in Setting)]),
)


@given(tolds, tolds)
def test_whatever_is_said_the_score_is_a_score_and_symmetric(one: Told, other: Told) -> None:
    found = of_reports(one, other)
    assert 0 <= found.score <= 100
    assert found.score == of_reports(other, one).score
    assert {ground.points for ground in found.grounds} <= set(POINTS.values())


@given(tolds)
def test_nothing_is_more_like_a_report_than_itself(one: Told) -> None:
    itself = of_reports(one, one)
    assert not itself.doubts
    assert of_reports(one, replace(one, area_code="elsewhere")).score <= itself.score


SAMPLE = Analysed(
    taken_on=DAY,
    sure_of_day=True,
    sold_as="heroin",
    sold_as_names=frozenset({"heroin"}),
    sold_as_class="other opioid",
    found=frozenset({"metonitazene"}),
    classes_found=frozenset({"nitazene"}),
)

SAMPLES: dict[str, tuple[Analysed, Told, How]] = {
    "sold as the same, sampled that day": (SAMPLE, told(**HEROIN), S),
    "sold as the same, sampled that day, in the same area": (
        replace(SAMPLE, area_code="Northby"),
        told(**HEROIN),
        V,
    ),
    "sold as the same, in another area": (replace(SAMPLE, area_code="Shoreham End"), told(**HEROIN), H),
    "sold as the same in like form, two days later": (
        replace(SAMPLE, form="powder"),
        told(-2, **HEROIN, form="powder"),
        S,
    ),
    "sampled before it happened": (SAMPLE, told(3, **HEROIN), H),
    "sold as something else": (SAMPLE, told(**STREET_VALIUM), H),
    "the reporter feared what was found": (
        SAMPLE,
        told(substances=frozenset({"metonitazene"}), substance_class="nitazene", sold_as="metonitazene"),
        H,
    ),
    "nothing said of what it was sold as, and the report names what was found": (
        replace(SAMPLE, sold_as="", sold_as_names=frozenset(), sold_as_class="unknown"),
        told(substances=frozenset({"metonitazene"}), substance_class="nitazene", sold_as="metonitazene"),
        S,
    ),
    "at the laboratory two weeks later": (
        replace(SAMPLE, sure_of_day=False, area_code="Northby"),
        told(-14, **HEROIN),
        S,
    ),
    "at the laboratory two months later": (replace(SAMPLE, sure_of_day=False), told(-60, **HEROIN), H),
}


@pytest.mark.parametrize(("sample", "report", "how"), SAMPLES.values(), ids=SAMPLES)
def test_a_sample_is_as_likely_from_a_report_as_a_coordinator_would_say(
    sample: Analysed, report: Told, how: How
) -> None:
    found = of_result(sample, report)
    assert found.how is how, f"{found.score}: {found.reasons}, but {found.doubts}"


@pytest.mark.parametrize(
    ("text", "markings"),
    [
        ("blue tablets marked TEVA", "TEVA"),
        ("tablets stamped D 10 on one side", "D 10"),
        ("white bag with a Rolex logo", "Rolex"),
        ("tablets with “Punisher” stamp", "Punisher"),
        ("pills marked with 'XANAX' and scored", "XANAX"),
        ("branded as Blue Dream", "Blue Dream"),
        ("no markings seen", ""),
        ("the market square", ""),
        ("he bought a stamp", ""),
        ("", ""),
    ],
)
def test_markings_are_read_where_a_reporter_names_them(text: str, markings: str) -> None:
    assert markings_in(text) == markings


def test_no_ground_at_all_is_no_likeness() -> None:
    assert (Likeness(()).score, Likeness(()).shown, Likeness(()).reasons) == (0, False, ())


@pytest.mark.parametrize(
    ("sampled", "arrived", "words"),
    [
        (
            DAY - timedelta(days=3),
            DAY - timedelta(days=1),
            "3 days after sampling, 1 day after it reached the laboratory",
        ),
        (DAY, DAY, "on the day of sampling, on the day it reached the laboratory"),
        (None, DAY - timedelta(days=2), "2 days after it reached the laboratory"),
        (None, None, ""),
    ],
)
def test_the_turn_round_of_a_sample_is_said_in_days(
    sampled: date | None, arrived: date | None, words: str
) -> None:
    assert turn_round(sampled_on=sampled, arrived_on=arrived, reported_on=DAY).in_words == words
