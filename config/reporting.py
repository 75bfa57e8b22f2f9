"""What reports begin with, as it stands in the file."""

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("reporting.toml")


def read() -> dict[str, Any]:
    """The values of the file."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
