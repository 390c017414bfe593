"""Stories in Chromium: one browser for the run, a context for each person, a live server with its own database.

Whatever the browser complains about fails the story at its end (tests/support/browser.py).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from clients.models import Client
from tests.factories import company, member, worker
from tests.support.browser import Desk, desk
from tests.support.cast import Cast
from tests.support.chromium import launch


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The embedded database as a file: the threads of the live server then write as they do in real life."""
    named = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite" and not named["NAME"]:
        named["NAME"] = str(Path(tmp_path_factory.mktemp("live")) / "live.sqlite3")


@pytest.fixture(scope="session")
def chromium_run() -> Iterator[Browser]:
    """Playwright's loop lives in this thread, where Django would refuse to use the database without the variable."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def windows(chromium_run: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """`windows.window(user)` is a browser of that person. Complaints of any of them fail the story."""
    with desk(chromium_run, live_server.url) as made:
        yield made
        for one in made.windows:
            if not one.page.is_closed():
                one.page.wait_for_timeout(1)  # lets what was said last arrive
    made.calm()


@pytest.fixture
def acme(transactional_db: None) -> Client:
    """A company with money, as of now."""
    return company("Acme Retail")


@pytest.fixture
def cast(acme: Client) -> Cast:
    """The people of the stories."""
    return Cast(
        client=acme,
        owner=member(acme, "Olivia Owner"),
        worker=worker("Wanda Worker"),
        rival=worker("Adam Applicant"),
    )
