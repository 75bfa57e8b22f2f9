"""References to figures are read from a text, and what they cannot mean is said."""

import pytest

from config import indicators
from ldis.indicators.dictionary import WHOLE, read_dictionary
from ldis.indicators.figures import HERE, month_end
from ldis.reporting.references import Reference, What, Wrong, found_in, read

DICTIONARY = read_dictionary(indicators.read())
AREAS = {HERE: "North Shore", "E99000001": "Northtown"}
ARREST = DICTIONARY.indicators["positive_on_arrest"]


def meant(text: str) -> Reference:
    [written] = found_in(text)
    return read(written, DICTIONARY, AREAS)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("so {figure: positive_on_arrest} then", Reference(What.FIGURE, ARREST, WHOLE, HERE)),
        ("{Figure:positive_on_arrest}", Reference(What.FIGURE, ARREST)),
        ("{figure: positive_on_arrest, cocaine only}", Reference(What.FIGURE, ARREST, "cocaine only")),
        ("{figure: positive_on_arrest, Northtown}", Reference(What.FIGURE, ARREST, WHOLE, "E99000001")),
        (
            "{chart: positive_on_arrest, 2026-03, cocaine only, e99000001}",
            Reference(What.CHART, ARREST, "cocaine only", "E99000001", month_end(2026, 3)),
        ),
        ("{ scorecard }", Reference(What.SCORECARD)),
        ("{reviews: 2025}", Reference(What.REVIEWS, year=2025)),
    ],
)
def test_a_reference_means_what_it_says(text: str, reference: Reference) -> None:
    assert meant(text) == reference


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{figure: nothing}", "There is no indicator “nothing”."),
        ("{figure:}", "Say which indicator."),
        ("{figure: positive_on_arrest, heroin}", "“heroin” is no part of"),
        ("{figure: positive_on_arrest, 2026-13}", "“2026-13” is no month."),
        ("{reviews: last}", "Say the year of the reviews"),
    ],
)
def test_what_it_cannot_mean_is_said(text: str, sentence: str) -> None:
    with pytest.raises(Wrong, match=sentence[:20]) as caught:
        meant(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("text", ["{}", "{figures: x}", "{{", "a { b } c", "{fig: x}", "{figure: {x}}"])
def test_other_braces_are_only_braces(text: str) -> None:
    assert list(found_in(text)) == [] or text == "{figure: {x}}"
