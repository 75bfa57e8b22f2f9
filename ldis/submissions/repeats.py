"""What is sent twice is one report or result: how a repeat is told from a key that was used again."""

import hashlib
import json
from dataclasses import fields

from ldis.errors import Invalid
from ldis.submissions.details import Details
from ldis.submissions.kept import Kept
from ldis.submissions.queries import Submission
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm

USED_KEY = (
    "This was sent before, with other answers. If it is another report, send it again (by API: with a new key)."
)

ADDED = frozenset({"kept_details", "kept_details_reason", "reference_by", *(one.name for one in fields(Details))})


def the_same(sent: Submission, form: IncidentForm | LabResultForm) -> Submission:
    """What was sent before under this key, if what came now says the same."""
    if sent.body_digest != digest_of(form):
        raise Invalid({"submission_key": [USED_KEY]})
    return sent


def digest_of(form: IncidentForm | LabResultForm) -> str:
    """A digest of the content without its key, by which a repeat is told from a reused key.

    What may be added and was not is left out, so that new questions do not make another report of an old one.
    """
    given = {
        name: value
        for name, value in vars(form).items()
        if name != "submission_key" and not (name in ADDED and not value)
    }
    text = json.dumps(given, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return vars(value) if isinstance(value, (ComponentForm, Kept)) else str(value)
