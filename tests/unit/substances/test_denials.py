"""Names that are written down only to say that they were not there."""

import pytest

from ldis.substances.names import Names
from ldis.substances.rules import Why, match


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("not heroin", ["heroin"]),
        ("found no fentanyl", ["fentanyl"]),
        ("no trace of fentanyl", ["fentanyl"]),
        ("no fentanyl or nitazenes", ["fentanyl", "nitazene"]),
        ("tested negative for nitazenes", ["nitazene"]),
        ("nitazene strip negative", ["nitazene"]),
        ("heroin and nitazenes not detected", ["heroin", "nitazene"]),
        ("fentanyl was ruled out", ["fentanyl"]),
        ("it wasn't cocaine", ["cocaine"]),
        ("it wasn’t cocaine", ["cocaine"]),
        ("without ketamine", ["ketamine"]),
        ("fentanyl-free", ["fentanyl"]),
        ("denies taking heroin", ["heroin"]),
        ("didn't take any spice", ["synthetic-cannabinoid"]),
        ("instead of heroin", ["heroin"]),
        ("rather than heroin", ["heroin"]),
    ],
)
def test_a_plain_denial_is_taken_at_its_word(names: Names, text: str, denied: list[str]) -> None:
    reading = match(text, names)
    assert reading.matches == ()
    assert [each.substance.code for each in reading.ruled_out] == denied


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not heroin but fentanyl", ["fentanyl"]),
        ("Not heroin. It was fentanyl", ["fentanyl"]),
        ("heroin, no fentanyl", ["heroin"]),
        ("positive for heroin, negative for fentanyl", ["heroin"]),
        ("instead of heroin it was protonitazene", ["protonitazene"]),
        ("no naloxone given, took heroin", ["heroin"]),
        ("denies heroin, admits cocaine", ["cocaine"]),
        ("no drugs, just alcohol", ["alcohol"]),
    ],
)
def test_a_denial_reaches_no_further_than_it_should(names: Names, text: str, said: list[str]) -> None:
    assert [each.substance.code for each in match(text, names).matches] == said


@pytest.mark.parametrize(
    "text",
    [
        "not sure if heroin",
        "not the usual heroin",
        "not only heroin",
        "nothing but heroin",
        "not waking after heroin",
        "didn't know it was heroin",
        "No. 4 heroin",
        "no 4 heroin",
        "rather strong heroin",
        "he took heroin instead",
        "no idea, heroin?",
        "heroin free of charge",
    ],
)
def test_what_only_sounds_like_a_denial_denies_nothing(names: Names, text: str) -> None:
    assert [each.substance.code for each in match(text, names).matches] == ["heroin"]


@pytest.mark.parametrize("text", ["not heroin, fentanyl", "no heroin and fentanyl", "never used fentanyl"])
def test_where_a_denial_may_reach_a_name_it_is_asked(names: Names, text: str) -> None:
    reading = match(text, names)
    assert reading.matches == ()
    assert [(each.substance.code, each.why) for each in reading.suggestions] == [("fentanyl", Why.DENIAL)]


def test_a_drug_both_said_and_denied_counts_as_said(names: Names) -> None:
    reading = match("sold as oxycodone; no oxycodone found", names)
    assert [each.substance.code for each in reading.matches] == ["oxycodone"]
    assert reading.ruled_out == ()
