"""Run both providers as a process of their own: `python -m ldis.demonstration.providers`.

The first line of output says where they listen; then comes one JSON line for each message heard. The HTTP port
also answers GET /_heard (texts), /_mail (letters) and /_counts, so that another process can read back what came.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ldis.demonstration.providers.http import Answer, Request
from ldis.demonstration.providers.mail import Letter, MailServer
from ldis.demonstration.providers.twilio import Text, TwilioServer


def main() -> None:
    """Start both, say where, and run until interrupted."""
    options = _options()
    mail = MailServer(options.smtp_port, on_letter=None if options.quiet else _say_letter)
    texts: TwilioServer

    def read_back(request: Request) -> Answer | None:
        answers: dict[str, Callable[[], object]] = {
            "/_heard": lambda: [_text(text) for text in texts.texts],
            "/_mail": lambda: [letter.summary() for letter in mail.letters],
            "/_counts": lambda: {
                "texts": len(texts.texts),
                "texts_doubled": texts.doubled(),
                "letters": len(mail.letters),
                "letters_doubled": mail.doubled(),
            },
        }
        make = answers.get(request.path) if request.method == "GET" else None
        return Answer(200, json.dumps(make()).encode()) if make else None

    texts = TwilioServer(
        options.account_sid,
        options.auth_token,
        options.http_port,
        receipts=tuple(filter(None, options.receipts.split(","))),
        on_text=None if options.quiet else _say_text,
        extra=read_back,
    )
    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: stop.set())
    with mail, texts:
        _say({"smtp_port": mail.port, "http_port": texts.port})
        stop.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ldis.demonstration.providers", description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--http-port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--account-sid", default="AC" + "0" * 32)
    parser.add_argument("--auth-token", default="demonstration")
    parser.add_argument("--receipts", default="", help="statuses to report for each text, such as sent,delivered")
    parser.add_argument("--quiet", action="store_true", help="do not print what is heard")
    return parser.parse_args()


def _text(text: Text) -> dict[str, Any]:
    return asdict(text) | {"at": text.at.isoformat()}


def _say_text(text: Text) -> None:
    _say({"heard": "text", **_text(text)})


def _say_letter(letter: Letter) -> None:
    _say({"heard": "letter", **letter.summary()})


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
