"""A form on a page: drawn from a marshmallow schema, read back through the same schema, nothing typed ever lost.

    form = form_for(GradingSchema, seen_version=case.version)     # in the view that shows
    grading = load_form(GradingSchema)                            # in the view that receives

Where a page holds the same form several times, `form_for(..., ids="vote-7")` and `{{ csrf(form) }}` tell them
apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import g, request
from marshmallow import Schema, ValidationError

from ldis.errors import Invalid, Refusal, Stale
from ldis.web.fields import Choice, Form
from ldis.web.reading import Sent, answers, asked, compacted
from ldis.web.schemas import FormSchema, Made, sentences


@dataclass(frozen=True)
class Typed:
    """What the person sent in this request, and which form on the page it came from."""

    schema: type[Schema]
    ids: str
    sent: Sent


@dataclass(frozen=True)
class Problem:
    """A line of the error summary."""

    text: str
    href: str | None


def form_for(
    schema: type[FormSchema[Any]],
    *,
    ids: str = "",
    choices: Mapping[str, Sequence[Choice]] | None = None,
    **initial: Any,
) -> Form:
    """The form for a template, holding what was typed in this request, else the initial values.

    `choices` gives the answers that only the database knows, by field.
    """
    typed = _typed()
    mine = typed if typed and typed.schema is schema and typed.ids == ids else None
    refusal = redrawn_for()
    errors = _errors_of(refusal) if refusal and (mine or schema.beside) else {}
    form = Form(
        schema(),
        initial=initial,
        typed=mine.sent if mine else None,
        errors=errors,
        choices=choices or {},
        ids=ids,
        stale=bool(mine) and isinstance(refusal, Stale),
    )
    g.setdefault("ldis_forms", []).append(form)
    return form


def load_form(schema: type[FormSchema[Made]]) -> Made:
    """What the person sent, as the schema's dataclass; raises Invalid with a sentence per field."""
    return _loaded(schema, keep_typed(schema))


def load_address(schema: type[FormSchema[Made]]) -> Made:
    """What a form that is sent with GET asks, which then stands in the address; raises Invalid likewise."""
    return _loaded(schema, _kept(schema, request.args))


def _loaded(schema: type[FormSchema[Made]], sent: Sent) -> Made:
    one = schema()
    try:
        return cast(Made, one.load(answers(one, sent)))
    except ValidationError as error:
        raise Invalid(_in_order(one, sentences(error.messages))) from error


def keep_typed(schema: type[FormSchema[Any]], given: Sent | None = None) -> Sent:
    """Take what was sent as typed, without judging it, so that the form can be drawn with it again.

    `given` is what was sent where another form sent it, under this one's names.
    """
    return _kept(schema, request.form if given is None else given)


def _kept(schema: type[FormSchema[Any]], given: Sent) -> Sent:
    sent = compacted(schema(), given)
    g.ldis_typed = Typed(schema, given.get("_form", ""), sent)
    return sent


def page_problems() -> list[Problem]:
    """What the error summary of this page says: each sentence, linked to its field where the field is drawn."""
    refusal = redrawn_for()
    if refusal is None:
        return []
    left = _errors_of(refusal)
    if not left:
        return [Problem(refusal.message, None)]
    found = []
    for form in g.get("ldis_forms", []):
        if form.errors:
            for one in form.drawn():
                href = None if one.widget == "hidden" else f"#{one.target}"
                found += [Problem(text, href) for text in left.pop(one.name, [])]
    return found + [Problem(text, None) for texts in left.values() for text in texts]


def typed_in_vain() -> list[tuple[str, str]]:
    """The words of a form that cannot be drawn again, because what it asked for is no longer possible."""
    typed = _typed()
    if redrawn_for() is None or typed is None:
        return []
    if any(form.typed is typed.sent for form in g.get("ldis_forms", [])):
        return []
    words = (
        one for one in Form(typed.schema(), initial={}, typed=typed.sent) if one.widget in ("text", "textarea")
    )
    return [(one.label, one.value) for one in words if one.value]


def redrawn_for() -> Refusal | None:
    """The refusal that this page is being drawn again for, if it is."""
    return cast(Refusal | None, g.get("ldis_refusal"))


def _typed() -> Typed | None:
    return cast(Typed | None, g.get("ldis_typed"))


def _errors_of(refusal: Refusal) -> dict[str, list[str]]:
    if isinstance(refusal, Invalid):
        return dict(refusal.errors)
    return {refusal.field: [refusal.message]} if refusal.field else {}


def _in_order(schema: Schema, errors: dict[str, list[str]]) -> dict[str, list[str]]:
    order = [name for name, _ in asked(schema)]
    known = {name: place for place, name in enumerate(order)}
    return dict(sorted(errors.items(), key=lambda item: known.get(item[0].split("-")[0], len(known))))
