"""Files of laboratory results: check one, take it in, throw it away. All or nothing, unless a person says otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis import work
from ldis.audit import service as audit
from ldis.errors import Invalid, NotAllowed, Refusal
from ldis.laboratory import queries
from ldis.laboratory.models import ResultFile
from ldis.laboratory.rules import AT_ONCE, FileState, may_be_taken_in
from ldis.laboratory.sheet import COLUMNS, HEADINGS, Draft, draft_from, read_results
from ldis.people.models import Partnership
from ldis.people.rules import Place
from ldis.submissions import queries as submissions
from ldis.submissions.repeats import digest_of
from ldis.submissions.results import submit_result
from ldis.submissions.rules import Stage, tidy_reference
from ldis.substances.names import Names
from ldis.tables import Fault, read_table
from ldis.web.dates import day

LONGEST_NAME = 120

UNKNOWN_REPORT = "We know no report with this reference. Check it, or leave it empty."

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Uploader:
    """Who hands a file in: how they are named in records, and on the page."""

    label: str
    name: str


@dataclass(frozen=True)
class Came:
    """What came of taking a file in: the references of new results and of those known before, and refusals."""

    taken: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class NotWhole(Refusal):
    """A file of which one result was refused, so that none is kept."""


def check(
    session: Session, content: bytes, *, file_name: str, place: Partnership, by: Uploader, now: datetime
) -> ResultFile:
    """Read a file and keep what it would add, with everything that is wrong. Nothing is taken in yet."""
    table = read_table(content, COLUMNS)
    sheet = read_results(table, {area.name: area.code for area in place.areas})
    drafts, faults = _beside_what_is_known(session, sheet.drafts, partnership_id=place.id)
    file = ResultFile(
        partnership_id=place.id,
        file_name=file_name.strip()[-LONGEST_NAME:] or "results",
        uploaded_by=by.label,
        uploaded_by_name=by.name,
        uploaded_at=now,
        state=FileState.CHECKED,
        rows=len(table.rows),
        drafts=drafts,
        faults=_as_records([*sheet.faults, *faults]),
        passed_over=list(table.passed_over),
        moved_at=now,
        taken=[],
        known=[],
    )
    session.add(file)
    session.flush()
    _record(session, file, "result file checked", by.label, rows=file.rows, faults=len(file.faults))
    return file


def ask_to_take_in(
    session: Session,
    file: ResultFile,
    *,
    accept_good_rows: bool,
    place: Place,
    names: Names,
    by: str,
    now: datetime,
) -> None:
    """Take a checked file in: at once if it is short, else by the worker. Asking twice is asking once."""
    if not may_be_taken_in(file.state, moved_at=file.moved_at, now=now):
        return
    accept_good_rows = accept_good_rows or file.accept_good_rows
    if file.faults and not accept_good_rows:
        raise Invalid({"accept_good_rows": ["Say that you want the good results without the others."]})
    if not file.drafts:
        raise NotAllowed("There is no result in this file that can be taken in.")
    file.accept_good_rows = accept_good_rows
    file.moved_at = now
    if file.rows <= AT_ONCE:
        take_in(session, file, place=place, names=names, by=by, now=now)
        return
    file.state = FileState.WAITING
    session.flush()
    work.defer(session, "laboratory.take_in", file_id=file.id, by=by)


def take_in(
    session: Session,
    file: ResultFile,
    *,
    place: Place,
    names: Names,
    by: str,
    now: datetime,
    progress: Progress = lambda _done: None,
) -> None:
    """Take in every result of a file. If one is refused, none is kept, unless the good ones were asked for.

    A result that is known already, from this file or any other way, is not added again.
    """
    came = Came()
    try:
        with session.begin_nested():
            for done, kept in enumerate(file.drafts):
                progress(done)
                _take_one(session, kept, came, place=place, names=names, by=by, now=now)
            if came.faults and not file.accept_good_rows:
                raise NotWhole("Not every result could be taken in.")
    except NotWhole:
        came = Came(faults=came.faults)
        file.state = FileState.REFUSED
    else:
        file.state = FileState.DONE
    file.faults = [*file.faults, *_as_records(came.faults)]
    file.taken, file.known = came.taken, came.known
    file.done, file.moved_at = len(file.drafts), now
    session.flush()
    counts = {"known": len(came.known), "faults": len(came.faults)}
    _record(session, file, f"result file {file.state}", by, taken=came.taken, **counts)


def throw_away(session: Session, file: ResultFile, *, by: str, now: datetime) -> None:
    """Forget what was read in a file that nobody wants to take in."""
    if file.state is not FileState.CHECKED:
        raise NotAllowed("Only a file that was checked and not yet taken in can be thrown away.")
    file.state, file.moved_at = FileState.THROWN_AWAY, now
    file.drafts, file.faults = [], []
    session.flush()
    _record(session, file, "result file thrown away", by)


def _take_one(
    session: Session, kept: Mapping[str, Any], came: Came, *, place: Place, names: Names, by: str, now: datetime
) -> None:
    try:
        form = draft_from(kept["answers"], kept["lines"]).form
        submissions.hold_results(session, partnership_id=place.id)
        known = queries.result_saying(session, form, partnership_id=place.id, body_digest=digest_of(form))
        if known is not None:
            came.known.append(known.reference)
            return
        key = f"file/{digest_of(form)[:48]}"  # laboratory, sample, stage and content are all in the digest
        result = submit_result(session, form, place=place, names=names, key=key, by=by, vouched_for=True, now=now)
        came.taken.append(result.reference)
    except Invalid as refusal:
        came.faults.extend(_faults_of(refusal, kept["lines"][0]))


def _beside_what_is_known(
    session: Session, drafts: Sequence[Draft], *, partnership_id: int
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The drafts as they are kept, each with what it would be; and those that would be refused, as faults."""
    known = queries.results_of_samples(
        session,
        partnership_id=partnership_id,
        laboratories={draft.form.laboratory for draft in drafts},
        samples={draft.form.sample_reference for draft in drafts},
    )
    named = {draft.form.incident_reference for draft in drafts} - {""}
    reports = queries.references_among(session, list(named), partnership_id=partnership_id)
    kept: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for draft in drafts:
        earlier = known.get((draft.form.laboratory, draft.form.sample_reference), [])
        vouched_for = [one for one in earlier if one.vouched_for]
        same = next((one.reference for one in vouched_for if one.body_digest == digest_of(draft.form)), "")
        wrong = [] if same else list(_conflicts(draft, vouched_for, reports))
        faults += wrong
        if not wrong:
            newest = earlier[-1].reference if earlier else ""
            kept.append(_as_kept(draft, known=same, supersedes=newest))
    return kept, faults


