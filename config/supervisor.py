"""`make run`: the web server, the worker and the timetable as three children of one small process.

No child outlives it: Ctrl-C and SIGTERM end them, and a killed supervisor takes them along (lifeline).
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from config.lifeline import PARENT

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
SIGN_INS = ("client", "controller", "worker", "worker2", "admin")
ANSWER_WITHIN = 60.0
"""Seconds for the first page to answer."""
END_WITHIN = 8.0
"""Seconds for children to end by themselves before they are killed."""
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
"""A child that ran so many seconds starts again without delay."""
BIGGEST_LOG = 5_000_000


class Refusal(Exception):
    """The portal cannot start; the text says why and what to do."""


@dataclass
class Child:
    """One program on its lifeline, with its own log file."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    start_at: float = 0.0

    def start(self, environment: dict[str, str], logs: Path) -> None:
        with open_log(logs / f"{self.name}.log") as log:
            self.process = on_lifeline(self.arguments, environment, stdout=log, stderr=subprocess.STDOUT)
        self.started = time.monotonic()

    def look_after(self, environment: dict[str, str], logs: Path) -> None:
        """Start it again when it has ended, after 1, 2, 4 ... 30 seconds."""
        if self.process is not None and self.process.poll() is not None:
            steady = time.monotonic() - self.started > STEADY_AFTER
            self.pause = 1.0 if steady else min(max(self.pause * 2, 1.0), LONGEST_PAUSE)
            self.start_at = time.monotonic() + self.pause
            code, self.process = self.process.returncode, None
            log = logs / f"{self.name}.log"
            say(f"{self.name} ended ({code}); it starts again in {self.pause:.0f} s. See {log}")
        if self.process is None and time.monotonic() >= self.start_at:
            self.start(environment, logs)


def say(text: str) -> None:
    print(text, flush=True)


def open_log(path: Path) -> IO[bytes]:
    """Append to the log; a big one is kept once under .1."""
    if path.exists() and path.stat().st_size > BIGGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def on_lifeline(
    arguments: list[str], environment: dict[str, str], stdout: IO[bytes] | int, stderr: int
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "config.lifeline", *arguments]
    env = {**environment, PARENT: str(os.getpid())}
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
    )


def wanted_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refusal(
            f"PORT={text} is no port number; choose one from 1 to 65535, for example PORT=9000 make run."
        )
    return int(text)


def check_port(port: int) -> None:
    """Refuse when somebody listens there, before anything else is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Refusal(f"Port {port} is not allowed for this user; try PORT=9000 make run.") from None
        except OSError:
            raise Refusal(f"Port {port} is taken by another program; try PORT={port + 1} make run.") from None


def only_one(var: Path) -> IO[str]:
    """Hold the lock of this data directory: two timetables over one queue would do everything twice."""
    lock = (var / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise Refusal(
            f"Onsite already runs on the data in {var} ({lock.read().strip()}); stop it first."
        ) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}")
    lock.flush()
    return lock


def prepare(environment: dict[str, str], logs: Path) -> bool:
    """Tables, cache table, demo. True when the demo people can sign in."""
    has_demo = False
    with (
        open_log(logs / "prepare.log") as log,
        on_lifeline(["manage", "prepare"], environment, subprocess.PIPE, subprocess.STDOUT) as process,
    ):
        assert process.stdout is not None  # noqa: S101  (Popen with PIPE always has it)
        for line in process.stdout:
            log.write(line)
            has_demo = has_demo or line.startswith(b"demo sign-ins: yes")
    if process.returncode != 0:
        raise Refusal(f"The database could not be prepared:\n{tail(logs / 'prepare.log')}")
    return has_demo


def tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def children(port: int, var: Path) -> list[Child]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery = ["celery", "-A", "config.celery"]
    beat_files = ["-s", str(var / "beat-schedule"), "--pidfile", ""]
    return [
        Child("web", ["gunicorn", "-c", "python:config.gunicorn", "-b", f"{HOST}:{port}", "config.wsgi"]),
        Child("worker", [*celery, "worker", "--pool=solo", "-l", "INFO", *quiet]),
        Child("beat", [*celery, "beat", "-l", "INFO", *beat_files]),
    ]


def welcome(port: int, has_demo: bool) -> None:
    say(f"\nOnsite is ready: http://localhost:{port}\n")
    if has_demo:
        say("Sign in as one of these, with the password onsite-demo:")
        for name in SIGN_INS:
            say(f"  {name}@onsite.example")
    say("\nCtrl-C ends it. Logs are in var/log, mails in var/mail.")


def run(has_ended: Callable[[], bool]) -> None:
    """Start everything and look after it until `has_ended` says so. Raises Refusal."""
    port = wanted_port()
    check_port(port)
    var = Path(os.environ.get("ONSITE_VAR", ROOT / "var")).resolve()
    logs = var / "log"
    logs.mkdir(parents=True, exist_ok=True)
    lock = only_one(var)
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEBUG": "0",
        "ONSITE_BASE_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        **os.environ,
        "ONSITE_VAR": str(var),
    }
    say("Preparing the database ...")
    has_demo = prepare(environment, logs)
    family = children(port, var)
    try:
        for child in family:
            child.start(environment, logs)
        wait_for_page(family[0], port, logs, has_ended)
        if not has_ended():
            welcome(port, has_demo)
        while not has_ended():
            for child in family:
                child.look_after(environment, logs)
            time.sleep(0.2)
    finally:
        end(family)
        lock.close()


def wait_for_page(web: Child, port: int, logs: Path, has_ended: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ANSWER_WITHIN
    while not has_ended() and not answers(port):
        gone = web.process is not None and web.process.poll() is not None
        if gone or time.monotonic() > deadline:
            raise Refusal(
                f"The web server does not answer. The end of {logs / 'web.log'}:\n{tail(logs / 'web.log')}"
            )
        time.sleep(0.2)


def end(family: list[Child]) -> None:
    """Ask all children to end, then kill what is left."""
    living = [child.process for child in family if child.process is not None and child.process.poll() is None]
    for process in living:
        process.terminate()
    deadline = time.monotonic() + END_WITHIN
    for process in living:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    ended = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        run(lambda: ended)
    except Refusal as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 2
    say("Onsite has ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
