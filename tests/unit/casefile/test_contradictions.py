"""What contradicts what: a table of evidence, and the sentences it comes to."""

from typing import Any

import pytest

from ldis.casefile.contradictions import Account, Analysis, contradictions
from ldis.submissions.rules import Stage, Technique
from ldis.substances.catalogue import SubstanceClass as Kind


def account(reference: str = "R1", **said: Any) -> Account:
    """A report of heroin."""
    heroin = {"sold_as": "brown", "substances": frozenset({"Heroin"}), "classes": frozenset({Kind.OTHER_OPIOID})}
    return Account(reference=reference, **(heroin | said))


def analysis(reference: str = "L1", *found: tuple[str, Kind], **said: Any) -> Analysis:
    """A confirmed result of the first report's sample."""
    confirmed = {"stage": Stage.CONFIRMED, "technique": Technique.GC_MS, "sample": "S1", "report": "R1"}
    return Analysis(reference=reference, found=found, **(confirmed | said))


METONITAZENE = ("metonitazene", Kind.NITAZENE)
PROTONITAZENE = ("protonitazene", Kind.NITAZENE)
FENTANYL = ("fentanyl", Kind.FENTANYL)
BROMAZOLAM = ("bromazolam", Kind.NOVEL_BENZODIAZEPINE)
STRIP: dict[str, Any] = {"technique": Technique.IMMUNOASSAY, "stage": Stage.PRELIMINARY}
FIRST: dict[str, Any] = {"stage": Stage.PRELIMINARY}

REPORTS_AGAINST_RESULTS = [
    (
        "no opioid in what was sold as heroin",
        analysis("L1", BROMAZOLAM),
        ["Report R1 says sold as “brown”; result L1, confirmed, found no opioid."],
    ),
    (
        "nothing at all",
        analysis("L1", **FIRST),
        ["Report R1 says sold as “brown”; result L1, preliminary, found nothing."],
    ),
    ("another opioid is said by the result itself", analysis("L1", METONITAZENE), []),
    ("a sample of another report", analysis("L1", BROMAZOLAM, report="R9"), []),
    ("what could not be identified says nothing", analysis("L1", identified=False), []),
    (
        "a sample of nobody's report, sold as the same",
        analysis("L1", BROMAZOLAM, report="", sold_as=frozenset({Kind.FENTANYL})),
        ["Report R1 says sold as “brown”; result L1, confirmed, found no opioid."],
    ),
    (
        "a sample of nobody's report, sold as something else",
        analysis("L1", BROMAZOLAM, report="", sold_as=frozenset({Kind.BENZODIAZEPINE})),
        [],
    ),
]


@pytest.mark.parametrize(("case", "result", "sentences"), REPORTS_AGAINST_RESULTS)
def test_a_result_contradicts_what_a_report_says_it_was_sold_as(
    case: str, result: Analysis, sentences: list[str]
) -> None:
    assert contradictions([account()], [result]) == sentences, case


RESULTS_AGAINST_RESULTS = [
    (
        "a strip that the laboratory does not bear out",
        [analysis("L1", FENTANYL, **STRIP), analysis("L2", BROMAZOLAM)],
        ["Field test L1 says fentanyl; the laboratory (result L2, confirmed) did not find it."],
    ),
    (
        "a strip names the family only: a nitazene does not contradict fentanyl",
        [analysis("L1", FENTANYL, **STRIP), analysis("L2", METONITAZENE)],
        [],
    ),
    (
        "a confirmed result that found another drug than the first",
        [analysis("L1", METONITAZENE, **FIRST), analysis("L2", PROTONITAZENE)],
        ["Result L1, preliminary, says metonitazene; result L2, confirmed, found protonitazene and not that."],
    ),
    (
        "the order in which they came makes no difference",
        [analysis("L2", PROTONITAZENE), analysis("L1", METONITAZENE, **FIRST)],
        ["Result L1, preliminary, says metonitazene; result L2, confirmed, found protonitazene and not that."],
    ),
    (
        "nothing at first, then something",
        [analysis("L1", **FIRST), analysis("L2", METONITAZENE)],
        ["Result L1, preliminary, found nothing; result L2, confirmed, found metonitazene."],
    ),
    (
        "more than at first is no contradiction",
        [analysis("L1", FENTANYL), analysis("L2", FENTANYL, BROMAZOLAM)],
        [],
    ),
    (
        "two samples of two reports have nothing to do with each other",
        [analysis("L1", FENTANYL, **FIRST), analysis("L2", BROMAZOLAM, sample="S2", report="R2")],
        [],
    ),
]


@pytest.mark.parametrize(("case", "results", "sentences"), RESULTS_AGAINST_RESULTS)
def test_two_results_of_one_sample_contradict_each_other(
    case: str, results: list[Analysis], sentences: list[str]
) -> None:
    assert contradictions([], results) == sentences, case


LOOKS = [
    (
        "two colours",
        [account("R1", colour="blue"), account("R2", colour="white")],
        ["Reports of “Heroin” differ in colour: R1 says blue and R2 says white."],
    ),
    ("two shades", [account("R1", colour="light blue"), account("R2", colour="blue, chalky")], []),
    (
        "two stamps",
        [account("R1", markings="TEVA"), account("R2", markings="Rolex")],
        ["Reports of “Heroin” differ in markings: R1 says TEVA and R2 says Rolex."],
    ),
    ("one stamp, spaced in two ways", [account("R1", markings="D 10"), account("R2", markings="d-10")], []),
    (
        "two names",
        [account("R1", colour="blue"), account("R2", colour="white", substances=frozenset({"Diazepam"}))],
        [],
    ),
    (
        "one name that nobody knows",
        [
            account("R1", colour="blue", substances=frozenset(), sold_as="Smurfs"),
            account("R2", colour="red", substances=frozenset(), sold_as="smurfs"),
        ],
        ["Reports of “smurfs” differ in colour: R1 says blue and R2 says red."],
    ),
    ("one says nothing", [account("R1", colour="blue"), account("R2")], []),
]


@pytest.mark.parametrize(("case", "accounts", "sentences"), LOOKS)
def test_reports_under_one_name_differ_in_how_it_looks(
    case: str, accounts: list[Account], sentences: list[str]
) -> None:
    assert contradictions(accounts, []) == sentences, case
