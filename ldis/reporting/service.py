"""What is done to a report: begun, written, commented, sent to its owner, signed and frozen, begun again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.papers import Paper, to_json
from ldis.people.access import Actor
from ldis.people.models import User
from ldis.people.telling import Said, tell
from ldis.reporting.composing import Composed
from ldis.reporting.models import Comment, Earlier, Edition, Report, Section, Sort, Stage

SAVED_MEANWHILE = (
    "Somebody saved this section since you opened it. Their text is shown above; yours is kept below."
)
MOVED_ON = "This report has moved on since you looked. Look again."


def begin(
    session: Session, sort: Sort, *, ends_on: date, outline: Mapping[str, Any], actor: Actor, now: datetime
) -> Report:
    """Begin a report with the headings of its outline."""
    made = Report(
        partnership_id=actor.partnership_id,
        sort=sort,
        title=f"{outline['title']}, {ends_on:%B %Y}",
        ends_on=ends_on,
        stage=Stage.DRAFT,
        edition=1,
        version=1,
        begun_by=actor.name,
        begun_at=now,
    )
    for heading, text in outline["sections"]:
        _add(made, heading, text.replace("{year}", str(ends_on.year)), actor=actor, now=now)
    session.add(made)
    session.flush()
    _record(session, "report begun", made, actor=actor, sort=sort.value)
    return made


def add_section(session: Session, report: Report, heading: str, *, actor: Actor, now: datetime) -> Section:
    """Add an empty section at the end."""
    _must_be(report, Stage.DRAFT)
    made = _add(report, heading, "", actor=actor, now=now)
    session.flush()
    _record(session, "report section added", report, actor=actor, heading=heading)
    return made


def save_section(
    session: Session,
    section: Section,
    *,
    heading: str,
    text: str,
    composed: Composed,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what a section says; what it said before stays. What may not be published is refused with a sentence."""
    session.refresh(section, with_for_update=True)
    _must_be(section.report, Stage.DRAFT)
    if composed.refused:
        raise Invalid({"text": composed.refused})
    if section.version != seen_version:
        raise Stale(SAVED_MEANWHILE)
    if (section.heading, section.text) == (heading, text):
        return
    before = {name: getattr(section, name) for name in ("version", "heading", "text", "written_by", "written_at")}
    section.earlier.append(Earlier(**before))
    section.heading, section.text, section.version = heading, text, section.version + 1
    section.written_by, section.written_at = actor.name, now
    session.flush()
    _record(session, "report section saved", section.report, actor=actor, section=section.id)


def move(session: Session, section: Section, *, up: bool, actor: Actor) -> None:
    """Let a section change places with its neighbour."""
    _must_be(section.report, Stage.DRAFT)
    order = section.report.sections
    at = order.index(section)
    beside = at - 1 if up else at + 1
    if not 0 <= beside < len(order):
        return
    order[at], order[beside] = order[beside], order[at]
    for place, one in enumerate(order):
        one.place = place
    session.flush()
    session.expire(section.report, ["every_section"])
    _record(session, "report section moved", section.report, actor=actor, section=section.id)


def remove(session: Session, section: Section, *, actor: Actor, now: datetime) -> None:
    """Take a section out. What it said is kept."""
    _must_be(section.report, Stage.DRAFT)
    if len(section.report.sections) == 1:
        raise NotAllowed("A report needs at least one section.")
    section.removed_at = now
    session.flush()
    _record(session, "report section removed", section.report, actor=actor, heading=section.heading)


def comment(session: Session, section: Section, words: str, *, actor: Actor, now: datetime) -> None:
    """Say something about a section."""
    if section.report.stage is Stage.SIGNED:
        raise NotAllowed("This report is signed. Begin a new edition to discuss it.")
    section.comments.append(Comment(at=now, by=actor.name, words=words))
    session.flush()
    _record(session, "report commented", section.report, actor=actor, section=section.id)


