"""Every template is used, and none is broken."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, meta, nodes
from jinja2.exceptions import TemplateSyntaxError

from alerts.messages import Level
from ldis import web

TEMPLATES = web.ROOT / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
CODE = sorted(path for top in ("alerts", "ldis") for path in (web.ROOT / top).rglob("*.py"))
ENDING = (".html", ".txt", ".xml", ".svg")

DRAWN_BY_US = {("venues/poster.html", "qr"), ("issuing/_flyer.html", "qr")}

plain = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def asked_for_by_code() -> Iterator[str]:
    """A pattern for each template name in the code; `f"errors/{status}.html"` stands for several."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(ENDING):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w.-]+" for p in node.values
                ]
                yield "".join(map(str, parts))


def asked_for_by_templates() -> set[str]:
    """What templates extend, include and import."""
    found = set()
    for name in NAMES:
        tree = plain.parse((TEMPLATES / name).read_text())
        found |= {re.escape(other) for other in meta.find_referenced_templates(tree) if other}
    return found


def test_every_template_is_used() -> None:
    patterns = [re.compile(pattern) for pattern in {*asked_for_by_code(), *asked_for_by_templates()}]
    unused = [name for name in NAMES if not any(pattern.fullmatch(name) for pattern in patterns)]
    assert unused == []


def test_every_template_that_is_asked_for_is_there() -> None:
    wanted = {name.replace("\\", "") for name in asked_for_by_templates() if not name.startswith("govuk_frontend")}
    for path in CODE:
        wanted |= set(re.findall(r'render(?:_template)?\(\s*"([\w/.-]+)"', path.read_text()))
    assert sorted(wanted - set(NAMES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles_with_the_filters_and_names_it_uses(app: Flask, name: str) -> None:
    if name.startswith("alerts/"):
        plain.parse((TEMPLATES / name).read_text(), name)
        return
    try:
        app.jinja_env.get_template(name)
    except TemplateSyntaxError as error:
        pytest.fail(f"{name}, line {error.lineno}: {error.message}")


def test_every_level_of_alert_has_every_rendition() -> None:
    for level in Level:
        for rendition in ("sms.txt", "email.txt", "email.html"):
            assert f"alerts/{level.value}/{rendition}" in NAMES


def test_every_form_that_posts_carries_its_token() -> None:
    for name in NAMES:
        for form in re.findall(r"<form\b.*?</form>", (TEMPLATES / name).read_text(), re.DOTALL):
            if 'method="post"' in form and not name.startswith("alerts/"):
                assert "csrf" in form, f"{name}: {form}"


def test_no_template_trusts_what_people_typed() -> None:
    """`safe` is for markup of our own: a literal, or a picture that our code has drawn."""
    for name in NAMES:
        for found in plain.parse((TEMPLATES / name).read_text()).find_all(nodes.Filter):
            if found.name == "safe" and not isinstance(found.node, nodes.Const):
                assert (name, getattr(found.node, "name", "")) in DRAWN_BY_US, f"{name}, line {found.lineno}"


def test_every_page_has_a_title_and_one_first_heading() -> None:
    for name in NAMES:
        text = (TEMPLATES / name).read_text()
        if '{% extends "base.html" %}' in text:
            assert "{% block title %}" in text, name
            headings = len(re.findall(r"<h1\b", text))
            assert headings >= 1 or "isPageHeading" in text or "heading=true" in text, name


def test_pages_lie_where_their_stage_is() -> None:
    stages = {path.name for path in (web.ROOT / "ldis").iterdir() if path.is_dir()}
    folders = {Path(name).parts[0] for name in NAMES if "/" in name}
    assert folders <= stages | {"components", "errors", "alerts"}
