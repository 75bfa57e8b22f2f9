"""From the form for any incident to the one for vapes: the same answers, under the names that they have there."""

from ldis.submissions.particulars import Known, Raised, Sample
from ldis.vapes.rules import Device, Told
from ldis.web import Sent

RENAMED = {"reporter_organisation": "school_name"}
ANSWERS = {
    ("sample", Sample.KEPT): ("device", Device.KEPT),
    ("sample", Sample.SEIZED): ("device", Device.POLICE),
    ("sample", Sample.NONE): ("device", Device.GONE),
    ("safeguarding", Raised.YES): ("safeguarding_lead_told", Told.YES),
    ("safeguarding", Raised.NO): ("safeguarding_lead_told", Told.NOT_YET),
    ("safeguarding", Raised.NOT_APPLICABLE): ("safeguarding_lead_told", Told.NOT_APPLICABLE),
}
TICKS = ("ambulance_called", "ed_attended")


def as_of_a_vape(sent: Sent) -> Sent:
    """What was sent, as the form for vapes asks it. One that came from that form itself is left as it is."""
    if "form" not in sent:
        return sent
    crossed = sent.copy()
    for name, there in RENAMED.items():
        crossed.setlistdefault(there, sent.getlist(name))
    for (name, answer), (there, meant) in ANSWERS.items():
        if sent.get(name) == answer:
            crossed.setdefault(there, meant.value)
    for name in TICKS:
        if sent.get(name) != Known.YES:
            crossed.poplist(name)
    return crossed
