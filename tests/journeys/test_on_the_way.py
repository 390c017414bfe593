"""The worker's day: the week and the month, on the way, late; and what the client sees of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from assignments.models import WorkDay
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast, soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(window: Window) -> bool:
    """Nothing is wider than the screen."""
    wide: int = window.page.evaluate("document.documentElement.scrollWidth")
    screen: int = window.page.evaluate("document.documentElement.clientWidth")
    return wide <= screen


def test_w1_the_worker_looks_ahead_sets_out_and_is_late(windows: Desk, cast: Cast) -> None:
    start = clock.now().replace(second=0, microsecond=0) + timedelta(hours=2)
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, start_at=start)
    WorkDay.objects.create(assignment=row, after_minutes=24 * 60, duration_minutes=60)

    phone = windows.window(cast.worker.user, viewport=PHONE).open("/schedule/")
    for view in ("Days", "Week", "Month"):
        phone.follow(view)
        assert fits(phone), view
    first_day = start.astimezone(ZoneInfo(row.time_zone))  # tonight's work may be next week's
    phone.open(f"/schedule/?view=week&from={first_day:%Y-%m-%d}").has("Day 1 of 2")
    assert phone.page.get_by_role("rowheader").count() == 7
    phone.follow("Month")
    assert phone.page.get_by_role("columnheader").count() == 7

    phone.open(f"/assignments/{row.pk}/visit/").follow("I am on my way")
    phone.fill(eta_at=soon(hours=1, minutes=50).isoformat(timespec="minutes")).press("Tell the client")
    phone.has("You are on the way", "Expected arrival")
    assert fits(phone)
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    client.has("Wanda Worker is on the way")

    phone.follow("Report a delay")
    phone.fill(eta_at=soon(hours=3).isoformat(timespec="minutes"), reason="A truck lies across the road.")
    phone.press("Tell the client").has("You reported a delay", "A truck lies across the road.")
    client.open(f"/assignments/{row.pk}/").has(
        "Wanda Worker reported a delay", "A truck lies across the road."
    )
