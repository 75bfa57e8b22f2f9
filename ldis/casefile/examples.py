"""What the calls about cases look like, in the description of the API."""

from typing import Any

REFERENCE = "DEM-0007"

STANDS: dict[str, Any] = {
    "reference": REFERENCE,
    "title": "Blue tablets sold as Valium",
    "state": "with the panel",
    "version": 4,
    "risk_to_life": False,
    "outcome": None,
    "links": {"self": "/api/v1/cases/DEM-0007"},
}

DECIDED = STANDS | {"state": "decided", "version": 5, "outcome": "formal alert"}

LISTED: dict[str, Any] = {"cases": [STANDS], "next": 7}

ANSWERS = {"directness": 3, "support": 2, "severity": 3, "potency": 3, "reach": 2}

GRADING: dict[str, Any] = {
    "answers": ANSWERS,
    "would_help": "yes",
    "comment": "Two wards saw the same tablets.",
    "seen_version": 4,
}

A_QUESTION: dict[str, Any] = {
    "key": "directness",
    "label": "How directly do we know?",
    "answers": [
        "Rumour or news only",
        "Told by somebody else",
        "Told by the person it happened to",
        "Seen by a worker",
    ],
}

CASE: dict[str, Any] = STANDS | {
    "evidence": ["DEM-7K3Q-C", "DEM-4H8T-A"],
    "may_do": [{"action": "vote", "needs_reason": False, "address": "/api/v1/cases/DEM-0007/votes"}],
    "stands_aside": False,
    "questions": [A_QUESTION],
    "panel": {
        "gradings": [
            {
                "name": "Mo Field",
                "discipline": "medical",
                "answers": ANSWERS,
                "would_help": "yes",
                "comment": "Two wards saw the same tablets.",
            }
        ],
        "votes": [
            {
                "name": "Mo Field",
                "discipline": "medical",
                "outcome": "formal alert",
                "reason": "",
            }
        ],
        "suggestion": {
            "outcome": "formal alert",
            "because": "the quality of the information is high and the risk is high",
        },
        "quorum": "No quorum yet for “formal alert”. 1 more vote is needed.",
    },
}
