"""What looked like a personal detail and was kept, because its sender said why it is none."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from ldis.audit import service as audit
from ldis.secrecy import seal, unseal


@dataclass(frozen=True)
class Kept:
    """Words that looked like a detail of some kind, and the answer in which they stand."""

    field: str
    kind: str
    text: str


class SealedWords(TypeDecorator[tuple[Kept, ...]]):
    """Kept words, which the database only ever sees encrypted: the sender may have been wrong."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[Kept, ...] | None, dialect: Dialect) -> bytes | None:
        return seal(json.dumps([astuple(one) for one in value], ensure_ascii=False)) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Kept, ...]:
        return () if value is None else tuple(Kept(*one) for one in json.loads(unseal(bytes(value))))


def record(session: Session, kept: Sequence[Kept], about: str, *, partnership_id: int, by: str) -> None:
    """Put into the audit record that words were kept: in which answers and what they looked like, not the words."""
    answers = list(dict.fromkeys(one.field for one in kept))
    kinds = list(dict.fromkeys(one.kind for one in kept))
    if answers:
        detail = {"answers": answers, "looked like": kinds}
        audit.record(session, "details kept", about, actor=by, partnership_id=partnership_id, detail=detail)


def marked(words: str, kept: Iterable[Kept]) -> str:
    """An answer for a page, with what was kept in it marked, so that whoever reads it looks twice."""
    texts = sorted({one.text for one in kept}, key=len, reverse=True)
    if not texts:
        return words
    parts = re.split(f"({'|'.join(map(re.escape, texts))})", words)
    return Markup().join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
