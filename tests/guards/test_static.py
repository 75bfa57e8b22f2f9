"""What browsers are given: complete, small, and nothing that belongs to GOV.UK alone."""

import json
import re

import pytest

from ldis.web import ROOT

STATIC = ROOT / "static"
FRONTEND = ROOT / "frontend"
ASSETS: dict[str, str] = json.loads((STATIC / "assets.json").read_text())
STYLES = (STATIC / ASSETS["ldis.css"]).read_text()
TEXTS = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js", ".svg", ".json")]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_typeface_crown_crest_or_logotype_of_gov_uk_is_served(path: object) -> None:
    text = path.read_text().lower()  # type: ignore[attr-defined]
    for word in ("gds transport", "transport", "crown", "crest", "logotype", "@font-face"):
        assert word not in text, word


def test_no_font_file_and_no_image_but_our_icon_is_served() -> None:
    kinds = {path.suffix for path in STATIC.rglob("*") if path.is_file()}
    assert kinds == {".css", ".js", ".json", ".png", ".svg"}
    assert [path.name for path in STATIC.glob("*.png")] == [
        name for name in sorted(ASSETS.values()) if name.endswith(".png")
    ]


def test_text_is_set_in_helvetica_or_arial() -> None:
    families = set(re.findall(r"font-family:([^;}]+)", STYLES))
    assert families <= {'"Helvetica Neue",helvetica,arial,sans-serif', "sans-serif", "inherit", "monospace"}


def test_no_text_is_smaller_than_sixteen_pixels() -> None:
    sizes = {float(size) for size in re.findall(r"font-size:([0-9.]+)px", STYLES)}
    rems = {16 * float(size) for size in re.findall(r"font-size:([0-9.]+)rem", STYLES)}
    assert min(sizes | rems) >= 16


def test_the_style_sheet_fetches_nothing() -> None:
    assert not [address for address in re.findall(r"url\(([^)]*)\)", STYLES) if not address.startswith('"data:')]


def test_every_file_served_is_named_in_the_list_and_every_name_has_its_file() -> None:
    assert {path.name for path in STATIC.iterdir()} == {*ASSETS.values(), "assets.json"}


def test_the_script_imports_the_library_under_its_present_name() -> None:
    assert f'from"./{ASSETS["govuk-frontend.js"]}"' in (STATIC / ASSETS["ldis.js"]).read_text()


def test_the_worker_keeps_the_files_of_this_very_release() -> None:
    worker = (STATIC / ASSETS["service-worker.js"]).read_text()
    needed = ("ldis.css", "ldis.js", "govuk-frontend.js", "favicon.svg", "favicon.png")
    assert set(re.findall(r'"/static/([^"]+)"', worker)) == {ASSETS[name] for name in needed}


def test_scripts_are_small_enough_for_one_bar_of_signal_and_old_enough_for_an_old_phone() -> None:
    for name, most in (("ldis.js", 25_000), ("service-worker.js", 12_000)):
        script = (STATIC / ASSETS[name]).read_text()
        assert len(script) < most, name
        assert "(?<" not in script, f"{name}: a pattern that looks behind is a syntax error on older phones"


def test_templates_name_no_static_file_that_does_not_exist() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", template.read_text()):
            assert name in ASSETS, f"{template.name} asks for {name}"


def test_no_template_styles_or_scripts_in_line_without_the_nonce() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        if "email" in template.name or "flyer" in template.name:
            continue
        text = template.read_text()
        assert " style=" not in text, template
        assert "<style" not in text, template
        assert not re.search(r"<[^>]+ on[a-z]+=", text), template
        assert all("csp_nonce()" in tag for tag in re.findall(r"<script[^>]*>", text)), template


def test_the_lock_file_names_versions_and_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = lock["packages"]
    assert packages["node_modules/govuk-frontend"]["version"] == "6.3.0"
    assert not [name for name, entry in packages.items() if "resolved" in entry]
