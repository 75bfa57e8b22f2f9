"""Everything the environment can say, typed and complete, or a refusal to start that names what is missing.

Nothing here has a secret for a default. In demonstration mode (`LDIS_DEMO=1`) keys are made on the first start and
kept in `var/`, and no message can leave the machine whatever else is set.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

VAR = Path(__file__).parent.parent / "var"

SMS_CHANNELS = ("outbox", "twilio", "notify")
SECOND_SMS_CHANNELS = ("none", "twilio", "notify")
EMAIL_CHANNELS = ("outbox", "smtp", "notify")
LEAST_NOTIFY_KEY = 73  # the service's id and the secret, with a hyphen between
LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")


class SettingsError(Exception):
    """The environment is incomplete or contradicts itself; the message names every setting to mend."""


@dataclass(frozen=True)
class Twilio:
    """One Twilio account and the sender it uses."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    base_url: str | None
    segments_per_second: int = 10


@dataclass(frozen=True)
class Smtp:
    """A mail server, as a URL, the address that messages come from, and how many it takes in a minute."""

    url: str = field(repr=False)
    sender: str
    per_minute: int = 30


@dataclass(frozen=True)
class Notify:
    """One service at GOV.UK Notify, the token with which it reports to us, and a template for each medium in use."""

    api_key: str = field(repr=False)
    callback_token: str = field(repr=False)
    sms_template: str
    email_template: str
    base_url: str | None
    per_minute: int = 3000


