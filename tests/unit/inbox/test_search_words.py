"""What words mean to the search: words, phrases, drugs, areas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import substances
from ldis.inbox.words import MOST_TERMS, Term, terms_of
from ldis.substances.catalogue import read_catalogue
from ldis.substances.names import Names

AREAS = {"E1": "Northby", "E2": "St. Helens-on-Sea"}


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.build(read_catalogue(substances.read()).entries)


def said(terms: tuple[Term, ...]) -> list[str]:
    """The words of each term, with what else they stand for."""
    return [" ".join(one.words) + (f" = {one.as_codes}" if one.as_codes else "") for one in terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("crown tablets", ["crown", "tablets"]),
        ("“pink crown” tablets", ["pink crown", "tablets"]),
        ("vallies", ["vallies = 'substance:diazepam'"]),
        ("northby VALLIES", ["northby = 'area:E1'", "vallies = 'substance:diazepam'"]),
        ("st helens on sea", ["st helens on sea = 'area:E2'"]),
        ("northbya", ["northbya"]),
        ("the", []),
        ("' & | ! \\ :* <->", []),
        ("", []),
    ],
)
def test_words_are_understood(names: Names, text: str, terms: list[str]) -> None:
    assert said(terms_of(text, names, AREAS)) == terms


@given(text=st.text(max_size=200))
def test_only_letters_and_figures_are_ever_asked_for(names: Names, text: str) -> None:
    terms = terms_of(text, names, AREAS)
    assert len(terms) <= MOST_TERMS
    assert all(word.isalnum() for term in terms for word in term.words)
