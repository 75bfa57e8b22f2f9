"""Every name that this installation knows: the catalogue's, and beside it what each partnership has added."""

from sqlalchemy.orm import Session

from ldis.people.rules import Place
from ldis.substances import queries
from ldis.substances.catalogue import Catalogue, offered
from ldis.substances.names import Names


class Vocabulary:
    """The catalogue with its index, and an index for each partnership that has words of its own.

    An index is kept until the partnership's words change. Whoever asks has read `words_version` with the
    partnership itself, so that knowing whether the index is still good costs nothing, in every process.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.names = Names.build(catalogue.entries)
        self.offered = offered(catalogue)
        self._own: dict[int, tuple[int, Names]] = {}

    def names_for(self, session: Session, place: Place) -> Names:
        """The names that count in a partnership."""
        if place.words_version == 0:
            return self.names
        version, names = self._own.get(place.id, (0, self.names))
        if version != place.words_version:
            added = queries.local_names(session, partnership_id=place.id)
            names = self.names.with_local(added, self.catalogue.by_code)
            self._own[place.id] = (place.words_version, names)
        return names
