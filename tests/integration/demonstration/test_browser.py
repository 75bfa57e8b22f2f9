"""The demonstration's browser: it sends what a page offers, and refuses what a person could not do."""

import pytest

from ldis.demonstration.browser import Browser, Page, Unexpected

MARKUP = """
<h1>Send   it</h1>
<form method="post" action="/send">
  <input type="hidden" name="csrf_token" value="abc">
  <input type="radio" name="outcome" value="yes"><input type="radio" name="outcome" value="no" checked>
  <input type="checkbox" name="lists" value="1" checked><input type="checkbox" name="lists" value="2">
  <select name="case"><option value="">Choose</option><option value="C-1" selected>C-1</option></select>
  <textarea name="reason">
Because &amp; so</textarea>
  <button type="submit">Send now to 3 people</button>
</form>
<p class="note quiet">One<br>two</p>
"""


@pytest.fixture
def page() -> Page:
    return Page(Browser("http://127.0.0.1:1"), "http://127.0.0.1:1/here", MARKUP)


def test_a_form_sends_what_stands_on_the_page(page: Page) -> None:
    form = page.form_with("Send now")
    assert form.sends == {
        "csrf_token": ["abc"],
        "outcome": ["no"],
        "lists": ["1"],
        "case": ["C-1"],
        "reason": ["Because & so"],
    }


def test_answers_replace_what_was_there(page: Page) -> None:
    form = page.form_with("Send now")
    form.fill({"outcome": "yes", "lists": ["1", "2"]})
    assert (form.sends["outcome"], form.sends["lists"]) == (["yes"], ["1", "2"])


@pytest.mark.parametrize("answer", [{"outcome": "perhaps"}, {"unheard": "of"}, {"case": "C-2"}])
def test_an_answer_that_the_page_does_not_offer_is_a_failure(page: Page, answer: dict[str, str]) -> None:
    with pytest.raises(Unexpected):
        page.form_with("Send now").fill(answer)


def test_a_button_or_a_link_that_is_not_there_is_a_failure(page: Page) -> None:
    with pytest.raises(Unexpected, match="no button “Approve”"):
        page.press("Approve")
    with pytest.raises(Unexpected, match="no link"):
        page.follow("Onwards")


def test_words_are_read_as_they_stand_on_the_page(page: Page) -> None:
    assert page.heading == "Send it"
    assert page.texts("quiet") == ["Onetwo"]
