"""What was found in a sample beside what it was sold as, in one of a few plain answers and a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ldis.substances.catalogue import GRAVEST_FIRST, Substance, SubstanceClass

_BENZODIAZEPINES = frozenset({SubstanceClass.BENZODIAZEPINE, SubstanceClass.NOVEL_BENZODIAZEPINE})
_ALWAYS_COUNT = frozenset({SubstanceClass.NITAZENE, SubstanceClass.FENTANYL})


class Comparison(StrEnum):
    """How what was found stands to what it was sold as."""

    AS_EXPECTED = "as expected"
    CONTAINS_ALSO = "contains also"
    NOT_AS_SOLD = "not what it was sold as"
    NOTHING_ACTIVE = "nothing active"
    NOTHING_DETECTED = "nothing detected"
    UNABLE = "unable to identify"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Component:
    """One thing that a laboratory found: its words, the substance read in them, and how much of the sample it is."""

    written: str
    substance: Substance | None = None
    part: str = "main"

    @property
    def name(self) -> str:
        """The catalogue's name for it, or the laboratory's where the catalogue has none."""
        return _in_a_sentence(self.substance) if self.substance else self.written.strip()

    @property
    def is_trace(self) -> bool:
        """Whether there was only a trace of it."""
        return self.part == "trace"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the sentence that says it, and which component counted as what."""

    comparison: Comparison
    sentence: str
    expected: tuple[Component, ...] = ()
    others: tuple[Component, ...] = ()
    companions: tuple[Component, ...] = ()
    uncounted: tuple[Component, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether something of a high-risk class was found that nobody was told of."""
        return any(each.substance is not None and each.substance.high_risk for each in self.others)


def expected_versus_found(
    sold_as: Iterable[Substance], components: Sequence[Component], *, unable: bool = False
) -> Verdict:
    """Compare a sample's components with the substances it was sold as.

    No components means that nothing was detected, or with `unable` that nothing could be identified. Cutting agents,
    breakdown products and what comes with a drug in the ordinary way are mentioned and not counted. A nitazene or a
    fentanyl always counts, and so does a breakdown product that points to one that was not named.
    """
    sold = tuple(sold_as)
    if unable or not components:
        return _nothing(sold, unable=unable)
    sorted_out = _sort_out(sold, components)
    comparison = _compare(sold, sorted_out)
    return Verdict(
        comparison=comparison,
        sentence=_sentence(comparison, sold, sorted_out),
        expected=tuple(sorted_out.expected),
        others=tuple(sorted_out.others),
        companions=tuple(sorted_out.companions),
        uncounted=tuple(sorted_out.uncounted),
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    expected: list[Component]
    others: list[Component]
    companions: list[Component]
    uncounted: list[Component]


def _nothing(sold: Sequence[Substance], *, unable: bool) -> Verdict:
    opening = f"Sold as {_listed(map(_in_a_sentence, sold))}. " if sold else ""
    if unable:
        return Verdict(Comparison.UNABLE, f"{opening}The laboratory could not identify what it is.")
    return Verdict(Comparison.NOTHING_DETECTED, f"{opening}Nothing was detected.")


def _sort_out(sold: Sequence[Substance], components: Sequence[Component]) -> _Sorted:
    found = [each.substance for each in components if each.substance]
    sorted_out = _Sorted([], [], [], [])
    for each in components:
        if each.substance is None:
            sorted_out.others.append(each)
        elif any(_is_what_was_sold(each.substance, wanted) for wanted in sold):
            sorted_out.expected.append(each)
        elif _comes_along(each.substance, sold, found):
            sorted_out.companions.append(each)
        elif not each.substance.active and each.substance.substance_class not in _ALWAYS_COUNT:
            sorted_out.uncounted.append(each)
        else:
            sorted_out.others.append(each)
    sorted_out.others.sort(key=lambda each: (_gravity(each), each.is_trace))
    return sorted_out


def _is_what_was_sold(found: Substance, sold: Substance) -> bool:
    """The same substance, what it is made of, or, where only a class was named, one of that class."""
    if found.code == sold.code or found.code in sold.made_of or sold.code in found.made_of:
        return True
    if sold.generic:
        return found.active and found.substance_class in _classes_meant(sold)
    if found.generic:
        return sold.substance_class is found.substance_class
    return sold.code in found.metabolite_of and not found.active


def _classes_meant(sold: Substance) -> frozenset[SubstanceClass]:
    """A 'street benzo' may be any benzodiazepine; an 'opiate' is never a nitazene."""
    return _BENZODIAZEPINES if sold.substance_class in _BENZODIAZEPINES else frozenset({sold.substance_class})


def _comes_along(found: Substance, sold: Sequence[Substance], all_found: Sequence[Substance]) -> bool:
    """Whether it is there because of something else that is: its companion, or made from it."""
    if found.substance_class in _ALWAYS_COUNT and found.active:
        return False
    present = {each.code for each in all_found if each.code != found.code}
    present |= {wanted.code for wanted in sold for each in all_found if _is_what_was_sold(each, wanted)}
    if any(code in present for code in found.metabolite_of):
        return True
    hosts = [each for each in (*sold, *all_found) if each.code in present]
    return any(found.code in host.comes_with for host in hosts)


def _compare(sold: Sequence[Substance], found: _Sorted) -> Comparison:
    if (
        not found.expected
        and not found.others
        and not any(each.substance and each.substance.active for each in found.companions)
    ):
        return Comparison.NOTHING_ACTIVE
    if not sold:
        return Comparison.NOT_COMPARED
    if not found.expected or _only_a_trace_of(found):
        return Comparison.NOT_AS_SOLD
    return Comparison.CONTAINS_ALSO if found.others else Comparison.AS_EXPECTED


def _only_a_trace_of(found: _Sorted) -> bool:
    """Whether what was sold is there in traces only, beside more of something else."""
    return all(each.is_trace for each in found.expected) and any(not each.is_trace for each in found.others)


def _sentence(comparison: Comparison, sold: Sequence[Substance], found: _Sorted) -> str:
    names = _listed(map(_in_a_sentence, sold))
    opening = f"Sold as {names}. " if sold else ""
    others = _listed(map(_amount, found.others))
    body = {
        Comparison.AS_EXPECTED: f"Found {_listed(map(_amount, found.expected))}, as expected.",
        Comparison.CONTAINS_ALSO: f"Found {_listed(map(_amount, found.expected))}, and also {others}.",
        Comparison.NOT_AS_SOLD: f"It is not what it was sold as: found {others or 'something else'}.",
        Comparison.NOTHING_ACTIVE: "Nothing active was found.",
        Comparison.NOT_COMPARED: f"What it was sold as is not known, or could mean several drugs. Found {others}.",
    }[comparison]
    if comparison is Comparison.NOT_AS_SOLD and found.expected:
        little = _listed(map(_amount, found.expected))
        body = f"It is mostly not what it was sold as: found {others}, and only {little}."
    return opening + body + "".join(_asides(comparison, sold, found))


def _asides(comparison: Comparison, sold: Sequence[Substance], found: _Sorted) -> Iterable[str]:
    if comparison in {Comparison.AS_EXPECTED, Comparison.CONTAINS_ALSO}:
        there = [each.substance for each in found.expected if each.substance]
        missing = [each for each in sold if not any(_is_what_was_sold(one, each) for one in there)]
        if missing:
            yield f" No {_listed(map(_in_a_sentence, missing), 'or')} was found."
    if found.companions:
        yield f" Also there, as is usual with it: {_listed(each.name for each in found.companions)}."
    if found.uncounted:
        yield f" Not counted, as cutting agents or inactive: {_listed(each.name for each in found.uncounted)}."


def _amount(component: Component) -> str:
    return f"a trace of {component.name}" if component.is_trace else component.name


def _gravity(component: Component) -> int:
    return GRAVEST_FIRST.index(component.substance.substance_class) if component.substance else len(GRAVEST_FIRST)


def _in_a_sentence(substance: Substance) -> str:
    """The name inside a sentence: words in lower case, abbreviations as they are."""
    first, _, rest = substance.name.partition(" ")
    lowered = first.lower() if first[1:].islower() else first
    return f"{lowered} {rest}".strip()


def _listed(names: Iterable[str], word: str = "and") -> str:
    *most, last = [*names] or [""]
    return f"{', '.join(most)} {word} {last}" if most else last
