"""Settings of the web server that `make run` starts: its workers hang on the same lifeline as itself."""

import os
from typing import Any

from config.lifeline import tie_to_parent

worker_class = "gthread"
workers = 1
threads = 8
timeout = 60
graceful_timeout = 5
accesslog = None
# The supervisor talks to its children by signals; a control socket in the home directory is not wanted.
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """The kernel's promise is not inherited by a fork, so each worker makes it again."""
    tie_to_parent(os.getppid())
