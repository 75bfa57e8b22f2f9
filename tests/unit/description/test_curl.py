"""A call as a line for the shell."""

import shlex

from ldis.description.curl import as_curl
from ldis.description.examples import Example

HERE = "https://ldis.example.org/"


def test_what_is_asked_for_is_quoted_and_what_stands_in_the_address_goes_there() -> None:
    example = Example({}, parameters={"reference": "DEM-7K3Q-C", "q": "what's this & that"})
    curl = as_curl("get", "/reports/{reference}", example, address=HERE)
    assert shlex.split(curl.replace("\\\n", " "))[1] == (
        "https://ldis.example.org/reports/DEM-7K3Q-C?q=what%27s+this+%26+that"
    )
    assert curl.endswith('-H "Authorization: Bearer $KEY"')


def test_a_body_survives_the_shell() -> None:
    curl = as_curl("post", "/reports", Example({}, body={"said": "it's “brown”, $5\n"}), address=HERE)
    words = shlex.split(curl.replace("\\\n", " "))
    assert words[words.index("-d") + 1] == '{\n  "said": "it\'s “brown”, $5\\n"\n}'


def test_files_are_sent_as_a_form_and_a_bare_call_names_its_method() -> None:
    assert "-F photos=@bag.jpg" in as_curl(
        "post", "/photos", Example({}, files={"photos": "bag.jpg"}), address=HERE
    )
    assert "-X DELETE" in as_curl("delete", "/photos", Example({}), address=HERE)
