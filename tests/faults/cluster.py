"""A PostgreSQL server of a test alone: made by initdb, durable as in production, killed and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.lanes import free_port
from tests.faults.programs import START_WITHIN, Program, send, wait_until

NOT_ROOT = "postgres"
"""The account of the server, where the tests run as root: PostgreSQL refuses that."""
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 80
shared_buffers = 64MB
log_min_messages = warning
"""


def programs() -> Path | None:
    """Where initdb and postgres are, or None."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((place for place in reversed(found) if (place / "initdb").exists()), None)


class Cluster(Program):
    """The server. fsync is on: what it said is written has to outlive SIGKILL of all its processes."""

    def __init__(self, folder: Path, place: Path, user: str | None) -> None:
        self.port, self.place, self.data = free_port(), place, folder / "data"
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/onsite"
        run = {"user": user, "group": user, "extra_groups": []} if user else {}
        initdb = [
            place / "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run([*initdb, "--no-sync"], check=True, capture_output=True, cwd=folder, **run)  # type: ignore[call-overload]
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + f"port = {self.port}\n")
        command = [str(place / "postgres"), "-D", str(self.data)]
        super().__init__("postgres", command, dict(os.environ), folder / "postgres.log", user)

    def start(self) -> "Cluster":
        """Also after a kill: then it recovers first."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        super().start()
        wait_until(self.answers, "PostgreSQL to answer")
        return self

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("/onsite", "/postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            assert self.is_alive, self.words()
            return False
        return True

    def copy(self, url: str) -> None:
        """Make the database, with the tables of another one: migrating takes much longer."""
        with psycopg.connect(self.url.replace("/onsite", "/postgres"), autocommit=True) as opened:
            opened.execute("CREATE DATABASE onsite")
        load = [self.place / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url]
        with subprocess.Popen([self.place / "pg_dump", "--no-owner", url], stdout=subprocess.PIPE) as dump:
            subprocess.run(load, stdin=dump.stdout, check=True, stdout=subprocess.DEVNULL)
        assert dump.returncode == 0

    def fresh(self, name: str) -> str:
        """The address of a new database with those tables and nothing else."""
        wait_until(self.answers, "PostgreSQL to recover")
        with psycopg.connect(self.url.replace("/onsite", "/postgres"), autocommit=True) as opened:
            opened.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            opened.execute(f"CREATE DATABASE {name} TEMPLATE onsite")
        return self.url.replace("/onsite", f"/{name}")

    def backends(self, url: str) -> list[int]:
        """The processes that serve a database, those in the middle of a transaction first."""
        name = url.rsplit("/", 1)[1]
        sql = (
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' "
            "ORDER BY xact_start IS NULL, random()"
        )
        return [int(pid) for (pid,) in ask(self.url.replace("/onsite", "/postgres"), sql, name)]

    def kill_backend(self, pid: int) -> bool:
        """SIGKILL one of its processes: the server then ends all others and recovers by itself."""
        return send(pid, signal.SIGKILL)


@contextmanager
def cluster(empty: str) -> Iterator[Cluster]:
    """A server with the tables of the database at the address `empty`. Skips where the programs are missing."""
    place = programs()
    if place is None:
        pytest.skip("initdb of PostgreSQL is not installed here")
    user = NOT_ROOT if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="onsite_cluster_") as name:
        folder = Path(name)
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        server = Cluster(folder, place, user)
        try:
            server.start().copy(empty)  # type: ignore[attr-defined]
            yield server
        finally:
            server.kill()


def ask(url: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one query, over a connection of its own. A server that was just killed is asked again until it is
    back; raises the last error after START_WITHIN seconds."""
    give_up = time.monotonic() + START_WITHIN
    while True:
        try:
            with psycopg.connect(url, connect_timeout=10, autocommit=True) as opened:
                return opened.execute(sql, values or None).fetchall()  # type: ignore[call-overload]
        except psycopg.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
