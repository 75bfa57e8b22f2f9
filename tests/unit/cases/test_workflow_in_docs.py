"""What docs/ says of a case's states and moves is drawn from the rules, and is current."""

from pathlib import Path
from xml.etree import ElementTree

from click.testing import CliRunner

from ldis.cases import drawing, in_words
from ldis.cases.rules import RULES, Action, State
from ldis.cli import main

DOCS = Path(__file__).parents[3] / "docs"


def test_the_table_and_the_picture_in_docs_are_what_the_rules_say() -> None:
    for name, now in (("case-workflow.md", in_words.as_markdown()), ("case-workflow.svg", drawing.as_svg())):
        assert (DOCS / name).read_text(encoding="utf-8") == now, (
            "Run `ldis docs workflow` and commit what it wrote."
        )


def test_the_command_writes_both(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["docs", "workflow", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert sorted(file.name for file in tmp_path.iterdir()) == ["case-workflow.md", "case-workflow.svg"]


def test_every_rule_is_a_row_and_its_conditions_are_in_it() -> None:
    rows = list(in_words.rows())
    assert len(rows) == len(RULES)
    for row in rows:
        rule = RULES[State(row.state), Action(row.action)]
        assert bool(row.reason) is rule.needs_reason
        assert bool(row.second_person) is rule.second_person
        assert row.only_when == (rule.when or "")
        assert all(role in row.who for role in rule.by)


def test_the_picture_is_well_formed_and_names_every_state_and_every_action() -> None:
    drawn = " ".join("".join(part.itertext()) for part in ElementTree.fromstring(drawing.as_svg()))
    for state in State:
        assert state.value.capitalize() in drawn
    for _state, action in RULES:
        assert action.value in drawn
