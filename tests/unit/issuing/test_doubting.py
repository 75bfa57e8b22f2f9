"""What of an alert a result puts in doubt: a table of both, and the sentence it comes to."""

import pytest

from ldis.issuing.doubting import Newer, Said, doubt_about
from ldis.substances.catalogue import SubstanceClass as Kind

METONITAZENE = ("Metonitazene", Kind.NITAZENE)
PROTONITAZENE = ("Protonitazene", Kind.NITAZENE)
HEROIN = ("Heroin", Kind.OTHER_OPIOID)
BROMAZOLAM = ("Bromazolam", Kind.NOVEL_BENZODIAZEPINE)
CAFFEINE = ("Caffeine", Kind.CUTTING_AGENT)
METONITAZENE_ALERT = frozenset({METONITAZENE})


def newer(*found: tuple[str, Kind], before: tuple[tuple[str, Kind], ...] = (), identified: bool = True) -> Newer:
    """A confirmed result."""
    return Newer("L2", "confirmed", frozenset(found), frozenset(before), identified)


TABLE = [
    (
        "none of the family",
        METONITAZENE_ALERT,
        newer(BROMAZOLAM),
        "Result L2, confirmed, found bromazolam and no opioid; alert A1 says metonitazene.",
    ),
    ("nothing", METONITAZENE_ALERT, newer(), "Result L2, confirmed, found nothing; alert A1 says metonitazene."),
    (
        "another of the family in the sample that the alert rests on",
        METONITAZENE_ALERT,
        newer(PROTONITAZENE, before=(METONITAZENE,)),
        "Result L2, confirmed, found protonitazene and not metonitazene, which alert A1 says.",
    ),
    ("another of the family in another sample", METONITAZENE_ALERT, newer(PROTONITAZENE), ""),
    (
        "something deadly besides",
        frozenset({HEROIN}),
        newer(HEROIN, BROMAZOLAM),
        "Result L2, confirmed, found bromazolam, of which alert A1 says nothing.",
    ),
    (
        "something deadly where the alert names nothing",
        frozenset(),
        newer(METONITAZENE),
        "Result L2, confirmed, found metonitazene, of which alert A1 says nothing.",
    ),
    ("the same", METONITAZENE_ALERT, newer(METONITAZENE, before=(METONITAZENE,)), ""),
    ("a cutting agent besides", METONITAZENE_ALERT, newer(METONITAZENE, CAFFEINE), ""),
    ("what could not be identified", METONITAZENE_ALERT, newer(identified=False), ""),
    ("nothing where the alert names nothing", frozenset(), newer(), ""),
]


@pytest.mark.parametrize(("case", "named", "result", "sentence"), TABLE)
def test_a_result_puts_an_alert_in_doubt(
    case: str, named: frozenset[tuple[str, Kind]], result: Newer, sentence: str
) -> None:
    assert doubt_about(Said("A1", named), result) == sentence, case
