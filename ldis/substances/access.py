"""The names that this installation knows, for views."""

from typing import cast

from flask import current_app

from ldis.people.rules import Place
from ldis.substances.names import Names
from ldis.substances.vocabulary import Vocabulary
from ldis.web import session


def vocabulary() -> Vocabulary:
    """The catalogue and its index, built once when the application starts."""
    return cast(Vocabulary, current_app.extensions["ldis.vocabulary"])


def known_names(place: Place) -> Names:
    """The names that count in a partnership: the catalogue's and its own."""
    return vocabulary().names_for(session, place)
