"""Read the text of the substance catalogue."""

from pathlib import Path

FILE = Path(__file__).parent / "substances.toml"


def read(file: Path = FILE) -> str:
    """The catalogue as it stands in its file."""
    return file.read_text(encoding="utf-8")
