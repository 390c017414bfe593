"""A worker backs out and the standby has it at once; an incomplete visit goes on as a revisit (issue 4, point 5)."""

import pytest

from assignments.actions.drafting import Asked, Content, Wanted
from assignments.models import Assignment, Engagement, Standby
from assignments.states import State
from tests.factories import assignment_in, deliver
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_standby_steps_in_when_the_worker_backs_out(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, applicants=(cast.rival,))

    # The client names the applicant who did not get it; the phone of that worker shows the brief, not the street.
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    client.more("Name a standby")
    client.fill(worker=cast.rival.pk).press("Ask to stand by").has("Standby", "Asked")
    second = windows.window(cast.rival.user, viewport=PHONE).open("/work/?stage=standby")
    second.follow(row.title).has("The client asks you to stand by")
    second.lacks("12 State Street", "Sam Site")
    second.follow("Agree to stand by").has("nothing is paid for standing by").press("Agree to stand by")
    second.has("You stand by for this assignment")

    # The worker reads how cancelling is recorded, and cancels.
    first = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/")
    first.more("Cancel my assignment").has("How it is recorded", "one cancellation with notice")
    first.fill(reason="vehicle", note="The van does not start.").press("Cancel my assignment")
    first.has("You are no longer assigned.")

    # It never was Available: the standby has it, sees everything, and the client sees who has it.
    row.refresh_from_db()
    assert (row.state, row.worker) == (State.ASSIGNED, cast.rival)
    assert Standby.objects.get().state == "promoted"
    assert Engagement.objects.filter(assignment=row).count() == 2
    second.open(f"/assignments/{row.pk}/").has("12 State Street", "Sam Site")
    client.open(f"/assignments/{row.pk}/history/").has(
        "The van does not start.", "stood by and is assigned now"
    )


def test_an_incomplete_visit_goes_on_as_a_revisit(windows: Desk, cast: Cast) -> None:
    row = assignment_in(
        State.IN_PROGRESS,
        owner=cast.owner,
        by=cast.worker,
        content=Content(wanted=[Wanted("Rack photos", count=2)], asked=[Asked("Serial number")]),
    )
    deliver(row, row.requirements.get(), cast.worker.user, "first")
    worker = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/visit/")
    worker.press("Check out")
    worker.has("1 of 2").follow("Ask the client")
    assert (
        worker.page.get_by_role("textbox", name="Message")
        .input_value()
        .startswith("I cannot finish this work.")
    )

    # The client makes the revisit: the page says what goes over, the draft asks only that.
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    client.more("Make a revisit").has("Rack photos (1 of 2)", "Serial number")
    client.fill(note="The second rack.", price_minor="90.00").press("Make the draft")
    draft = Assignment.objects.get(follows__original=row)
    client.has("This is a revisit", row.number, "The second rack.")
    assert (draft.price_minor, draft.requirements.get().count) == (9_000, 1)

    # What was done is submitted: the rest no longer stands in the way.
    worker.open(f"/assignments/{row.pk}/visit/").has(f"carried to {draft.number}")
    worker.follow("Submit for approval").fill(resolution="One rack is done.").press("Submit for approval")
    row.refresh_from_db()
    assert row.state == State.PENDING_APPROVAL
    client.open(f"/assignments/{row.pk}/").has(draft.number, "carried to")
