"""Questions about files of results, and about what is known of the samples in them; within one partnership."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from ldis.errors import NotFound
from ldis.laboratory.models import ResultFile
from ldis.submissions.models import IncidentReport, LabResult, in_line, is_superseded
from ldis.submissions.rules import Stage, tidy_reference
from ldis.submissions.schemas import LabResultForm

LATEST = 20


def the_file(session: Session, file_id: int, *, partnership_id: int, lock: bool = False) -> ResultFile:
    """The file of results with this number, held until the transaction ends where asked; or NotFound."""
    question = select(ResultFile).where(ResultFile.id == file_id, ResultFile.partnership_id == partnership_id)
    found = session.scalar(question.with_for_update() if lock else question)
    if found is None:
        raise NotFound("We cannot find this file. Check the address, or start again.")
    return found


def latest_files(session: Session, *, partnership_id: int) -> Sequence[ResultFile]:
    """The latest files of results, without what is in them."""
    return session.scalars(
        select(ResultFile)
        .where(ResultFile.partnership_id == partnership_id)
        .options(defer(ResultFile.drafts, raiseload=True), defer(ResultFile.faults, raiseload=True))
        .order_by(ResultFile.uploaded_at.desc(), ResultFile.id.desc())
        .limit(LATEST)
    ).all()


class KnownResult(NamedTuple):
    """What is asked of a result that is known, before another of its sample is taken in."""

    laboratory: str
    sample_reference: str
    stage: Stage
    body_digest: str
    reference: str
    vouched_for: bool


def results_of_samples(
    session: Session, *, partnership_id: int, laboratories: Collection[str], samples: Collection[str]
) -> dict[tuple[str, str], list[KnownResult]]:
    """What is known of each of these samples, by laboratory and sample reference, the result in force last.

    Results that only say that they follow another are left out.
    """
    found: dict[tuple[str, str], list[KnownResult]] = {}
    for row in session.execute(
        select(*(getattr(LabResult, name) for name in KnownResult._fields))
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.laboratory.in_(laboratories),
            LabResult.sample_reference.in_(samples),
            in_line(),
        )
        .order_by(is_superseded().desc(), LabResult.id)
    ):
        known = KnownResult(*row)
        found.setdefault((known.laboratory, known.sample_reference), []).append(known)
    return found


def result_saying(
    session: Session, form: LabResultForm, *, partnership_id: int, body_digest: str
) -> LabResult | None:
    """The result of this sample with exactly this content, however it came in, unless nobody vouches for it."""
    return session.scalar(
        select(LabResult)
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.laboratory == form.laboratory,
            LabResult.sample_reference == form.sample_reference,
            LabResult.body_digest == body_digest,
            LabResult.vouched_for,
        )
        .order_by(LabResult.id)
        .limit(1)
    )


def references_among(session: Session, written: Sequence[str], *, partnership_id: int) -> set[str]:
    """Which of these references, however spaced or cased, are of reports that are known."""
    tidied = [reference for one in written if (reference := tidy_reference(one))]
    return set(
        session.scalars(
            select(IncidentReport.reference).where(
                IncidentReport.partnership_id == partnership_id, IncidentReport.reference.in_(tidied)
            )
        )
    )
