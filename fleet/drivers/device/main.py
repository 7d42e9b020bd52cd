"""What runs on the device for the length of one session: sent over the connection, executed, gone.

Guarantees: needs nothing but `python3-minimal` (no json, no tarfile) and leaves nothing of itself behind; a second session ends
the first, so that two never write at once. `fleet.drivers.agent_source` joins the modules of this folder into what is sent.
"""

import _signal as signal  # type: ignore[import-not-found]  # without its enums, slower to load than all the rest
import errno
import fcntl
import os
import sys
import time
from typing import Any

from fleet.drivers.device.writing import Writing

F_SETPIPE_SZ = 1031  # fcntl(2), Linux; Python names it since 3.10 only


class Agent(Writing):
    """One session: the requests are the methods named do_…"""


def alone() -> Any:
    """End the session that is still open on this device, if any, and take its place; keep what is returned."""
    lock = open("/run/colporteur-agent.lock", "a+")  # noqa: SIM115 - held until the process ends
    for _ in range(500):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            lock.seek(0)
            other = lock.read().strip()
            if other.isdigit() and int(other) != os.getpid():
                try:
                    os.kill(int(other), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.01)
    else:
        raise OSError(errno.EBUSY, "another session")
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def widen(pipe: int) -> None:
    """Let a megabyte wait in the pipe from sshd, where the kernel allows it: far fewer turns of both for the same bytes."""
    try:
        fcntl.fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
    except OSError:  # no pipe, or more than an ordinary account may have
        pass


def main(root: str = "") -> None:
    """Serve one session on standard input and output."""
    held = alone() if not root else None
    widen(sys.stdin.fileno())
    Agent(sys.stdin.buffer, sys.stdout.buffer, os.fsencode(root)).serve()
    if held is not None:
        held.close()
