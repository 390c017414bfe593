"""The forms of the life cycle with JavaScript switched off."""

from pathlib import Path

import pytest

from assignments.models import Application, CheckIn, Deliverable
from assignments.states import State
from payments.models import Invoice
from tests.journeys.acts import STREET, TITLE, approve, check_in, create, fill_fields, photo
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_script(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    client = windows.window(cast.owner, script=False)
    worker = windows.window(cast.worker.user, script=False, viewport=PHONE)

    client.open("/assignments/new/").fill(price="350.00", terms_days="15").press("Calculate price")
    client.has("$350.00", "$385.00")
    row = create(client)
    client.press("Send, $385.00 at most")

    worker.open("/find-work/").follow(TITLE).follow("Apply").fill(reason="I know this rack.")
    worker.press("Send application").has("Application sent, waiting for the client")
    offer = Application.objects.get(assignment=row)

    client.open(f"/assignments/{row.pk}/applications/").follow("Review Wanda Worker").follow("Assign")
    client.press("Assign Wanda Worker")

    worker.open(f"/assignments/{row.pk}/").has(STREET).follow("Confirm schedule").press("Confirm schedule")
    check_in(worker, row)
    assert CheckIn.objects.get(assignment=row).in_lat is None
    wanted = row.requirements.get()
    worker.open(f"/assignments/{row.pk}/deliver/{wanted.pk}/")
    worker.fill(files=[photo(tmp_path, "left", "red"), photo(tmp_path, "right", "blue")]).press("Add files")
    assert Deliverable.objects.filter(requirement=wanted).count() == 2
    fill_fields(worker, row)
    worker.open(f"/assignments/{row.pk}/visit/").press("Check out").follow("Submit for approval")
    worker.fill(resolution="Both are replaced.").press("Submit for approval").has("Sent for approval")

    approve(client, row, "$385.00")
    row.refresh_from_db()
    offer.refresh_from_db()
    assert row.state == State.APPROVED
    assert Invoice.objects.get(assignment=row).total_minor == 38_500
