"""The exact words: what every rendition must say, and what is refused by name."""

from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import compose as composing
from alerts.compose import LINK, ComposeError, Renditions, compose, draft
from alerts.messages import AlertContent, Handling, Level, Medium
from alerts.sms_text import Encoding

SAMPLE_LINK = "https://ldis.example.org/a/AAAAAAAAAAAAAAAA"
OWN_LINK = "https://ldis.example.org/a/Zk3-xQ_9mN2pR7tB"


def composed(content: AlertContent, level: Level = Level.RED) -> Renditions:
    return compose(content, level=level, handling=Handling.PROFESSIONALS, sample_link=SAMPLE_LINK)


@pytest.mark.parametrize(
    ("level", "word"),
    [(Level.RED, "RED ALERT"), (Level.WARNING, "DRUG WARNING"), (Level.INFORMATION, "DRUG INFORMATION")],
)
def test_the_text_message_says_level_what_where_do_what_link_and_reply(
    content: AlertContent, level: Level, word: str
) -> None:
    text = composed(content, level).words_for(Medium.SMS, OWN_LINK).text
    assert text == (
        f"{word}: Nitazene found in powder sold as heroin. Harbourton and Northgate. Do not use alone. "
        f"Carry naloxone. Call 999 if someone cannot be woken. {OWN_LINK} Reply OK to say you have this"
    )


@pytest.mark.parametrize("level", Level)
def test_the_email_says_everything_in_text_and_in_html(content: AlertContent, level: Level) -> None:
    words = composed(content, level).words_for(Medium.EMAIL, OWN_LINK)
    assert words.subject is not None
    assert words.html is not None
    assert "Nitazene found in powder sold as heroin" in words.subject
    for said in (
        OWN_LINK, "Harbourton and Northgate", "Metonitazene", "Beige powder", "heroin",
        "metonitazene and caffeine",
        "Sudden loss of consciousness", "Blue or grey lips", "most of all people who have just left prison",
        "Four overdoses in three days", "Tell everyone you support today", "Expect to repeat naloxone.",
        "01632 960000", "6 December 2026", "22 November 2026", "HBR-A-0012", "For professionals only",
        "Do not use alone", "Go low and slow", "Carry naloxone", "Call 999", "recovery position",
        "More than one dose may be needed",
    ):  # fmt: skip
        assert said in words.text
        assert said in unescape(words.html)


def test_naloxone_is_advised_only_where_it_works(content: AlertContent) -> None:
    stimulant = replace(
        content, substance="MDMA", substance_class="stimulant", naloxone_works=False, clinical_advice="",
        act_now="Do not use alone. Call 999 if someone is very hot or has a fit",
    )  # fmt: skip
    words = composed(stimulant).preview(Medium.EMAIL)
    assert "naloxone" not in words.text.lower()
    assert "recovery position" in words.text
    assert "Call 999" in words.text


@pytest.mark.parametrize("level", Level)
def test_what_is_optional_leaves_no_trace_when_it_is_not_given(content: AlertContent, level: Level) -> None:
    bare = replace(
        content, case_on=None, substance_class="", form="", routes=(), other_names=(), sold_as="", found="",
        caveat="", impact="", what_to_do=(), clinical_advice="",
    )  # fmt: skip
    words = composed(bare, level).preview(Medium.EMAIL)
    assert words.html is not None
    for label in ("Form", "Taken by", "Also called", "Sold as", "Found", "Impact so far", "Looks vary"):
        assert f"\n{label}" not in words.text
        assert f">{label}" not in words.html
    for trace in ("CLINICIANS", "clinicians", "None", "()"):
        assert trace not in words.text + words.html


@pytest.mark.parametrize(
    "field",
    ["headline", "alert_on", "areas", "source", "substance", "effects", "signs", "who_is_at_risk", "act_now",
     "how_to_report", "review_on", "expires_on"],
)  # fmt: skip
def test_a_missing_field_is_an_error_with_its_name(content: AlertContent, field: str) -> None:
    with pytest.raises(ComposeError) as refusal:
        composed(replace(content, **{field: getattr(AlertContent(reference="", publisher=""), field)}))
    assert refusal.value.field == field
    assert refusal.value.message


