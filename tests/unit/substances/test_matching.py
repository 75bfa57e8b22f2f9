"""Reading names in free text: what is taken, what is only offered, and what is left alone."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.substances.catalogue import Catalogue, SubstanceClass
from ldis.substances.names import How, LocalName, Names, cut
from ldis.substances.rules import Matching, Why, match


def taken(reading: Matching) -> list[str]:
    return [each.substance.code for each in reading.matches]


def offered(reading: Matching) -> list[str]:
    return [each.substance.code for each in reading.suggestions]


def test_a_match_says_which_words_it_read_and_where(names: Names) -> None:
    text = "Sold as “Xanax” – he’d had some SMACK too"
    found = match(text, names).matches
    assert [(each.written, each.how) for each in found] == [("Xanax", How.BRAND), ("SMACK", How.STREET)]
    assert [text[each.start : each.end] for each in found] == ["Xanax", "SMACK"]


def test_the_longest_name_wins(names: Names) -> None:
    assert taken(match("crack cocaine", names)) == ["crack"]
    assert taken(match("N-desethyl isotonitazene", names)) == ["n-desethyl-isotonitazene"]


def test_a_salt_belongs_to_its_drug(names: Names) -> None:
    (found,) = match("isotonitazene hydrochloride", names).matches
    assert (found.substance.code, found.written) == ("isotonitazene", "isotonitazene hydrochloride")


def test_each_drug_is_named_once_where_it_first_stands(names: Names) -> None:
    found = match("heroin, smack, more heroin", names).matches
    assert [(each.substance.code, each.start) for each in found] == [("heroin", 0)]


@pytest.mark.parametrize(
    "written",
    ["MDMB-4en-PINACA", "mdmb 4en pinaca", "MDMB‑4en‑PINACA", "mdmb4enpinaca", "MDMB–4EN–PINACA"],
)
def test_hyphens_case_and_spaces_make_no_difference(names: Names, written: str) -> None:
    assert taken(match(written, names)) == ["mdmb-4en-pinaca"]


@pytest.mark.parametrize(("written", "code"), [("α-PVP", "alpha-pvp"), ("Δ9-THC", "tetrahydrocannabinol")])
def test_greek_letters_are_read(names: Names, written: str, code: str) -> None:
    assert taken(match(written, names)) == [code]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("brown", "heroin"),
        ("a bag of brown", "heroin"),
        ("K", "ketamine"),
        ("speed", "amphetamine"),
        ("E", "mdma"),
    ],
)
def test_an_ordinary_word_is_taken_when_it_is_the_whole_answer(names: Names, written: str, code: str) -> None:
    assert taken(match(written, names)) == [code]


@pytest.mark.parametrize(
    "written",
    [
        "brown powder",
        "he drove at speed",
        "Charlie told me",
        "she fell on the ice",
        "vitamin B",
        "a K on the tablet",
    ],
)
def test_an_ordinary_word_is_not_taken_inside_a_sentence(names: Names, written: str) -> None:
    assert taken(match(written, names)) == []


def test_short_names_match_only_as_whole_words_clear_of_hyphens(names: Names) -> None:
    assert taken(match("ket and coke", names)) == ["ketamine", "cocaine"]
    assert taken(match("MD-34", names)) == []
    assert taken(match("market", names)) == []
    assert taken(match("ketermine", names)) == []
    assert offered(match("ketermine", names))[0] == "ketamine"


def test_words_that_could_mean_several_drugs_are_offered_and_never_taken(names: Names) -> None:
    for written in ("blues", "bars", "white", "B", "G", "T", "rocks", "gear", "pills", "meth", "china white"):
        reading = match(written, names)
        assert taken(reading) == []
        assert {each.why for each in reading.suggestions} == {Why.SEVERAL}


def test_a_likeness_is_offered_with_its_score_and_never_taken(names: Names) -> None:
    reading = match("metonitazapyne", names)
    assert taken(reading) == []
    assert {"metonitazene", "metonitazepyne"} <= set(offered(reading))
    assert all(each.why is Why.ALIKE and 0.88 <= each.likeness < 1 for each in reading.suggestions)


def test_words_shorter_than_four_letters_are_like_nothing(names: Names) -> None:
    assert offered(match("xyl", names)) == []
    assert offered(match("ktm", names)) == []


def test_at_most_three_are_suggested_for_one_phrase(names: Names) -> None:
    assert len(match("onitazene", names).suggestions) <= 3


@pytest.mark.parametrize(
    "written",
    [
        "N-pyrrolidino butonitazene",
        "4-fluoro-isotonitazene",
        "desethyl clonitazene",
        "protonitazene-x",
        "3,4-dimethoxy metonitazene",
        "2C-B-FLY",
        "heroin-like powder",
    ],
)
def test_a_name_inside_a_longer_name_is_another_drug(names: Names, written: str) -> None:
    reading = match(written, names)
    assert taken(reading) == []
    assert Why.PART in {each.why for each in reading.suggestions}


def test_what_nobody_knows_is_kept_as_written(names: Names) -> None:
    reading = match("Blue Zorbulon tablets and ketamine", names)
    assert [each.written for each in reading.unmatched] == ["Zorbulon"]
    assert taken(reading) == ["ketamine"]


def test_a_phrase_that_only_sounds_like_a_drug_is_left_alone(names: Names) -> None:
    assert match("diet coke", names) == Matching()


def test_empty_and_odd_texts_are_read_as_nothing(names: Names) -> None:
    for text in ("", "   ", "?!", "\x00", "\u202e", "…", "🙂", "'''", "--"):
        assert taken(match(text, names)) == []


def test_a_local_name_is_told_apart_and_gives_way_where_it_clashes(catalogue: Catalogue) -> None:
    local = [LocalName("zingers", "mdma"), LocalName("smack", "cocaine"), LocalName("gone", "no-such-drug")]
    names = Names.build(catalogue.entries, local)
    (found,) = match("two zingers", names).matches
    assert (found.substance.code, found.how) == ("mdma", How.LOCAL)
    assert taken(match("smack", names)) == []
    assert set(offered(match("smack", names))) == {"heroin", "cocaine"}


def test_the_gravest_drug_named_gives_the_class(names: Names) -> None:
    assert match("cannabis and protonitazene", names).substance_class is SubstanceClass.NITAZENE
    assert match("diazepam, naloxone given", names).substance_class is SubstanceClass.BENZODIAZEPINE
    assert match("no idea", names).substance_class is SubstanceClass.UNKNOWN


def test_a_reading_can_be_kept_as_plain_values(names: Names) -> None:
    record = match("smack, not spice, and metonitazapyne", names).as_record()
    assert record["matches"] == [
        {
            "code": "heroin",
            "name": "Heroin",
            "class": "other opioid",
            "written": "smack",
            "start": 0,
            "end": 5,
            "how": "street name",
        }
    ]
    assert record["ruled_out"][0]["code"] == "synthetic-cannabinoid"
    assert {"why", "likeness"} <= set(record["suggestions"][0])


def test_every_name_in_the_catalogue_leads_back_to_its_drug(catalogue: Catalogue, names: Names) -> None:
    strays = []
    for each in catalogue.entries:
        for written in (each.name, *each.aliases, *each.brands, *each.street, *each.misspellings, *each.alone):
            reading = match(written, names)
            if each.code not in {*taken(reading), *offered(reading)} or set(taken(reading)) - {each.code}:
                strays.append((each.code, written, taken(reading), offered(reading)))
    assert strays == []


def nitazenes(catalogue: Catalogue) -> dict[str, list[str]]:
    return {
        each.code: [each.name, *each.aliases, *each.misspellings]
        for each in catalogue.entries
        if each.substance_class is SubstanceClass.NITAZENE
    }


def test_no_nitazene_is_ever_taken_for_another(catalogue: Catalogue, names: Names) -> None:
    for code, written in nitazenes(catalogue).items():
        for name in written:
            for text in (name, name.upper(), f"sold as {name}, white powder", name.replace("-", " ")):
                assert set(taken(match(text, names))) <= {code}, text


def test_one_wrong_letter_in_a_nitazene_is_never_taken_for_another(catalogue: Catalogue, names: Names) -> None:
    """Unless it spells the whole name of the other: metonitazene without its first letter is etonitazene."""
    known = nitazenes(catalogue)
    whole = {cut(name).words: code for code, written in known.items() for name in written}
    exact_only = replace(names, _similar=lambda word: ())
    for code, written in known.items():
        for name, letter in product(written, ["", *"aeinoxy"]):
            for place in range(len(name)):
                misspelt = name[:place] + letter + name[place + 1 :]
                others = (set(taken(match(misspelt, exact_only))) & set(known)) - {code, "nitazene"}
                assert others <= {whole.get(cut(misspelt).words)}, misspelt


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_and_every_match_stands_where_it_says(names: Names, text: str) -> None:
    reading = match(text, names)
    for each in (*reading.matches, *reading.suggestions, *reading.unmatched, *reading.ruled_out):
        assert text[each.start : each.end] == each.written
