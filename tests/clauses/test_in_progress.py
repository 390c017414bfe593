"""In Progress: how it starts, what is asked meanwhile, and the closeout (S16-S23)."""

from datetime import timedelta

import pytest

from assignments import tasks
from assignments.actions.drafting import Wanted
from assignments.models import CheckIn, MoneyRequest, RescheduleRequest
from assignments.states import RequestState, State
from common import clock
from tests.factories import picture
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import books, fresh, history, moved, told, url
from tests.support.markers import marked


def test_s16_check_in_moves_assigned_to_in_progress(people, visitor):
    """S16: the worker checks in on the visit page; both sides see In Progress; too early is refused calmly."""
    row = marked(people, State.ASSIGNED, hours_ahead=13)
    visitor("worker").open(url(row, "check-in/"), 409).has("Check-in is not open yet.")
    arrival = row.start_at - timedelta(minutes=10)
    with clock.moved(arrival):
        page = visitor("worker").submit(url(row, "check-in/"))
        page.has("In Progress")
        visitor("owner").open(url(row)).has("In Progress", "Wanda Worker is working on it")
    visit = CheckIn.objects.get()
    assert (visit.in_at, visit.out_at, visit.engagement_id) == (arrival, None, row.engagement_id)
    kept = fresh(row)
    assert (kept.state, kept.first_check_in_at) == (State.IN_PROGRESS, arrival)
    assert (history(row)[-1], told(people, "owner", row)[-1]) == ("checked_in", "checked_in")


def test_s17_the_passing_of_the_start_time_starts_it_where_no_check_in_is_required(people, visitor):
    """S17: by itself at the start, not before; one that asks for check-in waits for the worker."""
    by_clock = marked(people, State.ASSIGNED, checkin_required=False, hours_ahead=3)
    by_worker = marked(people, State.ASSIGNED, hours_ahead=8)
    with clock.moved(by_clock.start_at - timedelta(seconds=1)):
        assert tasks.start_due() == 0
    with clock.moved(by_worker.start_at + timedelta(minutes=1)):
        assert (tasks.start_due(), tasks.start_due()) == (1, 0)
        visitor("owner").open(url(by_clock, "history/")).has("Onsite")
        visitor("worker").open(url(by_clock)).has("In Progress")
    assert (fresh(by_clock).state, fresh(by_worker).state) == (State.IN_PROGRESS, State.ASSIGNED)
    assert (history(by_clock)[-1], history(by_worker)[-1]) == ("started", "filled")
    assert told(people, "worker", by_clock)[-1] == "started"


def test_s18_it_stays_in_progress_until_the_worker_submits_it(people, visitor):
    """S18: check-out and time do not end it; the worker's submitting does."""
    row = marked(people, State.IN_PROGRESS)
    visitor("worker").submit(url(row, "check-out/")).has("In Progress")
    with clock.moved(clock.now() + timedelta(days=30)):
        assert (tasks.start_due(), tasks.refresh_labels()) == (0, 0)
        assert fresh(row).state == State.IN_PROGRESS
    visitor("owner").open(url(row, "approve/"), 409)
    page = visitor("worker").submit(
        url(row, "submit/"), press="Submit for approval", resolution="Both are in."
    )
    page.has("Pending Approval", "Sent for approval")
    kept = fresh(row)
    assert (kept.state, kept.resolution, kept.submitted_at) == (
        State.PENDING_APPROVAL,
        "Both are in.",
        clock.now(),
    )
    visitor("owner").open(url(row)).has("Pending Approval", "Both are in.")


ASKS = {"increase": 5_000, "expense": 1_250, "bonus": 2_000}


