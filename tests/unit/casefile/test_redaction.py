"""What is left out of a case's papers, and that every omission is listed."""

from ldis.casefile.redaction import WITHHELD, Audience, Because, Fact, Left, Record, Section, redact

ALL = frozenset(Because)
SECRETS = {"Mo Field": Because.WORKER, "mo@example.org": Because.WORKER, "Mo": Because.WORKER}


def section(*facts: Fact, title: str = "A report", statement: str = "") -> Section:
    return Section("Reports", (Record(title, facts),), statement)


def test_a_marked_answer_is_replaced_by_its_reason_and_listed() -> None:
    [clean], left = redact([section(Fact("School", "Hill School", Because.SCHOOL))], {}, ALL)
    assert clean.records[0].facts[0].answer == "[withheld: names a school]"
    assert left == (Left("Reports", Because.SCHOOL, 1),)


def test_a_name_is_found_in_free_text_whatever_its_case() -> None:
    [clean], left = redact([section(Fact("Words", "Told MO FIELD, then mo field again"))], SECRETS, ALL)
    hidden = "[withheld: the name of somebody who works on the case]"
    assert clean.records[0].facts[0].answer == f"Told {hidden}, then {hidden} again"
    assert left == (Left("Reports", Because.WORKER, 2),)


def test_a_name_is_found_in_titles_and_statements_too() -> None:
    [clean], _ = redact([section(title="For Mo Field", statement="By mo@example.org.")], SECRETS, ALL)
    assert "Mo Field" not in clean.records[0].title
    assert "mo@example.org" not in clean.statement


def test_a_word_that_only_begins_like_a_name_is_left_alone() -> None:
    [clean], left = redact([section(Fact("Words", "Mo Fieldworth found most of it"))], SECRETS, ALL)
    assert clean.records[0].facts[0].answer == "Mo Fieldworth found most of it"
    assert left == ()


def test_nothing_is_withheld_from_a_coroner_when_a_coordinator_asks() -> None:
    whole = section(Fact("School", "Hill School", Because.SCHOOL), Fact("Words", "Told Mo Field"))
    assert redact([whole], SECRETS, WITHHELD[Audience.FULL, True]) == ((whole,), ())


def test_an_answer_that_was_not_given_is_not_listed_as_withheld() -> None:
    assert redact([section(Fact("School", "", Because.SCHOOL))], {}, ALL)[1] == ()
