"""The least that could take in a report: Flask, SQLAlchemy, one insert, one commit."""

import os
import secrets
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, request
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from config.settings import read
from ldis import secrecy
from ldis.submissions.models import IncidentReport

secrecy.configure(read(os.environ).data_keys)
sessions = sessionmaker(
    create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), pool_size=10)
)
app = Flask(__name__)


@app.get("/healthz/live")
def live() -> dict[str, str]:
    """Answers."""
    return {"status": "live"}


@app.post("/")
def insert() -> Any:
    """Write the row and commit."""
    sent = request.get_json()
    mark = secrets.token_hex(6)
    with sessions() as session:
        session.add(
            IncidentReport(
                partnership_id=1,
                reference=f"BARE-{mark}",
                submission_key=mark,
                body_digest="0" * 64,
                received_at=datetime.now(UTC),
                received_by="bare",
                status="received",
                kind="non-fatal overdose",
                happened_on=date.fromisoformat(sent["happened_on"]),
                area_code=sent["area_code"],
                sold_as=sent["sold_as"],
                harm_level=sent["harm_level"],
                naloxone=sent["naloxone"],
                how_known=sent["how_known"],
                setting=sent["setting"],
                form=sent["form"],
                symptoms=sent["symptoms"],
                read_as={"matches": [{"name": "diazepam"}], "suggestions": [], "unmatched": [], "ruled_out": []},
                substance_class="benzodiazepine",
            )
        )
        session.commit()
    return {"reference": f"BARE-{mark}"}, 201
