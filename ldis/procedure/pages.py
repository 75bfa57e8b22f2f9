"""The policy, on pages for everybody who is signed in: a decision is made under rules that can be read."""

from typing import Any

from flask import Blueprint

from ldis.cases import in_words as workflow
from ldis.cases.access import policy
from ldis.people.access import SIGNED_IN, open_to
from ldis.procedure import queries, views
from ldis.web import render, session

pages = Blueprint("procedure", __name__)


@pages.get("/policy")
@open_to(SIGNED_IN)
def index() -> Any:
    """The policy in force, the moves of a case, and the earlier policies."""
    return render(
        "procedure/show.html",
        in_force=True,
        headings=workflow.HEADINGS,
        moves=list(workflow.rows()),
        policies=queries.policies(session),
        texts=[],
        **views.in_words(policy()),
    )


@pages.get("/policy/<version>")
@open_to(SIGNED_IN)
def version(version: str) -> Any:
    """One version of the policy, in words where they can still be read, and as it was written."""
    if version == policy().version:
        return index()
    texts = queries.texts_of(session, version)
    readable = views.read(texts[0])
    return render(
        "procedure/show.html",
        in_force=False,
        version=version,
        texts=texts,
        **(views.in_words(readable) if readable else {}),
    )
