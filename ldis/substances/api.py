"""Looking drugs up from other systems, under /api/v1."""

from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.substances.access import known_names
from ldis.substances.schemas import AnswerSchema, Search, SearchSchema
from ldis.substances.search import Answer, search

api = Calls("catalogue", __name__, url_prefix="/api/v1", description="The catalogue of substances.")


@api.get("/substances")
@key_scope(Scope.REPORTS_WRITE, Scope.REPORTS_READ, Scope.LAB_WRITE)
@api.arguments(SearchSchema, location="query")
@api.response(200, AnswerSchema)
@example(
    q="some valium and metonitazine",
    answer={
        "matches": [
            {
                "written": "valium",
                "how": "brand",
                "substance": {
                    "code": "diazepam",
                    "name": "Diazepam",
                    "class": "benzodiazepine",
                    "tier": 3,
                    "naloxone": "does not",
                    "uk_class": "C",
                },
            }
        ],
        "suggestions": [
            {
                "why": "“metonitazine” looks like it",
                "substance": {
                    "code": "metonitazene",
                    "name": "Metonitazene",
                    "class": "nitazene",
                    "tier": 1,
                    "naloxone": "works",
                    "uk_class": "A",
                },
            }
        ],
    },
)
def find_substances(asked: Search) -> Answer:
    """Look up a drug by any of its names, the partnership's own among them."""
    return search(asked.q, known_names(current_key().place))
