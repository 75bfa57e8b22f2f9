"""What a draft begins with: what the case knows, and no more certain than the laboratory was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from alerts.messages import AlertContent, Level, Readership
from config import substances
from ldis.issuing.drafting import first_words, follow_readers
from ldis.issuing.sources import origins
from ldis.people.models import Area
from ldis.submissions.models import IncidentReport, LabComponent, LabResult
from ldis.submissions.rules import Finding, Form, HarmLevel, Naloxone, Part, Stage, Symptom
from ldis.substances.catalogue import Substance, read_catalogue

TODAY = date(2026, 3, 27)


def report(**changes: object) -> IncidentReport:
    values: dict[str, object] = {
        "happened_on": date(2026, 3, 26),
        "sold_as": "oxycodone",
        "form": Form.TABLET,
        "harm_level": HarmLevel.LIFE_THREATENING,
        "naloxone": Naloxone.GIVEN,
        "symptoms": [Symptom.BREATHING.value, Symptom.OTHER.value],
        "substance_class": "other opioid",
        "area": Area(code="E99000001", name="North Shore District", region="Nowhere"),
    }
    return IncidentReport(**(values | changes))


def result(
    identifier: int, stage: Stage, *, supersedes: int | None = None, found: str = "metonitazene"
) -> LabResult:
    return LabResult(
        id=identifier,
        supersedes_id=supersedes,
        stage=stage,
        finding=Finding.FOUND,
        sold_as="oxycodone",
        form=Form.TABLET,
        substance_class="nitazene",
        components=[
            LabComponent(substance="caffeine", substance_class="cutting agent", part=Part.MINOR),
            LabComponent(substance=found, substance_class="nitazene", part=Part.MAIN),
        ],
    )


def drafted(
    reports: list[IncidentReport],
    results: list[LabResult],
    level: Level = Level.RED,
    readership: Readership = Readership.PROFESSIONALS,
    entries: Sequence[Substance] = (),
) -> AlertContent:
    return first_words(
        reports,
        results,
        title="Tablets sold as oxycodone",
        level=level,
        reference="NSH-A01",
        publisher="North Shore",
        how_to_report="Report at http://localhost:8000/report/north-shore",
        today=TODAY,
        readership=readership,
        entries=entries,
    )


def test_a_confirmed_result_is_said_as_found() -> None:
    content = drafted([report()], [result(1, Stage.CONFIRMED)])
    assert content.headline == "Metonitazene found in tablets sold as oxycodone"
    assert content.found == "caffeine (minor), metonitazene (main)"


def test_a_preliminary_result_is_said_as_possible() -> None:
    content = drafted([report()], [result(1, Stage.PRELIMINARY)])
    assert content.headline == "Possible metonitazene found in tablets sold as oxycodone"
    assert content.source == "1 report from people who work locally and 1 preliminary laboratory result"


def test_a_superseded_result_is_not_quoted() -> None:
    content = drafted(
        [], [result(1, Stage.PRELIMINARY, found="fentanyl"), result(2, Stage.CONFIRMED, supersedes=1)]
    )
    assert "fentanyl" not in content.headline + content.found
    assert content.source == "1 confirmed laboratory result"


def test_without_a_laboratory_only_the_kind_is_supposed() -> None:
    assert drafted([report()], []).headline == "Possible opioid in tablets sold as oxycodone"


def test_with_nothing_known_only_the_harm_is_said() -> None:
    content = drafted([report(substance_class="unknown", sold_as="blues")], [])
    assert content.headline == "Harm after tablets sold as blues"


def test_a_case_without_anything_said_is_headed_by_its_title() -> None:
    assert drafted([], []).headline == "Tablets sold as oxycodone"


def test_an_opioid_brings_naloxone_with_it() -> None:
    content = drafted([report(), report(harm_level=HarmLevel.FATAL)], [])
    assert content.naloxone_works
    assert "naloxone" in content.act_now
    assert content.impact == "2 reports: 1 fatal, 1 life-threatening; naloxone was given in 2"


@pytest.mark.parametrize("kind", ["SCRA", "novel benzodiazepine", "stimulant", "unknown"])
def test_any_other_drug_does_not_promise_that_naloxone_works(kind: str) -> None:
    content = drafted([report(substance_class=kind)], [])
    assert not content.naloxone_works
    assert "naloxone" not in f"{content.act_now} {content.impact} {content.what_to_do}"
    assert "999" in content.act_now


def test_sharing_for_information_calls_nobody_to_act() -> None:
    assert drafted([report()], [], Level.INFORMATION).act_now == "Watch for the signs and report what you see"


def test_effects_are_those_reported_the_commonest_first() -> None:
    content = drafted(
        [report(), report(symptoms=["vomiting", Symptom.BREATHING.value]), report(symptoms=["seizure or fit"])], []
    )
    assert content.effects == ("Slow or no breathing", "Vomiting", "Seizure or fit")


def test_a_draft_is_reviewed_in_a_week_when_it_is_red() -> None:
    assert drafted([report()], []).review_on == date(2026, 4, 3)


def test_words_for_people_who_use_drugs_leave_out_what_only_clinicians_can_do() -> None:
    theirs = drafted([report()], [], readership=Readership.PEOPLE_WHO_USE_DRUGS)
    assert "Tell your friends." in theirs.what_to_do
    assert theirs.clinical_advice == ""
    assert drafted([report()], []).clinical_advice


def test_other_readers_get_their_words_where_the_author_changed_none() -> None:
    before, after = (
        drafted([report()], [], readership=one) for one in (Readership.PROFESSIONALS, Readership.SCHOOLS)
    )
    now = replace(before, readership=Readership.SCHOOLS, act_now="Ours. Call 999")
    followed = follow_readers(now, before=before, after=after)
    assert followed.act_now == "Ours. Call 999"
    assert followed.what_to_do == after.what_to_do
    assert followed.readership is Readership.SCHOOLS


def test_the_catalogue_says_what_else_the_drug_is_called() -> None:
    entries = [one for one in read_catalogue(substances.read()).entries if one.name.casefold() == "ketamine"]
    content = drafted([], [result(1, Stage.CONFIRMED, found="ketamine")], entries=entries)
    assert content.other_names
    assert set(content.other_names) <= {*entries[0].street, *entries[0].aliases}


def test_every_field_names_the_reports_results_or_guidance_that_its_first_words_rest_on() -> None:
    seen, measured = report(reference="NSH-R1"), result(1, Stage.CONFIRMED)
    measured.reference = "NSH-L1"
    first = drafted([seen], [measured])
    found = origins([seen], [measured], entries=(), first=first, now=replace(first, headline="Ours"))
    assert [one.name for one in found["effects"].sources] == ["report NSH-R1"]
    assert [one.name for one in found["headline"].sources] == ["result NSH-L1", "report NSH-R1"]
    assert found["headline"].changed
    assert not found["effects"].changed
    assert all(one.address.startswith("https://") for one in found["act_now"].sources)
