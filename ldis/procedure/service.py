"""Keep the policy that the service starts with."""

import hashlib
import tomllib
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.procedure.models import PolicyText

STARTING = "start-up"


def note_in_force(session: Session, text: str, *, now: datetime) -> bool:
    """Keep the text of the policy, and write into the audit record that it came into force; once for each text."""
    version, digest = str(tomllib.loads(text)["version"]), hashlib.sha256(text.encode()).hexdigest()
    kept = session.scalar(
        insert(PolicyText)
        .values(digest=digest, version=version, text=text, first_seen_at=now)
        .on_conflict_do_nothing()
        .returning(PolicyText.digest)
    )
    if kept is None:
        return False
    audit.record(
        session,
        "policy put in force",
        f"policy/{version}",
        actor=STARTING,
        partnership_id=None,
        detail={"version": version, "digest": digest},
    )
    return True
