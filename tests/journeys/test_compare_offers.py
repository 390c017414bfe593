"""Three offers: the client compares them, reads why, and accepts the counteroffer; the others are told (issue 3)."""

from datetime import timedelta

import pytest

from assignments.actions import sourcing
from assignments.actions.sourcing import Offer
from assignments.models import AgreementSheet, Application
from assignments.states import ApplicationState, State
from common import clock
from tests.factories import assignment_in, worker
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_client_compares_three_offers_and_accepts_the_counteroffer(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.SENT, owner=cast.owner, site={"lat": 42.65, "lon": -73.75})
    far = worker("Fern Far", lat=40.7, lon=-74.0)
    sourcing.apply(row.pk, Offer(reason="I am free."), actor=cast.rival.user)
    later = ("fixed", row.start_at + timedelta(days=1), None)
    sourcing.apply(row.pk, Offer(schedule=later), actor=far.user)

    # The worker types a price by the hour and reads at once what it would bring; nothing is sent by that.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/counteroffer/")
    phone.page.locator("[name=pricing_type]").select_option("hourly")
    phone.page.locator("[name=max_minutes]").wait_for()
    phone.fill(price_minor="60.00", max_minutes="5")
    phone.page.locator("#receive").get_by_text("$300.00").wait_for()
    phone.fill(expenses="20.00", reason="Five hours are enough.")
    phone.page.locator("#receive").get_by_text("$320.00").wait_for()
    assert Application.objects.filter(assignment=row).count() == 2
    phone.press("Send counteroffer").has("Counteroffer sent, waiting for the client")

    # The client sees all three beside each other, best match first, and opens the reasons.
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/applications/")
    rows = client.page.locator("table.compare > tbody")
    assert [text.split("\n")[1] for text in rows.all_inner_texts()] == [
        "Wanda Worker",
        "Adam Applicant",
        "Fern Far",
    ]
    first = rows.first
    assert not first.get_by_text("Costs you $33.00 less than posted").is_visible()
    first.locator("summary").click()
    first.get_by_text("Costs you $33.00 less than posted").wait_for()
    first.get_by_text("25.0 of 25").wait_for()
    client.follow("Lowest cost").has("Lowest cost for you first")

    # Accepting puts the offered terms in force; the check page says what it means.
    client.follow("Review Wanda Worker").has("$60.00 per hour, at most 5 h", "$352.00").follow("Assign")
    client.has("2 other workers will be told that it is filled").press("Assign Wanda Worker")
    row.refresh_from_db()
    assert (row.state, row.worker, row.pricing_type, row.expenses_minor) == (
        State.ASSIGNED, cast.worker, "hourly", 2_000,
    )  # fmt: skip
    assert AgreementSheet.objects.get().engagement == row.engagement
    states = set(Application.objects.exclude(worker=cast.worker).values_list("state", flat=True))
    assert states == {ApplicationState.CLOSED}

    # The losers are told and lose the page; the winner has it.
    loser = windows.window(cast.rival.user).open("/notifications/").has(row.title)
    loser.open(f"/assignments/{row.pk}/", 404)
    phone.open(f"/assignments/{row.pk}/").has("Assigned", "12 State Street")


def test_the_comparison_fits_a_phone(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.SENT, owner=cast.owner)
    for by in (cast.rival, cast.worker):
        sourcing.apply(row.pk, Offer(expires_at=clock.now() + timedelta(hours=3)), actor=by.user)
    client = windows.window(cast.owner, viewport=PHONE).open(f"/assignments/{row.pk}/applications/")
    client.page.locator("table.compare summary").first.click()
    assert client.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
