"""What lies between a phone and the report form: a line that may hang, and a service that may be unable just now."""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.browser.reporting import FORM
from tests.browser.visitor import Visitor

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

DOWN = "503 Service Unavailable"
LONGEST = 10
HASTEN = """
    times => {
        const real = self.setTimeoutOfBrowser ??= self.setTimeout.bind(self)
        self.setTimeout = (call, wait, ...more) => real(call, wait / times, ...more)
    }
"""


@dataclass
class Line:
    """Stands in front of the form's address; everything else goes through."""

    service: Wsgi
    answers: str = ""
    hangs: str = ""
    stumbles: bool = False
    _let_go: threading.Event = field(default_factory=threading.Event)
    _hanging: list[threading.Thread] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != FORM:
            return self.service(environ, start)
        if self.hangs and environ["REQUEST_METHOD"] == "POST":
            return self._hang(environ, start)
        status = DOWN if self.stumbles else self.answers
        self.stumbles = False
        if status:
            start(status, [("Content-Type", "text/plain")])
            return [b"not now"]
        return self.service(environ, start)

    def stumble(self) -> None:
        """Let nothing come of the next thing that is sent, and let through what follows."""
        self.stumbles = True

    def hang(self, *, taken_in: str = "at last") -> None:
        """Leave the next sending without an answer, and tell the others that the service is down, until it is mended.

        What hangs is taken in either at once, with the answer held back, or at last, when it is let go.
        """
        self.hangs, self.answers = taken_in, DOWN

    def mend(self) -> None:
        """Let through what is sent from now on."""
        self.hangs = self.answers = ""

    def let_go(self) -> None:
        """Let what hangs go on, to whoever may still be there to hear the answer."""
        self._let_go.set()
        for one in self._hanging:
            one.join(LONGEST)

    def _hang(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        at_once, self.hangs = self.hangs == "at once", ""
        self._hanging.append(threading.current_thread())
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        if not at_once:
            self._let_go.wait(LONGEST)
        answer = list(self.service(environ, start))
        self._let_go.wait(LONGEST)
        return answer


@contextmanager
def short_minutes(window: Visitor, *, times: int) -> Iterator[None]:
    """Whatever the page and its worker begin to wait for in here is over sooner."""
    both = (window.page, window.context.service_workers[0])
    for one in both:
        one.evaluate(HASTEN, times)
    yield
    both[1].evaluate(HASTEN, 1)
