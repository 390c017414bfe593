"""The company's card is counted from its assignments, and its receipts are the rows that were counted (N9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from assignments import cards, company_receipts
from assignments.company_rules import PERIOD, RULES, measured
from assignments.models import Assignment, Engagement, Rating
from assignments.states import State
from common import clock
from payments.actions import paying
from payments.models import Invoice
from tests.assignments.engagements import draft, rated
from tests.conftest import NOON
from tests.factories import People, assignment_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def work(people: People, state: str, **facts: Any) -> Assignment:
    """A row with chosen facts, as the actions and payments leave them; walks to such facts are in other tests."""
    row = draft(people.owner)
    part = Engagement.objects.create(assignment=row, worker=people.worker, started_at=NOON - 10 * DAY)
    base = {
        "state": state, "worker": people.worker, "engagement": part, "assigned_at": NOON - 9 * DAY,
        "start_at": NOON - 8 * DAY, "sent_at": NOON - 10 * DAY,
    }  # fmt: skip
    Assignment.objects.filter(pk=row.pk).update(**{**base, **facts})
    return Assignment.objects.get(pk=row.pk)


def approved(people: People, took: timedelta, **facts: Any) -> Assignment:
    at = facts.pop("approved_at", NOON - DAY)
    base = {
        "submitted_at": at - took,
        "approved_at": at,
        "pay_minor": 35_000,
        "payment_due_on": date(2027, 1, 1),
    }
    return work(people, facts.pop("state", State.APPROVED), **{**base, **facts})


def paid(people: People, late: int) -> Assignment:
    """Paid ten days after approval, so many days after the due date (none for 0 and less)."""
    due = (NOON - timedelta(days=late)).date()
    return approved(
        people, HOUR, state=State.PAID, approved_at=NOON - 10 * DAY, paid_at=NOON, payment_due_on=due
    )


def test_medians_averages_and_shares(people: People):
    for took in (HOUR, 2 * HOUR, 30 * HOUR):
        approved(people, took)
    for late in (0, -3, 2, 4):
        paid(people, late)
    approved(people, HOUR, approved_at=NOON - 91 * DAY)
    work(people, State.PENDING_APPROVAL, submitted_at=NOON - 100 * DAY)
    approved(people, HOUR, past_due_at=NOON - DAY, payment_due_on=date(2026, 11, 1))
    card = cards.refresh(people.client.pk)
    assert (card.approvals, card.median_approval_minutes, card.average_approval_minutes) == (8, 60, 285)
    assert (card.payments, card.median_payment_minutes) == (4, 10 * 1440)
    assert (card.paid_late, card.average_days_past_due) == (2, 1.5)
    assert (card.handed_in, card.pending) == (9, 1)
    assert (card.invoices, card.past_due) == (9, 1)


def test_late_is_after_the_due_date_by_the_companys_calendar(people: People):
    """Paid on Dec 1, 3:00 UTC: still Nov 30 in New York."""
    at = NOON - 9 * HOUR
    approved(people, HOUR, state=State.PAID, paid_at=at, payment_due_on=date(2026, 11, 30))
    assert cards.refresh(people.client.pk).paid_late == 0
    people.client.time_zone = "Europe/Berlin"
    people.client.save()
    assert cards.refresh(people.client.pk).paid_late == 1


@pytest.mark.parametrize(
    ("notice", "fault", "count"),
    [(23, "client", 1), (25, "nobody", 0), (-2, "client", 1), (23, "open", 0), (23, "weather", 0)],
)
def test_cancelling_late_counts_once_it_is_settled_as_the_companys(people: People, notice, fault, count):
    row = work(people, State.CANCELLED, cancelled_at=NOON - DAY, start_at=NOON - DAY + notice * HOUR)
    Engagement.objects.filter(pk=row.engagement_id).update(
        end="cancelled", ended_at=NOON - DAY, left_fault=fault
    )
    assert cards.refresh(people.client.pk).late_cancellations == count


def test_ratings_of_workers_count_when_both_rated(people: People):
    one, two, three = (approved(people, HOUR, state=State.PAID, paid_at=NOON) for _ in range(3))
    for row, grade in ((one, "unsatisfied"), (two, "excellent")):
        rated(people, row.engagement, client="excellent", worker=grade)
    rated(people, three.engagement, worker="unsatisfied")
    Rating.objects.filter(side="worker").update(site_ready="no", scope_true="yes")
    card = cards.refresh(people.client.pk)
    assert (card.rated, card.dissatisfied) == (2, 1)
    assert (card.site_answers, card.site_not_ready, card.scope_answers, card.scope_untrue) == (2, 2, 2, 0)


def test_receipts_are_the_rows_that_were_counted(people: People):
    for took in (HOUR, 80 * HOUR):
        approved(people, took)
    for late in (0, 5):
        rated(people, paid(people, late).engagement, client="excellent", worker="unsatisfied")
    work(people, State.PENDING_APPROVAL, submitted_at=NOON - 2 * DAY)
    card = cards.refresh(people.client.pk)
    since = NOON - PERIOD
    for key, (counted, bad) in cards.COLUMNS.items():
        rows, _ = company_receipts.page(people.client, RULES[key], QueryDict())
        if counted:
            assert (key, len(rows)) == (key, getattr(card, counted))
        found = measured(people.client.pk, people.client.time_zone, since)
        if bad:
            assert found.filter(RULES[key].bad(since)).count() == getattr(card, bad)
    outcomes = [
        row.outcome for row in company_receipts.page(people.client, RULES["approval"], QueryDict())[0]
    ]
    assert sorted(outcomes) == ["Took 1 h", "Took 1 h", "Took 1 h", "Took 3 days"]


def test_pages_and_cards_cost_the_same_questions_for_any_number(people: People, django_assert_num_queries):
    approved(people, HOUR)
    cards.refresh(people.client.pk)  # the first one writes the row
    for _ in range(2):
        with django_assert_num_queries(1):
            company_receipts.page(people.client, RULES["approval"], QueryDict())
        with django_assert_num_queries(8) as asked:
            cards.refresh(people.client.pk)
        for _more in range(3):
            approved(people, HOUR)
    assert asked


def test_the_real_way_leaves_the_facts(people: People):
    """Approved, paid late, by the real actions."""
    row = assignment_in(State.APPROVED, owner=people.owner, by=people.worker, terms_days=7)
    with clock.moved(NOON + 9 * DAY):
        paying.pay([Invoice.objects.get(assignment=row).pk], actor=people.owner)
        card = cards.refresh(people.client.pk)
    assert (card.approvals, card.payments, card.paid_late, card.average_days_past_due) == (1, 1, 1, 2.0)
    assert card.median_payment_minutes == 9 * 1440 + 30
