"""What every look at a partnership begins with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from detection.settings import SignalSettings
from ldis.worktime import LONDON


class Looking:
    """One look at one partnership, with the settings that are live there; `began` is when its record did."""

    def __init__(
        self, session: Session, settings: SignalSettings, *, partnership_id: int, began: date, now: datetime
    ) -> None:
        self._session = session
        self._settings = settings
        self._here: dict[str, Any] = {"partnership_id": partnership_id}
        self._began = began
        self._now = now
        self._today = now.astimezone(LONDON).date()
