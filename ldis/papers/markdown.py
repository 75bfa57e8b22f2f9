"""Markdown that people typed, as blocks. Pure.

What a paper has no block for is kept as its words: HTML stands there as it was typed, a picture as what it was called.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import mistune

from ldis.papers.blocks import Block, Bullets, Heading, Line, Paragraph, Style, Table, Words

DEEPEST = 4
LINKS = ("http://", "https://", "mailto:")
STYLES = {"strong": Style.STRONG, "emphasis": Style.EMPHASIS}
Token = Mapping[str, Any]

_read = mistune.create_markdown(renderer=None, plugins=["table"])


def blocks_of(text: str, *, below: int = 2) -> list[Block]:
    """The blocks of some Markdown whose own headings stand below a heading of the level `below`."""
    tokens = _read(text)
    assert isinstance(tokens, list)
    return [block for token in tokens for block in _blocks(token, below)]


def _blocks(token: Token, below: int) -> Iterator[Block]:
    match token["type"]:
        case "heading":
            yield Heading(min(below + token["attrs"]["level"], DEEPEST), _text(token))
        case "list":
            yield Bullets(tuple(_lines(token, 0)), bool(token["attrs"]["ordered"]))
        case "table":
            yield _table(token)
        case "block_quote":
            for child in token["children"]:
                yield from _blocks(child, below)
        case "block_code" | "block_html":
            yield Paragraph((Words(token["raw"].strip()),))
        case "paragraph" | "block_text":
            yield Paragraph(_line(token))


def _lines(token: Token, depth: int) -> Iterator[tuple[int, Line]]:
    for item in token["children"]:
        for child in item["children"]:
            if child["type"] == "list":
                yield from _lines(child, depth + 1)
            elif "children" in child or "raw" in child:
                yield depth, _line(child)


def _table(token: Token) -> Table:
    parts = {part["type"]: part["children"] for part in token["children"]}
    head = tuple(_text(cell) for cell in parts["table_head"])
    rows = tuple(tuple(_text(cell) for cell in row["children"]) for row in parts.get("table_body", ()))
    numeric = tuple(n for n, cell in enumerate(parts["table_head"]) if cell["attrs"].get("align") == "right")
    return Table("", head, rows, numeric)


def _line(token: Token) -> Line:
    return tuple(_joined(_words(token, Style.PLAIN, "")))


def _text(token: Token) -> str:
    return "".join(words.text for words in _line(token))


def _words(token: Token, style: Style, href: str) -> Iterator[Words]:
    kind = token["type"]
    if kind in ("softbreak", "linebreak"):
        yield Words(" ", style, href)
    elif "children" in token:
        address = token.get("attrs", {}).get("url", "") if kind == "link" else ""
        for child in token["children"]:
            leads = address if address.startswith(LINKS) else href
            yield from _words(child, STYLES.get(kind, style), leads)
    elif "raw" in token:
        yield Words(token["raw"], style, href)


def _joined(words: Iterable[Words]) -> Iterator[Words]:
    """The same words with neighbours in one style made one."""
    last: Words | None = None
    for one in words:
        if last is not None and (last.style, last.href) == (one.style, one.href):
            last = Words(last.text + one.text, one.style, one.href)
        else:
            if last is not None:
                yield last
            last = one
    if last is not None:
        yield last
