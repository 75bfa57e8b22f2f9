"""What the OpenAPI document says of a field besides what apispec reads in it. Follows `ldis.web.schemas`."""

from typing import Any

from marshmallow import fields

from ldis.description.bodies import EXACT
from ldis.web import FormSchema

STORABLE = "^[^\\u0000]*$"
SAYS_SOMETHING = "^[^\\u0000]*[^\\s\\u0000-\\u001f\\u0085][^\\u0000]*$"


def in_words(_converter: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The question and its hint as the description; which words are refused; limits as numbers."""
    said: dict[str, Any] = {}
    if isinstance(field, fields.Enum):
        may_be_null = field.allow_none and not isinstance(field.root, FormSchema)
        said["type"] = ["string", "null"] if may_be_null else "string"
    if isinstance(field, fields.Decimal):
        said |= {"type": ["number", "string"], "pattern": f"^{EXACT.pattern}$"}
    if isinstance(field, fields.Number):
        said |= {limit: float(ret[limit]) for limit in ("minimum", "maximum") if limit in ret}
    if not isinstance(field.root, FormSchema):
        return said
    told = [str(field.metadata.get(one, "")) for one in ("label", "hint")]
    if any(told) and "description" not in ret:
        said["description"] = " ".join(
            f"{one.rstrip('.?')}{'?' if one.endswith('?') else '.'}" for one in told if one
        )
    if is_text(field) and "pattern" not in ret:
        said["pattern"] = SAYS_SOMETHING if field.required else STORABLE
    return said


def is_text(field: fields.Field[Any]) -> bool:
    """Whether any words do, so that only our own rules about words say what is refused."""
    return isinstance(field, fields.String) and not isinstance(field, (fields.Email, fields.Url, fields.UUID))
