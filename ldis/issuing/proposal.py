"""What would go out, and to whom, if an alert were approved now: what its author previews and its approver signs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from alerts import compose, wording
from alerts.audiences import Audience
from alerts.checked import Finding, Severity
from alerts.compose import ComposeError, Renditions
from alerts.finders import reading_age_of
from alerts.messages import AlertContent, Handling, Kind, Level, Medium
from alerts.reminders import Reminders, following, with_link
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen
from ldis.issuing import queries
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.models import Alert
from ldis.issuing.rules import Addressed, content_hash
from ldis.issuing.schemas import Draft

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
    reminders: Reminders
    deputies: int
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
    def reading_age(self) -> int:
        """How old a reader must be for whom these words are easy, in years."""
        return reading_age_of(self.content)

    @property
    def obstacles(self) -> list[str]:
        """Why it cannot be sent for approval, in sentences; nothing when it can."""
        sentences = [
            finding.words if finding.rule == "missing field" else finding.sentence for finding in self.errors
        ]
        if self.problem and not self.errors:
            sentences.append(self.problem.message)
        return list(dict.fromkeys([*sentences, *self._without_audience()]))

    def _without_audience(self) -> Iterator[str]:
        if self.content.kind is not Kind.ALERT:
            if not self.people:
                yield "Nobody who got the alert before it can be reached any more."
            return
        if not self.media:
            yield "Choose text message, email or both."
        if self.is_exercise and self.handling is Handling.PUBLIC:
            yield "An exercise is never public. Choose how far it may be passed on again."
        if self.chosen.nobody:
            yield "Choose whom to send it to: a list, an area, a kind of organisation or a topic."
        elif self.media and not self.people:
            yield "Nobody whom you chose can be reached by the chosen media."

    @property
    def preview_of_reminders(self) -> tuple[str, str]:
        """What those who do not answer, and deputies, would be sent as text messages, with a link like theirs."""
        link = self.renditions.sample_link if self.renditions else ""
        sent = (self.reminders.reminder, self.reminders.deputy)
        reminder, deputy = (with_link(words, Medium.SMS, link).text for words in sent)
        return reminder, deputy

    @cached_property
    def hash(self) -> str:
        """What an approver signs; empty while the words cannot be composed."""
        if self.renditions is None:
            return ""
        words = {Medium.SMS: self.renditions.sms, Medium.EMAIL: self.renditions.email}
        return content_hash(
            words=words,  # the medium that was not chosen too: it stands in where the other fails
            content=as_kept(self.content),
            reminders=self.reminders.as_kept(),
            level=self.level,
            handling=self.handling,
            areas=self.content.areas,
            list_ids=self.chosen.list_ids,
            sectors=self.chosen.sectors,
            area_codes=self.chosen.area_codes,
            topics=self.chosen.topics,
            is_exercise=self.is_exercise,
            media=self.media,
            kind=self.content.kind,
            replaces=self.content.replaces,
            recipients=[Addressed(r.contact_id, r.medium, r.address) for r in self.audience.recipients],
        )


def propose(session: Session, alert: Alert, *, public_url: str) -> Proposal:
    """Compose an alert and find its audience, as both are at this moment."""
    draft = Draft(
        content=from_kept(alert.content),
        level=alert.level,
        handling=alert.handling,
        media=alert.chosen_media,
        list_ids=alert.chosen.list_ids,
        sectors=alert.chosen.sectors,
        area_codes=alert.chosen.area_codes,
        topics=alert.chosen.topics,
        seen_version=alert.version,
    )
    return propose_draft(session, alert, draft, public_url=public_url)


def propose_draft(session: Session, alert: Alert, draft: Draft, *, public_url: str) -> Proposal:
    """Compose an alert as its author is writing it, and find its audience; nothing is kept."""
    audience = _audience(session, alert, draft)
    media = draft.media
    if alert.replaced is not None:
        media = tuple(medium for medium in Medium if any(one.medium is medium for one in audience.recipients))
    link = link_to(public_url, "x" * TOKEN_LENGTH)
    renditions, problem = _composed(draft, sample_link=link, is_exercise=alert.is_exercise)
    return Proposal(
        content=draft.content,
        level=draft.level,
        handling=draft.handling,
        media=media,
        chosen=draft.chosen,
        is_exercise=alert.is_exercise,
        audience=audience,
        renditions=renditions,
        reminders=following(draft.content, draft.level),
        deputies=contacts.places_with_a_deputy(
            session, audience.organisation_ids, partnership_id=alert.partnership_id
        ),
        problem=problem,
        findings=tuple(wording.check(draft.content, level=draft.level, renditions=renditions)),
    )


def _audience(session: Session, alert: Alert, draft: Draft) -> Audience:
    """Everybody who was chosen; for what follows an alert, exactly those whom the first of the chain was written to."""
    if alert.replaced is None:
        return contacts.audience_of(
            session,
            _with_subscribers(alert, draft),
            partnership_id=alert.partnership_id,
            media=draft.media,
            handling=draft.handling,
            level=draft.level,
            is_exercise=alert.is_exercise,
        )
    written_to = queries.written_to(session, alert)
    found = contacts.audience_of(
        session,
        Chosen(contact_ids=tuple({contact_id for contact_id, _ in written_to})),
        partnership_id=alert.partnership_id,
        media=tuple(Medium),
        is_exercise=alert.is_exercise,
    )
    return Audience(
        tuple(one for one in found.recipients if (one.contact_id, one.medium) in written_to),
        tuple(one for one in found.left_out if (one.contact_id, one.medium) in written_to),
    )


def _with_subscribers(alert: Alert, draft: Draft) -> Chosen:
    """Whom the author chose, and of a public alert whoever subscribed for its areas."""
    if draft.handling is not Handling.PUBLIC or alert.is_exercise:
        return draft.chosen
    areas = tuple(area.code for area in alert.partnership.areas if area.name in draft.content.areas)
    return replace(draft.chosen, subscribers_in=areas)


def link_to(public_url: str, token: str) -> str:
    """A recipient's own link."""
    return f"{public_url}/a/{token}"


def _composed(
    draft: Draft, *, sample_link: str, is_exercise: bool
) -> tuple[Renditions | None, ComposeError | None]:
    """The words, or why there are none yet. A text message that is too long is measured all the same."""
    try:
        drafted = compose.draft(
            draft.content,
            level=draft.level,
            handling=draft.handling,
            sample_link=sample_link,
            is_exercise=is_exercise,
        )
    except ComposeError as problem:
        return None, problem
    return drafted, None
