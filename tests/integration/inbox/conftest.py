"""Reports, results and cases to be found, and a coordinator who looks for them."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.cases.policy import Policy
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast

Shown = Callable[..., list[str]]

LISTED = re.compile(r'aria-labelledby="came-in".*?</section>', re.DOTALL)
TITLE = re.compile(r'ldis-rows__title" href="/(?:reports|results)/([\w-]+)"')


def words_of(page: str) -> str:
    """What a person reads on a page, the markup left out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def listed_on(page: str) -> list[str]:
    """The references of what came in, in the order in which a page lists them."""
    found = LISTED.search(page)
    assert found, page
    return TITLE.findall(found[0])


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def coordinator(table: CaseTable, browser_of: Callable[[Actor], FlaskClient]) -> FlaskClient:
    """The coordinator's browser."""
    return browser_of(table.cast.coordinator)


@pytest.fixture
def shown(table: CaseTable, coordinator: FlaskClient) -> Shown:
    """What the inbox lists for some filters."""

    def look(**filters: object) -> list[str]:
        table.db.commit()
        answer = coordinator.get("/cases", query_string={"status": ""} | filters)
        assert answer.status_code == 200, words_of(answer.text)
        return listed_on(answer.text)

    return look
