"""Settings: complete, or a refusal to start that names everything that is missing."""

import base64
import re
import secrets
from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, read

SECRET = "a secret of a test, long enough to be taken for one, and the same each time"
DATA_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
LEAST = {"LDIS_SECRET_KEY": SECRET, "LDIS_DATA_KEYS": DATA_KEY}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_FROM": "+447700900000"}
NOTIFY = {
    "NOTIFY_API_KEY": "ours-00000000-0000-4000-8000-000000000001-00000000-0000-4000-8000-000000000002",
    "NOTIFY_CALLBACK_TOKEN": "token",
}
SMTP = {"SMTP_URL": "smtp://mail.example.org:25", "LDIS_EMAIL_FROM": "alerts@example.org"}


def refusals(environment: dict[str, str]) -> list[str]:
    """What is said to be wrong with an environment, line by line."""
    with pytest.raises(SettingsError) as refused:
        read(environment)
    opening, *lines = str(refused.value).splitlines()
    assert opening == "Cannot start:"
    return [line.removeprefix("  - ") for line in lines]


def demo(tmp_path: Path, **more: str) -> Settings:
    return read({"LDIS_DEMO": "1", "LDIS_VAR": str(tmp_path), **more})


def test_two_secrets_suffice() -> None:
    settings = read(LEAST)
    assert (settings.port, settings.public_url) == (8000, "http://localhost:8000")
    assert (settings.sms, settings.email, settings.twilio, settings.smtp) == ("outbox", "outbox", None, None)
    assert settings.database_url is None
    assert not settings.demo


def test_without_secrets_it_does_not_start_and_names_both() -> None:
    assert refusals({}) == [
        "LDIS_SECRET_KEY is not set. Make one with: ldis keys generate",
        "LDIS_DATA_KEYS is not set. Make one with: ldis keys generate",
    ]


@pytest.mark.parametrize("missing", LEAST)
def test_no_secret_has_a_default_outside_a_demonstration(missing: str) -> None:
    for demo_off in ("", "0", "no", "false"):
        lines = refusals(
            {name: value for name, value in LEAST.items() if name != missing} | {"LDIS_DEMO": demo_off}
        )
        assert len(lines) == 1
        assert lines[0].startswith(f"{missing} is not set")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LDIS_SECRET_KEY", "short"),
        ("LDIS_DATA_KEYS", "not a key"),
        ("LDIS_DATA_KEYS", base64.urlsafe_b64encode(b"too short").decode()),
        ("LDIS_DATA_KEYS", f"{DATA_KEY},oops"),
        ("LDIS_DATA_KEYS", f"{DATA_KEY[:20]}!{DATA_KEY[20:]}"),
        ("LDIS_DATA_KEYS", " , "),
        ("LDIS_DATA_KEYS", "é" * 44),
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_repeated(name: str, value: str) -> None:
    (line,) = refusals(LEAST | {name: value})
    assert line.startswith(name)
    assert value.strip(" ,") not in line or not value.strip(" ,")


def test_several_data_keys_keep_their_order() -> None:
    keys = [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(3)]
    for between in (",", " ", ", "):
        assert read(LEAST | {"LDIS_DATA_KEYS": between.join(keys)}).data_keys == tuple(keys)


@pytest.mark.parametrize(
    ("whole", "switch"), [(TWILIO, {"LDIS_SMS": "twilio"}), (SMTP, {"LDIS_EMAIL": "smtp"})], ids=["twilio", "smtp"]
)
def test_a_half_set_group_does_not_start_and_names_what_is_missing(
    whole: dict[str, str], switch: dict[str, str]
) -> None:
    read(LEAST | switch | whole)
    for missing in whole:
        rest = {name: value for name, value in whole.items() if name != missing}
        (line,) = refusals(LEAST | switch | rest)
        assert line.startswith(f"{missing} is not set, and {next(iter(switch))}=")
        (line,) = refusals(LEAST | rest)
        assert line.startswith(f"{missing} is not set, and ")
    assert len(refusals(LEAST | switch)) == len(whole)


@pytest.mark.parametrize("medium", ["SMS", "EMAIL"])
def test_notify_needs_its_key_its_token_and_the_template_of_the_medium(medium: str) -> None:
    template = f"NOTIFY_{medium}_TEMPLATE"
    whole = NOTIFY | {template: "a template", f"LDIS_{medium}": "notify"}
    assert read(LEAST | whole).notify is not None
    for missing in (*NOTIFY, template):
        (line,) = refusals(LEAST | {name: value for name, value in whole.items() if name != missing})
        assert line == f"{missing} is not set, and LDIS_{medium}=notify needs it."
    (line,) = refusals(LEAST | whole | {"NOTIFY_API_KEY": "half a key"})
    assert line.startswith("NOTIFY_API_KEY must be a whole key")
    assert read(LEAST | NOTIFY).notify is None


def test_a_whole_group_that_is_switched_off_is_left_alone() -> None:
    settings = read(LEAST | TWILIO | SMTP)
    assert (settings.twilio, settings.smtp) == (None, None)


