"""The messages that the delivery benchmark sends: as long as a real alert's, each with a link of its own."""

from alerts.channels.protocol import Channel
from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium, Words

SENDER = "Riverbank drug alerts <alerts@example.org>"
ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "demonstration"
PUBLIC_URL = "https://ldis.example.org"

TITLE = "Red alert: nitazene in blue tablets sold as diazepam"
PARTS = {
    "What we know": "Two people in Riverbank are in intensive care after taking blue tablets sold as diazepam. "
    "A preliminary laboratory result found a nitazene. The tablets are round, scored on one side and marked with a "
    "heart. Looks vary: other tablets may hold the same.",
    "Effects": "Slow or no breathing, blue lips, pinpoint pupils, not waking up, snoring or gurgling. They can "
    "start within minutes and come back after naloxone wears off.",
    "What to do now": "Do not use alone. Start low and go slow, and leave time between doses. Carry naloxone and "
    "know how to use it. If somebody does not wake or breathes slowly, call 999, give naloxone, put them in the "
    "recovery position and stay until help comes. More than one dose may be needed.",
    "Who is at risk": "Anybody who takes benzodiazepines bought on the street or online, and above all people who "
    "do not use opioids, who have no tolerance of them.",
    "Clinical advice": "Treat as an opioid overdose whatever was said to be taken. Observe for at least six hours. "
    "Standard screens do not find nitazenes: keep a sample and ask the laboratory.",
    "How to report": "Send what you see through the report page, or tell your coordinator. Do not name the person.",
}


def words(medium: Medium, number: int) -> Words:
    """What the contact of that number receives."""
    link = f"{PUBLIC_URL}/a/{number:022d}"
    if medium is Medium.SMS:
        return Words(
            "RED ALERT Riverbank: blue tablets sold as diazepam hold a nitazene. 2 in intensive care. "
            f"Do not use alone, carry naloxone, call 999. More, and tell us you have this: {link}"
        )
    plain = "\n\n".join([TITLE, *(f"{part}\n{text}" for part, text in PARTS.items()), f"I have this: {link}"])
    style = 'style="font-family: Arial, sans-serif; font-size: 16px; line-height: 1.4; color: #0b0c0c"'
    body = "\n".join(f"<h2 {style}>{part}</h2>\n<p {style}>{text}</p>" for part, text in PARTS.items())
    html = f'<html lang="en"><body>\n<h1 {style}>{TITLE}</h1>\n{body}\n<a href="{link}">I have this</a>\n</body></html>'
    return Words(plain, subject=TITLE, html=html)


def address(medium: Medium, number: int) -> str:
    """Where it goes. Ofcom's drama numbers are too few for 5,000, so these run on; the local server does not mind."""
    return f"+44770090{number:05d}" if medium is Medium.SMS else f"contact{number}@example.org"


def open_channel(medium: Medium, ports: dict[str, int]) -> Channel:
    """One connection to the local provider, as the worker opens it."""
    if medium is Medium.SMS:
        url = f"http://127.0.0.1:{ports['http_port']}"
        return TwilioSms(TwilioAccount(ACCOUNT_SID, AUTH_TOKEN, "Riverbank", PUBLIC_URL, url))
    return SmtpEmail(MailAccount(f"smtp://127.0.0.1:{ports['smtp_port']}", SENDER))
