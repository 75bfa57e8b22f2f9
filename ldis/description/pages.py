"""The description of the API, for programs and for people."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import Blueprint, Flask, current_app, jsonify
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_wtf.csrf import CSRFProtect

from ldis.description.document import Call, Document, as_path, completed
from ldis.description.fields import in_words
from ldis.description.reading import operations_of
from ldis.people.access import EVERYONE, open_to
from ldis.people.key_schemas import OWN_SCOPES, SCOPES
from ldis.web import render

pages = Blueprint("description", __name__)


class ProblemDocuments(Api):
    """flask-smorest, without its own error pages: refusals are answered in one place for the whole application."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""


@pages.get("/api/v1/openapi.json")
@open_to(EVERYONE)
def openapi() -> Any:
    """The OpenAPI document."""
    return jsonify(the_document())


@pages.get("/api/docs")
@open_to(EVERYONE)
def read() -> Any:
    """The same document for people, with every call ready to be tried."""
    document = the_document()
    scopes = [*SCOPES, *OWN_SCOPES]
    return render(
        "description/read.html", about=document["info"], operations=operations_of(document), scopes=scopes
    )


def install(app: Flask, csrf: CSRFProtect, stages: Sequence[SmorestBlueprint]) -> None:
    """Add the calls of the stages and their description. Keys open them, not cookies, so no CSRF token is asked."""
    app.config.update(
        API_TITLE="Local Drug Information System",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    documents = ProblemDocuments(app)
    documents.ma_plugin.converter.add_attribute_function(in_words)
    for blueprint in stages:
        documents.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    app.register_blueprint(pages)
    app.extensions["ldis.openapi"] = completed(
        documents.spec.to_dict(), calls_of(app), address=app.config["PUBLIC_URL"]
    )


def the_document() -> Document:
    """The description of this installation's API, put together once when the application starts."""
    return cast(Document, current_app.extensions["ldis.openapi"])


def calls_of(app: Flask) -> Iterator[Call]:
    """Every call that a key opens, as the views' own marks have it."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if hasattr(view, "key_scope"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Call(
                    method=method.lower(),
                    path=as_path(rule.rule),
                    name=rule.endpoint.split(".")[-1],
                    scopes=view.key_scope.split(" or "),
                    example=getattr(view, "example", None),
                )
