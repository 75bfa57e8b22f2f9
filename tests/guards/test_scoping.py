"""People see only their partnership: every question about its rows is asked for one partnership."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from typing import Any, get_args

import pytest
from sqlalchemy import Table

import ldis
from ldis.db import Base

ASKED_OTHERWISE = {
    "ldis.clocks.queries.partnerships_that_wait": "the clock asks, for every partnership",
    "ldis.corroboration.queries.asked_by_text": "whoever holds the number that a question went to",
    "ldis.corroboration.queries.asked_with": "the digest of a secret token names the one person asked",
    "ldis.corroboration.queries.held_question": "the clock asks, with a number from to_remind",
    "ldis.corroboration.queries.to_remind": "the clock asks, for every partnership",
    "ldis.deliveries.queries.count_in_doubt": "a figure about the installation, for its operators",
    "ldis.deliveries.queries.waiting": "a figure about the installation, for its operators",
    "ldis.followup.queries.question_with": "a secret token names the one question",
    "ldis.followup.queries.report_to_follow": "whoever asks must then show the code, or that it is theirs",
    "ldis.followup.queries.steps_to_tell": "the clock asks, for every partnership",
    "ldis.followup.queries.held_step": "the clock asks, with a number from steps_to_tell",
    "ldis.issuing.queries.held_alert": "the clock asks, with a number from another question of the clock",
    "ldis.issuing.queries.ready_for_the_clock": "the clock asks, for every partnership",
    "ldis.issuing.queries.alert_with_code": "anybody may check an alert whose code they hold",
    "ldis.issuing.queries.public_alerts": "these alerts are for everybody",
    "ldis.issuing.queries.recipient_with": "a secret token names the one recipient",
    "ldis.issuing.queries.the_public_alert": "these alerts are for everybody",
    "ldis.memory.queries.decisions_to_look_at": "the clock asks, for every partnership",
    "ldis.memory.queries.held_case": "the clock asks, with a number from kept_like or decisions_to_look_at",
    "ldis.people.queries.everyone_who_can_sign_in": "only the sign-in page of a demonstration asks",
    "ldis.people.queries.invitation_with": "the digest of a secret token names the one invitation",
    "ldis.people.queries.partnerships_of": "a person asks about themselves",
    "ldis.convening.queries.cases_to_chase": "the clock asks, for every partnership",
    "ldis.issuing.queries.scheduled": "the clock asks, for every partnership",
    "ldis.issuing.queries.held_scheduled": "the clock asks, with a number from scheduled",
    "ldis.reach.queries.alerts_in_force": "the clock asks, for every partnership",
    "ldis.venues.queries.link_with": "the token on a poster names the one link",
}
"""Questions that name no partnership, each with the reason why nobody sees too much."""

SCOPES = {"partnership_id", "actor", "partnership", "place"}


def questions() -> Iterator[FunctionType]:
    """Every public function of every stage's queries.py."""
    for stage in pkgutil.iter_modules(ldis.__path__):
        if not stage.ispkg:
            continue
        for module in pkgutil.iter_modules([f"{ldis.__path__[0]}/{stage.name}"]):
            if module.name == "queries":
                queries = import_module(f"ldis.{stage.name}.queries")
                for name, function in inspect.getmembers(queries, inspect.isfunction):
                    if function.__module__ == queries.__name__ and not name.startswith("_"):
                        yield function


def owned_models() -> set[str]:
    """The models whose rows belong to one partnership, themselves or through the row they hang on."""
    owned: set[Table] = {table for table in Base.metadata.tables.values() if "partnership_id" in table.columns}
    while True:
        further = {
            table
            for table in Base.metadata.tables.values()
            if table not in owned
            and any(key.column.table in owned and not key.parent.nullable for key in table.foreign_keys)
        }
        if not further:
            return {m.class_.__name__ for m in Base.registry.mappers if m.local_table in owned}
        owned |= further


def mentions(function: FunctionType) -> set[str]:
    """Every name in the body of a function."""
    [tree] = ast.parse(inspect.getsource(function)).body
    assert isinstance(tree, ast.FunctionDef)
    return {node.id for line in tree.body for node in ast.walk(line) if isinstance(node, ast.Name)}


def scope_of(function: FunctionType, owned: set[str]) -> set[str]:
    """The arguments that keep a question to one partnership: its number, who asks, or a row that was found so."""
    return {
        argument.name
        for argument in inspect.signature(function).parameters.values()
        if argument.name in SCOPES or kinds(argument.annotation) & owned
    }


def kinds(annotation: Any) -> set[str]:
    """The names of the classes in an annotation: A, or A | B."""
    return {getattr(one, "__name__", "") for one in (annotation, *get_args(annotation))}


def unscoped(owned: set[str]) -> set[str]:
    """Questions about a partnership's rows that are not asked for one partnership."""
    return {
        f"{question.__module__}.{question.__name__}"
        for question in questions()
        if (used := mentions(question)) & owned and not scope_of(question, owned) & used
    }


@pytest.fixture(scope="module")
def owned() -> set[str]:
    list(questions())
    return owned_models()


def test_the_rows_of_a_partnership_are_known(owned: set[str]) -> None:
    assert {"Case", "IncidentReport", "Organisation", "Membership", "ApiKey", "Vote"} <= owned
    assert not {"Partnership", "Area", "User"} & owned


def test_every_question_about_a_partnerships_rows_is_asked_for_one_partnership(owned: set[str]) -> None:
    assert unscoped(owned) - set(ASKED_OTHERWISE) == set()


def test_every_exception_is_still_needed(owned: set[str]) -> None:
    assert set(ASKED_OTHERWISE) - unscoped(owned) == set()
