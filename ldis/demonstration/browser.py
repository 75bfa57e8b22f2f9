"""A browser without a screen: cookies, links, forms as they stand on the page. Nothing goes in but by the front door.

A form is sent with everything that was on the page, hidden fields and tokens included. A field or an answer that
the page does not offer is a failure, so that the demonstration cannot pass on a page that people could not use.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "rect", "source", "wbr"})
SECONDS = 30
Answer = str | list[str]


class Unexpected(Exception):
    """A page or an answer that is not what the procedure promises; the message says what was found."""


@dataclass
class Element:
    """A part of a page."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str = "", css: str = "") -> Iterator["Element"]:
        """Every part within this one, in order, of that kind and with that class."""
        for child in self.children:
            if isinstance(child, Element):
                if (not tag or child.tag == tag) and (not css or css in child.get("class").split()):
                    yield child
                yield from child.all(tag, css)

    def get(self, name: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """The words in it, exactly as they are written."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The words in it as they read on the page, with single spaces."""
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    """Builds the tree of a page. Our pages are well formed; whatever else is open ends with its parent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(markup: str) -> Element:
    """The tree of a page."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.root


class Form:
    """A form as it stands on the page: what it would send, and what it offers to choose from."""

    def __init__(self, element: Element) -> None:
        self.action = element.get("action")
        self.sends: dict[str, list[str]] = {}
        self.offers: dict[str, list[str]] = {}
        self.buttons = [button.words for button in element.all("button")]
        for tag in ("input", "textarea", "select"):
            for control in element.all(tag):
                self._note(control)

    def _note(self, control: Element) -> None:
        name, kind = control.get("name"), control.get("type")
        if kind in ("radio", "checkbox"):
            self.sends.setdefault(name, [])
            self.offers.setdefault(name, []).append(control.get("value"))
            if "checked" in control.attributes:
                self.sends[name].append(control.get("value"))
        elif control.tag == "select":
            options = list(control.all("option"))
            self.offers[name] = [option.get("value") for option in options]
            chosen = [option.get("value") for option in options if "selected" in option.attributes]
            self.sends[name] = chosen or self.offers[name][:1]
        elif control.tag == "textarea":
            self.sends[name] = [control.text.removeprefix("\n")]
        elif name:
            self.sends.setdefault(name, []).append(control.get("value"))

    def fill(self, answers: Mapping[str, Answer]) -> None:
        """Give answers by the names of the fields."""
        for name, answer in answers.items():
            values = [answer] if isinstance(answer, str) else answer
            if name not in self.sends:
                raise Unexpected(f"the form has no field {name}, only {', '.join(sorted(self.sends))}")
            if name in self.offers and not set(values) <= set(self.offers[name]):
                raise Unexpected(f"{name} offers {self.offers[name]}, not {values}")
            self.sends[name] = values


class Page:
    """A page as it was answered."""

    def __init__(self, browser: "Browser", url: str, markup: str) -> None:
        self.url = url
        self.root = read(markup)
        self._browser = browser

    @property
    def heading(self) -> str:
        """What the page says it is."""
        return next((heading.words for heading in self.root.all("h1")), "")

    @property
    def forms(self) -> list[Form]:
        """The forms on it, in their order."""
        return [Form(element) for element in self.root.all("form")]

    def form_with(self, button: str) -> Form:
        """The form with the button whose words begin so."""
        for form in self.forms:
            if any(words.startswith(button) for words in form.buttons):
                return form
        offered = [words for form in self.forms for words in form.buttons]
        raise Unexpected(f"“{self.heading}” has no button “{button}”, only {offered}")

    def texts(self, css: str) -> list[str]:
        """The exact words of every part with that class."""
        return [element.text for element in self.root.all(css=css)]

    def press(self, button: str, answers: Mapping[str, Answer] | None = None) -> "Page":
        """Fill in the form with this button, and press it."""
        form = self.form_with(button)
        form.fill(answers or {})
        return self._browser.send(urljoin(self.url, form.action or self.url), form.sends)

    def follow(self, words: str) -> "Page":
        """Open the link, or the button that is one, that reads so."""
        for link in self.root.all("a"):
            if link.words == words:
                return self._browser.open(urljoin(self.url, link.get("href")))
        raise Unexpected(f"“{self.heading}” has no link “{words}”")


class Browser:
    """One person's browser. Each has cookies of its own."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def open(self, path: str) -> Page:
        """Open a page."""
        return self._ask(Request(urljoin(self._base_url, path)))

    def send(self, url: str, answers: Mapping[str, list[str]]) -> Page:
        """Send a form, and open the page that follows."""
        return self._ask(Request(url, data=urlencode(answers, doseq=True).encode()))

    def _ask(self, request: Request) -> Page:
        status, url, body = fetch(self._opener, request)
        page = Page(self, url, body)
        if status != 200:
            said = [*page.texts("govuk-error-summary__list"), *page.texts("govuk-body")]
            problem = " ".join(" ".join(said).split()) or page.heading
            raise Unexpected(f"{request.get_method()} {request.selector} answered {status}: {problem}")
        return page


def fetch(opener: OpenerDirector, request: Request) -> tuple[int, str, str]:
    """Ask, whatever the answer: its status, its address and its body."""
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return answer.status, answer.url, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.url or "", refused.read().decode()


class Api:
    """Another system that calls the JSON API with a key, or reads back what a local provider heard."""

    def __init__(self, base_url: str, key: str = "") -> None:
        self._base_url = base_url
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._opener = build_opener(ProxyHandler({}))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Create something."""
        return self._ask(Request(f"{self._base_url}{path}", json.dumps(body).encode(), self._headers), 201)

    def get(self, path: str) -> Any:
        """Read something."""
        return self._ask(Request(f"{self._base_url}{path}", headers=self._headers), 200)

    def _ask(self, request: Request, expected: int) -> Any:
        status, _, body = fetch(self._opener, request)
        if status != expected:
            raise Unexpected(f"{request.get_method()} {request.selector} answered {status}: {body}")
        return json.loads(body)
