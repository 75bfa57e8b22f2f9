"""What other systems send in these tests."""

from datetime import timedelta
from typing import Any

from ldis.web import today

INCIDENT: dict[str, Any] = {
    "happened_on": (today() - timedelta(days=1)).isoformat(),
    "area_code": "E99000001",
    "sold_as": "heroin, brown powder",
    "harm_level": "life-threatening",
    "naloxone": "given",
    "how_known": "saw it",
}

LAB_RESULT: dict[str, Any] = {
    "sample_reference": "S-0042",
    "laboratory": "Example University",
    "purpose": "intelligence",
    "stage": "preliminary",
    "technique": "GC-MS",
    "sold_as": "heroin",
    "reported_on": today().isoformat(),
    "finding": "components found",
    "components": [{"substance": "metonitazene", "part": "main"}],
}
