"""The service on a real socket of this machine, for clients that speak HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def serving(app: Flask, *, several_at_once: bool = False) -> Iterator[str]:
    """Serve an application for a while; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=several_at_once)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
