"""The bare loop: the same messages, clients and connections, and nothing else. Run by the delivery benchmark.

It knows no database. Its messages are in memory, its e-mails rendered, before the clock starts.
"""

import argparse
import json
import resource
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial

from alerts.channels.protocol import Channel
from alerts.channels.smtp_email import SmtpEmail
from alerts.messages import Medium, Message
from tests.bench.alert_messages import address, open_channel, words


def main() -> None:
    """Send and print how long it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("medium", type=Medium)
    asked.add_argument("ports", type=json.loads)
    asked.add_argument("--messages", type=int, required=True)
    asked.add_argument("--connections", type=int, required=True)
    given = asked.parse_args()
    seconds = send(given.medium, given.ports, count=given.messages, connections=given.connections)
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": mebibytes}))


def send(medium: Medium, ports: dict[str, int], *, count: int, connections: int) -> float:
    """How many seconds it takes, from the first message to the last."""
    messages = [
        Message(medium, address(medium, number), words(medium, number), reference=str(uuid.uuid4()))
        for number in range(count)
    ]
    channels = [open_channel(medium, ports) for _ in range(connections)]
    shares = [list(_prepared(channel, messages[lane::connections])) for lane, channel in enumerate(channels)]
    threads = [threading.Thread(target=_send_all, args=(share,)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _prepared(channel: Channel, messages: list[Message]) -> Iterator[Callable[[], object]]:
    for message in messages:
        if isinstance(channel, SmtpEmail):
            yield partial(channel.send_bytes, message, channel.render(message))
        else:
            yield partial(channel.send, message)


def _send_all(sends: list[Callable[[], object]]) -> None:
    for send_one in sends:
        send_one()


if __name__ == "__main__":
    main()
