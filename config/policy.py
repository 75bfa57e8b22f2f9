"""Read the local procedure from its file."""

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "policy.toml"


def read(file: Path = FILE) -> dict[str, Any]:
    """The values of the policy file."""
    return tomllib.loads(file.read_text(encoding="utf-8"))
