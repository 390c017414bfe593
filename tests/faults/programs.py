"""Real programs for fault tests: started on free ports in a folder of the test, killed, frozen, started again.

Every program leads a process group of its own, writes a log into the folder, and is ended with the test, also when
the test fails; when the test itself is killed the kernel ends the programs (PR_SET_PDEATHSIG).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.lanes import free_port

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 60.0
"""Seconds; a busy machine is no finding."""


@dataclass
class Program:
    """One program and its log. `user`: the account it runs as, where this process may choose."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    user: str | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> "Program":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*_tied(), *self.command], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                user=self.user, group=self.user, extra_groups=[] if self.user else None,
            )  # fmt: skip
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was not started"
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self) -> list[int]:
        """The processes that it started, and theirs."""
        return descendants(self.pid)

    def kill(self) -> None:
        """SIGKILL for it and all that it started, at once."""
        if self.process is None:
            return
        family = [self.pid, *self.children()] if self.is_alive else []
        for pid in family:
            send(pid, signal.SIGKILL)
        self.process.wait(20)
        wait_until(lambda: not any(map(_runs, family)), f"{self.name} to be gone", 20)

    def freeze(self) -> None:
        """SIGSTOP: it answers nothing and closes nothing."""
        for pid in (self.pid, *self.children()):
            send(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in (self.pid, *self.children()):
            send(pid, signal.SIGCONT)

    def words(self, lines: int = 25) -> str:
        """The end of its log, for the message of a failed test."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _tied() -> list[str]:
    """A killed test takes its programs along, where the system offers it."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "KILL", "--"] if program else []


def python(*module: str) -> list[str]:
    return [sys.executable, "-m", *module]


def send(pid: int, number: int) -> bool:
    """Whether there was such a process."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _stat(pid: int) -> list[str]:
    """State, parent and so on from /proc, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _runs(pid: int) -> bool:
    found = _stat(pid)
    return bool(found) and found[0] != "Z"


def descendants(pid: int) -> list[int]:
    """All living processes below this one."""
    parents = {
        int(entry.name): int(found[1])
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and (found := _stat(int(entry.name)))
    }
    below, wave = [], [pid]
    while wave:
        wave = [child for child, parent in parents.items() if parent in wave]
        below += wave
    return below


def wait_until(is_so: Callable[[], object], what: str, seconds: float = START_WITHIN) -> None:
    """Look again and again. Fails with `what` after so many seconds."""
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.01)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Redis(Program):
    """A Redis server of this test alone, without a disk: it forgets everything when it ends, as in production."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        super().__init__("redis", command, dict(os.environ), folder / "redis.log")

    def start(self) -> "Redis":
        super().start()
        wait_until(lambda: listens(self.port), "Redis to answer")
        return self

    def flush(self) -> None:
        """FLUSHALL: queue, limits and sessions of the broker are gone."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(64).startswith(b"+OK")
