"""A portal of a test alone: settings as in production, on a database of its own, with the programs that it asks for."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from config.lanes import free_port
from tests.faults.cluster import ask
from tests.faults.programs import Program, Redis, python, wait_until
from tests.faults.warm import Warm

HOST: Final = "portal.test"
FORWARDED: Final = {"Host": HOST, "X-Forwarded-Proto": "https"}
"""What the proxy in front would add."""
KEY: Final = "a-key-of-fault-tests-alone-{}-0123456789-abcdefghijklmnopqrstuvwxyz"


class Portal:
    """One installation. `programs` are all that were started, so that everything ends with the test."""

    def __init__(
        self, folder: Path, database: str, *, redis: Redis | None = None, **environment: str
    ) -> None:
        self.folder, self.database, self.redis = folder, database, redis
        self.programs: list[Program] = []
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONSITE_", "COV_"))}
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": database,
            "REDIS_URL": redis.url if redis else "redis://127.0.0.1:1/0",
            "SECRET_KEY": KEY.format("session"),
            "ONSITE_FIELD_KEY": KEY.format("field"),
            "ALLOWED_HOSTS": HOST,
            "ONSITE_BASE_URL": f"https://{HOST}",
            "ONSITE_ALLOW_SQLITE": "1",
            "ONSITE_VAR": str(folder),
            "ONSITE_PROXIES": "1",
            "ONSITE_SWEEP_SECONDS": "1",
            "ONSITE_LIMIT_FACTOR": "1000",  # one person does everything here
            "ONSITE_LOG_LEVEL": "WARNING",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def program(self, name: str, *command: str) -> Program:
        """Start one of the portal's own programs."""
        made = Program(name, python(*command), self.environment, self.folder / f"{name}.log")
        self.programs.append(made.start())
        return made

    def web(self, *, workers: int = 1, threads: int = 8, application: str = "config.wsgi") -> "Web":
        """gunicorn as in docs/operations.md. It loads the portal before it forks, so that a killed worker is followed
        by another one in milliseconds and not in seconds."""
        port = free_port()
        listen = (
            "-b",
            f"127.0.0.1:{port}",
            "--workers",
            str(workers),
            "--threads",
            str(threads),
            "--preload",
        )
        command = python("gunicorn", "-c", "python:config.gunicorn", *listen, application)
        made = Web("web", command, self.environment, self.folder / "web.log")
        made.port = port
        self.programs.append(made.start())
        wait_until(made.answers, "gunicorn to answer")
        return made

    def worker(self, name: str = "worker", *, processes: int = 1) -> Program:
        quiet = ("--without-gossip", "--without-mingle", "-l", "WARNING", "-n", f"{name}@fault")
        return self.program(name, "celery", "-A", "config.celery", "worker", "-c", str(processes), *quiet)

    def beat(self, name: str = "beat") -> Program:
        files = ("-s", str(self.folder / f"{name}-schedule"), "--pidfile", "")
        return self.program(name, "celery", "-A", "config.celery", "beat", "-l", "WARNING", *files)

    def sweeper(self, name: str = "sweeper") -> Program:
        return self.program(name, "manage", "sweep", "--loop")

    @contextmanager
    def warm(self) -> Iterator[Warm]:
        """For acts with the portal's own code (tests/faults/warm.py)."""
        with Warm(self.environment, self.folder / "warm.log") as opened:
            yield opened

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one query, from outside. `%s` stands for a value."""
        return rows(self.database, sql, *values)

    def one(self, sql: str, *values: Any) -> Any:
        return self.ask(sql, *values)[0][0]

    def end(self) -> None:
        for program in reversed(self.programs):
            program.kill()

    def words(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"--- {one.name}\n{one.words()}" for one in self.programs)


class Web(Program):
    """gunicorn: a master and its workers."""

    port: int

    def answers(self) -> bool:
        assert self.is_alive, self.words()
        try:
            with urlopen(Request(f"{self.url}/healthz", headers=FORWARDED), timeout=10) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        return self.children()


def rows(database: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    if not database.startswith("sqlite"):
        return ask(database, sql, *values)
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as opened:
        return opened.execute(sql.replace("%s", "?"), values).fetchall()


@contextmanager
def portal(folder: Path, database: str, **more: Any) -> Iterator[Portal]:
    """A portal for the block. All that it started is ended."""
    made = Portal(folder, database, **more)
    try:
        yield made
    finally:
        made.end()
