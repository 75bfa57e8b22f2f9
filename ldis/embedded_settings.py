"""How the embedded PostgreSQL is set: off the network, discreet in its log, safe unless told otherwise."""

from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log names what went wrong but never the values: those may be somebody's telephone number.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def configuration(sockets: Path, *, safe: bool) -> str:
    """The whole of postgresql.conf. It is ours: written on every start, so that an upgrade of LDIS reaches it."""
    settings = SETTINGS | ({} if safe else UNSAFE_SETTINGS)
    settings["unix_socket_directories"] = '"' + str(sockets).replace('"', '""') + '"'
    lines = [f"{name} = '" + value.replace("'", "''") + "'\n" for name, value in settings.items()]
    return "# Written by LDIS on every start; changes made here are lost.\n" + "".join(lines)