def test_a_configured_channel_is_complete() -> None:
    settings = read(LEAST | TWILIO | SMTP | {"LDIS_SMS": "twilio", "LDIS_EMAIL": "smtp"})
    assert settings.twilio is not None
    assert settings.smtp is not None
    assert (settings.twilio.account_sid, settings.twilio.sender) == ("AC1", "+447700900000")
    assert settings.smtp.url == "smtp://mail.example.org:25"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LDIS_PORT", "eighty"),
        ("LDIS_PORT", "0"),
        ("LDIS_PORT", "65536"),
        ("LDIS_PORT", "-1"),
        ("LDIS_PORT", "٨٠٠٠"),
        ("LDIS_WEB_PROCESSES", "2.5"),
        ("LDIS_SMS_CONNECTIONS", "0"),
        ("LDIS_EMAIL_CONNECTIONS", "many"),
        ("LDIS_SMS", "pigeon"),
        ("LDIS_EMAIL", "SMTP"),
        ("LDIS_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_repeated(name: str, value: str) -> None:
    (line,) = refusals(LEAST | {name: value})
    assert line.startswith(name)
    assert f"“{value}”" in line


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = refusals({"LDIS_PORT": "x", "LDIS_SMS": "twilio", "LDIS_EMAIL": "pigeon", "LDIS_LOG_LEVEL": "loud"})
    named = [line.split()[0] for line in lines]
    assert set(named) == {
        "LDIS_PORT",
        "LDIS_SECRET_KEY",
        "LDIS_DATA_KEYS",
        "LDIS_EMAIL",
        "LDIS_LOG_LEVEL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_FROM",
    }


@pytest.mark.parametrize("url", ["http://ldis.example.org", "ftp://ldis.example.org", "ldis.example.org"])
def test_outside_this_machine_the_public_address_is_encrypted(url: str) -> None:
    (line,) = refusals(LEAST | {"LDIS_PUBLIC_URL": url})
    assert line.startswith("LDIS_PUBLIC_URL must start with https://")
    read(LEAST | {"LDIS_PUBLIC_URL": "https://ldis.example.org/"})


@pytest.mark.parametrize("url", ["imap://mail.example.org", "mail.example.org:25", "https://mail.example.org"])
def test_a_mail_server_is_named_as_one(url: str) -> None:
    (line,) = refusals(LEAST | SMTP | {"LDIS_EMAIL": "smtp", "SMTP_URL": url})
    assert line.startswith("SMTP_URL must start with smtp://")


def test_a_demonstration_makes_its_keys_once_and_finds_them_again(tmp_path: Path) -> None:
    first, second = demo(tmp_path), demo(tmp_path)
    assert (first.secret_key, first.data_keys) == (second.secret_key, second.data_keys)
    assert len(first.secret_key) >= 32
    kept = list((tmp_path / "demo-keys").iterdir())
    assert {path.name for path in kept} == {"LDIS_SECRET_KEY", "LDIS_DATA_KEYS"}
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}


def test_two_demonstrations_have_keys_of_their_own(tmp_path: Path) -> None:
    assert demo(tmp_path / "one").data_keys != demo(tmp_path / "two").data_keys


def test_a_demonstration_may_use_providers_on_this_machine(tmp_path: Path) -> None:
    local = TWILIO | {"LDIS_SMS": "twilio", "TWILIO_BASE_URL": "http://127.0.0.1:9000"}
    mail = SMTP | {"LDIS_EMAIL": "smtp", "SMTP_URL": "smtp://localhost:2525"}
    settings = demo(tmp_path, **local, **mail)
    assert settings.twilio is not None
    assert settings.smtp is not None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"LDIS_SMS": "twilio", **TWILIO}, "TWILIO_BASE_URL"),
        ({"LDIS_SMS": "twilio", **TWILIO, "TWILIO_BASE_URL": "https://api.twilio.com"}, "TWILIO_BASE_URL"),
        ({"LDIS_SMS": "twilio", **TWILIO, "TWILIO_BASE_URL": "http://localhost.example.org"}, "TWILIO_BASE_URL"),
        ({"LDIS_SMS": "twilio", **TWILIO, "TWILIO_BASE_URL": "http://localhost@example.org"}, "TWILIO_BASE_URL"),
        ({"LDIS_EMAIL": "smtp", **SMTP}, "SMTP_URL"),
        ({"LDIS_SMS": "notify", "NOTIFY_SMS_TEMPLATE": "t", **NOTIFY}, "NOTIFY_BASE_URL"),
    ],
)
def test_a_demonstration_refuses_every_way_out_of_the_machine(
    tmp_path: Path, changes: dict[str, str], named: str
) -> None:
    (line,) = refusals({"LDIS_DEMO": "1", "LDIS_VAR": str(tmp_path), **changes})
    assert line == f"LDIS_DEMO is on, so {named} may only be an address on this machine."


def test_settings_cannot_be_changed_once_they_are_read() -> None:
    with pytest.raises(AttributeError):
        read(LEAST).port = 1  # type: ignore[misc]


EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_names_every_setting_once_with_the_value_it_has_when_nothing_is_said() -> None:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    named = [line.split("=", 1)[0] for line in lines]
    assert len(named) == len(set(named))
    source = (EXAMPLE.parent / "config" / "settings.py").read_text()
    assert set(named) == set(re.findall(r'"((?:LDIS|TWILIO|SMTP|NOTIFY|DATABASE)_[A-Z_]+)"', source))
    example = dict(line.split("=", 1) for line in lines)
    assert read(example | LEAST) == read(LEAST)


def test_every_setting_in_the_example_is_explained() -> None:
    explained = False
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("#"):
            explained = len(line.split()) > 3
        elif not line:
            explained = False
        else:
            assert explained, line
