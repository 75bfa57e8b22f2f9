"""What a venue's token looks like. Pure."""

import re

from ldis.submissions.rules import ALPHABET

SIGNS, GROUP = 12, 4


def grouped(signs: str) -> str:
    """A token as it is kept and printed: 7K3Q-M9XT-2HBF. Twelve of 31 signs, 8 x 10^17 in all: nobody guesses one."""
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def tidy_token(written: str) -> str | None:
    """The token somebody typed from a poster, however spaced or cased; nothing where it cannot be one."""
    signs = re.sub(r"[^A-Z0-9]", "", written.upper())
    return grouped(signs) if len(signs) == SIGNS and set(signs) <= set(ALPHABET) else None
