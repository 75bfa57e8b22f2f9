"""Add names to an area's own, and take them out. Both are in the audit record, and count for reports from then on."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances import queries
from ldis.substances.local import folded, objection
from ldis.substances.models import LocalWord
from ldis.substances.schemas import NewWord
from ldis.substances.vocabulary import Vocabulary


def add_word(session: Session, word: NewWord, *, vocabulary: Vocabulary, actor: Actor, now: datetime) -> LocalWord:
    """Say what a word means in the person's partnership."""
    if word.code is not None and word.code not in vocabulary.catalogue.by_code:
        raise Invalid({"code": ["Choose a substance of the catalogue."]})
    why_not = objection(word.written, word.code, vocabulary.names)
    if why_not:
        raise Invalid({"written": [why_not]})
    made = session.scalar(
        insert(LocalWord)
        .values(
            partnership_id=actor.partnership_id,
            written=word.written,
            folded=folded(word.written),
            code=word.code,
            added_by_id=actor.id,
            added_at=now,
        )
        .on_conflict_do_nothing()
        .returning(LocalWord.id)
    )
    if made is None:
        raise Invalid({"written": [f"“{word.written}” is among your names already. Take it out first."]})
    added = session.get_one(LocalWord, made)
    _changed(session, "local name added", added, actor=actor)
    return added


def remove_word(session: Session, word_id: int, *, actor: Actor, now: datetime) -> LocalWord:
    """Take a word out: reports are read without it from now on. What was read by it stays as it was read."""
    word = queries.word_of(session, word_id, partnership_id=actor.partnership_id)
    word.removed_at, word.removed_by_id = now, actor.id
    session.flush()
    _changed(session, "local name removed", word, actor=actor)
    return word


def _changed(session: Session, action: str, word: LocalWord, *, actor: Actor) -> None:
    session.execute(
        update(Partnership)
        .where(Partnership.id == word.partnership_id)
        .values(words_version=Partnership.words_version + 1)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        action,
        word.label,
        actor=actor.label,
        partnership_id=word.partnership_id,
        detail={"code": word.code},
    )
