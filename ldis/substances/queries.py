"""Questions about the names that an area has added."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ldis.errors import NotFound
from ldis.substances.models import LocalWord
from ldis.substances.names import LocalName


def words_of(session: Session, *, partnership_id: int) -> Sequence[LocalWord]:
    """The words that a partnership has of its own now, in the order of the alphabet."""
    return session.scalars(
        select(LocalWord)
        .where(LocalWord.partnership_id == partnership_id, LocalWord.removed_at.is_(None))
        .options(joinedload(LocalWord.added_by))
        .order_by(LocalWord.folded, LocalWord.id)
    ).all()


def local_names(session: Session, *, partnership_id: int) -> list[LocalName]:
    """The same words, as the index takes them."""
    rows = session.execute(
        select(LocalWord.written, LocalWord.code)
        .where(LocalWord.partnership_id == partnership_id, LocalWord.removed_at.is_(None))
        .order_by(LocalWord.id)
    )
    return [LocalName(written, code) for written, code in rows]


def word_of(session: Session, word_id: int, *, partnership_id: int) -> LocalWord:
    """One word that a partnership has now, held until the transaction ends; or NotFound."""
    found = session.scalar(
        select(LocalWord)
        .where(
            LocalWord.id == word_id,
            LocalWord.partnership_id == partnership_id,
            LocalWord.removed_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound("There is no such name, or it was taken out already.")
    return found
