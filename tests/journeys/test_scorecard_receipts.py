"""Both sides rate each other blind, and a figure of the scorecard opens the assignments behind it with the version of
its rule (issue 3, point 7)."""

from datetime import timedelta

import pytest

from assignments import fault_sweeps
from assignments.models import Assignment
from assignments.scorecard import RULES
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY_CLIENT, BY_WORKER = "Marker: one label was missing", "Marker: nobody had the key"
HIDDEN = "It stays hidden until both sides have rated, or until it is Paid."
BY_COMPANY, BY_WANDA = f"Rating by Acme Retail {HIDDEN}", f"Rating by Wanda Worker {HIDDEN}"
NOT_YET = "Your rating You have not rated yet."
OPEN = "You can change it until both sides have rated, or until it is Paid."


def ratings(window: Window, row: Assignment) -> list[str]:
    """Both ratings as the assignment's page shows them: the own one, then the other side's."""
    window.open(f"/assignments/{row.pk}/details/")
    parts = window.page.get_by_role("region", name="Ratings").get_by_role("listitem")
    return [" ".join(text.split()) for text in parts.all_inner_texts()]


def test_r7_both_rate_blind_and_then_read_each_other(windows: Desk, cast: Cast) -> None:
    by_client, by_worker = (
        assignment_in(State.APPROVED, owner=cast.owner, by=cast.worker, title=title)
        for title in ("Replace two switches", "Wire the attic")
    )
    client, phone = windows.window(cast.owner), windows.window(cast.worker.user, viewport=PHONE)

    def client_rates(row: Assignment) -> None:
        client.open(f"/assignments/{row.pk}/details/").follow("Rate the worker")
        client.page.get_by_label("Not satisfied").check()
        client.page.get_by_role("combobox", name="Communication").select_option(label="Excellent")
        client.page.get_by_label("Comment").fill(BY_CLIENT)
        client.press("Save rating").has("Your rating is saved.")

    def worker_rates(row: Assignment) -> None:
        phone.open(f"/assignments/{row.pk}/details/").follow("Rate the client")
        phone.page.get_by_label("Satisfied", exact=True).check()
        phone.page.get_by_role("combobox", name="Was the site ready?").select_option(label="No")
        phone.page.get_by_label("Comment").fill(BY_WORKER)
        phone.press("Save rating").has("Your rating is saved.")

    # One rating alone is read by its own side only, whichever side was first.
    client_rates(by_client)
    worker_rates(by_worker)
    of_client, of_worker = (
        f"Not satisfied Communication Excellent {BY_CLIENT}",
        f"Satisfied Was the site ready? No {BY_WORKER}",
    )
    assert ratings(client, by_client) == [f"Your rating {of_client} {OPEN}", BY_WANDA]
    assert ratings(phone, by_worker) == [f"Your rating {of_worker} {OPEN}", BY_COMPANY]
    assert ratings(phone, by_client) == [NOT_YET, BY_COMPANY]
    assert ratings(client, by_worker) == [NOT_YET, BY_WANDA]
    for window, row, words in ((phone, by_client, BY_CLIENT), (client, by_worker, BY_WORKER)):
        for path in (f"/assignments/{row.pk}/", f"/assignments/{row.pk}/history/", "/notifications/"):
            window.open(path).lacks(words, "Not satisfied", "gave a rating")
    phone.open("/profile/scorecard/").has("No ratings yet").lacks(BY_CLIENT)
    client.open(f"/workers/{cast.worker.pk}/").has("No ratings yet").lacks(BY_WORKER)
    client.open("/company/card/").lacks(BY_WORKER)

    # The second one reveals both, and both are final.
    worker_rates(by_client)
    assert ratings(phone, by_client) == [
        f"Your rating {of_worker} Final.",
        f"Rating by Acme Retail {of_client}",
    ]
    assert ratings(client, by_client) == [
        f"Your rating {of_client} Final.",
        f"Rating by Wanda Worker {of_worker}",
    ]
    assert ratings(client, by_worker) == [NOT_YET, BY_WANDA]
    for window, path in ((client, "rate-worker/"), (phone, "rate-client/")):
        window.open(f"/assignments/{by_client.pk}/{path}", 409).has("Your rating is final.")
    phone.open("/profile/scorecard/").has(BY_CLIENT)


def test_r7_a_figure_opens_what_is_behind_it(windows: Desk, cast: Cast) -> None:
    late = clock.now() - timedelta(hours=2, minutes=40)
    rows = [
        assignment_in(State.PAID, owner=cast.owner, by=cast.worker, title="Replace two switches"),
        assignment_in(State.PAID, owner=cast.owner, by=cast.worker, title="Wire the attic", start_at=late),
        assignment_in(State.PAID, owner=cast.owner, by=cast.rival, title="Sweep the cellar"),
    ]
    with clock.moved(clock.now() + timedelta(days=8)):  # nobody contests the lateness
        fault_sweeps.settle_due()
    phone = windows.window(cast.worker.user, viewport=PHONE).open("/profile/scorecard/")
    phone.has("1 of 2", "On-Time, rule 2").follow("50% On-Time, Last 3 months")
    assert phone.h1 == "On-Time"
    phone.has("50%", "1 of 2", f"On-Time, rule 2. {RULES['on_time'].words}")
    lines = (
        phone.page.get_by_role("table", name="Assignments behind On-Time")
        .get_by_role("row")
        .filter(has=phone.page.get_by_role("cell"))
    )
    found = {
        one.get_by_role("link").first.inner_text(): " ".join(one.inner_text().split()) for one in lines.all()
    }
    assert set(found) == {rows[0].number, rows[1].number}
    for row, title, outcome in (
        (rows[0], "Replace two switches", "On time"),
        (rows[1], "Wire the attic", "Late by"),
    ):
        assert title in found[row.number]
        assert outcome in found[row.number]
        assert "On-Time, rule 2. Checked in" in found[row.number]
    phone.lacks("Sweep the cellar").follow(rows[1].number).has("checked in")
    assert phone.path == f"/assignments/{rows[1].pk}/history/"

    # The client reads the same figure of the worker, with the same rule.
    client = windows.window(cast.owner).open(f"/workers/{cast.worker.pk}/scorecard/on-time/")
    client.has("50%", "1 of 2", "On-Time, rule 2", rows[0].number, rows[1].number).lacks("Sweep the cellar")