def test_an_empty_line_is_as_missing_as_no_line(content: AlertContent) -> None:
    assert list(replace(content, headline=" \n").missing()) == ["headline"]


def test_a_template_that_asks_for_what_is_not_there_is_a_named_error(
    content: AlertContent, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "alerts" / "red"
    folder.mkdir(parents=True)
    (folder / "sms.txt").write_text("{{ link }} {{ content.colour_of_the_sky }}")
    monkeypatch.setattr(composing, "TEMPLATES", tmp_path)
    composing._environment.cache_clear()
    try:
        with pytest.raises(ComposeError, match=r"alerts/red/sms\.txt.*colour_of_the_sky"):
            composed(content)
        (folder / "sms.txt").write_text("{{ link }} {{ content.case_on }}")
        with pytest.raises(ComposeError, match="has not been entered"):
            composed(replace(content, case_on=None))
    finally:
        composing._environment.cache_clear()


def test_a_text_over_two_segments_is_refused_with_the_number_of_characters(content: AlertContent) -> None:
    fitting = replace(content, act_now="a")
    spare = 306 - len(composed(fitting).preview(Medium.SMS).text)
    just = replace(content, act_now="a" * (1 + spare))
    assert composed(just).sms_measure.segments == 2
    assert composed(just).sms_measure.units == 306
    with pytest.raises(ComposeError, match="1 character too long: it takes 3 segments in GSM-7") as refusal:
        composed(replace(content, act_now="a" * (2 + spare)))
    assert refusal.value.field == "act_now"
    with pytest.raises(ComposeError, match="20 characters too long"):
        composed(replace(content, act_now="a" * (21 + spare)))


def test_a_draft_may_still_be_too_long(content: AlertContent) -> None:
    long = replace(content, act_now="a" * 400)
    drafted = draft(long, level=Level.RED, handling=Handling.PUBLIC, sample_link=SAMPLE_LINK)
    assert drafted.sms_measure.segments > 2
    assert drafted.sms_characters_over > 0


def test_curly_quotes_in_a_text_do_not_make_it_dearer(content: AlertContent) -> None:
    curly = replace(content, headline="“Brown” – it’s not heroin…")
    renditions = composed(curly)
    assert renditions.sms_measure.encoding is Encoding.GSM_7
    assert '"Brown" - it\'s not heroin...' in renditions.sms.text


def test_html_in_a_field_is_shown_and_not_obeyed(content: AlertContent) -> None:
    words = composed(replace(content, headline="<script>alert(1)</script> & co")).preview(Medium.EMAIL)
    assert words.html is not None
    assert "<script>" not in words.html
    assert "&lt;script&gt;" in words.html
    assert "<script>" in words.text


def test_a_link_is_escaped_in_html_and_plain_in_text(content: AlertContent) -> None:
    link = "https://ldis.example.org/a?t=1&u=2"
    words = composed(content).words_for(Medium.EMAIL, link)
    assert words.html is not None
    assert link in words.text
    assert "t=1&amp;u=2" in words.html


def test_a_line_break_in_the_headline_does_not_break_the_subject(content: AlertContent) -> None:
    words = composed(replace(content, headline="One\nTwo")).preview(Medium.EMAIL)
    assert words.subject == "Red alert: One Two (Harbourton and Northgate)"


def test_a_link_longer_than_the_one_measured_is_refused(content: AlertContent) -> None:
    with pytest.raises(ComposeError, match="longer"):
        composed(content).words_for(Medium.SMS, SAMPLE_LINK + "x")


def test_an_author_cannot_smuggle_in_a_second_place_for_the_link(content: AlertContent) -> None:
    with pytest.raises(ComposeError, match="exactly once"):
        composed(replace(content, headline=f"Look {LINK}"))


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=16, max_size=16))
def test_recipients_differ_in_their_link_and_in_nothing_else(content: AlertContent, token: str) -> None:
    link = f"https://ldis.example.org/a/{token}"
    renditions = composed(content)
    for medium in Medium:
        words, sample = renditions.words_for(medium, link), renditions.preview(medium)
        assert words.text.replace(link, SAMPLE_LINK) == sample.text
        assert (words.html or "").replace(link, SAMPLE_LINK) == (sample.html or "")
        assert words.subject == sample.subject
