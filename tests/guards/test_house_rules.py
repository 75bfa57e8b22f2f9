"""Rules about the code that no linter knows: what may be imported where, how files are called, what stands in them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("alerts", "config", "detection", "ldis")
CODE = sorted(path for top in OURS for path in (ROOT / top).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LEFT_OUT = {".git", ".venv", "var", "node_modules", "htmlcov", "__pycache__"}

FORBIDDEN_NAMES = re.compile(r"utils?|helpers?|common|misc|manager|handler|base_service", re.IGNORECASE)

WEB = {"flask", "flask_security", "flask_smorest", "flask_wtf", "marshmallow", "webargs", "werkzeug"}
SPEAKS_WEB = {"pages.py", "api.py", "schemas.py", "access.py"}
ALSO_SPEAKS_WEB = {
    "ldis/app.py": "puts the application together",
    "ldis/casefile/judging.py": "the half of a case's pages on which the panel judges it",
    "ldis/casefile/papers.py": "the pages on which a case's papers are handed over",
    "ldis/cases/ballots.py": "the half of cases' schemas that the panel sends",
    "ldis/cases/comparisons.py": "the half of cases' pages on which two accounts are compared",
    "ldis/cases/photographs.py": "one page of cases",
    "ldis/cases/reporters.py": "the half of cases' pages on which a reporter is asked",
    "ldis/cli.py": "its commands",
    "ldis/contacts/unsubscribing.py": "the page behind a mail program's button",
    "ldis/contacts/caring.py": "the pages of contacts that keep them right",
    "ldis/contacts/subscription.py": "the public pages of contacts",
    "ldis/contacts/handing_in.py": "the pages of contacts about files",
    "ldis/description/bodies.py": "the half of every api.py that reads bodies",
    "ldis/description/fields.py": "puts the fields of schemas into words",
    "ldis/health.py": "is handed an authorisation header to compare",
    "ldis/indicators/access.py": "what the pages of indicators begin with",
    "ldis/indicators/handing_in.py": "the pages of indicators about files",
    "ldis/indicators/taking_away.py": "the pages of indicators from which figures are taken away or compared",
    "ldis/issuing/contradicted.py": "the pages of issuing about results that contradict an alert",
    "ldis/issuing/flyers.py": "the half of issuing's pages that draws flyers",
    "ldis/issuing/following_schemas.py": "the forms of what follows an alert",
    "ldis/issuing/following.py": "the part of issuing's pages about what follows an alert",
    "ldis/issuing/history.py": "the pages of issuing that compare versions",
    "ldis/issuing/previews.py": "what the pages of issuing draw previews from",
    "ldis/issuing/public.py": "the public half of issuing's pages",
    "ldis/people/duty.py": "the half of people's pages about reaching them",
    "ldis/people/entrance.py": "the half of people's pages that everybody uses",
    "ldis/people/key_schemas.py": "the half of people's schemas about API keys",
    "ldis/signals/trial_pages.py": "the pages of signals about back-tests",
    "ldis/people/models.py": "Flask-Security asks for its mixins",
    "ldis/people/own_keys.py": "the pages of people about one's own keys",
    "ldis/people/remembered.py": "the half of every api.py that knows a call again",
    "ldis/people/security.py": "sets Flask-Security up",
    "ldis/people/signing_in.py": "Flask-Security's codes",
    "ldis/people/watching.py": "notes on each page who looked at what is restricted",
    "ldis/photos/sending.py": "what comes with a form",
    "ldis/reach/stuck.py": "the page of messages that need a person",
    "ldis/reach/calling.py": "the half of reach's pages about those who are silent",
    "ldis/reach/preferences.py": "the page on which recipients change what they get",
    "ldis/reach/exercises.py": "the pages of exercises",
    "ldis/reach/hooks.py": "what providers call",
    "ldis/reporting/access.py": "what the pages of reports begin with",
    "ldis/reporting/sections.py": "the pages of reports on which a section is written",
    "ldis/submissions/asking.py": "how questions are put in the schemas of this stage",
    "ldis/submissions/checking.py": "the steps of the pages of reports",
    "ldis/submissions/details.py": "the optional questions of a report's schema",
    "ldis/submissions/reaching.py": "the questions about the reporter in a report's schema",
    "ldis/submissions/unmatched.py": "one page of submissions",
    "ldis/submissions/without_signal.py": "what the browser asks for to report without signal",
}

COMMITS = {
    "ldis/web/requests.py": "the edge of every page and call",
    "ldis/supervisor.py": "gives its turn to the next process",
    "ldis/scheduler.py": "keeps its election's connection alive",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Every module that a file imports, with the line and whether it stands inside a function."""
    tree = ast.parse(path.read_text())
    inside = {
        id(child)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno, id(node) in inside


def test_no_import_of_ours_hides_inside_a_function() -> None:
    hidden = [
        f"{name_of(path)}:{line} {module}"
        for path in CODE
        for module, line, inside in imports(path)
        if inside and module.split(".")[0] in OURS
    ]
    assert hidden == []


def test_flask_and_marshmallow_stay_at_the_edge() -> None:
    speaking = {
        name_of(path)
        for path in CODE
        if path.name not in SPEAKS_WEB
        and not name_of(path).startswith(("ldis/web/", "ldis/demonstration/"))
        and any(module.split(".")[0] in WEB for module, *_ in imports(path))
    }
    assert speaking - set(ALSO_SPEAKS_WEB) == set()


def test_the_alerting_library_knows_neither_the_web_nor_the_database_nor_the_service() -> None:
    barred = WEB | {"sqlalchemy", "psycopg", "procrastinate", "ldis", "config"}
    found = [
        f"{name_of(path)}: {module}"
        for path in (ROOT / "alerts").rglob("*.py")
        for module, *_ in imports(path)
        if module.split(".")[0] in barred
    ]
    assert found == []


def test_the_detectors_know_numbers_alone() -> None:
    found = {
        module.split(".")[0]
        for path in (ROOT / "detection").rglob("*.py")
        for module, *_ in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names
    }
    assert found == {"detection", "numpy", "scipy"}


def test_rules_are_pure() -> None:
    for path in CODE:
        if path.name == "rules.py":
            known = {module.split(".")[0] for module, *_ in imports(path)}
            assert known.isdisjoint(WEB | {"sqlalchemy", "psycopg", "procrastinate"}), name_of(path)


def test_settings_are_read_by_the_tops_alone() -> None:
    commands = ("ldis/cli.py", "ldis/command.py", "ldis/import_commands.py", "ldis/signal_commands.py")
    tops = ("ldis/app.py", *commands, "ldis/runner.py", "ldis/scheduler.py", "ldis/supervisor.py")
    readers = {
        name_of(path)
        for path in (ROOT / "ldis").rglob("*.py")
        if any(module.split(".")[0] == "config" for module, *_ in imports(path))
    }
    assert {name for name in readers if not name.startswith("ldis/demonstration/")} <= set(tops)


def test_no_file_or_class_is_named_for_what_it_is_not() -> None:
    vague = [name_of(path) for path in (*CODE, *TESTS) if FORBIDDEN_NAMES.fullmatch(path.stem)]
    for path, node in every(*CODE, *TESTS):
        if isinstance(node, ast.ClassDef):
            words = re.findall(r"[A-Z][a-z]+", node.name)
            vague += [f"{name_of(path)}: {node.name}" for word in words if FORBIDDEN_NAMES.fullmatch(word)]
    assert vague == []


def test_work_is_kept_at_the_edge_alone() -> None:
    committing = {
        name_of(path)
        for path in CODE
        if ".commit(" in path.read_text() and path.name not in ("tasks.py", "cli.py")
    }
    assert {name for name in committing if not name.startswith("ldis/demonstration/")} == set(COMMITS)


def test_every_room_says_what_it_is_for() -> None:
    silent = [name_of(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text()))]
    for path in CODE:
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                silent.append(f"{name_of(path)}: {node.name}")
    assert silent == []


