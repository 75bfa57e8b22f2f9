"""Looking drugs up from other systems, under /api/v1."""

from flask_smorest import Blueprint

from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.substances.access import known_names
from ldis.substances.schemas import AnswerSchema, Search, SearchSchema
from ldis.substances.search import Answer, search

api = Blueprint("catalogue", __name__, url_prefix="/api/v1", description="The catalogue of substances.")


@api.get("/substances")
@key_scope(Scope.REPORTS_WRITE, Scope.REPORTS_READ, Scope.LAB_WRITE)
@api.arguments(SearchSchema, location="query")
@api.response(200, AnswerSchema)
def find_substances(asked: Search) -> Answer:
    """Look up a drug by any of its names, the partnership's own among them."""
    return search(asked.q, known_names(current_key().place))
