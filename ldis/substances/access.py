"""The names that this installation knows, for views."""

from typing import cast

from flask import current_app

from ldis.substances.names import Names


def known_names() -> Names:
    """The index of the catalogue, built once when the application starts."""
    return cast(Names, current_app.extensions["ldis.names"])
