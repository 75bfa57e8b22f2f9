"""`make demo`: one incident becomes one acknowledged alert, on the real processes, without hands.

Everything goes through the front doors over HTTP, and what went out is read back from a local mail server and a
local provider that speaks Twilio's protocol. Prints each step with its time, and last a table. Exits non-zero with
the name of the step that failed.
"""

import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from ldis.demonstration import review, warning
from ldis.demonstration.browser import Unexpected
from ldis.demonstration.processes import House
from ldis.demonstration.story import Story, must_be


@dataclass(frozen=True)
class Step:
    """One step of the procedure: what it is called, and what does it and says what it found."""

    name: str
    take: Callable[[Story], str]


def start_everything(story: Story) -> str:
    """The providers, the database, the web, the worker and the scheduler."""
    story.house.start()
    return f"ready at {story.house.url}"


def stop_everything(story: Story) -> str:
    """Nothing may be left behind."""
    must_be(story.house.stop(), [], "processes left behind")
    return "nothing is left behind"


STEPS = (
    Step("Start the processes", start_everything),
    Step("Make an API key", review.make_a_key),
    Step("Reports come in by API", review.reports_come_in),
    Step("A laboratory result comes in by API", review.a_result_comes_in),
    Step("The coordinator signs in", review.the_coordinator_signs_in),
    Step("A case is opened", review.a_case_is_opened),
    Step("The panel is called", review.the_panel_is_called),
    Step("Members grade, each alone", review.members_grade_apart),
    Step("Members vote", review.members_vote),
    Step("The decision is recorded", review.the_decision_is_recorded),
    Step("The alert is drafted", warning.the_alert_is_drafted),
    Step("It is sent for approval", warning.it_is_sent_for_approval),
    Step("Somebody else approves", warning.somebody_else_approves),
    Step("Every message arrives", warning.every_message_arrives),
    Step("Receipts come back", warning.receipts_come_back),
    Step("Looking is not acknowledging", warning.looking_is_not_acknowledging),
    Step("Partners acknowledge", warning.partners_acknowledge),
    Step("The alert's page tells how far it got", warning.the_alert_page_tells),
    Step("The audit record is verified", warning.the_record_is_whole),
    Step("Stop the processes", stop_everything),
)


def main() -> int:
    """Take every step; the exit code of the command."""
    signal.signal(signal.SIGTERM, _stop)
    began = time.monotonic()
    print("One incident, one acknowledged alert, on the real processes. The first step takes a while.", flush=True)
    with House() as house:
        story = Story(house)
        for step in STEPS:
            try:
                found = step.take(story)
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is this step that failed
                _say(began, step.name, "FAILED")
                if not isinstance(failure, Unexpected):
                    traceback.print_exc()
                sys.stderr.write(f"The processes said last:\n{house.last_words()}\n\n{step.name}: {failure}\n")
                return 1
            _say(began, step.name, found)
    print("\n" + table(story))
    return 0


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Leave in order, so that what was started is stopped."""
    raise SystemExit(1)


def _say(began: float, name: str, found: str) -> None:
    print(f"{time.monotonic() - began:6.1f} s  {name}: {found}", flush=True)


def table(story: Story) -> str:
    """What it came to."""
    assert story.first_report_at
    assert story.first_delivery_at
    waited = (story.first_delivery_at - story.first_report_at).total_seconds()
    rows = (
        ("Reports", f"{len(story.reports)} ({', '.join(story.reports)})"),
        ("Alert", f"{story.alert}: {story.headline}"),
        ("Recipients", f"{story.told}"),
        ("Delivered", f"{len(story.texts)} text messages, {len(story.letters)} e-mails"),
        ("Acknowledged", f"{story.acknowledged}"),
        ("Report to first delivery", f"{waited:.1f} seconds"),
    )
    widest = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{widest}} | {value}" for name, value in rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
