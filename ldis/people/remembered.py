"""A call that its sender gave a name to, in the header Idempotency-Key: the same call again gets the same answer."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, request
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people.access import current_key
from ldis.people.models import ApiAnswer
from ldis.people.rules import ANSWERS_KEPT
from ldis.web import session

View = TypeVar("View", bound=Callable[..., Response])

HEADER = "Idempotency-Key"
USED = "This was sent before, with another body or to another address. Send it with a new Idempotency-Key."
MOST_FORGOTTEN = 100


def name_of_sending() -> str | None:
    """The sender's own name for this call, if it has one; refused where it is none that could be told apart."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    name = given.strip()
    if not 8 <= len(name) <= 80 or not name.isascii() or not name.isprintable():
        raise Invalid({HEADER: ["Use 8 to 80 plain characters."]})
    return name


def remembered(view: View) -> View:
    """Do a call once, however often and however many at once it is sent; it counts for the key alone.

    Stands under `@commits`, and over what makes the answer, so that what is done and what was answered are kept
    together or not at all: a call that was refused may be sent again. Whoever comes while it is being done waits.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Response:
        name = name_of_sending()
        if name is None:
            return view(*args, **kwargs)
        _forget_the_old()
        known = _begun(name)
        if known.answer is None:
            answer = view(*args, **kwargs)
            known.answer, known.status = answer.get_data(as_text=True), answer.status_code
            return answer
        return Response(known.answer, status=known.status, mimetype="application/json")

    return cast(View, once)


def _begun(name: str) -> ApiAnswer:
    """What is known of this call. It is now being done, unless it has its answer already."""
    key_id, name_digest, call_digest = current_key().id, _digest(name), _digest(_this_call())
    session.execute(
        insert(ApiAnswer)
        .values(key_id=key_id, name_digest=name_digest, call_digest=call_digest, at=utc_now())
        .on_conflict_do_nothing()
    )
    known = session.scalars(
        select(ApiAnswer).where(ApiAnswer.key_id == key_id, ApiAnswer.name_digest == name_digest)
    ).one()
    if known.call_digest != call_digest:
        raise Invalid({HEADER: [USED]})
    return known


def _forget_the_old() -> None:
    """A few at a time, and never waiting for another call that does the same."""
    old = (
        select(ApiAnswer.key_id, ApiAnswer.name_digest)
        .where(ApiAnswer.at < utc_now() - ANSWERS_KEPT)
        .limit(MOST_FORGOTTEN)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    session.execute(
        delete(ApiAnswer)
        .where(ApiAnswer.key_id == old.c.key_id, ApiAnswer.name_digest == old.c.name_digest)
        .execution_options(synchronize_session=False)
    )


def _this_call() -> str:
    """Where it goes and what it says, however its JSON is laid out. It has been read before."""
    said = json.loads(request.get_data().decode("utf-8-sig"))
    return f"{request.method} {request.path}\n{json.dumps(said, sort_keys=True)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
