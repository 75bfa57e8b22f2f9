"""Read the local procedure from its file."""

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "policy.toml"


def read(file: Path = FILE) -> dict[str, Any]:
    """The values of the policy file."""
    return tomllib.loads(text(file))


def text(file: Path = FILE) -> str:
    """The policy file as it was written."""
    return file.read_text(encoding="utf-8")
