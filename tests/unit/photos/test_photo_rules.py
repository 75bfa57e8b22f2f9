"""What is said of a file that cannot be taken."""

import pytest

from ldis.photos.rules import Fault, safe_name, sentence, too_many


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("IMG_17.gif", "IMG_17.gif"),
        ("C:\\Users\\R Stone\\IMG_17.gif", "IMG_17.gif"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("line\nbreak.png", "linebreak.png"),
        ("x" * 80 + ".png", "…" + "x" * 25 + ".png"),
        ("", ""),
    ],
)
def test_a_file_is_named_shortly_and_by_what_can_be_seen(name: str, shown: str) -> None:
    assert safe_name(name) == shown
    assert len(shown) <= 30


def test_the_sentence_says_which_photo_it_is_even_without_a_name() -> None:
    assert sentence(2, "plan.pdf", Fault.EMPTY) == "Photo 2 (“plan.pdf”) is empty. Choose it again."
    assert sentence(1, "", Fault.EMPTY) == "Photo 1 is empty. Choose it again."


def test_every_fault_completes_the_sentence_and_says_what_to_do() -> None:
    for fault in Fault:
        assert fault[0].islower()
        assert fault.endswith(".")
        assert fault.count(". ") >= 1


@pytest.mark.parametrize(
    ("already", "said"),
    [
        (0, "Choose at most 5 photos."),
        (1, "There is 1 photo already, so choose at most 4 more."),
        (3, "There are 3 photos already, so choose at most 2 more."),
        (5, "There are 5 photos already, so no more can be added."),
    ],
)
def test_who_chooses_too_many_is_told_how_many_there_is_room_for(already: int, said: str) -> None:
    assert too_many(already) == said
