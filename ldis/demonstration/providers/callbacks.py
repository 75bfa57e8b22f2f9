"""What Twilio sends to us, with the signature it would carry."""

import http.client
import queue
import threading
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

SENDERS = 4


class Callbacks:
    """Signs and posts forms: at once, or from a few threads of its own, in the order given for each text."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._account_sid = account_sid
        self._connections = threading.local()
        self._opened: list[http.client.HTTPConnection] = []
        self._threads: list[threading.Thread] = []
        self._queues: list[queue.SimpleQueue[tuple[str, dict[str, str]] | None]] = []
        self._starting = threading.Lock()
        self.answers: list[int] = []

    def report(self, url: str, form: dict[str, str]) -> int:
        """Post one form now; the HTTP status of the reply, or 0 if nobody answers."""
        whole = {"AccountSid": self._account_sid, "ApiVersion": "2010-04-01", **form}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": self._validator.compute_signature(url, whole),
        }
        status = self._post(url, urlencode(whole), headers)
        self.answers.append(status)
        return status

    def report_later(self, url: str, form: dict[str, str]) -> None:
        """Post one form from a thread of our own. The forms about one text stay in order."""
        with self._starting:
            if not self._queues:
                self._queues = [queue.SimpleQueue() for _ in range(SENDERS)]
                self._threads = [
                    threading.Thread(target=self._send_from, args=(waiting,), daemon=True)
                    for waiting in self._queues
                ]
                for thread in self._threads:
                    thread.start()
        self._queues[hash(form["MessageSid"]) % SENDERS].put((url, form))

    def close(self) -> None:
        """Send what still waits, for a few seconds at most, and hang up."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join(timeout=5)
        for connection in self._opened:
            connection.close()
        self._queues, self._threads, self._opened = [], [], []

    def _send_from(self, waiting: "queue.SimpleQueue[tuple[str, dict[str, str]] | None]") -> None:
        while (item := waiting.get()) is not None:
            self.report(*item)

    def _kept(self) -> dict[str, http.client.HTTPConnection]:
        """This thread's open connections by host."""
        if not hasattr(self._connections, "by_host"):
            self._connections.by_host = {}
        kept: dict[str, http.client.HTTPConnection] = self._connections.by_host
        return kept

    def _post(self, url: str, body: str, headers: dict[str, str]) -> int:
        target = urlsplit(url)
        kept = self._kept()
        connection = kept.get(target.netloc)
        for _attempt in ("on the kept connection", "on a new one"):
            if connection is None:
                connection = kept[target.netloc] = http.client.HTTPConnection(target.netloc, timeout=10)
                self._opened.append(connection)
            try:
                connection.request(
                    "POST", f"{target.path}?{target.query}" if target.query else target.path, body, headers
                )
                reply = connection.getresponse()
                reply.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
                kept.pop(target.netloc, None)
            else:
                return reply.status
        return 0
