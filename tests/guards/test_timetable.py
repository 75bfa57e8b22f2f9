"""The timetable of the house: every name has its work, and all work has its name."""

import ast
from pathlib import Path

import ldis.runner  # noqa: F401 - knows every stage's tasks
from config.schedule import SCHEDULE
from ldis.work import TASKS, TIMETABLE


def names_deferred(root: Path) -> set[str]:
    """The names under which the code puts work in the queue."""
    found = set()
    for path in (root / "ldis").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("work.defer", "defer"):
                named = [argument for argument in node.args[1:2] if isinstance(argument, ast.Constant)]
                found |= {str(argument.value) for argument in named}
    return found


def test_every_name_has_exactly_one_task_and_every_task_a_name() -> None:
    assert set(TASKS) == set(TIMETABLE)


def test_every_line_of_the_timetable_is_a_sentence_about_its_stage() -> None:
    for name, line in TIMETABLE.items():
        stage, _, verb = name.partition(".")
        assert verb, name
        assert TASKS[name].__module__.startswith(f"ldis.{stage}."), name
        assert line[0].isupper(), name
        assert line.endswith("."), name


def test_nothing_is_deferred_under_a_name_that_is_not_in_the_timetable(root: Path) -> None:
    assert names_deferred(root) <= set(TIMETABLE)


def test_everything_in_the_timetable_is_begun_somewhere(root: Path) -> None:
    timed = {timed.work for timed in SCHEDULE}
    assert set(TIMETABLE) <= names_deferred(root) | timed


def test_the_clock_starts_only_what_is_in_the_timetable() -> None:
    assert {timed.work for timed in SCHEDULE} <= set(TIMETABLE)
    assert all(timed.seconds > 0 for timed in SCHEDULE)
