"""Several processes of this program at once, each with connections of its own to the database of the test."""

import os
import traceback
from collections.abc import Callable, Sequence

from django.db import connections


def together(jobs: Sequence[Callable[[], None]]) -> None:
    """Run each job in a process of its own, forked from this one, and wait for all of them.

    A job hands its results over in a file. Raises AssertionError when one of them fails; its traceback is printed.
    """
    connections.close_all()  # a child that closed an inherited connection would end the parent's session
    children = [_fork(job) for job in jobs]
    failed = [pid for pid in children if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0]
    assert not failed, f"{len(failed)} of {len(children)} processes failed"


def _fork(job: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        job()
        connections.close_all()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # no teardown of the parent's tests and fixtures here
