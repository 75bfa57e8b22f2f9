"""The check of the words: each rule finds what it is there for, and a good alert passes clean."""

from dataclasses import replace
from datetime import date

import pytest

from alerts.advice import every_advice
from alerts.checked import Example, Finding, Rule, Severity
from alerts.compose import ComposeError, draft
from alerts.messages import AlertContent, Handling, Level, Readership
from alerts.wording import RULES, check

SAMPLE_LINK = "https://ldis.example.org/a/AAAAAAAAAAAAAAAA"


def findings(content: AlertContent, level: Level = Level.RED) -> list[Finding]:
    try:
        renditions = draft(content, level=level, handling=Handling.PROFESSIONALS, sample_link=SAMPLE_LINK)
    except ComposeError:
        renditions = None
    return check(content, level=level, renditions=renditions)


def named(content: AlertContent, level: Level = Level.RED) -> dict[str, str]:
    return {finding.rule: finding.words for finding in findings(content, level)}


def test_a_good_alert_passes_clean(content: AlertContent) -> None:
    assert findings(content) == []


def test_rules_have_names_of_their_own_and_sentences() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.sentence.endswith(".") for rule in RULES)


def test_errors_come_before_warnings() -> None:
    severities = [rule.severity for rule in RULES]
    assert severities == sorted(severities, key=list(Severity).index)


def test_an_empty_draft_names_every_missing_field(content: AlertContent) -> None:
    empty = AlertContent(reference="HBR-A-0013", publisher=content.publisher)
    sentences = [finding.words for finding in findings(empty) if finding.rule == "missing field"]
    assert len(sentences) == len(empty.missing()) - 2  # the review date and the last day have rules of their own
    assert {"missing review date", "missing expiry date"} <= set(named(empty))


def test_an_alert_does_not_end_before_its_review(content: AlertContent) -> None:
    assert "expiry date" in named(replace(content, expires_on=date(2026, 12, 5)))


@pytest.mark.parametrize("review_on", [date(2026, 11, 22), date(2026, 11, 1)])
def test_the_review_must_come_after_the_alert(content: AlertContent, review_on: date) -> None:
    assert "review date" in named(replace(content, review_on=review_on))


@pytest.mark.parametrize(
    ("words", "flagged"),
    [
        ("Very strong heroin", "Very strong"),
        ("Heroin of high purity", "purity"),
        ("More potent than usual", "potent"),
        ("PURE crystals", "PURE"),
        ("top-grade ketamine", "top-grade"),
        ("extra strength tablets", "strength"),
    ],
)
def test_strength_as_a_selling_point_is_a_warning(content: AlertContent, words: str, flagged: str) -> None:
    found = [f for f in findings(replace(content, headline=words)) if f.rule == "strength as a selling point"]
    assert [f.words for f in found] == [flagged]
    assert found[0].severity is Severity.WARNING


@pytest.mark.parametrize("words", ["Impurities found", "Stronghold Road", "Purple tablets", "Purely a precaution"])
def test_words_that_only_look_like_strength_pass(content: AlertContent, words: str) -> None:
    assert "strength as a selling point" not in named(replace(content, headline=words))


@pytest.mark.parametrize(
    "detail", ["07700 900123", "front-desk@example.org", "PL1 2AB", "943 476 5919", "born on 3 May 1990"]
)
def test_an_identifying_detail_blocks(content: AlertContent, detail: str) -> None:
    found = [
        f for f in findings(replace(content, impact=f"One person, {detail}.")) if f.rule == "identifying detail"
    ]
    assert [f.words for f in found] == [detail]
    assert found[0].severity is Severity.ERROR


def test_how_to_report_may_hold_a_phone_number(content: AlertContent) -> None:
    assert "identifying detail" not in named(replace(content, how_to_report="Call 01632 960000"))


