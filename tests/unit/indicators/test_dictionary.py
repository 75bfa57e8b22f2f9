"""The dictionary that comes along can be read, and one that contradicts itself is refused with a sentence."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from config import indicators
from ldis.indicators.dictionary import BrokenDictionary, read_dictionary

KNOWN = indicators.read()


def test_every_indicator_says_what_it_is_why_and_where_from() -> None:
    known = read_dictionary(KNOWN)
    assert len(known.indicators) >= 30
    for one in known.indicators.values():
        assert all((one.title, one.definition, one.why, one.limits, one.source)), one.code
        assert one.better in ("up", "down", ""), one.code
        assert (one.worked is not None) == ("Worked out here" in one.source), one.code


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    values = deepcopy(KNOWN)
    change(values)
    with pytest.raises(BrokenDictionary) as found:
        read_dictionary(values)
    return str(found.value)


def entry(values: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in values["indicators"] if one["code"] == code)


def test_what_cannot_be_so_is_refused() -> None:
    assert "is there twice" in broken(lambda v: v["indicators"].append(v["indicators"][0]))
    assert "there is no cut" in broken(lambda v: entry(v, "in_treatment").update(cut="age"))
    assert "no indicator “nothing”" in broken(
        lambda v: entry(v, "completions").update(formula={"share": ["nothing", "in_treatment"]})
    )
    assert "is worked out itself" in broken(
        lambda v: entry(v, "completions").update(formula={"share": ["unmet_need", "in_treatment"]})
    )
    assert "not broken down in the same way" in broken(
        lambda v: entry(v, "completions").update(formula={"share": ["in_treatment_ocu", "in_treatment"]})
    )
    assert "too few or too many" in broken(
        lambda v: entry(v, "completions").update(formula={"change": ["in_treatment"]})
    )
    assert broken(lambda v: entry(v, "seizures").pop("unit")).startswith("seizures")
    assert broken(lambda v: entry(v, "seizures").update(unit="kilos")).startswith("seizures")
    assert broken(lambda v: entry(v, "seizures").update(colour="red")).startswith("seizures")
    assert broken(lambda v: entry(v, "completions").update(formula={"guess": ["seizures"]})).startswith(
        "completions"
    )
