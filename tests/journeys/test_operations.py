"""The Operations page in a browser: light and dark, at a desk and on a phone, and a parked row tried again."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from assignments.models import Assignment
from common import clock, parking
from config import heartbeat
from config.models import Alert, Check, Parked
from config.timetable import timetable
from notifications.models import Message
from tests.factories import StaffFactory
from tests.support.axe import layout_faults, violations
from tests.support.browser import DESK, PHONE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = ((DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark"))
URL = "/admin/config/heartbeat/"


@pytest.fixture
def troubled(db: None) -> None:
    """A portal with one of everything that the page can show."""
    now = clock.now()
    for timer in timetable():
        heartbeat.beat(timer.name, rows=12, seconds=0.4)
    heartbeat.failed("pay", ValueError("the bank is shut"))
    Alert.objects.create(cause="x", sentence="A mail has been due too long.", since=now, told_at=now)
    Check.objects.create(
        name="ledger", at=now, seconds=2, findings=1, sentences=["balance: account 7 says 5"]
    )
    Check.objects.create(name="history", at=now, seconds=9, findings=0, looked_at=12_000)
    for pk in (10_482, 10_483):
        parking.note(Assignment, pk, ValueError(f"row {pk} cannot be read"), now + timedelta(hours=1))
    for number in range(2):
        Message.objects.create(
            to_email=f"lost.and.not.found.{number}@a-rather-long-name.onsite.example",
            kind="assignment.assigned",
            state="failed",
            queued_at=now,
            due_at=now,
            last_error="SMTPRecipientsRefused: 550 no such user",
        )


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize(("viewport", "theme"), LOOKS)
def test_operations_is_whole_at_each_width_and_theme(
    windows: Desk, viewport: dict[str, int], theme: str
) -> None:
    window = windows.window(StaffFactory(name="Stella Staff"), viewport=viewport, theme=theme)
    paths = {"page": URL, "explained": f"{URL}parked/{Parked.objects.order_by('pk')[0].pk}/"}
    for name, path in paths.items():
        window.open(path)
        assert violations(window.page) == []
        assert [
            one for one in layout_faults(window.page, viewport["width"]) if "small target" not in one
        ] == []
        folder = os.environ.get("ONSITE_SHOTS", "")
        if folder:
            file = Path(folder) / f"operations-{name}-{viewport['width']}-{theme}.png"
            window.page.screenshot(path=file, full_page=True)


@pytest.mark.usefixtures("troubled")
def test_operations_tries_a_parked_row_again_from_the_keyboard(windows: Desk) -> None:
    window = windows.window(StaffFactory(name="Stella Staff"), viewport=PHONE).open(URL)
    window.follow("Explain assignments.assignment 10482", inside="#content")
    window.has("What it means", "ValueError: row 10482 cannot be read")
    window.fill(reason="The row was put right.")
    window.press("Retry now", inside="#content")
    window.has("The row assignments.assignment 10482 is tried again by the next sweep.")
    assert Parked.objects.get(subject_id=10_482).until <= clock.now()
