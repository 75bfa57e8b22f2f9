"""A report by text message: after REPORT three plain questions, one to a text, and then it is a report as any other.

The number is not kept with the report. Whoever says nothing for half an hour begins anew.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import InboundText
from alerts.sms_text import words_alone
from ldis.errors import Invalid
from ldis.people.models import Partnership
from ldis.people.rules import Place
from ldis.reach.models import TextedReport
from ldis.secrecy import blind_index
from ldis.submissions import reports
from ldis.submissions.rules import HarmLevel, HowKnown, Naloxone
from ldis.submissions.schemas import IncidentSchema
from ldis.substances.rules import Names
from ldis.web import loaded
from ldis.worktime import LONDON

BEGINS = "report"
LASTS = timedelta(minutes=30)
BY = "text message"
LONGEST_NAME = 100
WHAT = (
    "In danger now? Call 999 first. 1 of 3: What was it sold as? Just the name, like: blue oxys. Name no person."
)
WHERE = "2 of 3: Where was it? Reply with one of: {areas}."
HOW_BAD = (
    "3 of 3: How bad was it? Reply 1 no harm, 2 unwell, 3 ambulance or hospital, 4 stopped breathing or unconscious, "
    "5 somebody died."
)
THANKS = "Thank you. Your report is {reference}. In danger? Call 999. To add more: {link}"
TOO_LONG = "That is too long. {again}"
HARM = {
    "1": HarmLevel.NONE,
    "2": HarmLevel.MILD,
    "3": HarmLevel.SEVERE,
    "4": HarmLevel.LIFE_THREATENING,
    "5": HarmLevel.FATAL,
}


@dataclass(frozen=True)
class Heard:
    """What is known after a text, and what to say. `is_whole` once nothing more is asked."""

    said: Mapping[str, str]
    answer: str
    is_whole: bool = False


def after(said: Mapping[str, str] | None, body: str, areas: Mapping[str, str]) -> Heard | None:
    """The next step of the dialogue; nothing where a text neither begins nor goes on with one.

    `areas` are the codes of all areas by their names. Pure: the same texts always lead to the same place.
    """
    if words_alone(body) == BEGINS:
        return Heard({}, WHAT)
    if said is None:
        return None
    if "sold_as" not in said:
        return _what(said, body.strip(), areas)
    if "area_code" not in said:
        code = _area_in(body, areas)
        return Heard({**said, "area_code": code}, HOW_BAD) if code else Heard(said, _where(areas))
    harm = HARM.get(body.strip()[:1])
    return Heard({**said, "harm_level": harm.value}, "", is_whole=True) if harm else Heard(said, HOW_BAD)


def _what(said: Mapping[str, str], body: str, areas: Mapping[str, str]) -> Heard:
    if not body:
        return Heard(said, WHAT)
    if len(body) > LONGEST_NAME:
        return Heard(said, TOO_LONG.format(again=WHAT))
    return Heard({**said, "sold_as": body}, _where(areas))


def _where(areas: Mapping[str, str]) -> str:
    return WHERE.format(areas=", ".join(sorted(areas)))


def _area_in(body: str, areas: Mapping[str, str]) -> str | None:
    written = words_alone(body)
    found = [code for name, code in areas.items() if words_alone(name) in written]
    return found[0] if len(found) == 1 else None


def take(
    session: Session,
    text: InboundText,
    *,
    names_of: Callable[[Place], Names],
    public_url: str,
    now: datetime,
) -> str | None:
    """Go on with the report of a number, and say what to answer; nothing where it is not reporting."""
    index = blind_index(text.from_address)
    kept = session.scalar(
        select(TextedReport)
        .where(TextedReport.address_index == index, TextedReport.heard_at > now - LASTS)
        .with_for_update()
    )
    places = _places(session)
    heard = after(json.loads(kept.said) if kept else None, text.body, {name: code for name, code, _ in places})
    if heard is None:
        return None
    if not heard.is_whole:
        _keep(session, index, heard.said, now=now)
        return heard.answer
    place = next(one for _, code, one in places if code == heard.said["area_code"])
    session.execute(delete(TextedReport).where(TextedReport.address_index == index))
    return _send(session, text, heard.said, place, names_of=names_of, public_url=public_url, now=now)


def _send(
    session: Session,
    text: InboundText,
    said: Mapping[str, str],
    place: Partnership,
    *,
    names_of: Callable[[Place], Names],
    public_url: str,
    now: datetime,
) -> str:
    answers = {
        **said,
        "happened_on": now.astimezone(LONDON).date().isoformat(),
        "naloxone": Naloxone.NOT_KNOWN.value,
        "how_known": HowKnown.TOLD_BY_OTHER.value,
        "details": "Sent by text message. When it happened and how they know were not asked.",
    }
    try:
        form = loaded(IncidentSchema(), answers)
    except Invalid:
        return f"We could not take that in. Please report here: {public_url}/report/{place.slug}"
    taken = reports.submit_report(
        session,
        form,
        place=place.place,
        names=names_of(place.place),
        key=f"text {text.provider_reference}",
        by=BY,
        now=now,
    )
    return THANKS.format(reference=taken.reference, link=f"{public_url}/report/{place.slug}")


def _keep(session: Session, index: str, said: Mapping[str, str], *, now: datetime) -> None:
    session.execute(delete(TextedReport).where(TextedReport.heard_at <= now - LASTS))
    fresh = {"said": json.dumps(dict(said)), "heard_at": now}
    session.execute(
        insert(TextedReport)
        .values(address_index=index, **fresh)
        .on_conflict_do_update(index_elements=["address_index"], set_=fresh)
    )


def _places(session: Session) -> Sequence[tuple[str, str, Partnership]]:
    """Every area of every partnership, with whom it belongs to."""
    places = session.scalars(select(Partnership).order_by(Partnership.id)).all()
    return [(area.name, area.code, place) for place in places for area in place.areas]