def asked_and_approved(people, visitor, kind):
    """The whole way of one request in progress; returns the row before and after."""
    row = marked(people, State.IN_PROGRESS)
    minor = ASKS[kind]
    visitor("worker").submit(
        url(row, f"request/{kind}/"), amount=f"{minor / 100:.2f}", reason="It took longer."
    )
    request = MoneyRequest.objects.get()
    assert (request.kind, request.amount_minor, request.state) == (kind, minor, RequestState.OPEN)
    before = books()
    visitor("owner").submit(url(row, f"money/{request.pk}/approve/"))
    gross = minor * 11 // 10
    client = people.client.pk
    assert moved(before) == {("client", client, "terms"): -gross, ("client", client, "reserved_terms"): gross}
    visitor("worker").open(url(row, "requests/")).has("It took longer.", "Approved")
    return row, fresh(row)


def test_s19_budget_increases_can_be_requested_in_progress(people, visitor):
    """S19: approved, the price is higher by it, and the reservation with the fee."""
    old, new = asked_and_approved(people, visitor, "increase")
    assert (new.price_minor - old.price_minor, new.expenses_minor, new.bonus_minor) == (5_000, 0, 0)


def test_s20_expense_reimbursements_can_be_requested_in_progress(people, visitor):
    """S20: approved, it is paid beside the price."""
    old, new = asked_and_approved(people, visitor, "expense")
    assert (new.price_minor - old.price_minor, new.expenses_minor, new.bonus_minor) == (0, 1_250, 0)


def test_s21_bonuses_can_be_requested_in_progress_only(people, visitor):
    """S21: from In Progress on, not in Assigned."""
    assigned = marked(people, State.ASSIGNED, hours_ahead=72)
    visitor("worker").open(url(assigned, "request/bonus/"), 409)
    assert "Bonus" not in visitor("worker").open(url(assigned, "requests/")).links
    old, new = asked_and_approved(people, visitor, "bonus")
    assert (new.price_minor - old.price_minor, new.expenses_minor, new.bonus_minor) == (0, 0, 2_000)


@pytest.mark.parametrize(("asks", "decides"), [("worker", "owner"), ("owner", "worker")])
def test_s22_reschedules_can_be_requested_in_progress_by_both_sides(people, visitor, asks, decides):
    """S22: the other side decides; the asker cannot; a refusal leaves the date as it is."""
    row = marked(people, State.IN_PROGRESS)
    wanted = {"start_date": "2026-12-09", "start_time": "10:00", "note": "A part is missing."}
    visitor(asks).submit(url(row, "reschedule/"), **wanted)
    request = RescheduleRequest.objects.get()
    visitor(asks).client.get(url(row))
    visitor(decides).open(url(row, "requests/")).has("A part is missing.", "Wed, Dec 9, 10:00 AM EST")
    visitor(decides).submit(url(row, f"reschedule/{request.pk}/decline/"), reason="It cannot wait.")
    request.refresh_from_db()
    assert (request.state, fresh(row).start_at, fresh(row).state) == (
        RequestState.DECLINED, row.start_at, State.IN_PROGRESS,
    )  # fmt: skip
    visitor(asks).open(url(row, "requests/")).has("It cannot wait.")


def test_s23_the_requirements_are_completed_here_and_submitting_waits_for_them(people, visitor):
    """S23: while something is missing the page names it and the form is refused; then it goes through."""
    row = marked(people, State.IN_PROGRESS, wanted=(Wanted("Photo of the rack"),))
    worker = visitor("worker")
    check = worker.open(url(row, "submit/"))
    assert "Submit for approval" not in check.buttons()
    refused = worker.submit(check, status=422, resolution="Done.")
    refused.has("Photo of the rack", "Done.")
    assert fresh(row).state == State.IN_PROGRESS
    requirement = row.requirements.get()
    worker.submit(url(row, f"deliver/{requirement.pk}/"), files=picture("rack"))
    worker.submit(url(row, "check-out/"))
    worker.submit(url(row, "submit/"), press="Submit for approval", resolution="Done.")
    kept = fresh(row)
    assert (kept.state, kept.deliverables_fulfilled) == (State.PENDING_APPROVAL, True)
    assert history(row)[-3:] == ["delivered", "checked_out", "submitted"]
    visitor("owner").open(url(row, "deliverables/")).has("rack.png")
    assert figures(people.client.pk)[3] == 38_635
    assert markers.GROSS in visitor("owner").open(url(row)).text
