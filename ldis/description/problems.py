"""Every refusal of the API: its problem document, and when it comes. Pure."""

from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem document, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "What went wrong, in a few words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "A sentence for the person who reads it."},
        "errors": {
            "type": "object",
            "description": (
                "Sentences by field, where single answers are wrong. A field of a row is called "
                "components-0-substance."
            ),
            "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        },
    },
    "additionalProperties": False,
}

WHEN: dict[int, tuple[str, str, str]] = {
    400: ("That cannot be done", "The body cannot be read as JSON.", "The body is not in UTF-8."),
    401: (
        "An API key is needed",
        "There is no API key in the call, or it is unknown, revoked or has run out.",
        "This API key is unknown, revoked or has run out.",
    ),
    403: (
        "You cannot do this",
        "The API key does not have the scope that is needed, or its person may not do this now.",
        "This API key does not have the scope reports:write.",
    ),
    404: (
        "Page not found",
        "It does not exist, or belongs to another partnership. The two are not told apart.",
        "We cannot find a report with this reference. Check it and try again.",
    ),
    409: (
        "Someone has changed this",
        "Somebody else was first: it is not as `seen_version` has it. Ask again, and look what it says now.",
        "Someone has changed this since you opened it. Check what it says now.",
    ),
    413: ("Request Entity Too Large", "The body is larger than 2 MB.", "The body is too large."),
    415: (
        "Unsupported Media Type",
        "The body is not sent as JSON.",
        "Send the body as JSON, with the header Content-Type: application/json.",
    ),
    422: (
        "There is a problem",
        "Some answers are missing or wrong, or the Idempotency-Key was used for something else.",
        "Enter today or an earlier day.",
    ),
    429: (
        "Too many tries",
        "The key was used too often within a minute.",
        "This API key may be used 600 times a minute. Wait a minute, then try again.",
    ),
    500: (
        "Sorry, there is a problem with the service",
        "Something failed on our side. Nothing was kept: send it again later with the same Idempotency-Key.",
        "Try again in a few minutes.",
    ),
}
"""Title, when it comes, and a sentence as an example, by status."""

HEADERS_OF: dict[int, dict[str, Any]] = {
    401: {
        "WWW-Authenticate": {
            "required": True,
            "description": "How to identify yourself.",
            "schema": {"type": "string", "const": "Bearer"},
        }
    },
    429: {
        "Retry-After": {
            "required": True,
            "description": "Seconds after which another try is worth making.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}
