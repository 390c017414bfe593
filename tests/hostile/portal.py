"""A portal of its own for one run: database, data folder and web server on the loopback address, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from config.lanes import LOCAL_POSTGRES, ROOT, clean, drop_databases, free_port
from config.supervisor import on_lifeline

SETTINGS: Final = "tests.hostile.settings"
PEOPLE: Final = {
    "anonymous": "", "administrator": "client", "controller": "controller", "user": "sam", "other_client": "harbor",
    "manager": "manager", "view_only": "viewer", "worker": "worker", "second_worker": "worker2", "stranger": "nora",
    "staff": "admin",
}  # fmt: skip
"""Persona -> the name of the account in the demo; nobody's for a visitor."""
STARTS_WITHIN: Final = 60.0
"""Seconds for the web server to answer."""


@dataclass
class Portal:
    """A running portal. `base` is its address without a slash at the end."""

    base: str
    port: int
    var: Path
    log: Path
    database: str
    server: subprocess.Popen[bytes]
    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, who: str) -> str:
        """The session of a persona; "" for a visitor."""
        if PEOPLE[who] and who not in self.cookies:
            self.renew(who)
        return self.cookies.get(who, "")

    def renew(self, who: str) -> None:
        """Sign in anew: a hit may have signed the person out, or changed what the session hangs on."""
        from accounts.models import User  # noqa: PLC0415 (models exist once the portal is prepared)
        from tests.support.browser import session_of  # noqa: PLC0415

        user = User.objects.get(email__startswith=f"{PEOPLE[who]}@", email__endswith="onsite.example")
        if not user.is_active:
            User.objects.filter(pk=user.pk).update(is_active=True)
        self.cookies[who] = session_of(user)

    def errors(self) -> list[str]:
        """The tracebacks in the server's log, each as its last line and the deepest place in our own rooms."""
        return tracebacks(self.log.read_text(errors="replace"))


@contextmanager
def data(*, postgres: bool) -> Iterator[dict[str, str]]:
    """The environment of a run: an empty database and data folder, which are taken away afterwards."""
    with ExitStack() as stack:
        var = Path(tempfile.mkdtemp(prefix="onsite-security-"))
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        url = stack.enter_context(own_database()) if postgres else ""
        yield {**clean(), "ONSITE_VAR": str(var), "DJANGO_SETTINGS_MODULE": SETTINGS, "DATABASE_URL": url}


@contextmanager
def portal() -> Iterator[Portal]:
    """Fill the data with the demo, run each timer once, start the web server; it ends with the block."""
    call_command("prepare")
    call_command("sweep")
    var, port = Path(os.environ["ONSITE_VAR"]), free_port()
    with (var / "web.log").open("ab") as log:
        server = started(port, log)
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/healthz", server)
            vendor = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
            yield Portal(base, port, var, var / "web.log", vendor, server)
        finally:
            server.terminate()
            server.wait()
            connections.close_all()


@contextmanager
def own_database(what: str = "security") -> Iterator[str]:
    """A new database on the server of DATABASE_URL or the local default; dropped afterwards."""
    url = os.environ.get("DATABASE_URL", "") or LOCAL_POSTGRES
    name = f"onsite_test_{what}_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{url.rsplit('/', 1)[0]}/{name}"
    finally:
        drop_databases(url, name)


def started(port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """The web server with the threads that `make run` gives it; it ends with this program, however that ends."""
    command = ["gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"]
    return on_lifeline(command, dict(os.environ), stdout=log, stderr=subprocess.STDOUT)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers. Raises RuntimeError when the server ended or is silent for too long."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (an address of ours)
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the portal did not answer at {url}")


def tracebacks(log: str) -> list[str]:
    """Each distinct traceback with how often it came: "12 x ValueError: ... at payments/views/tax.py:40"."""
    found: dict[str, int] = {}
    for block in log.split("Traceback (most recent call last):")[1:]:
        place, last = "", ""
        for line in block.splitlines():
            if line.startswith("  File "):
                parts = line.split('"')
                inside = parts[1].startswith(str(ROOT)) and "site-packages" not in parts[1]
                place = (
                    f"{parts[1].removeprefix(f'{ROOT}/')}:{parts[2].split()[2].strip(',')}"
                    if inside
                    else place
                )
            elif line and not line.startswith(" "):
                last = line[:200]
                break
        words = f"{last} at {place}"
        found[words] = found.get(words, 0) + 1
    return [f"{count} x {words}" for words, count in sorted(found.items(), key=lambda one: -one[1])]
