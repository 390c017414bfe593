"""Site work, point 10: the closeout, the client's review, and approving many."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions import closeout, money
from assignments.actions.drafting import Asked, Wanted
from assignments.actions.money import Ask
from assignments.models import Assignment, BulkRun, Deliverable, Remark
from assignments.states import MoneyKind, PricingType, State
from common import clock
from payments.models import Invoice
from tests.factories import assignment_in
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked

BULK = "/assignments/bulk/"


def hourly(people: Any, state: str = State.IN_PROGRESS, **columns: Any) -> Assignment:
    """Two hours at 60.00 at most; the visit of the walk lasts one hour."""
    return marked(
        people,
        state,
        pricing_type=PricingType.HOURLY,
        price_minor=6_000,
        max_minutes=columns.pop("max_minutes", 120),
        **columns,
    )


def test_w10_the_progress_counts_each_line_and_hours_over_the_cap_wait_for_an_increase(people, visitor):
    """W10: the checklist says how far it is; time over the cap is refused until the client allows it."""
    row = hourly(people, max_minutes=30)
    worker = visitor("worker")
    with clock.moved(clock.now() + timedelta(hours=1)):
        worker.submit(url(row, "check-out/"))
        worker.open(url(row, "visit/")).has("2 of 3 done", "Hours within the budget", "1 left")
        worker.submit(url(row, "submit/"), status=422, resolution="Done.").has("Hours within the budget")
        assert fresh(row).state == State.IN_PROGRESS
        asked = money.request_money(
            row.pk,
            Ask(MoneyKind.INCREASE, "The rack was full.", add_minutes=180),
            actor=people.worker.user,
        )
        money.approve_money(row.pk, asked.pk, actor=people.owner)
        worker.open(url(row, "visit/")).has("2 of 2 done")
        worker.submit(url(row, "submit/"), press="Submit for approval", resolution="Done.")
    assert fresh(row).state == State.PENDING_APPROVAL


def test_w10_the_worker_may_lower_the_pay_and_never_raise_it(people, visitor):
    """W10: one cent above the computed pay is refused at its field; less is what the client then approves."""
    row = marked(people, State.IN_PROGRESS)
    worker = visitor("worker")
    with clock.moved(clock.now() + timedelta(hours=1)):
        worker.submit(url(row, "check-out/"))
        page = worker.submit(url(row, "submit/"), status=422, resolution="Done.", reduced_minor="351.24")
        page.has("You can lower the pay, not raise it: enter at most $351.23.", "Done.")
        worker.submit(
            url(row, "submit/"), press="Submit for approval", resolution="Done.", reduced_minor="300.00"
        )
        page = visitor("owner").open(url(row, "approve/"))
    page.has("Base pay, lowered by the worker", "$300.00", "The worker lowered the pay.")
    page.has("Agreed at most", markers.GROSS, "Difference", "−$56.35", "$330.00")
    assert (fresh(row).state, fresh(row).reduced_minor) == (State.PENDING_APPROVAL, 30_000)


def test_w10_the_review_shows_files_answers_hours_and_the_difference_to_the_agreed_price(people, visitor):
    """W10: all that the client needs to decide is on the one page that approves; the worker cannot open it."""
    row = hourly(
        people,
        State.PENDING_APPROVAL,
        wanted=(Wanted("Photo of the rack"),),
        asked=(Asked("Serial number"),),
    )
    file = Deliverable.objects.get(assignment=row)
    page = visitor("owner").open(url(row, "approve/"))
    page.has("Photo of the rack", file.name, "Serial number", "Done", "Both switches are in.")
    page.has("1 h of 2 h paid at most", "$60.00", "Agreed at most", "$132.00", "−$66.00", "$66.00")
    page.has("1 h of 2 h were worked.")
    assert ("File", url(row)) not in page.links
    visitor("worker").open(url(row, "approve/"), 403)
    visitor("stranger").open(url(row, "approve/"), 404)


def test_w10_files_are_accepted_one_by_one_on_the_review_page(people, visitor):
    """W10: accepting leads back to the review; an accepted file is not asked again by Not Satisfied."""
    row = marked(people, State.PENDING_APPROVAL, wanted=(Wanted("Photo of the rack", count=2),))
    first, second = Deliverable.objects.filter(assignment=row).order_by("id")
    page = visitor("owner").submit(
        visitor("owner").open(url(row, "approve/")), action=url(row, f"deliverables/{first.pk}/accept/")
    )
    page.has("Review and approve", "Accepted by the client")
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.accepted_at, second.accepted_at) == (clock.now(), None)
    form = visitor("owner").open(url(row, "send-back/")).form_with({f"remark_{second.pk}"})
    assert f"remark_{first.pk}" not in form.controls


def test_w10_more_money_since_the_agreement_is_named_as_the_reason(people, visitor):
    """W10: a total above the agreed one says by which increase, expense or bonus."""
    row = marked(people, State.IN_PROGRESS)
    money.add_money(row.pk, Ask(MoneyKind.EXPENSE, "Parking", amount_minor=1_000), actor=people.owner)
    money.add_money(row.pk, Ask(MoneyKind.BONUS, "Quick work", amount_minor=2_000), actor=people.owner)
    money.add_money(
        row.pk, Ask(MoneyKind.INCREASE, "One more switch", amount_minor=5_000), actor=people.owner
    )
    with clock.moved(clock.now() + timedelta(hours=1)):
        visitor("worker").submit(url(row, "check-out/"))
        closeout.submit(row.pk, closeout.Submission("Done."), actor=people.worker.user)
        page = visitor("owner").open(url(row, "approve/"))
    page.has("Budget increase: $50.00 more pay.", "Expense reimbursement: $10.00 more pay.")
    page.has("Bonus: $20.00 more pay.", "+$88.00")


def test_w10_not_satisfied_names_what_is_wrong_thing_by_thing(people, visitor):
    """W10: remarks ask for files again and speak of hours and answers; what was not remarked on stays as it is."""
    row = hourly(
        people,
        State.PENDING_APPROVAL,
        wanted=(Wanted("Photo of the rack", count=2),),
        asked=(Asked("Serial number"),),
    )
    good, blurred = Deliverable.objects.filter(assignment=row).order_by("id")
    remarks = {
        f"remark_{blurred.pk}": "The label cannot be read.",
        "about_hours": "You left at 9:40.",
        "about_fields": "It begins with SN.",
    }
    page = visitor("owner").submit(url(row, "send-back/"), status=422, reason=" ", **remarks)
    assert all(text in page.html for text in remarks.values())
    assert (fresh(row).state, Remark.objects.count()) == (State.PENDING_APPROVAL, 0)
    visitor("owner").submit(url(row, "send-back/"), reason="Nearly there.", **remarks)
    kept = fresh(row)
    assert (kept.state, kept.deliverables_fulfilled) == (State.IN_PROGRESS, False)
    good.refresh_from_db(), blurred.refresh_from_db()
    assert (good.reject_reason, blurred.reject_reason) == ("", "The label cannot be read.")
    assert list(Remark.objects.values_list("subject", "text", "settled_at")) == [
        ("hours", "You left at 9:40.", None),
        ("fields", "It begins with SN.", None),
    ]
    assert (history(row)[-1], told(people, "worker", row)[-1]) == ("sent_back", "sent_back")
    words = ("Nearly there.", "The label cannot be read.", "You left at 9:40.", "It begins with SN.")
    visitor("worker").open(url(row, "visit/")).has(*words, "Sent back")
    visitor("owner").open(url(row, "history/")).has(*words)
    visitor("applicant").open(url(row, "visit/"), 404)


def test_w10_submitting_again_settles_the_remarks(people, visitor):
    """W10: after the next submission nothing old is shown as open, and the next review starts clean."""
    row = hourly(people, State.PENDING_APPROVAL)
    visitor("owner").submit(url(row, "send-back/"), reason="See below.", about_hours="You left at 9:40.")
    visitor("worker").submit(url(row, "submit/"), press="Submit for approval", resolution="It was 10:10.")
    assert list(Remark.objects.values_list("text", "settled_at")) == [("You left at 9:40.", clock.now())]
    visitor("owner").submit(url(row, "send-back/"), reason="Once more.", about_hours="And 10:20 now?")
    page = visitor("worker").open(url(row, "visit/"))
    page.has("And 10:20 now?")
    page.lacks("You left at 9:40.")


def test_w10_a_file_that_is_gone_by_now_undoes_the_whole_remark(people, visitor):
    """W10: a stale page changes nothing: neither stage nor the other remarks."""
    row = marked(people, State.PENDING_APPROVAL, wanted=(Wanted("Photo of the rack"),))
    file = Deliverable.objects.get(assignment=row)
    owner = visitor("owner")
    stale = owner.open(url(row, "send-back/"))
    Deliverable.objects.filter(pk=file.pk).update(rejected_at=clock.now(), reject_reason="In another tab")
    page = owner.submit(stale, status=409, reason="Again.", **{f"remark_{file.pk}": "Dark."})
    page.has("This file was asked for again already.")
    file.refresh_from_db()
    assert (file.reject_reason, fresh(row).state) == ("In another tab", State.PENDING_APPROVAL)


def submitted(people: Any, count: int, **columns: Any) -> list[Assignment]:
    return [
        assignment_in(
            State.PENDING_APPROVAL, owner=people.owner, by=people.worker, title=f"Switch {n}", **columns
        )
        for n in range(count)
    ]


def test_w10_many_are_approved_with_one_check_page(people, visitor):
    """W10: the page names each with its total and due date; one press makes an invoice for each."""
    rows = submitted(people, 3)
    owner = visitor("owner")
    page = owner.open(f"{BULK}?act=approve&" + "&".join(f"row={row.pk}" for row in rows))
    page.has("3 will be approved", "Switch 0", "Switch 2", "$385.00", "Approve 3 assignments, $1,155.00")
    owner.submit(page, action=BULK).has("3 assignments are approved")
    assert [fresh(row).state for row in rows] == [State.APPROVED] * 3
    assert sorted(Invoice.objects.values_list("assignment_id", "total_minor")) == sorted(
        (row.pk, 38_500) for row in rows
    )
    assert figures(people.client.pk)[3] == 3 * 38_500
    assert [told(people, "worker", row)[-1] for row in rows] == ["approved"] * 3


def test_w10_what_cannot_be_approved_is_told_and_left_alone(people, visitor):
    """W10: an open request, a dispute, another stage: named on the check page; the others go through."""
    good, asked = submitted(people, 2)
    running = marked(people, State.IN_PROGRESS)
    closeout.send_back(asked.pk, actor=people.owner, reason="Wait.")
    money.request_money(
        asked.pk, Ask(MoneyKind.EXPENSE, "Parking", amount_minor=900), actor=people.worker.user
    )
    closeout.submit(asked.pk, closeout.Submission("Done."), actor=people.worker.user)
    ids = "&".join(f"row={row.pk}" for row in (good, asked, running))
    owner = visitor("owner")
    page = owner.open(f"{BULK}?act=approve&{ids}")
    page.has("1 will be approved", "2 cannot be approved", "A request for more money is open.")
    page.has("This assignment is now In Progress.")
    owner.submit(page, action=BULK).has("1 assignment is approved")
    assert [fresh(row).state for row in (good, asked, running)] == [
        State.APPROVED,
        State.PENDING_APPROVAL,
        State.IN_PROGRESS,
    ]
    assert Invoice.objects.count() == 1


def test_w10_another_total_by_now_approves_nothing(people, visitor):
    """W10: what was agreed on the check page is what is approved; otherwise everybody looks again."""
    row = submitted(people, 1)[0]
    owner = visitor("owner")
    page = owner.open(f"{BULK}?act=approve&row={row.pk}")
    Assignment.objects.filter(pk=row.pk).update(bonus_minor=5_000)
    owner.submit(page, action=BULK, status=422).has("The total is another one by now.", "$440.00")
    assert (fresh(row).state, Invoice.objects.count(), BulkRun.objects.count()) == (
        State.PENDING_APPROVAL,
        0,
        0,
    )


def test_w10_approving_many_asks_the_database_as_often_for_few_as_for_many(people, visitor):
    """W10: the check page reads all rows together."""
    rows = submitted(people, 4)
    counts = []
    for chosen in (rows[:1], rows):
        with CaptureQueriesContext(connection) as counted:
            visitor("owner").open(f"{BULK}?act=approve&" + "&".join(f"row={row.pk}" for row in chosen))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_w10_a_user_approves_many_only_within_the_own_limit(people, visitor):
    """W10: the maximum budget of the person who approves is asked for each (D18)."""
    row = submitted(people, 1)[0]
    member = people.owner.memberships.get()
    member.max_budget_minor = 38_499
    member.save()
    visitor("owner").open(f"{BULK}?act=approve&row={row.pk}").has("None of these can be approved")
    visitor("view_only").open(f"{BULK}?act=approve&row={row.pk}", 403)
