"""What the calls about alerts look like, in the description of the API."""

from typing import Any

REFERENCE = "DEM-A01"

ALERT: dict[str, Any] = {
    "reference": REFERENCE,
    "case": "DEM-0007",
    "level": "red",
    "handling": "public",
    "headline": "Blue tablets sold as Valium hold a nitazene",
    "act_now": "Do not use alone. Carry naloxone. Call 999 if somebody cannot be woken.",
    "substance": "metonitazene",
    "areas": ["Derby"],
    "issued_at": "2026-11-22T14:05:00+00:00",
    "review_on": "2026-11-29",
    "last_day": "2026-12-06",
    "in_force": True,
    "code": "7K3Q-MM4T",
    "links": {
        "self": "/api/v1/alerts/DEM-A01",
        "deliveries": "/api/v1/alerts/DEM-A01/deliveries",
        "coverage": "/api/v1/alerts/DEM-A01/coverage",
    },
}

LISTED: dict[str, Any] = {"alerts": [ALERT], "next": 1}

DELIVERIES: dict[str, Any] = {
    "deliveries": [
        {
            "id": "6f1c1a52-3f7e-4d5f-9a54-2f4f3d7f8d10",
            "organisation": "Harbour Hostel",
            "medium": "sms",
            "what": "alert",
            "state": "delivered",
            "reason": None,
            "written_at": "2026-11-22T14:05:00+00:00",
            "sent_at": "2026-11-22T14:05:02+00:00",
            "settled_at": "2026-11-22T14:05:09+00:00",
        }
    ],
    "next": 1204,
}

COVERAGE: dict[str, Any] = {
    "people": 3,
    "stages": {
        "acknowledged": 1,
        "delivered": 1,
        "sent": 1,
        "may have been sent": 0,
        "waiting to be sent": 0,
        "failed": 0,
    },
    "passed_on": 12,
    "organisations": [
        {
            "name": "Harbour Hostel",
            "told": 2,
            "acknowledged": 1,
            "first_at": "2026-11-22T14:11:00+00:00",
            "passed_on": 12,
        }
    ],
    "organisations_told": 2,
    "organisations_covered": 1,
}
