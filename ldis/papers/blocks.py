"""What a paper is made of, and the same as plain values that can be kept. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup


class Style(StrEnum):
    """How some words stand out."""

    PLAIN = ""
    STRONG = "strong"
    EMPHASIS = "emphasis"


@dataclass(frozen=True)
class Words:
    """A stretch of words in one style, with where it leads if it is a link."""

    text: str
    style: Style = Style.PLAIN
    href: str = ""


Line = tuple[Words, ...]


@dataclass(frozen=True)
class Heading:
    """A heading: 2 begins a section, 3 and 4 stand within one. 1 is the paper's title."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    words: Line


@dataclass(frozen=True)
class Bullets:
    """A list; each line with how deep it is set in, from 0."""

    lines: tuple[tuple[int, Line], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption. The first cell of each row is its heading; `numeric` columns stand to the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart as SVG; `description` says in words what it shows."""

    title: str
    description: str
    svg: str


Block = Heading | Paragraph | Bullets | Table | Picture
KINDS: Mapping[str, type[Block]] = {one.__name__: one for one in (Heading, Paragraph, Bullets, Table, Picture)}


@dataclass(frozen=True)
class Paper:
    """A whole paper. `facts` stand under its title: what it is about, who made it, whether it is final."""

    title: str
    author: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    landscape: bool = False


def plain(text: str) -> Paragraph:
    """A paragraph of words in one style."""
    return Paragraph((Words(text),))


def kind_of(block: Block) -> str:
    """Which kind of block it is, for a template."""
    return type(block).__name__


def drawn(picture: Picture) -> Markup:
    """A picture as it stands in a page. Its SVG was written here, word by word escaped."""
    return Markup(picture.svg)  # noqa: S704 - nobody's words reach it but through Markup.format


def to_json(paper: Paper) -> dict[str, Any]:
    """A paper as plain values."""
    blocks = [{"kind": kind_of(one), **asdict(one)} for one in paper.blocks]
    return {
        "title": paper.title,
        "author": paper.author,
        "facts": [list(one) for one in paper.facts],
        "blocks": blocks,
        "landscape": paper.landscape,
    }


def from_json(values: Mapping[str, Any]) -> Paper:
    """The paper that `to_json` made such values of."""
    return Paper(
        title=values["title"],
        author=values["author"],
        facts=tuple((name, said) for name, said in values["facts"]),
        blocks=tuple(_block(one) for one in values["blocks"]),
        landscape=values.get("landscape", False),
    )


def _block(values: Mapping[str, Any]) -> Block:
    given = {name: value for name, value in values.items() if name != "kind"}
    kind = KINDS[values["kind"]]
    if kind is Paragraph:
        return Paragraph(_line(given["words"]))
    if kind is Bullets:
        lines = tuple((depth, _line(words)) for depth, words in given["lines"])
        return Bullets(lines, given["ordered"])
    if kind is Table:
        rows = tuple(tuple(row) for row in given["rows"])
        return Table(given["caption"], tuple(given["head"]), rows, tuple(given["numeric"]))
    return kind(**given)


def _line(words: Sequence[Mapping[str, str]]) -> Line:
    return tuple(Words(one["text"], Style(one["style"]), one["href"]) for one in words)