def test_no_function_is_much_longer_than_forty_lines() -> None:
    long = []
    for path, node in every(*CODE):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            said = ast.get_docstring(node, clean=False) or ""
            length = (node.end_lineno or 0) - node.body[0].lineno - said.count("\n")
            if length > 45:
                long.append(f"{name_of(path)}: {node.name} has {length} lines")
    assert long == []


def test_no_file_is_much_longer_than_three_hundred_lines() -> None:
    long = {name_of(path): len(path.read_text().splitlines()) for path in CODE}
    assert {name: length for name, length in long.items() if length > 350} == {}


def test_no_test_is_skipped_without_a_reason_that_prints() -> None:
    silent = []
    for path, node in every(*TESTS):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith((".skip", ".skipif", ".xfail")):
            continue
        if not node.args and not [word for word in node.keywords if word.arg in ("reason", "msg")]:
            silent.append(f"{name_of(path)}:{node.lineno}")
    for path in TESTS:
        bare = re.findall(r"@pytest\.mark\.(?:skip|xfail)\s*$", path.read_text(), re.MULTILINE)
        silent += [f"{name_of(path)}: {mark}" for mark in bare]
    assert silent == []


def test_tests_are_sentences() -> None:
    short = [
        f"{name_of(path)}: {node.name}"
        for path, node in every(*TESTS)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 2
    ]
    assert short == []


def every(*paths: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Every piece of syntax in these files."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            yield path, node


NOBODY = re.compile(r"(?:[a-z-]+\.)*example\.(?:org|com|net)")


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the repository with its name."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or LEFT_OUT & set(parts) or any(p.endswith(("_cache", ".egg-info")) for p in parts):
            continue
        if parts[0] in (".hypothesis", ".coverage", ".env") or parts[0].startswith(".coverage."):
            continue
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_text_names_a_place_on_somebodys_machine_or_a_package_registry() -> None:
    at_home = r"(?<![\w.<])/(?:home|root|Users|work|mnt|workspace)/[\w.]+"
    registry = r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|registry|artifactory|nexus|devpi)[\w.-]*"
    pattern = re.compile(f"{at_home}|{registry}|--(?:extra-)?index-url [^ ]*//", re.IGNORECASE)
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        for match in pattern.finditer(text)
        if name != name_of(Path(__file__))
    ]
    assert found == []


def test_no_example_holds_a_real_telephone_number_or_address() -> None:
    """Ofcom keeps 07700 900000 to 900999 for drama; example.org belongs to nobody."""
    mobile = re.compile(r"(?<![\w.])(?:\+44 ?|0)7(?:\d[ -]?){9}(?!\d)")
    email = re.compile(r"[\w.+-]+@((?:[a-z-]+\.)+(?:uk|com|org|net))\b")
    found = []
    for name, text in texts():
        if name.startswith("tests/") or name.endswith((".svg", "package-lock.json")):
            continue
        numbers = {re.sub(r"\D", "", match[0]) for match in mobile.finditer(text)}
        found += [f"{name}: {n}" for n in sorted(numbers) if not re.fullmatch(r"(?:44|0)7700900\d{3}", n)]
        found += [f"{name}: {match[0]}" for match in email.finditer(text) if not NOBODY.fullmatch(match[1])]
    assert found == []


def test_the_import_rules_are_kept() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
