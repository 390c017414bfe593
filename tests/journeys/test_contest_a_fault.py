"""A lateness is contested on the phone, the client agrees; another one counts and has its receipt (N5)."""

from datetime import timedelta

import pytest

from assignments import fault_sweeps
from assignments.models import Assignment, FaultEntry
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.axe import layout_faults, violations
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "The gate was shut until nine. I called the desk."


def came_late(cast: Cast, title: str) -> tuple[Assignment, FaultEntry]:
    """Paid, with the first check-in 25 minutes after the last instant that is on time."""
    start = clock.now() - timedelta(hours=2, minutes=40)
    row = assignment_in(State.PAID, owner=cast.owner, by=cast.worker, title=title, start_at=start)
    return row, FaultEntry.objects.get(assignment=row)


def test_n5_the_worker_contests_and_the_client_agrees(windows: Desk, cast: Cast) -> None:
    with clock.moved(clock.now() - timedelta(days=8)):
        kept, old = came_late(cast, "Wire the attic")
    fault_sweeps.settle_due()
    row, fault = came_late(cast, "Replace two switches")

    # The worker finds it under the scorecard, reads facts and rule, and contests it.
    phone = windows.window(cast.worker.user, viewport=PHONE).open("/profile/scorecard/")
    phone.has("0 of 1, 1 open, not counted yet").follow("Fault record")
    phone.has("1 not settled yet", "Late check-in").follow(fault.number)
    phone.has("Late without a known cause.", "late_own, rule 1", "What it rests on", row.number)
    assert violations(phone.page) == []
    assert layout_faults(phone.page, PHONE["width"]) == []
    phone.page.get_by_label("The site", exact=True).check()
    phone.press("Contest", 422).has("Enter")
    phone.page.get_by_label("What happened").fill(WORDS)
    phone.press("Contest").has("The other side has 7 days to answer.", "Contested", WORDS)

    # The client is told, reads it, and agrees.
    client = windows.window(cast.owner).open("/notifications/").has(f"{fault.number} is contested")
    client.open("/company/card/").follow("Fault record").follow(fault.number).has(
        WORDS, "At fault, as they say: the site"
    )
    assert violations(client.page) == []
    client.press("Agree").has("Settled", "Both sides agreed", "The other side agreed")

    # Only the other one, which nobody contested in 7 days, counts; each leads to its entry.
    phone.open("/profile/scorecard/").has("0 of 1").lacks("not counted yet").follow(
        "0% On-Time, Last 3 months"
    )
    phone.has("Late by 25 min", "Not counted: late by 25 min. At fault: the site", fault.number)
    assert violations(phone.page) == []
    assert layout_faults(phone.page, PHONE["width"]) == []
    phone.follow(old.number).has("Nobody contested it", kept.number, "Settled as")
    fault.refresh_from_db()
    assert (fault.state, fault.final_party, fault.how) == ("settled", "site", "agreed")
