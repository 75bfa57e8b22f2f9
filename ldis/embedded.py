"""A private PostgreSQL that comes in a wheel: the database of a first look, of a small office and of every test.

Only the programs are taken from the wheel; starting them is done here, because the promises are ours. The server
listens on a Unix socket in a folder that only its own account may enter, never on the network. It outlives a hard
kill of whoever started it and is found again by the next start. The last to leave stops it: everyone who uses the
server holds a shared lock, which the kernel lets go of however a process ends.
"""

import atexit
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from ldis.embedded_account import (
    ROOT_PATH,
    VERSION,
    EmbeddedError,
    account_for,
    open_programs,
    open_the_way,
    own_folder,
    programs,
)
from ldis.embedded_settings import configuration
from ldis.filelocks import let_go, nobody_shares, one_at_a_time, share

__all__ = ["EmbeddedError", "Server", "scratch", "start"]

PATIENCE = 30.0
DATABASE = "ldis"
SUPERUSER = "ldis"
LONGEST_SOCKET_PATH = 100
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class _House:
    """Where everything of one server lies, and the account that runs it (none: our own)."""

    folder: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def starting(self) -> Path:
        """The lock of whoever starts or stops the server."""
        return self.folder / "starting.lock"

    @property
    def users(self) -> Path:
        """The lock that everyone shares who uses the server."""
        return self.folder / "users.lock"

    @property
    def sockets(self) -> Path:
        """A folder whose name is short enough for a socket: ours if it is, else one in /tmp named after ours."""
        beside = self.folder / "socket"
        if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return beside
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path("/tmp") / f"ldis-{os.geteuid()}-{mark}"  # noqa: S108 - private: checked in own_folder

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.sockets), safe='')}"

    def run(self, program: str, *arguments: str, inside: Path) -> tuple[int, str]:
        """Run one of PostgreSQL's programs as the server's account, out of reach of a Ctrl-C meant for us.

        They hand paths to a shell, so they are run inside the folder and told of nothing outside it.
        """
        who: dict[str, Any] = {}
        if self.account is not None:
            who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        output = self.folder / "last-command.log"  # a pipe would stay open for as long as the server runs
        with output.open("wb") as said:
            ended = subprocess.run(  # noqa: S603
                [str(programs() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=inside,
                env={"PATH": ROOT_PATH, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                check=False,
                **who,
            )
        return ended.returncode, output.read_text(errors="replace")


class Server:
    """A running embedded server that this process uses, until `stop` or the end of the process."""

    def __init__(self, house: _House, users: int, *, found: bool) -> None:
        self.url = house.url()
        self.found = found
        self._house = house
        self._users = users
        self._process = os.getpid()
        atexit.register(self.stop)

    def url_of(self, database: str) -> str:
        """The address of another database on the same server."""
        return self._house.url(database)

    def revive(self) -> bool:
        """Start the server again if it was killed meanwhile. True: it was."""
        with one_at_a_time(self._house.starting):
            if _is_alive(self._house):
                return False
            _bring_up(self._house)
        return True

    def stop(self) -> None:
        """Leave; the last to leave stops the server. Calling twice, or in a fork, does no harm."""
        users, self._users = self._users, -1
        if users == -1 or os.getpid() != self._process:
            return
        atexit.unregister(self.stop)
        with one_at_a_time(self._house.starting):
            let_go(users)
            if nobody_shares(self._house.users):
                _shut_down(self._house)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(folder: Path, *, safe: bool = True) -> Server:
    """Find the server that keeps its data in `folder`, or start it, with an empty database `ldis` at the least.

    `safe=False` gives up surviving a power cut for speed, and is only for tests.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    house = _House(folder, account_for(folder))
    with one_at_a_time(house.starting):
        users = share(house.users)
        try:
            _make_ready(house, safe=safe)
            found = _bring_up(house)
            _ensure_database(house)
        except BaseException:
            let_go(users)
            if nobody_shares(house.users):
                _shut_down(house)
            raise
    return Server(house, users, found=found)


@contextmanager
def scratch() -> Iterator[str]:
    """The address of an empty database that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="ldis-") as folder, start(Path(folder), safe=False) as server:
        yield server.url


def _make_ready(house: _House, *, safe: bool) -> None:
    """Create the data on the first start and write down the settings on every one."""
    if house.account is not None:
        open_the_way(house.folder)
        open_programs()
    if not house.data.exists():
        _create_data(house, safe=safe)
    version = (house.data / "PG_VERSION").read_text().strip()
    if version != VERSION:
        raise EmbeddedError(
            f"{house.data} was made by PostgreSQL {version}; this is {VERSION}. "
            "Dump it with the older version and load it into a new one, or set DATABASE_URL."
        )
    own_folder(house.sockets, house.account)
    (house.data / "postgresql.conf").write_text(configuration(house.sockets, safe=safe))


def _create_data(house: _House, *, safe: bool) -> None:
    """Make a new cluster beside its place and move it there when whole, so that a crash leaves no half of one."""
    unborn = house.folder / "data.new"
    shutil.rmtree(unborn, ignore_errors=True)
    own_folder(unborn, house.account)
    code, said = house.run(
        "initdb",
        "--pgdata=.",
        f"--username={SUPERUSER}",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        *([] if safe else ["--no-sync"]),
        inside=unborn,
    )
    if code != 0:
        raise EmbeddedError(f"A new database could not be made in {unborn}:\n{said.strip()}")
    unborn.rename(house.data)


def _bring_up(house: _House) -> bool:
    """Believe a connection and nothing else. True: somebody had the server running already."""
    deadline = time.monotonic() + PATIENCE
    found = True
    while refusal := _refusal(house):
        if "starting up" in refusal:  # going through its own log after a crash takes the time it takes
            deadline = time.monotonic() + PATIENCE
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"The embedded PostgreSQL did not answer for {PATIENCE:.0f} seconds: {refusal}\n"
                f"Its own account of it is in {house.log}. Nothing in {house.folder} was deleted. "
                "End any process called postgres that is left over, and start again."
            )
        if not _is_alive(house):
            found = False
            house.run(
                "pg_ctl",
                "start",
                "--wait",
                "--timeout=10",
                "--pgdata=.",
                f"--log={house.log.name}",
                inside=house.data,
            )
        time.sleep(0.1)
    return found


def _refusal(house: _House) -> str:
    """Why a connection fails, or nothing when it does not."""
    try:
        psycopg.connect(house.url("postgres"), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error) or "no connection"
    return ""


def _is_alive(house: _House) -> bool:
    """Whether the process named in the data folder lives and is the server, not a later one with its number.

    PostgreSQL itself only asks whether some process has that number, and would refuse to start.
    """
    note = house.data / "postmaster.pid"
    try:
        process = psutil.Process(int(note.read_text().split(maxsplit=1)[0]))
        if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == house.data.resolve():
            return True
    except (FileNotFoundError, psutil.NoSuchProcess):
        return False
    except psutil.AccessDenied:
        pass  # another account's, so not ours
    except (ValueError, IndexError):
        pass  # cut short by a crash
    note.unlink(missing_ok=True)
    return False


def _ensure_database(house: _House) -> None:
    with psycopg.connect(house.url("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(DATABASE))
            )


def _shut_down(house: _House) -> None:
    """Stop once commits are done. One that will not is stopped anyway: it mends itself on the next start."""
    for mode in ("fast", "immediate") if house.data.exists() else ():
        code, _ = house.run("pg_ctl", "stop", "--wait", f"--mode={mode}", "--pgdata=.", inside=house.data)
        if code == 0 or not _is_alive(house):
            break
    if house.sockets.parent != house.folder:
        with suppress(OSError):
            house.sockets.rmdir()
