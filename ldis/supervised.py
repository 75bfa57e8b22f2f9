"""`python -m ldis.supervised MODULE ARGUMENT...`: run a module, and stop with the process that started it.

The starter holds the other end of our standard input and never writes to it. However the starter ends, hard kill
included, the system closes that end, and reading ours returns.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 20


def stop_with_the_starter() -> None:
    """Ask this process to stop as soon as its standard input ends; insist after a while."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="stop with the starter", daemon=True).start()


if __name__ == "__main__":
    stop_with_the_starter()
    sys.argv[:] = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
