"""Names that an area adds to the catalogue's: which may be added, and how reports are read with them."""

import pytest

from ldis.substances.catalogue import Catalogue
from ldis.substances.local import folded, objection
from ldis.substances.names import How, LocalName, Names
from ldis.substances.rules import match
from ldis.substances.search import search


def test_adding_to_an_index_is_the_same_as_building_with_the_names(catalogue: Catalogue, names: Names) -> None:
    own = [LocalName("zingers", "mdma"), LocalName("smack", "cocaine"), LocalName("bobby socks", None)]
    added = names.with_local(own, catalogue.by_code)
    built = Names.build(catalogue.entries, own)
    assert added.entries == built.entries
    assert "zingers" not in {" ".join(key) for key in names.entries}, "the shared index is left as it was"


def test_without_names_of_its_own_an_area_shares_the_index(catalogue: Catalogue, names: Names) -> None:
    assert names.with_local([], catalogue.by_code) is names


def test_a_word_for_no_drug_is_neither_read_nor_asked_about(catalogue: Catalogue, names: Names) -> None:
    before = match("valuum from bobbington", names)
    after = match("valuum from bobbington", names.with_local([LocalName("Bobbington", None)], catalogue.by_code))
    assert [each.written for each in before.unmatched] == ["bobbington"]
    assert after.unmatched == ()
    assert after.suggestions == before.suggestions


def test_what_the_catalogue_knows_is_not_made_unknown(catalogue: Catalogue, names: Names) -> None:
    still = names.with_local([LocalName("heroin", None), LocalName("heroin", "no-such-code")], catalogue.by_code)
    assert [each.substance.code for each in match("heroin", still).matches] == ["heroin"]


@pytest.mark.parametrize(
    ("written", "code", "why"),
    [
        ("heroin", "ketamine", "as Heroin"),
        ("heroin", None, "as Heroin"),
        ("diet coke", "cocaine", "no drug"),
        ("the pill", "mdma", "ordinary English"),
        ("500 mg", "mdma", "ordinary English"),
        ("...", "mdma", "letters"),
    ],
)
def test_a_name_that_would_make_reports_be_read_worse_meets_an_objection(
    names: Names, written: str, code: str | None, why: str
) -> None:
    assert why in (objection(written, code, names) or "")


def test_a_word_that_may_mean_several_things_may_gain_one_and_is_still_asked_about(
    catalogue: Catalogue, names: Names
) -> None:
    unsure = next(each for each in catalogue.entries if each.unsure)
    word = unsure.unsure[0]
    assert objection(word, unsure.code, names)
    other = next(each for each in catalogue.entries if not set(each.unsure) & set(unsure.unsure))
    assert objection(word, other.code, names) is None
    more = names.with_local([LocalName(word, other.code)], catalogue.by_code)
    assert match(word, more).matches == ()


def test_a_name_is_the_same_however_it_is_spelt_out() -> None:
    assert folded("Harbour-Dust") == folded("  harbour   dust") == "harbour dust"


def test_a_search_never_offers_what_it_is_sure_of(names: Names) -> None:
    found = search("valium", names)
    assert [each.substance.code for each in found.matches] == ["diazepam"]
    assert "diazepam" not in [each.substance.code for each in found.suggestions]


def test_first_letters_find_names_and_a_single_letter_finds_nothing(names: Names) -> None:
    offered = [each.substance.code for each in search("metoni", names).suggestions]
    assert {"metonitazene", "metonitazepyne"} <= set(offered)
    assert len(search("me", names).suggestions) == 10
    assert all("begins" not in each.why for each in search("q", names).suggestions)


def test_a_local_name_is_found_as_such(catalogue: Catalogue, names: Names) -> None:
    more = names.with_local([LocalName("harbour dust", "ketamine")], catalogue.by_code)
    [found] = search("harbour dust", more).matches
    assert (found.substance.code, found.how) == ("ketamine", How.LOCAL)
