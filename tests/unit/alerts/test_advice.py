"""What is said about each kind of drug: chosen by class, name and form; short, checked and with its public source."""

import pytest

from alerts import sms_text
from alerts.advice import advice_on, every_advice
from alerts.messages import Readership


@pytest.mark.parametrize(
    ("kind", "names", "form", "key"),
    [
        ("nitazene", ("metonitazene", "oxycodone"), "tablet", "nitazenes and fentanyls"),
        ("fentanyl", (), "", "nitazenes and fentanyls"),
        ("other opioid", ("heroin",), "powder", "other opioids"),
        ("novel benzodiazepine", ("bromazolam",), "tablet", "benzodiazepines and other sedatives"),
        ("SCRA", ("MDMB-4en-PINACA", "THC"), "vape", "THC vapes"),
        ("SCRA", ("spice",), "herbal", "SCRA"),
        ("cannabis", ("THC oil",), "vape", "THC vapes"),
        ("stimulant", ("cocaine",), "powder", "stimulants"),
        ("cathinone", (), "", "stimulants"),
        ("dissociative", ("ketamine",), "powder", "ketamine"),
        ("depressant", ("GBL",), "liquid", "GHB and GBL"),
        ("depressant", (), "", "benzodiazepines and other sedatives"),
        ("volatile / gas", ("nitrous oxide",), "", "nitrous oxide and fuels"),
        ("volatile / gas", ("lighter gas", "butane"), "", "volatile gases"),
        ("sedative adulterant", ("medetomidine",), "", "sedative adulterants"),
        ("cannabis", ("weed",), "herbal", "any other drug"),
        ("unknown", ("blues",), "tablet", "any other drug"),
    ],
)
def test_advice_follows_the_drug(kind: str, names: tuple[str, ...], form: str, key: str) -> None:
    assert advice_on(kind, names=names, form=form, readership=Readership.PROFESSIONALS).key == key


def test_every_text_names_a_public_source() -> None:
    for advice in every_advice(Readership.PROFESSIONALS):
        assert advice.sources, advice.key
        assert all(one.name and one.address.startswith("https://") for one in advice.sources), advice.key


def test_what_to_do_now_fits_a_text_message_without_costly_characters_and_says_999() -> None:
    for advice in every_advice(Readership.PROFESSIONALS):
        assert len(advice.act_now) <= 110, advice.key
        assert not sms_text.outside_gsm(advice.act_now), advice.key
        assert "999" in advice.act_now, advice.key


def test_naloxone_works_on_opioids_alone() -> None:
    assert {one.key for one in every_advice(Readership.PROFESSIONALS) if one.naloxone_works} == {
        "nitazenes and fentanyls",
        "other opioids",
    }


@pytest.mark.parametrize("readers", [Readership.PEOPLE_WHO_USE_DRUGS, Readership.SCHOOLS])
def test_only_professionals_are_given_clinical_advice(readers: Readership) -> None:
    assert advice_on("nitazene", readership=readers).clinical_advice == ""
    assert advice_on("nitazene", readership=Readership.PROFESSIONALS).clinical_advice


def test_schools_are_told_what_a_school_can_do() -> None:
    advice = advice_on("SCRA", form="vape", readership=Readership.SCHOOLS)
    assert "Follow your safeguarding procedure." in advice.what_to_do