@dataclass(frozen=True)
class Settings:
    """The whole configuration of one installation. Printing it, as a stack trace may, shows no secret."""

    database_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: tuple[str, ...] = field(repr=False)
    public_url: str
    port: int
    demo: bool
    sms: str
    sms_second: str
    email: str
    twilio: Twilio | None
    smtp: Smtp | None
    notify: Notify | None
    sms_connections: int
    email_connections: int
    web_processes: int
    log_level: str
    metrics_token: str | None = field(repr=False)
    var: Path


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raise one SettingsError that lists everything wrong."""
    problems: list[str] = []
    demo = environment.get("LDIS_DEMO", "") in ("1", "true", "yes")
    var = Path(environment.get("LDIS_VAR") or VAR)
    port = _number(environment, "LDIS_PORT", 8000, problems)
    keys = _keys(environment, var, demo=demo, problems=problems)
    sms = _choice(environment, "LDIS_SMS", SMS_CHANNELS, problems)
    second = _choice(environment, "LDIS_SMS_SECOND", SECOND_SMS_CHANNELS, problems)
    email = _choice(environment, "LDIS_EMAIL", EMAIL_CHANNELS, problems)
    settings = Settings(
        database_url=environment.get("DATABASE_URL") or None,
        secret_key=keys["LDIS_SECRET_KEY"],
        data_keys=tuple(key for key in keys["LDIS_DATA_KEYS"].replace(",", " ").split() if key),
        public_url=(environment.get("LDIS_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        port=port,
        demo=demo,
        sms=sms,
        sms_second=second,
        email=email,
        twilio=_twilio(environment, problems, wanted="twilio" in (sms, second)),
        smtp=_smtp(environment, problems, wanted=email == "smtp"),
        notify=_notify(environment, problems, sms="notify" in (sms, second), email=email == "notify"),
        sms_connections=_number(environment, "LDIS_SMS_CONNECTIONS", 4, problems),
        email_connections=_number(environment, "LDIS_EMAIL_CONNECTIONS", 4, problems),
        web_processes=_number(environment, "LDIS_WEB_PROCESSES", 2, problems),
        log_level=_choice(environment, "LDIS_LOG_LEVEL", LOG_LEVELS, problems),
        metrics_token=environment.get("LDIS_METRICS_TOKEN") or None,
        var=var,
    )
    problems += _contradictions(settings)
    if problems:
        raise SettingsError("Cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return settings


def _contradictions(settings: Settings) -> list[str]:
    found = []
    if settings.sms_second != "none" and settings.sms in ("outbox", settings.sms_second):
        found.append("LDIS_SMS_SECOND is a second provider beside LDIS_SMS: twilio and notify, in either order.")
    if settings.demo:
        elsewhere = [
            name
            for name, url in (
                (
                    "TWILIO_BASE_URL",
                    settings.twilio and (settings.twilio.base_url or "https://api.twilio.com"),
                ),
                ("SMTP_URL", settings.smtp and settings.smtp.url),
                (
                    "NOTIFY_BASE_URL",
                    settings.notify and (settings.notify.base_url or "https://api.notifications.service.gov.uk"),
                ),
            )
            if url and urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1")
        ]
        found += [f"LDIS_DEMO is on, so {name} may only be an address on this machine." for name in elsewhere]
    if not settings.demo and not settings.public_url.startswith("https://"):
        host = urlsplit(settings.public_url).hostname
        if host not in ("localhost", "127.0.0.1", "::1"):
            found.append("LDIS_PUBLIC_URL must start with https:// outside this machine.")
    return found


def _keys(environment: Mapping[str, str], var: Path, *, demo: bool, problems: list[str]) -> dict[str, str]:
    makers: dict[str, Callable[[], str]] = {
        "LDIS_SECRET_KEY": lambda: secrets.token_urlsafe(48),
        "LDIS_DATA_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    found = {}
    for name, make in makers.items():
        value = environment.get(name, "")
        if not value and demo:
            value = _kept(var / "demo-keys" / name, make())
        if not value:
            problems.append(f"{name} is not set. Make one with: ldis keys generate")
        elif name == "LDIS_SECRET_KEY" and len(value) < 32:
            problems.append("LDIS_SECRET_KEY must be at least 32 characters long.")
        elif name == "LDIS_DATA_KEYS" and not _are_data_keys(value):
            problems.append("LDIS_DATA_KEYS must be keys of 32 bytes in URL-safe base64, newest first.")
        found[name] = value
    return found


def _are_data_keys(text: str) -> bool:
    keys = text.replace(",", " ").split()
    return bool(keys) and all(_is_data_key(key) for key in keys)


def _is_data_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def _kept(path: Path, fresh: str) -> str:
    """A demonstration key: made once, found again on the next start. The first writer wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        mine = path.with_name(f"{path.name}.{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_text(fresh)
        try:
            path.hardlink_to(mine)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text()


def _number(
    environment: Mapping[str, str], name: str, default: int, problems: list[str], *, least: int = 1
) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= 65535:
        problems.append(f"{name} must be a whole number from {least} to 65535, not “{text}”.")
        return default
    return int(text)


def _choice(environment: Mapping[str, str], name: str, allowed: tuple[str, ...], problems: list[str]) -> str:
    value = environment.get(name) or allowed[0]
    if value not in allowed:
        problems.append(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
        return allowed[0]
    return value


def _group(
    environment: Mapping[str, str], names: tuple[str, ...], reason: str, problems: list[str], *, wanted: bool
) -> list[str]:
    """The settings of a group that is only of use whole: half of it is refused, whether it is wanted or not."""
    values = [environment.get(name, "") for name in names]
    if wanted or any(values):
        because = reason if wanted else f"{next(n for n in names if environment.get(n))} is of no use without it"
        problems += [
            f"{n} is not set, and {because}." for n, value in zip(names, values, strict=True) if not value
        ]
    return values


def _twilio(environment: Mapping[str, str], problems: list[str], *, wanted: bool) -> Twilio | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
    sid, token, sender = _group(environment, names, "LDIS_SMS=twilio needs it", problems, wanted=wanted)
    pace = _number(environment, "TWILIO_SEGMENTS_PER_SECOND", 10, problems, least=0)
    return Twilio(sid, token, sender, environment.get("TWILIO_BASE_URL") or None, pace) if wanted else None


def _smtp(environment: Mapping[str, str], problems: list[str], *, wanted: bool) -> Smtp | None:
    names = ("SMTP_URL", "LDIS_EMAIL_FROM")
    url, sender = _group(environment, names, "LDIS_EMAIL=smtp needs it", problems, wanted=wanted)
    if url and urlsplit(url).scheme not in ("smtp", "smtps", "smtp+starttls"):
        problems.append("SMTP_URL must start with smtp://, smtps:// or smtp+starttls://.")
    pace = _number(environment, "SMTP_PER_MINUTE", 30, problems, least=0)
    return Smtp(url, sender, pace) if wanted else None


def _notify(environment: Mapping[str, str], problems: list[str], *, sms: bool, email: bool) -> Notify | None:
    """The key and the token go together; the template of a medium is needed where that medium goes by Notify."""
    wanted = sms or email
    because = "LDIS_SMS=notify needs it" if sms else "LDIS_EMAIL=notify needs it"
    names = ("NOTIFY_API_KEY", "NOTIFY_CALLBACK_TOKEN")
    key, token = _group(environment, names, because, problems, wanted=wanted)
    if key and len(key) < LEAST_NOTIFY_KEY:
        problems.append("NOTIFY_API_KEY must be a whole key: a name, the service's id and a secret.")
    templates = {}
    for name, needed, switch in (
        ("NOTIFY_SMS_TEMPLATE", sms, "LDIS_SMS"),
        ("NOTIFY_EMAIL_TEMPLATE", email, "LDIS_EMAIL"),
    ):
        templates[name] = environment.get(name, "")
        if needed and not templates[name]:
            problems.append(f"{name} is not set, and {switch}=notify needs it.")
    if not wanted:
        return None
    base_url = environment.get("NOTIFY_BASE_URL") or None
    pace = _number(environment, "NOTIFY_PER_MINUTE", 3000, problems, least=0)
    return Notify(key, token, templates["NOTIFY_SMS_TEMPLATE"], templates["NOTIFY_EMAIL_TEMPLATE"], base_url, pace)
