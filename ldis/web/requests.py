"""One request: its session, its one commit, and its page drawn again when what was asked is refused."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, flash, g, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from ldis.errors import NotFound, Refusal

MOST_HEARD_OUT = 300 * 1024 * 1024

View = TypeVar("View", bound=Callable[..., Any])


def _open() -> Session:
    if "ldis_session" not in g:
        g.ldis_session = current_app.extensions["ldis.sessions"]()
    return cast(Session, g.ldis_session)


session = cast(Session, LocalProxy(_open))
"""The request's session: opened when first used, rolled back and closed when the request ends."""


def close_session(_error: BaseException | None = None) -> None:
    """Give the connection back; what was not committed is undone."""
    opened: Session | None = g.pop("ldis_session", None)
    if opened is not None:
        opened.close()


def commits(view: View) -> View:
    """The one place where a page's changes are kept: when its view has returned."""

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        if "ldis_session" in g:
            session.commit()
        return answer

    return cast(View, kept)


def takes_files(megabytes: int) -> Callable[[View], View]:
    """Let a view be sent more than the few kilobytes of a form. What is larger is refused before it is read.

    Stands above the other marks, so that it is seen when the request begins.
    """

    def mark(view: View) -> View:
        view.most_bytes = megabytes * 1024 * 1024  # type: ignore[attr-defined]
        return view

    return mark


def make_room(endpoint: str | None, _values: object) -> None:
    """Before anything is read of a request: allow as much as its view takes. Only files need more: words never do."""
    allowed = getattr(current_app.view_functions.get(endpoint or ""), "most_bytes", None)
    if allowed is not None and request.mimetype == "multipart/form-data":
        request.max_content_length = allowed


def hear_out() -> None:
    """Of a request that was refused for its length, read the rest and keep nothing of it.

    A browser that is cut off while it sends shows no page, only that the connection was lost. What is longer than
    anybody sends by mistake is cut off all the same.
    """
    length, most = request.content_length or 0, request.max_content_length
    if most is None or not most < length <= MOST_HEARD_OUT:
        return
    sending = request.environ["wsgi.input"]
    while length > 0 and (block := sending.read(min(length, 64 * 1024))):
        length -= len(block)


def redraws(show: Callable[..., Any]) -> Callable[[View], View]:
    """On a refusal, undo everything and draw the page that `show` draws, with what was typed and what is wrong.

    Stands above `@commits`. `show` is given those of the address's parts that it takes. What cannot be found has
    no page.
    """
    takes = inspect.signature(show).parameters

    def mark(view: View) -> View:
        @wraps(view)
        def drawn_again(*args: Any, **kwargs: Any) -> Any:
            try:
                return view(*args, **kwargs)
            except NotFound:
                raise
            except Refusal as refusal:
                if "ldis_session" in g:
                    session.rollback()
                return _again(refusal, show, {name: kwargs[name] for name in takes if name in kwargs})

        return cast(View, drawn_again)

    return mark


def _again(refusal: Refusal, show: Callable[..., Any], parts: dict[str, Any]) -> Response:
    g.ldis_refusal = refusal  # kept, with what was typed, where `show` refuses too: the error page offers it
    response = make_response(show(**parts))
    forget()
    response.status_code = refusal.status
    return response


def kept_for_going_back(view: View) -> View:
    """Let the browser show this very page again when somebody goes back to it.

    A form that is drawn once is one report: what was typed is still there, under the same key, so that sending it
    again makes no second one.
    """

    @wraps(view)
    def drawn(*args: Any, **kwargs: Any) -> Any:
        answer = make_response(view(*args, **kwargs))
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    return cast(View, drawn)


def forget() -> None:
    """Start with no form typed and no refusal: one application context may serve several requests in tests."""
    for name in ("ldis_refusal", "ldis_typed", "ldis_forms", "ldis_summarised"):
        g.pop(name, None)


def render(template: str, **context: Any) -> str:
    """Draw a page."""
    return render_template(template, **context)


def notice(sentence: str) -> None:
    """Say on the next page that something was done."""
    flash(sentence, "notice")


def attachment(content: bytes | Iterable[bytes], content_type: str, name: str) -> Response:
    """A file to be saved, not shown."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
