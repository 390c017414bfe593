"""Where both systems run: databases of this program alone, web servers on free ports, and the peer's own environment.

The databases, the servers and what they write are gone afterwards. What was installed stays in var/peers, which is no
part of the repository, for the next run.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.core.management import call_command

from benchmarks.world import World, fill
from config.lanes import ROOT, free_port
from tests.factories import PASSWORD
from tests.faults.cluster import ask
from tests.faults.portal import HOST, Portal
from tests.faults.programs import Program, Redis, listens, wait_until

PROJECT: Final = Path(__file__).resolve().parent / "project"
TOOLS: Final = ROOT / "var" / "peers"
PROCESSES: Final = 2
THREADS: Final = 8
AGENT: Final = "agent"
"""Who signs in at the peer."""


def filled(rows: int) -> World:
    """Onsite's own database with as many assignments, all of one company, whose owner and worker can sign in."""
    call_command("prepare", verbosity=0)
    world = fill(rows, of_one_company=True)
    for user in (world.owner, world.worker.user):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return world


@contextmanager
def onsite(folder: Path, database: str) -> Iterator[Portal]:
    """Onsite with its production settings over a filled database, without a web server yet."""
    built = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.build"}
    run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], ROOT, built)
    redis = Redis(folder).start()
    try:
        made = Portal(
            folder,
            database,
            redis=redis,
            DJANGO_SETTINGS_MODULE="config.settings.production",
            ALLOWED_HOSTS=f"{HOST},127.0.0.1",
            ONSITE_ALLOW_SQLITE="0",
            ONSITE_LOG_LEVEL="ERROR",
        )
        try:
            yield made
        finally:
            made.end()
    finally:
        redis.kill()


@contextmanager
def helpdesk(folder: Path, database: str, rows: int) -> Iterator[int]:
    """django-helpdesk of its own environment over `rows` tickets; its port."""
    python = environment()
    project = folder / "helpdesk"
    shutil.copytree(PROJECT, project)
    port = free_port()
    given = {name: value for name, value in os.environ.items() if not name.startswith(("ONSITE_", "DJANGO_"))}
    given |= {
        "DJANGO_SETTINGS_MODULE": "settings",
        "DATABASE_URL": database,
        "PEER_HOST": HOST,
        "PEER_KEY": secrets.token_urlsafe(48),
    }
    for command in (
        [python, "-m", "django", "migrate", "-v", "0", "--pythonpath", "."],
        [python, "-m", "django", "collectstatic", "--noinput", "-v", "0", "--pythonpath", "."],
        [python, "seed.py", str(rows), AGENT, PASSWORD],
    ):
        run(command, project, given)
    serve = [
        python,
        "-m",
        "gunicorn",
        "wsgi",
        "--chdir",
        str(project),
        "-b",
        f"127.0.0.1:{port}",
        "--preload",
    ]
    serve += ["-w", str(PROCESSES), "-k", "gthread", "--threads", str(THREADS), "--log-level", "error"]
    server = Program("helpdesk", serve, given, folder / "helpdesk.log")
    server.start()
    try:
        wait_until(lambda: listens(port), "the peer to answer")
        yield port
    finally:
        server.kill()


def environment() -> str:
    """The interpreter of the peer's own environment, with what project/requirements.txt asks for."""
    folder, wanted = TOOLS / "helpdesk", PROJECT / "requirements.txt"
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        run([sys.executable, "-m", "venv", "--clear", str(folder)], ROOT)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        run([*install, "-r", str(wanted)], ROOT)
        stamp.write_text(wanted.read_text())
    return str(python)


def versions() -> str:
    """The peer and its Django as they were installed."""
    words = 'from importlib.metadata import version as v; print(f\'{v("django-helpdesk")} on Django {v("django")}\')'
    return subprocess.run(
        [environment(), "-c", words], check=True, capture_output=True, text=True
    ).stdout.strip()


def asking(database: str) -> Any:
    """A function that asks that database."""
    return lambda text, *values: ask(database, text, *values)


def run(command: list[str], where: Path, environment: dict[str, str] | None = None) -> None:
    """Raises CalledProcessError with what the program said."""
    subprocess.run(command, cwd=where, env=environment, check=True)
