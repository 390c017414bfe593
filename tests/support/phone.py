"""A phone of its own: a browser with a folder on the disk, which can lose its signal and be killed."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page
from playwright.sync_api import Error as PlaywrightError

from accounts.models import User
from tests.support.browser import PHONE, WATCH_POLICY, Window, session_of
from tests.support.chromium import ARGUMENTS, chromium

HUSH = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
"""What the browser's console says while there is no signal."""


class Phone:
    """One installed browser with one tab, `window`. Switched on after `kill` it has what was on the disk."""

    def __init__(self, chromium_type: BrowserType, folder: Path, base_url: str, **options: Any) -> None:
        self.chromium, self.folder, self.base_url, self.options = chromium_type, folder, base_url, options
        self.complaints: list[str] = []
        self.context: BrowserContext
        self.window: Window
        self.switch_on()

    def switch_on(self, *, online: bool = True) -> "Phone":
        self.context = self.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=chromium(),
            args=list(ARGUMENTS),
            viewport=PHONE,
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="America/New_York",
            offline=not online,
            **self.options,
        )
        self.context.add_init_script(WATCH_POLICY)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.window = Window(page, self.base_url, "phone")
        return self

    @property
    def page(self) -> Page:
        return self.window.page

    def sign_in(self, user: User) -> "Phone":
        """The cookie of a new session, as after signing in; it outlives the browser."""
        name, value = "sessionid", session_of(user)
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])
        return self

    def offline(self) -> "Phone":
        self.context.set_offline(True)
        return self

    def online(self) -> "Phone":
        self.context.set_offline(False)
        return self

    def kill(self) -> None:
        """No farewell: every process of this browser ends at once, known by its folder, which no other has."""
        self._hear()
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        with suppress(PlaywrightError):
            self.context.close()

    def _processes(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if f"--user-data-dir={self.folder}".encode() in words:
                    found.append(int(entry.name))
        return found

    def _hear(self) -> None:
        said = self.window.complaints
        self.complaints += [line for line in said if not any(word in line for word in HUSH)]
        said.clear()

    def calm(self) -> None:
        """Fail where the browser complained of anything but the missing signal."""
        self._hear()
        assert not self.complaints, "\n".join(self.complaints)