@pytest.mark.parametrize("substance_class", ["nitazene", "fentanyl", "other opioid", "Other_Opioid"])
def test_an_opioid_without_naloxone_blocks(content: AlertContent, substance_class: str) -> None:
    assert "missing naloxone" in named(replace(content, substance_class=substance_class, naloxone_works=False))


def test_naloxone_in_words_where_it_does_not_work_is_a_warning(content: AlertContent) -> None:
    assert "naloxone in doubt" in named(replace(content, substance_class="stimulant", naloxone_works=False))


def test_a_red_text_message_should_say_999_and_naloxone(content: AlertContent) -> None:
    quiet = replace(content, act_now="Do not use alone")
    assert {"no 999 in the text message", "no naloxone in the text message"} <= named(quiet).keys()
    assert "no 999 in the text message" not in named(quiet, Level.INFORMATION)


def test_a_text_message_over_two_segments_blocks(content: AlertContent) -> None:
    found = named(replace(content, act_now="Call 999. " * 30))
    assert "too many" in found["text message too long"]


def test_a_character_that_drops_the_text_to_ucs_2_is_a_warning(content: AlertContent) -> None:
    assert named(replace(content, areas=("Tŷ Newydd",)))["costly characters"] == "ŷ"


WITH_EXAMPLES = [rule for rule in RULES if rule.name != "missing 999"]


def as_example(content: AlertContent, example: Example) -> AlertContent:
    changes = dict(example.changes)
    if changes.get("alert_on") == "review":
        changes["alert_on"] = content.review_on
    if changes.get("expires_on") == "alert":
        changes["expires_on"] = content.alert_on
    return replace(content, **changes)


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=lambda rule: rule.name)
def test_every_rule_finds_its_example_and_lets_the_other_pass(content: AlertContent, rule: Rule) -> None:
    assert rule.name in named(as_example(content, rule.found))
    assert rule.name not in named(as_example(content, rule.passes))


def test_an_email_whose_template_lost_its_999_is_found(content: AlertContent) -> None:
    words = draft(content, level=Level.RED, handling=Handling.PROFESSIONALS, sample_link=SAMPLE_LINK)
    silent = replace(words, email=replace(words.email, text=words.email.text.replace("999", "")))
    assert "missing 999" in {one.rule for one in check(content, level=Level.RED, renditions=silent)}


def test_readers_outside_the_trade_are_spared_its_words(content: AlertContent) -> None:
    said = replace(content, what_to_do=("Tell anyone who takes opioids",))
    assert "jargon" not in named(said)
    assert named(replace(said, readership=Readership.SCHOOLS))["jargon"] == "opioids: say drugs like heroin"


def test_a_word_inside_another_is_no_jargon(content: AlertContent) -> None:
    assert "jargon" not in named(replace(content, what_to_do=("Say it in private", "Give it time"), impact="Five"))


def test_two_findings_of_one_rule_have_two_keys_and_the_same_words_the_same(content: AlertContent) -> None:
    twice = findings(replace(content, headline="Very strong heroin of high purity"))
    keys = [one.key for one in twice]
    assert len(set(keys)) == len(keys) == 2
    assert keys == [one.key for one in findings(replace(content, headline="Very strong heroin of high purity"))]


@pytest.mark.parametrize("readers", Readership)
def test_the_advice_that_drafts_begin_with_needs_no_excuse(content: AlertContent, readers: Readership) -> None:
    for advice in every_advice(readers):
        begun = replace(
            content,
            readership=readers,
            headline="Harm in Northgate",
            substance="Not known",
            substance_class="sedative adulterant" if "adulterants" in advice.key else "",
            signs=advice.signs,
            act_now=advice.act_now,
            what_to_do=advice.what_to_do,
            who_is_at_risk=advice.at_risk,
            clinical_advice=advice.clinical_advice,
            naloxone_works=advice.naloxone_works,
        )
        assert not {(advice.key, one.rule, one.words) for one in findings(begun)}
