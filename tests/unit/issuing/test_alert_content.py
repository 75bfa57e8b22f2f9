"""What is kept of an alert's content is the whole of it."""

import json
from dataclasses import fields
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from alerts.messages import AlertContent, Kind
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.schemas import KEPT_FIELDS, DraftSchema

CONTENT = st.builds(
    AlertContent,
    reference=st.text(max_size=10),
    publisher=st.text(max_size=10),
    headline=st.text(max_size=20),
    areas=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    effects=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    alert_on=st.none() | st.dates(date(2000, 1, 1)),
    review_on=st.none() | st.dates(date(2000, 1, 1)),
    kind=st.sampled_from(Kind),
    expires_on=st.none() | st.dates(date(2000, 1, 1)),
    naloxone_works=st.booleans(),
)


@given(CONTENT)
def test_content_comes_back_from_keeping_as_it_was(content: AlertContent) -> None:
    assert from_kept(json.loads(json.dumps(as_kept(content)))) == content


def test_the_form_asks_for_every_field_that_an_author_decides() -> None:
    assert set(DraftSchema().fields) >= KEPT_FIELDS
    assert {field.name for field in fields(AlertContent)} - KEPT_FIELDS == {
        "reference",
        "publisher",
        "kind",
        "replaces",
    }