def _as_kept(draft: Draft, *, known: str, supersedes: str) -> dict[str, Any]:
    return {
        "lines": draft.lines,
        "answers": dict(draft.answers),
        "reported": day(draft.form.reported_on),
        "known": known,
        "supersedes": supersedes,
    }


def _conflicts(draft: Draft, earlier: Sequence[queries.KnownResult], reports: set[str]) -> list[Fault]:
    form, line = draft.form, draft.lines[0]
    faults = []
    if form.incident_reference and tidy_reference(form.incident_reference) not in reports:
        faults.append(Fault(line, HEADINGS["incident_reference"], UNKNOWN_REPORT))
    confirmed = next((one.reference for one in earlier if one.stage is Stage.CONFIRMED), None)
    if confirmed and form.stage is Stage.PRELIMINARY:
        sentence = f"This sample already has a confirmed result, {confirmed}."
        faults.append(Fault(line, HEADINGS["stage"], sentence))
    return faults


def _faults_of(refusal: Invalid, line: int) -> list[Fault]:
    return [
        Fault(line, HEADINGS.get(name, ""), sentence)
        for name, sentences in refusal.errors.items()
        for sentence in sentences
    ]


def _as_records(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [asdict(fault) for fault in sorted(faults, key=lambda fault: fault.line)]


def _record(session: Session, file: ResultFile, action: str, by: str, **detail: Any) -> None:
    about = f"result file/{file.id}"
    audit.record(session, action, about, actor=by, partnership_id=file.partnership_id, detail=detail)
