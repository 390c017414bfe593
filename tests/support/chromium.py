"""Starting Chromium. Without Django, so that programs beside the tests can use it too."""

import os
from typing import Final

from playwright.sync_api import Browser, Playwright

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Path of the browser that stories are run in."""
    return os.environ.get("ONSITE_CHROMIUM", "/usr/bin/chromium")


def launch(playwright: Playwright) -> Browser:
    """One browser without a window; contexts in it know nothing of each other."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=list(ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],  # "back" as it is in the browser of a person
    )
