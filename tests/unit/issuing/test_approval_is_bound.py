"""An approval signs the words and everybody who gets them: whatever changes, the signature no longer fits."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages import Handling, Level, Medium, Words
from ldis.issuing.rules import Addressed, content_hash

TEXT = st.text(max_size=40)
RECIPIENTS = st.lists(
    st.builds(Addressed, st.integers(1, 50), st.sampled_from(Medium), st.text("0123456789abcdef", max_size=8)),
    max_size=6,
    unique=True,
)


@dataclass(frozen=True)
class Signed:
    """Everything that an approver signs."""

    words: dict[Medium, Words]
    content: dict[str, str]
    level: Level
    handling: Handling
    areas: tuple[str, ...]
    list_ids: tuple[int, ...]
    sectors: tuple[str, ...]
    area_codes: tuple[str, ...]
    topics: tuple[str, ...]
    is_exercise: bool
    media: tuple[Medium, ...]
    recipients: tuple[Addressed, ...]
    reminders: dict[str, list[str]] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        return content_hash(**vars(self))


SIGNED = st.builds(
    Signed,
    words=st.dictionaries(st.sampled_from(Medium), st.builds(Words, TEXT, TEXT, TEXT)),
    content=st.dictionaries(st.sampled_from(["sold_as", "signs", "review_on"]), TEXT),
    level=st.sampled_from(Level),
    handling=st.sampled_from(Handling),
    areas=st.lists(TEXT, max_size=4, unique=True).map(tuple),
    list_ids=st.lists(st.integers(1, 99), max_size=4, unique=True).map(tuple),
    sectors=st.lists(TEXT, max_size=2, unique=True).map(tuple),
    area_codes=st.lists(TEXT, max_size=2, unique=True).map(tuple),
    topics=st.lists(TEXT, max_size=2, unique=True).map(tuple),
    is_exercise=st.booleans(),
    media=st.lists(st.sampled_from(Medium), unique=True).map(tuple),
    recipients=RECIPIENTS.map(tuple),
    reminders=st.dictionaries(st.sampled_from(["reminder", "deputy"]), st.lists(TEXT, min_size=2, max_size=2)),
)


@given(SIGNED, st.data())
def test_the_same_content_in_any_order_is_the_same_content(signed: Signed, data: Any) -> None:
    shuffled = {
        name: tuple(data.draw(st.permutations(getattr(signed, name))))
        for name in ("areas", "list_ids", "sectors", "area_codes", "topics", "media", "recipients")
    }
    assert replace(signed, **shuffled).hash == signed.hash


@pytest.mark.parametrize("ingredient", [field.name for field in fields(Signed)])
@given(st.data())
def test_a_change_in_any_ingredient_changes_the_hash(ingredient: str, data: Any) -> None:
    signed, other = data.draw(SIGNED), data.draw(SIGNED)
    changed = replace(signed, **{ingredient: getattr(other, ingredient)})
    assert (changed.hash == signed.hash) == (_as_a_set(signed, ingredient) == _as_a_set(changed, ingredient))


@given(SIGNED, st.sampled_from(["text", "subject", "html"]), TEXT)
def test_a_single_changed_letter_in_any_rendition_changes_the_hash(
    signed: Signed, part: str, addition: str
) -> None:
    for medium, words in signed.words.items():
        changed = replace(words, **{part: f"{getattr(words, part)}{addition}"})
        after = replace(signed, words=signed.words | {medium: changed})
        assert (after.hash == signed.hash) == (addition == "")


@given(SIGNED)
def test_a_recipient_more_or_another_address_changes_the_hash(signed: Signed) -> None:
    new = Addressed(51, Medium.SMS, "ffff")
    with_one_more = replace(signed, recipients=(*signed.recipients, new))
    moved = replace(signed, recipients=(*signed.recipients, replace(new, address_index="fffe")))
    assert len({signed.hash, with_one_more.hash, moved.hash}) == 3


def _as_a_set(signed: Signed, ingredient: str) -> Any:
    value = getattr(signed, ingredient)
    return frozenset(value) if isinstance(value, tuple) else value
