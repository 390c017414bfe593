"""A process that has the portal loaded and forks a new one for each act, so that an act starts in milliseconds.

`Warm` is the test's end. The other end is `python -m tests.faults.warm`: one line of JSON in ([path of a function,
its arguments]), one line out (what it returned, or its traceback). A forked process opens its own connections.
"""

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import django

from tests.faults.programs import ROOT, python


class Failed(AssertionError):
    """The act raised; the text is its traceback."""


class Warm:
    """The portal of one environment, for acts. Ends with the block."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            python("config.lifeline", "tests.faults.warm"), cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, env={**environment, "ONSITE_PARENT_PID": str(os.getpid())},
        )  # fmt: skip

    def __enter__(self) -> "Warm":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        finally:
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.log.close()

    def __call__(self, act: Callable[..., Any], /, **arguments: Any) -> Any:
        """Run the act (a function of a module) in a process of its own, and give what it returns. Raises Failed."""
        self.begin(act, **arguments)
        return self.end()

    def begin(self, act: Callable[..., Any], /, **arguments: Any) -> None:
        """The same without waiting for its end."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([act.__module__, act.__name__, arguments]) + "\n")
        self.process.stdin.flush()

    def end(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"the warm process ended; see {self.log.name}")
        is_well, said = json.loads(line)
        if not is_well:
            raise Failed(said)
        return said


def forked(act: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether the act ended well in a process of its own, and what it returned; otherwise its traceback."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            json.dump(_told(act), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    is_well, result = json.loads(said) if said else (False, "the process ended without a word")
    return bool(is_well), result


def _told(act: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, act()
    except BaseException:
        return False, traceback.format_exc()


def answer(line: str) -> tuple[bool, Any]:
    """Mother acts (`is_mother`) stay in this process, because they fork themselves."""
    module, name, arguments = json.loads(line)
    act = getattr(importlib.import_module(module), name)
    if getattr(act, "is_mother", False):
        return _told(lambda: act(**arguments))
    return forked(lambda: act(**arguments))


def load_timers() -> None:
    """What each forked process would otherwise load anew."""
    from django.utils.module_loading import import_string  # noqa: PLC0415 - the app registry is ready only now

    from config.timetable import timetable  # noqa: PLC0415

    for timer in timetable():
        import_string(timer.task)


def main(said: IO[str], out: IO[str]) -> None:
    django.setup()
    for room in ("tests.factories", "config.management.commands.sweep", "config.urls"):
        importlib.import_module(room)
    load_timers()
    for line in said:
        out.write(json.dumps(answer(line)) + "\n")
        out.flush()


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