def settle(session: Session, found: Comment, section: Section, *, actor: Actor, now: datetime) -> None:
    """Say that a comment is dealt with."""
    if found.settled_at is None:
        found.settled_at, found.settled_by = now, actor.name
        session.flush()
        _record(session, "report comment settled", section.report, actor=actor, section=section.id)


def send(
    session: Session,
    report: Report,
    owner: User,
    *,
    problems: Sequence[str],
    seen_version: int,
    link: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Send a report to its Senior Responsible Owner, who is told by e-mail. Its text is closed until it comes back."""
    _lock(session, report, seen_version)
    _must_be(report, Stage.DRAFT)
    if problems:
        raise NotAllowed(f"It cannot be sent yet. {' '.join(problems)}")
    report.stage, report.owner, report.version = Stage.SENT, owner, report.version + 1
    session.flush()
    tell(
        session,
        owner,
        Said(
            subject=f"For your signature: {report.title}",
            letter=f"{actor.name} sends you “{report.title}” to read and sign as Senior Responsible Owner.\n\n{link}\n",
            text="",
        ),
        about=f"report/{report.id}/{report.version}",
        partnership_id=report.partnership_id,
        risk_to_life=False,
        now=now,
        letter_alone=True,
    )
    _record(session, "report sent", report, actor=actor, owner=owner.label)


def send_back(session: Session, report: Report, why: str, *, seen_version: int, actor: Actor) -> None:
    """Let the text be changed again."""
    _lock(session, report, seen_version)
    _must_be(report, Stage.SENT)
    report.stage, report.version = Stage.DRAFT, report.version + 1
    session.flush()
    _record(session, "report sent back", report, actor=actor, why=why)


def sign(
    session: Session,
    report: Report,
    paper: Paper,
    *,
    problems: Sequence[str],
    statement: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Edition:
    """Sign a report as its owner: every word and figure of it is frozen as it is now."""
    _lock(session, report, seen_version)
    _must_be(report, Stage.SENT)
    if report.owner_id != actor.id:
        raise NotAllowed("Only the Senior Responsible Owner whom it was sent to signs it.")
    if problems:
        raise NotAllowed(f"It cannot be signed as it is. {' '.join(problems)}")
    made = Edition(
        number=report.edition,
        paper=to_json(paper),
        signed_by=actor.name,
        signed_at=now,
        statement=statement,
    )
    report.editions.append(made)
    report.stage, report.version = Stage.SIGNED, report.version + 1
    session.flush()
    _record(session, "report signed", report, actor=actor, edition=made.number)
    return made


def begin_again(session: Session, report: Report, *, seen_version: int, actor: Actor) -> None:
    """Begin the next edition from the text of the last. The signed one stays as it is."""
    _lock(session, report, seen_version)
    _must_be(report, Stage.SIGNED)
    report.stage, report.edition, report.version = Stage.DRAFT, report.edition + 1, report.version + 1
    session.flush()
    _record(session, "report edition begun", report, actor=actor, edition=report.edition)


def _add(report: Report, heading: str, text: str, *, actor: Actor, now: datetime) -> Section:
    place = max((one.place for one in report.every_section), default=-1) + 1
    made = Section(
        place=place, heading=heading, text=text, version=1, written_by=actor.name, written_at=now, removed_at=None
    )
    report.every_section.append(made)
    return made


def _lock(session: Session, report: Report, seen_version: int) -> None:
    session.refresh(report, with_for_update={"of": Report})
    if report.version != seen_version:
        raise Stale(MOVED_ON)


def _must_be(report: Report, stage: Stage) -> None:
    if report.stage is not stage:
        raise NotAllowed(f"This report is {report.stage}: that cannot be done now.")


def _record(session: Session, action: str, report: Report, *, actor: Actor, **detail: object) -> None:
    about = f"report/{report.id}"
    audit.record(session, action, about, actor=actor.label, partnership_id=actor.partnership_id, detail=detail)
