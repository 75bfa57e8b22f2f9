"""What is said in a text message and of a quorum."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.sms_text import segments
from ldis.cases.rules import Quorum
from ldis.convening.letters import Ask, Meeting, call_or_reminder
from ldis.convening.rules import As, needs
from ldis.people.rules import Discipline

STARTS = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
MEETING = Meeting(
    STARTS, STARTS + timedelta(hours=1), "Room 4", "https://ldis.example.org/cases/PLY-0142/meeting.ics"
)
QUORUM = Quorum(votes=2, disciplines=2, one_of=frozenset({Discipline.MEDICAL, Discipline.PUBLIC_HEALTH}))


def ask(**changes: object) -> Ask:
    known = {
        "reference": "PLY-0142",
        "partnership": "Plymouth",
        "brief": "Possible nitazene, 2 life-threatening.",
        "link": "https://ldis.example.org/cases/PLY-0142/grade",
        "risk_to_life": True,
    }
    return Ask(**(known | changes))  # type: ignore[arg-type]


def test_a_call_by_text_is_one_segment_and_says_what_it_is_about() -> None:
    text = call_or_reminder(ask(), name="Mo Field").text
    assert text == (
        "LDIS: case PLY-0142 needs you. Possible nitazene, 2 life-threatening. "
        "Open: https://ldis.example.org/cases/PLY-0142/grade"
    )
    assert segments(text) == 1


@pytest.mark.parametrize("written_as", As)
@pytest.mark.parametrize("look_back_by", [None, STARTS])
@pytest.mark.parametrize("meeting", [None, MEETING])
@pytest.mark.parametrize("link", ["https://a.example.org/c", f"https://{'long-' * 30}.example.org/cases/PLY-0142"])
def test_no_text_is_longer_than_two_segments_and_all_keep_the_link(
    written_as: As, look_back_by: datetime | None, meeting: Meeting | None, link: str
) -> None:
    said = call_or_reminder(
        ask(written_as=written_as, look_back_by=look_back_by, meeting=meeting, link=link), name="Mo Field"
    )
    assert segments(said.text) <= 2
    assert said.text.endswith(f"Open: {link}")
    assert "Mo Field" not in said.text


@pytest.mark.parametrize(
    ("voted", "lacks"),
    [
        ([], "quorum needs 2 more votes, 1 of medical or public health"),
        (["police"], "quorum needs 1 of medical or public health"),
        (["medical"], "quorum needs 1 more vote"),
        (["police", "laboratory"], "quorum needs 1 of medical or public health"),
        (["medical", "medical"], "quorum needs a vote from another discipline"),
        (["medical", "police"], "enough have voted for a quorum"),
    ],
)
def test_what_a_quorum_lacks_is_said_without_saying_how_anybody_voted(voted: list[str], lacks: str) -> None:
    assert needs(QUORUM, [Discipline(one) for one in voted]) == lacks
