"""What would go out, and to whom, if an alert were approved now: what its author previews and its approver signs."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from alerts import compose, wording
from alerts.audiences import Audience
from alerts.compose import ComposeError, Renditions
from alerts.messages import AlertContent, Handling, Level, Medium
from alerts.wording import Finding, Severity
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.rules import Addressed, content_hash

TOKEN_LENGTH = 22


@dataclass(frozen=True)
class Proposal:
    """An alert's words, what the wording check says of them, and everybody who would get them."""

    content: AlertContent
    level: Level
    handling: Handling
    media: tuple[Medium, ...]
    chosen: Chosen
    is_exercise: bool
    audience: Audience
    renditions: Renditions | None
    problem: ComposeError | None
    findings: tuple[Finding, ...]

    @property
    def people(self) -> int:
        """How many people would get it."""
        return len(self.audience.contact_ids)

    @property
    def organisations(self) -> int:
        """How many organisations have somebody who would get it."""
        return len(self.audience.organisation_ids)

    @cached_property
    def messages(self) -> Counter[Medium]:
        """How many messages would go out by each medium."""
        return Counter(recipient.medium for recipient in self.audience.recipients)

    @property
    def sms_segments(self) -> int:
        """How many segments all the text messages take together: what they cost."""
        return self.messages[Medium.SMS] * (self.renditions.sms_measure.segments if self.renditions else 0)

    @property
    def opted_out(self) -> int:
        """How many people chosen are left out because they opted out."""
        return self.audience.opted_out

    @property
    def unreachable(self) -> int:
        """How many people on the lists have no address for any of the media, or do not want those they have."""
        return self.audience.unreachable

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before anybody can approve it."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person may override with a reason."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    @property
    def obstacles(self) -> list[str]:
        """Why it cannot be sent for approval, in sentences; nothing when it can."""
        sentences = [
            finding.words if finding.rule == "missing field" else finding.sentence for finding in self.errors
        ]
        if self.problem and not self.errors:
            sentences.append(self.problem.message)
        if not self.media:
            sentences.append("Choose text message, email or both.")
        if self.is_exercise and self.handling is Handling.PUBLIC:
            sentences.append("An exercise is never public. Choose how far it may be passed on again.")
        if self.chosen.nobody:
            sentences.append("Choose whom to send it to: a list, an area, a kind of organisation or a topic.")
        elif self.media and not self.people:
            sentences.append("Nobody whom you chose can be reached by the chosen media.")
        return list(dict.fromkeys(sentences))

    @cached_property
    def hash(self) -> str:
        """What an approver signs; empty while the words cannot be composed."""
        if self.renditions is None:
            return ""
        words = {Medium.SMS: self.renditions.sms, Medium.EMAIL: self.renditions.email}
        return content_hash(
            words={medium: words[medium] for medium in self.media},
            level=self.level,
            handling=self.handling,
            areas=self.content.areas,
            list_ids=self.chosen.list_ids,
            sectors=self.chosen.sectors,
            area_codes=self.chosen.area_codes,
            topics=self.chosen.topics,
            is_exercise=self.is_exercise,
            media=self.media,
            recipients=[Addressed(r.contact_id, r.medium, r.address) for r in self.audience.recipients],
        )


def propose(session: Session, alert: Alert, *, public_url: str) -> Proposal:
    """Compose an alert and find its audience, as both are at this moment."""
    content = from_kept(alert.content)
    renditions, problem = _composed(content, alert, sample_link=link_to(public_url, "x" * TOKEN_LENGTH))
    return Proposal(
        content=content,
        level=alert.level,
        handling=alert.handling,
        media=alert.chosen_media,
        chosen=alert.chosen,
        is_exercise=alert.is_exercise,
        audience=contacts.audience_of(
            session,
            alert.chosen,
            partnership_id=alert.partnership_id,
            media=alert.chosen_media,
            handling=alert.handling,
            level=alert.level,
            is_exercise=alert.is_exercise,
        ),
        renditions=renditions,
        problem=problem,
        findings=tuple(wording.check(content, level=alert.level, renditions=renditions)),
    )


def link_to(public_url: str, token: str) -> str:
    """A recipient's own link."""
    return f"{public_url}/a/{token}"


def _composed(
    content: AlertContent, alert: Alert, *, sample_link: str
) -> tuple[Renditions | None, ComposeError | None]:
    """The words, or why there are none yet. A text message that is too long is measured all the same."""
    try:
        drafted = compose.draft(
            content,
            level=alert.level,
            handling=alert.handling,
            sample_link=sample_link,
            is_exercise=alert.is_exercise,
        )
    except ComposeError as problem:
        return None, problem
    return drafted, None
