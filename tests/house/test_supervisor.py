"""`make run`, with real processes: it serves, keeps its data, and leaves nobody behind however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.lanes import free_port
from tests.support.installed import Installed

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120


def wait(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)


class Portal:
    """A supervisor on its own data and port. Without demo data, which is another test's subject."""

    def __init__(self, var: Path, port: int | None = None) -> None:
        self.var, self.port, self.said = var, port or free_port(), var.parent / "said.txt"
        environment = {
            **{
                name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
            },
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "ONSITE_VAR": str(var),
            "ONSITE_NO_DEMO": "1",
            "ONSITE_SWEEP_SECONDS": "1",
            "PORT": str(self.port),
        }
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def text(self) -> str:
        return self.said.read_text()

    def ready(self) -> "Portal":
        wait(
            lambda: "Onsite is ready" in self.text or self.process.poll() is not None,
            READY_WITHIN,
            "the page",
        )
        assert self.process.poll() is None, self.text
        return self

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def family(self) -> set[int]:
        """All living processes of its session: the supervisor, its children and theirs."""
        found = set()
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                found.add(int(entry.parent.name))
        return found

    def child(self, module: str) -> int:
        """The one child that runs this module."""
        for pid in self.family():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
            if module in words and parent == self.process.pid:
                return pid
        return 0


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def portal(tmp_path: Path, installed: Installed) -> Iterator[Callable[..., "Portal"]]:
    """Starts portals on one installation; an empty one is only given to the test that is about the first start."""
    started: list[Portal] = []

    def start(port: int | None = None, *, first: bool = False) -> Portal:
        if not first and not started:
            installed(tmp_path / "var")
        started.append(Portal(tmp_path / "var", port))
        return started[-1]

    yield start
    for one in started:
        for pid in one.family():
            os.kill(pid, signal.SIGKILL)
        one.process.wait()


def test_serves_a_page_sweeps_and_starts_a_killed_worker_again(portal: Callable[..., Portal]) -> None:
    running = portal().ready()
    assert f"http://localhost:{running.port}" in running.text
    assert running.get("/healthz") == (200, "ok\n")
    wait(lambda: running.get("/readyz") == (200, "ready\n"), 60, "every timer to have run")

    worker = running.child("worker")
    os.kill(worker, signal.SIGKILL)
    wait(lambda: running.child("worker") not in (0, worker), 20, "another worker")
    assert re.search(r"worker ended \(-9\); it starts again in 1 s", running.text)


def test_ctrl_c_ends_everybody_and_the_second_start_keeps_the_data(portal: Callable[..., Portal]) -> None:
    first = portal(first=True).ready()
    key = (first.var / "secret.key").read_text()
    database = first.var / "onsite.sqlite3"
    made = database.stat().st_ino
    os.killpg(first.process.pid, signal.SIGINT)  # what a terminal does
    assert first.process.wait(20) == 0
    assert first.family() == set()
    assert first.text.rstrip().endswith("Onsite has ended.")

    second = portal(first.port).ready()
    assert database.stat().st_ino == made
    assert (second.var / "secret.key").read_text() == key


def test_a_killed_supervisor_takes_all_children_along(portal: Callable[..., Portal]) -> None:
    running = portal().ready()
    assert len(running.family()) == 5  # itself, the web server and its worker, the worker, the timetable
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    wait(lambda: running.family() == set(), 5, "the end of all children")


@contextmanager
def listener() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_said_before_anything_starts(portal: Callable[..., Portal]) -> None:
    with listener() as port:
        refused = portal(port, first=True)
        assert refused.process.wait(20) == 2
    assert refused.text == f"Port {port} is taken by another program; try PORT={port + 1} make run.\n"
    assert not refused.var.exists()


def test_a_second_portal_on_the_same_data_is_refused(portal: Callable[..., Portal]) -> None:
    first = portal().ready()
    second = portal()
    assert second.process.wait(20) == 2
    assert second.text.startswith(f"Onsite already runs on the data in {first.var}")
    assert first.get("/healthz") == (200, "ok\n")


def test_a_port_that_is_no_number_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        check=False, cwd=ROOT, env={**os.environ, "PORT": "eighty"},
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode == 2
    assert "PORT=eighty is no port number" in done.stderr
