"""Where no check-in is asked, the passing of the start time begins the work (S17)."""

from datetime import timedelta

import pytest

from assignments import sweeps
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_starts_by_itself(windows: Desk, cast: Cast) -> None:
    start = clock.now() - timedelta(minutes=1)
    row = assignment_in(
        State.ASSIGNED, owner=cast.owner, by=cast.worker, start_at=start, checkin_required=False
    )
    worker = windows.window(cast.worker.user, viewport=PHONE)
    worker.open(f"/assignments/{row.pk}/").has("It starts by itself")
    worker.open(f"/assignments/{row.pk}/visit/").has("No check-in is asked.")
    with clock.moved(start - timedelta(seconds=1)):
        assert sweeps.start_due() == 0

    assert sweeps.start_due() == 1
    assert sweeps.start_due() == 0

    worker.open(f"/assignments/{row.pk}/").has("In Progress")
    worker.open(f"/assignments/{row.pk}/history/").has("Onsite started the work: its start time passed.")
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    client.has("In Progress", "Wanda Worker is working on it")
    row.refresh_from_db()
    assert row.state == State.IN_PROGRESS
