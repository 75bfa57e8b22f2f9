"""Refusals with a name. Each message is a sentence for the person on the page."""

from collections.abc import Mapping


class Refusal(Exception):
    """What was asked cannot be done; nothing has changed. Shown to the person, mapped to a status in one place."""

    status = 400
    title = "That cannot be done"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refusal):
    """Some answers are missing or wrong: sentences per field, in the order of the form."""

    status = 422
    title = "There is a problem"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(sentence for sentences in self.errors.values() for sentence in sentences))


class NotFound(Refusal):
    """It does not exist, or not for this person: the two are not told apart."""

    status = 404
    title = "Page not found"

    def __init__(self, message: str = "We cannot find what you asked for.") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    """The person may not do this, or not without what the message asks for."""

    status = 403
    title = "You cannot do this"


class Stale(Refusal):
    """The page showed an older version than the one in force, or someone else was first."""

    status = 409
    title = "Someone has changed this"

    def __init__(
        self, message: str = "Someone has changed this since you opened it. Check what it says now."
    ) -> None:
        super().__init__(message)


class TooMany(Refusal):
    """Too many tries in too short a time."""

    status = 429
    title = "Too many tries"
