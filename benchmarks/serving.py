"""The portal by gunicorn over the measured database, for one signed-in person."""

import http.client
import os
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client as Browser

from accounts.models import User


class Server:
    """A server of two workers on a free port; `get` returns the milliseconds of a whole page."""

    def __init__(self, user: User) -> None:
        browser = Browser()
        browser.force_login(user)
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> "Server":
        url = os.environ["DATABASE_URL"].rpartition("/")[0]
        env = {**os.environ, "DATABASE_URL": f"{url}/{connection.settings_dict['NAME']}"}
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-w", "2", "-b", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen([*command, "--log-level", "error"], env=env)
        until = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < until, "gunicorn did not start"
            assert self.process.poll() is None, "gunicorn ended"
            time.sleep(0.1)  # only how often the start is looked for
        return self

    def __exit__(self, *told: Any) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def _answers(self) -> bool:
        try:
            self.get("/")
        except OSError:
            return False
        return True

    def get(self, path: str) -> float:
        """Raises AssertionError for anything but a page or a redirect from the front page."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        link.request("GET", path, headers={"Cookie": self.cookie})
        answer = link.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1_000
        link.close()
        assert answer.status == 200 or path == "/", (path, answer.status)
        return took
