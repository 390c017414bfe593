"""The client offers it to two by name, the first to accept: one wins on the phone, the other reads so calmly, and the
wave that was to follow is gone (issue 3, point 1)."""

import pytest

from assignments.models import AgreementSheet, Route
from assignments.states import State
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast
from tests.support.waves import pool_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_workers_accept_and_the_first_one_has_it(windows: Desk, cast: Cast, script: bool) -> None:
    row = assignment_in(State.DRAFT, owner=cast.owner, is_marketplace=False)
    pool_of(cast.client, cast.worker, cast.rival, name="Night crew")

    # The client finds both by their town, ticks them, and lets a pool follow in an hour.
    client = windows.window(cast.owner, script=script).open(f"/assignments/{row.pk}/send/")
    client.fill(words="Albany").press("Find workers").has("Wanda Worker", "Adam Applicant")
    for person in ("Wanda Worker", "Adam Applicant"):
        client.page.get_by_label(person).check()
    client.page.get_by_label("The first to accept is assigned").check()
    client.page.get_by_label("To", exact=True).select_option(label="Night crew (2 workers)")
    client.page.get_by_label("When", exact=True).select_option(label="After 1 hour")
    client.press("Add a wave").has("Wave 2").press("Send, $385.00 at most")
    client.open(f"/assignments/{row.pk}/").has("By name: 2 workers", "First to accept", "Pool Night crew")
    client.has("Cancel this wave")

    # Both have the page open; the pay promise stands before the button.
    phone = windows.window(cast.worker.user, script=script, viewport=PHONE)
    phone.open("/work/?stage=invited").follow("Replace two switches").follow("Accept")
    phone.has("The first to accept is assigned.", "You receive at most $350.00", "Pay promise")
    rival = windows.window(cast.rival.user, script=script).open(f"/assignments/{row.pk}/accept/")

    phone.press("Accept and be assigned").has("It is yours.", "Sam Site")
    rival.press("Accept and be assigned", status=409).has("Another worker was first")
    rival.lacks("Sam Site", "12 State Street").follow("Find work")

    row.refresh_from_db()
    assert (row.state, row.worker) == (State.ASSIGNED, cast.worker)
    assert AgreementSheet.objects.get().engagement == row.engagement
    assert not Route.objects.filter(assignment=row, due_at__isnull=False, fired_at__isnull=True).exists()
    client.open(f"/assignments/{row.pk}/").lacks("Cancel this wave")
    client.has("Wanda Worker accepted first and is assigned for up to $350.00")
