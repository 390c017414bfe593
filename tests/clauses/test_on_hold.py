"""On Hold: placing it, what rests meanwhile, and the two ways out of it (S24-S29)."""

from datetime import timedelta

import pytest

from assignments import tasks
from assignments.actions.drafting import Wanted
from assignments.models import CheckIn, RescheduleRequest
from assignments.states import EngagementEnd, RequestState, State
from common import clock
from tests.support import markers
from tests.support.facts import books, fresh, history, moved, told, url
from tests.support.markers import marked

LABELS = ("Late", "Late Deliverables", "Worker Not Confirmed")


def test_s24_the_client_places_a_hold_with_a_reason(people, visitor):
    """S24: a reason is needed; the worker reads it and is told; an open visit ends at that moment."""
    row = marked(people, State.IN_PROGRESS)
    refused = visitor("owner").submit(url(row, "hold/"), status=422, note="Later.")
    refused.has("Later.")
    assert fresh(row).state == State.IN_PROGRESS
    before = books()
    page = visitor("owner").submit(
        url(row, "hold/"), reason="parts_not_available", note="The screen is in transit."
    )
    page.has("On Hold", "Parts not available")
    kept = fresh(row)
    assert (kept.state, kept.hold_reason, kept.hold_note, kept.held_at) == (
        State.ON_HOLD, "parts_not_available", "The screen is in transit.", clock.now(),
    )  # fmt: skip
    assert CheckIn.objects.get().out_at == clock.now()
    assert moved(before) == {}
    visitor("worker").open(url(row)).has("On Hold", "Parts not available")
    assert (history(row)[-1], told(people, "worker", row)[-1]) == ("held", "held")


@pytest.mark.parametrize("state", list(State))
def test_s25_a_hold_is_possible_only_from_assigned_or_in_progress(people, visitor, state):
    """S25: in every other stage the page says so with 409 and no button offers it."""
    row = marked(people, state)
    page = visitor("owner").open(url(row))
    if state in (State.ASSIGNED, State.IN_PROGRESS):
        assert page.links["Put on hold"] == url(row, "hold/")
        visitor("owner").submit(url(row, "hold/"), reason="weather")
        assert fresh(row).state == State.ON_HOLD
        return
    assert "Put on hold" not in page.links
    before = fresh(row).version
    visitor("owner").open(url(row, "hold/"), 409)
    token = {"csrfmiddlewaretoken": visitor("owner").client.cookies["csrftoken"].value}
    visitor("owner").post(url(row, "hold/"), {**token, "reason": "weather"}, status=409)
    assert (fresh(row).state, fresh(row).version) == (state, before)


def test_s26_on_hold_the_time_labels_are_hidden(people, visitor):
    """S26: Late, Late Deliverables and Worker Not Confirmed show in Assigned, and not on hold."""
    row = marked(
        people,
        State.ASSIGNED,
        hours_ahead=-1,
        confirm_hours=24,
        deliverables_due_at=clock.now() - timedelta(minutes=30),
        wanted=(Wanted("Photo"),),
    )
    visitor("worker").open(url(row)).has(*LABELS)
    visitor("owner").submit(url(row, "hold/"), reason="no_access")
    for path in (url(row), "/work/", url(row, "visit/"), "/"):
        visitor("worker").open(path).lacks("Late", "Not Confirmed")
    visitor("owner").open(url(row)).lacks("Late Deliverables", "Worker Not Confirmed")
    with clock.moved(clock.now() + timedelta(hours=5)):
        assert tasks.refresh_labels() == 0
    assert fresh(row).flags_due_at is None


@pytest.mark.parametrize("verb", ["check-in", "check-out", "submit"])
def test_s27_on_hold_the_worker_cannot_check_in_check_out_or_complete(people, visitor, verb):
    """S27: no button, and the door answers 409; nothing is changed."""
    row = marked(people, State.IN_PROGRESS)
    visitor("owner").submit(url(row, "hold/"), reason="weather")
    worker = visitor("worker")
    for path in ("", "visit/"):
        page = worker.open(url(row, path))
        assert not {url(row, one) for one in ("check-in/", "check-out/", "submit/")} & page.addresses
    before = fresh(row).version
    worker.open(url(row, f"{verb}/"), 409)
    token = {"csrfmiddlewaretoken": worker.client.cookies["csrftoken"].value}
    worker.post(url(row, f"{verb}/"), {**token, "resolution": "Done."}, status=409)
    assert (fresh(row).state, fresh(row).version, CheckIn.objects.count()) == (State.ON_HOLD, before, 1)
    worker.submit(url(row, "messages/"), body="When does it go on?")


def date_sent(people, visitor, state):
    """On hold from that stage, with the client's new date sent."""
    row = marked(people, state)
    visitor("owner").submit(url(row, "hold/"), reason="site_not_ready")
    visitor("owner").submit(
        url(row, "remove-hold/"), schedule_kind="fixed", start_date="2026-12-07", start_time="09:00",
        note="The rack is there.",
    )  # fmt: skip
    return row, RescheduleRequest.objects.get()


@pytest.mark.parametrize("state", [State.ASSIGNED, State.IN_PROGRESS])
def test_s28_removing_the_hold_sends_the_worker_a_reschedule_request(people, visitor, state):
    """S28: it stays on hold until the answer; accepting puts the date in force and goes on where it was."""
    row, request = date_sent(people, visitor, state)
    kept = fresh(row)
    assert (kept.state, kept.start_at, request.from_hold, request.state) == (
        State.ON_HOLD, row.start_at, True, RequestState.OPEN,
    )  # fmt: skip
    visitor("owner").open(url(row)).has("On Hold", "Waiting for Wanda Worker to accept the new date")
    visitor("worker").open(url(row)).has("Answer the new date", "Reschedule Requested")
    assert told(people, "worker", row)[-1] == "hold_removed"
    page = visitor("worker").submit(url(row, f"reschedule/{request.pk}/accept/"))
    page.has("Mon, Dec 7, 9:00 AM EST")
    kept = fresh(row)
    assert (kept.state, f"{kept.start_at:%F %R}", kept.hold_reason) == (state, "2026-12-07 14:00", "")
    assert history(row)[-2:] == ["hold_removed", "resumed"]


def test_s29_declining_the_new_date_removes_the_worker(people, visitor):
    """S29: back to Available with the new date, no mark on the worker, and no page any more."""
    row, request = date_sent(people, visitor, State.IN_PROGRESS)
    before = books()
    visitor("worker").open(url(row, f"reschedule/{request.pk}/decline/")).has(
        "you are removed from the assignment"
    )
    visitor("worker").submit(url(row, f"reschedule/{request.pk}/decline/"))
    kept = fresh(row)
    assert (kept.state, kept.worker, f"{kept.start_at:%F %R}") == (State.SENT, None, "2026-12-07 14:00")
    ended = row.engagements.get()
    assert (ended.end, ended.end_reason, ended.was_late_notice) == (EngagementEnd.DECLINED_HOLD, "", False)
    assert moved(before) == {}
    visitor("worker").open(url(row), 404)
    visitor("worker").open("/find-work/").lacks(url(row))
    page = visitor("owner").open(url(row))
    page.has("Sent", row.title, "Mon, Dec 7, 9:00 AM EST")
    assert told(people, "owner", row)[-1] == "resume_declined"
    assert markers.CONTACT in visitor("owner").open(url(row, "details/")).text
