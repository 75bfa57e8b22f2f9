"""The process in which a stranger's file is decoded: a crash, an endless loop or a flood of memory ends it alone.

It holds none of our settings, keys or connections. Each of our processes runs one at a time, so that photos cannot take
a machine away from reports.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import structlog

from ldis.errors import TooMany
from ldis.photos.rules import MOST_BYTES, Fault, NewPhoto, NotTaken, Picture

COMMAND = [sys.executable, "-m", "ldis.photos.pictures"]
FOLDER = Path(__file__).parents[2]
NEEDED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
LONGEST_SECONDS = 30.0
PATIENCE_SECONDS = 60.0

TURN = threading.BoundedSemaphore(1)

logger = structlog.get_logger(__name__)


def photo_in(content: bytes) -> NewPhoto:
    """The photo in a file, redrawn; raises NotTaken where there is none that can be taken."""
    if not content:
        raise NotTaken(Fault.EMPTY)
    if len(content) > MOST_BYTES:
        raise NotTaken(Fault.TOO_LARGE)
    if not TURN.acquire(timeout=PATIENCE_SECONDS):
        raise TooMany("Very many photos are being sent at this moment. Wait a minute, then send them again.")
    try:
        return NewPhoto(sha256(content).hexdigest(), _decoded(content))
    finally:
        TURN.release()


def _decoded(content: bytes) -> Picture:
    try:
        done = subprocess.run(  # noqa: S603
            COMMAND,
            input=content,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            cwd=FOLDER,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTaken(Fault.TOO_SLOW) from error
    if done.returncode == -signal.SIGXCPU:
        raise NotTaken(Fault.TOO_SLOW)
    if done.returncode != 0:
        logger.warning("a photo ended the process that decoded it", code=done.returncode, size=len(content))
        raise NotTaken(Fault.BROKEN)
    line, _, pictures = done.stdout.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        raise NotTaken(Fault[head["fault"]])
    full = head["full"]
    return Picture(head["width"], head["height"], pictures[:full], pictures[full:])
