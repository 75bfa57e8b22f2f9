"""The first half of the procedure: reports and a result come in, the panel reviews them and decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ldis.demonstration import world
from ldis.demonstration.browser import Api, Page, Unexpected
from ldis.demonstration.story import Story, must_be

TITLE = "Tablets sold as oxycodone"
DISCIPLINES = (world.PUBLIC_HEALTH, world.POLICE, world.LIVED_EXPERIENCE)
ALERT = "formal alert"
GRADING = {
    "q_directness": "3",
    "q_support": "3",
    "q_severity": "3",
    "q_potency": "3",
    "q_reach": "2",
    "would_help": "yes",
}

REPORTS: tuple[dict[str, Any], ...] = (
    {
        "sold_as": "oxy 30s",
        "harm_level": "life-threatening",
        "naloxone": "given",
        "how_known": "saw it",
        "setting": "hostel or supported housing",
        "symptoms": ["unconscious or could not be woken", "slow or no breathing", "pinpoint pupils"],
        "details": "Took one blue tablet. Came round after the third dose of naloxone.",
        "reporter_organisation": "Harbour Rest Hostel",
    },
    {
        "sold_as": "blue oxycodone tablets",
        "harm_level": "life-threatening",
        "naloxone": "given",
        "how_known": "told by the person",
        "setting": "home",
        "symptoms": ["unconscious or could not be woken", "blue or grey lips or skin"],
        "reporter_organisation": "Crossways Recovery",
    },
    {
        "sold_as": "oxys",
        "harm_level": "severe",
        "naloxone": "not given",
        "how_known": "saw it",
        "setting": "street or public place",
        "symptoms": ["very drowsy", "slow or no breathing"],
        "reporter_organisation": "Lantern Outreach",
    },
)


def make_a_key(story: Story) -> str:
    """An administrator makes a key for the systems that send."""
    key = story.house.run(
        *("keys", "create", "--partnership", world.SLUG, "--name", "Demonstration"),
        *("--scope", "reports:write", "--scope", "reports:read", "--scope", "lab:write"),
    )
    story.api = Api(f"{story.house.url}/api/v1", key)
    return f"{key[:8]}... from the command line"


def reports_come_in(story: Story) -> str:
    """Three incident reports arrive by API; the later ones are shown to look like the first."""
    story.first_report_at = datetime.now(UTC)
    for place, report in enumerate(REPORTS):
        happened_on = (datetime.now(UTC) - timedelta(hours=12 + 6 * place)).date().isoformat()
        sent = {"happened_on": happened_on, "area_code": world.DERBY, "form": "tablet", **report}
        answer = story.api.post("/incidents", sent)
        must_be(answer["status"], "received", "the status of a new report")
        must_be(set(answer["possible_duplicates"]) >= set(story.reports), True, "earlier reports look alike")
        story.reports.append(answer["reference"])
    return ", ".join(story.reports)


def a_result_comes_in(story: Story) -> str:
    """A laboratory confirms what is in the tablets of the first report."""
    today = datetime.now(UTC).date().isoformat()
    answer = story.api.post(
        "/lab-results",
        {
            "sample_reference": "SUL-2231",
            "laboratory": "Sampleton University Laboratory",
            "incident_reference": story.reports[0],
            "purpose": "intelligence",
            "stage": "confirmed",
            "technique": "LC-MS",
            "reported_on": today,
            "finding": "components found",
            "components": [{"substance": "N-pyrrolidino etonitazene", "part": "main"}],
        },
    )
    story.result = answer["reference"]
    sentence: str = answer["expected_versus_found"]
    if "not what it was sold as" not in sentence:
        raise Unexpected(f"the result was compared wrongly: {sentence}")
    return f"{story.result}: {sentence}"


def the_coordinator_signs_in(story: Story) -> str:
    """With the code that the local mail server was given."""
    page = story.sign_in(world.COORDINATOR)
    must_be(page.heading, "Cases", "the coordinator's first page")
    return f"{world.COORDINATOR.name}, by e-mailed code"


def a_case_is_opened(story: Story) -> str:
    """Triage: the coordinator opens a case and lets the other reports and the result join it."""
    coordinator = story.as_(world.COORDINATOR)
    page = coordinator.open(f"/reports/{story.reports[0]}").press("Open a case", {"title": TITLE})
    story.case = page.url.rpartition("/")[2]
    for path in [*(f"/reports/{reference}" for reference in story.reports[1:]), f"/results/{story.result}"]:
        page = coordinator.open(path).press("Join case", {"case": story.case})
    must_be("Triage" in _tags(page), True, "the case is in triage")
    return f"{story.case}: {TITLE}, {len(story.reports)} reports and 1 result"


def the_panel_is_called(story: Story) -> str:
    """The coordinator calls the panel."""
    page = story.as_(world.COORDINATOR).open(_case(story)).follow("Call the panel")
    page.press("Call the panel", {"meets": "no"})
    page = story.as_(world.COORDINATOR).open(_case(story))
    must_be("With the panel" in _tags(page), True, "the case is with the panel")
    return "called"


def members_grade_apart(story: Story) -> str:
    """Three members of different disciplines sign in and grade, none seeing the others' answers before."""
    for member in DISCIPLINES:
        story.sign_in(member)
        page = story.as_(member).open(_case(story))
        if "Gradings side by side" in page.root.words:
            raise Unexpected(f"{member.name} sees the others' gradings before their own")
        page = page.follow("Grade this case").press("Send grading", GRADING)
        must_be(page.url.endswith("/vote"), True, "grading leads to the vote")
    return ", ".join(str(member.discipline) for member in DISCIPLINES)


def members_vote(story: Story) -> str:
    """Each votes, after seeing what the others said. One vote is no quorum yet."""
    coordinator = story.as_(world.COORDINATOR)
    for place, member in enumerate(DISCIPLINES):
        story.as_(member).open(f"{_case(story)}/vote").press("Vote", {"outcome": ALERT})
        words = coordinator.open(_case(story)).root.words
        quorum = f"Quorum reached for “{ALERT}”" if place else f"No quorum yet for “{ALERT}”"
        must_be(quorum in words, True, f"after {place + 1} votes the case says “{quorum}”")
    return f"{len(DISCIPLINES)} votes for a {ALERT}, quorum reached"


def the_decision_is_recorded(story: Story) -> str:
    """The coordinator records what the panel decided."""
    page = story.as_(world.COORDINATOR).open(_case(story)).follow("Record the decision")
    page = page.press("Record the decision", {"outcome": ALERT})
    must_be("Decided" in _tags(page), True, "the case is decided")
    for reference in story.reports:
        status = story.api.get(f"/incidents/{reference}")["status"]
        must_be(status, "decided", f"what the reporter of {reference} is told")
    return f"{ALERT}; every reporter's page says so"


def _case(story: Story) -> str:
    return f"/cases/{story.case}"


def _tags(page: Page) -> list[str]:
    return [" ".join(words.split()) for words in page.texts("ldis-tag")]
