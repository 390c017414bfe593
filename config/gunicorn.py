"""Settings of the web server: its workers hang on the same lifeline as itself, and count requests into common files."""

import os
import shutil
import tempfile
from typing import Any

from common import logs
from config.lifeline import tie_to_parent

worker_class = "gthread"
threads = 8
# How many processes: WEB_CONCURRENCY or -w, 1 otherwise (docs/scale.md says what more of them bring).
timeout = 60
graceful_timeout = 5
accesslog = None
# The supervisor talks to its children by signals; a control socket in the home directory is not wanted.
control_socket_disable = True

_is_production = os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.production").endswith("production")
logconfig_dict = logs.configuration(
    os.environ.get("ONSITE_LOG_FORMAT") or ("json" if _is_production else "line"),
    os.environ.get("ONSITE_LOG_LEVEL", "INFO"),
)

_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own name for the folder in which all processes of this server count (config/metrics.py)."""


def on_starting(server: Any) -> None:
    """An own, empty folder for each start: counters of an earlier run, or of another server, are never mixed in."""
    os.environ[_FIGURES] = tempfile.mkdtemp(prefix="onsite-figures-")


def child_exit(server: Any, worker: Any) -> None:
    """What a worker that ended has counted stays; only its present values go."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - the server's master needs no more of it

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ.get(_FIGURES, ""), ignore_errors=True)


def post_fork(server: Any, worker: Any) -> None:
    """The kernel's promise is not inherited by a fork, so each worker makes it again."""
    tie_to_parent(os.getppid())
