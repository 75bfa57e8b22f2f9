"""The local providers as a process of their own, as benchmarks and the demonstration use them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium, Message, Words

ACCOUNT, TOKEN = "AC" + "1" * 32, "not-a-secret"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "ldis.demonstration.providers",
        "--account-sid",
        ACCOUNT,
        "--auth-token",
        TOKEN,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.mark.processes
def test_another_process_can_send_and_read_back_what_came(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    ports = json.loads(process.stdout.readline())
    url = f"http://127.0.0.1:{ports['http_port']}"
    sms = TwilioSms(TwilioAccount(ACCOUNT, TOKEN, "LDIS", "https://ldis.example.org", url))
    email = SmtpEmail(MailAccount(f"smtp://127.0.0.1:{ports['smtp_port']}", "alerts@ldis.example.org"))
    for _twice in range(2):
        sms.send(Message(Medium.SMS, "+447700900001", Words("RED ALERT: ..."), "d-1"))
    email.send(Message(Medium.EMAIL, "front-desk@example.org", Words("Read this.\n", "Red alert"), "d-2"))
    sms.close()
    email.close()

    printed = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert [line["heard"] for line in printed] == ["text", "text", "letter"]
    [text, _again] = read(f"{url}/_heard")
    assert (text["to"], text["body"]) == ("+447700900001", "RED ALERT: ...")
    [letter] = read(f"{url}/_mail")
    assert (letter["to"], letter["subject"], letter["text"]) == (
        "front-desk@example.org",
        "Red alert",
        "Read this.\n",
    )
    assert read(f"{url}/_counts") == {"texts": 2, "texts_doubled": 1, "letters": 1, "letters_doubled": 0}


def read(url: str):
    with urlopen(url) as reply:
        return json.load(reply)
