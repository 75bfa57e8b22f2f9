"""Take the pictures of the README anew, or look at every page.

python -m tests.browser.screenshots              the README's, into docs/screenshots/
python -m tests.browser.screenshots --all DIR    every page at both widths, as its people see it
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ldis import db, embedded
from ldis.demonstration import world
from tests.browser.addresses import Opening, openings
from tests.browser.service import Service, serving
from tests.browser.visitor import DESK, FLAGS, PHONE, Visitor, visit
from tests.conftest import find_browser

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
COLOURS = 64


def main() -> None:
    """Read the command line and take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--all", type=Path, metavar="DIR")
    asked.add_argument("--only", default="", help="a part of the address")
    chosen = asked.parse_args()
    with _service() as service, _chromium() as browser:
        if chosen.all:
            _every_page(browser, service, chosen.all, only=chosen.only)
        else:
            _for_the_readme(browser, service)


@contextmanager
def _service() -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as name, embedded.start(Path(name) / "server", safe=False) as server:
        url = server.url
        db.upgrade(url)
        with serving(url, Path(name)) as service:
            yield service


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        raise SystemExit("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _for_the_readme(browser: Browser, service: Service) -> None:
    on_stage = service.scenes
    FOLDER.mkdir(exist_ok=True)
    for name, path, person, size in (
        ("report", f"/report/{world.SLUG}", None, PHONE),
        ("case", f"/cases/{on_stage.voted}", world.COORDINATOR, DESK),
        ("approval", f"/issuing/{on_stage.waiting}/approval", world.MEDICAL, PHONE),
        ("outbox", "/outbox", None, PHONE),
    ):
        visitor = visit(browser, service, size=size)
        if person:
            visitor.be(person)
        visitor.open(path)
        _take(visitor, FOLDER / f"{name}.png", whole=False)
        visitor.context.close()


def _every_page(browser: Browser, service: Service, folder: Path, *, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for opening in openings(service.app, service.scenes):
        if only in opening.path:
            for size in (PHONE, DESK):
                visitor = visit(browser, service, size=size)
                if opening.person:
                    visitor.be(opening.person)
                visitor.open(opening.path)
                _take(visitor, folder / f"{_name(opening)}-{size[0]}.png", whole=True)
                visitor.context.close()


def _name(opening: Opening) -> str:
    who = opening.person.role.value if opening.person else "anyone"
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{opening.path} {who}").strip("-")


def _take(visitor: Visitor, path: Path, *, whole: bool) -> None:
    """Keep a picture, with few enough colours to be small."""
    visitor.page.screenshot(path=path, full_page=whole)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
