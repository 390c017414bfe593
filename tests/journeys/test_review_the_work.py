"""The client reviews what was submitted: one file asked again with a remark, redone, then two approved at once."""

from pathlib import Path

import pytest

from assignments.actions.drafting import Content, Wanted
from assignments.models import Deliverable
from assignments.states import State
from payments.models import Invoice
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast
from tests.support.photos import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = Content(wanted=[Wanted("Rack photo", "photo", 1)])


def test_one_file_is_asked_again_and_two_are_approved_at_once(
    windows: Desk, cast: Cast, tmp_path: Path
) -> None:
    first, second = (
        assignment_in(State.PENDING_APPROVAL, owner=cast.owner, by=who, content=ASKED, title=title)
        for who, title in ((cast.worker, "Swap the router"), (cast.rival, "Label the rack"))
    )
    (wanted,) = first.requirements.all()
    (given,) = Deliverable.objects.filter(assignment=first)

    # The review page shows it all; a remark on the file sends the work back and asks for this file again.
    client = windows.window(cast.owner).open(f"/assignments/{first.pk}/approve/")
    client.has("Rack photo", given.name, "What you pay", "Agreed at most")
    client.follow("Not Satisfied").has("Files to be sent again")
    client.fill(**{"reason": "One photo.", f"remark_{given.pk}": "The label cannot be read."}).press(
        "Send back"
    )
    first.refresh_from_db()
    assert first.state == State.IN_PROGRESS

    # The worker reads why, gives it again and submits.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{first.pk}/visit/")
    phone.has("The client is not satisfied yet", "One photo.", "The label cannot be read.")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    again = tmp_path / "again.jpg"
    again.write_bytes(photo("again.jpg", seed=3).read())
    phone.open(f"/assignments/{first.pk}/deliver/{wanted.pk}/").fill(files=str(again)).press("Add files")
    phone.open(f"/assignments/{first.pk}/submit/").fill(resolution="The label can be read now.")
    phone.press("Submit for approval")

    # Both are approved from the list: chosen, checked with their totals, done.
    client.open("/assignments/?stage=pending_approval")
    for row in (first, second):
        client.page.locator(f"input[type=checkbox][name=row][value='{row.pk}']").check()
    client.press("Approve the chosen submitted assignments").has(
        "2 will be approved", "Swap the router", "Label the rack"
    )
    client.page.get_by_role("button", name="Approve 2 assignments").click()
    client.page.get_by_text("2 are approved").wait_for()
    for row in (first, second):
        row.refresh_from_db()
        assert row.state == State.APPROVED
    assert Invoice.objects.count() == 2
