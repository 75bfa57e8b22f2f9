"""Pages for what went wrong. They promise to draw even when the database does not answer."""

from flask import current_app, g, render_template
from werkzeug.exceptions import default_exceptions

OWN_PAGES = (403, 404, 409, 413, 422, 429, 500)


def render_error(status: int, *, title: str, detail: str) -> str:
    """The page for a status, saying what happened and what to do next; our words stand in for the library's."""
    stock = default_exceptions.get(status)
    if stock is not None and detail == stock.description:
        detail = ""
    name = f"errors/{status}.html" if status in OWN_PAGES else "errors/any.html"
    if status < 500:
        return render_template(name, problem_title=title, problem_detail=detail)
    template = current_app.jinja_env.get_template("errors/500.html" if status == 500 else name)
    return template.render(
        problem_title=title,
        problem_detail=detail,
        actor=None,
        demo=False,
        csp_nonce=lambda: g.get("csp_nonce", ""),
    )
