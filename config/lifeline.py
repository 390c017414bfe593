"""Start a Python module that ends when its parent ends, however the parent ends.

`python -m config.lifeline gunicorn ...` is `python -m gunicorn ...` on a lifeline. On Linux the kernel cuts
it (PR_SET_PDEATHSIG with SIGKILL: with SIGTERM a busy child was seen to survive). Elsewhere a thread watches
the parent.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
PARENT = "ONSITE_PARENT_PID"


def watch(parent: int) -> None:
    """Kill this process as soon as its parent is another one than at the start."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def tie_to_parent(parent: int) -> None:
    """Make this process die with the given parent; at once, when the parent is gone already."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    else:
        threading.Thread(target=watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Tie, then become the module of the first argument."""
    tie_to_parent(int(os.environ.get(PARENT, os.getppid())))
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
