"""A hold, its end, and a worker who declines the new date (S24-S29)."""

from datetime import timedelta

import pytest

from assignments import sweeps
from assignments.models import Engagement
from assignments.states import EngagementEnd, State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast, day_of, soon, time_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_hold_and_declined_reschedule(windows: Desk, cast: Cast) -> None:
    row = assignment_in(
        State.ASSIGNED, owner=cast.owner, by=cast.worker, start_at=clock.now() - timedelta(hours=1)
    )
    sweeps.raise_flags()
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    worker = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/")
    client.has("Late")
    worker.has("Late", "Check in when you arrive")

    # The client holds it with a reason; the worker sees the reason, no label of time, and cannot check in.
    client.more("Put on hold").press("Put on hold", status=422)
    client.has("There is a problem")
    client.fill(reason="parts_not_available", note="The switch comes on Thursday.").press("Put on hold")
    client.has("On Hold", "Parts not available")
    row.refresh_from_db()
    assert (row.state, row.hold_reason) == (State.ON_HOLD, "parts_not_available")
    worker.open(f"/assignments/{row.pk}/").has("On hold by the client", "Parts not available")
    labels = worker.page.locator("main .labels").first.inner_text()
    assert "Late" not in labels
    worker.open(f"/assignments/{row.pk}/visit/").has("Check-in waits until the hold is over.")
    assert worker.page.get_by_role("button", name="Check in").count() == 0

    # Removing the hold sends a date; it stays on hold until the worker answers.
    then = soon(days=3)
    client.follow("Remove hold").fill(
        start_date=day_of(then), start_time=time_of(then), note="It is here now."
    )
    client.press("Send new date").has("On Hold", "Waiting for Wanda Worker to accept the new date")
    row.refresh_from_db()
    assert row.state == State.ON_HOLD
    worker.open(f"/assignments/{row.pk}/").follow("See the new date").has("It is here now.")
    worker.follow("Decline the new date").has("If you decline it, you are removed from the assignment.")
    worker.press("Decline new date")

    # Declined: the worker is off it, without fault, and it is Available with the new date.
    row.refresh_from_db()
    assert (row.state, row.worker) == (State.SENT, None)
    assert row.start_at is not None
    assert soon(days=3) - timedelta(minutes=2) <= then
    part = Engagement.objects.get(assignment=row)
    assert part.end == EngagementEnd.DECLINED_HOLD
    worker.open("/work/?stage=former").has(row.title)
    client.open(f"/assignments/{row.pk}/").has("No applications yet")
    client.open("/notifications/").has(row.title)
