"""The scorecard's figures by rule, over kept facts (domain.md 6.1, 10 rows 1 and 2); and how the facts come about."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from assignments import scorecard
from assignments.actions import assigning, ratings, visits
from assignments.models import Deliverable, Engagement
from assignments.scorecard import Period, Scorecard, Share
from assignments.states import State
from assignments.work_facts import complete_at
from common import clock
from tests.assignments.engagements import ended, rated
from tests.assignments.scenes import unassign
from tests.conftest import NOON
from tests.factories import People, Walk, assignment_in, steps

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def mine(people: People) -> Scorecard:
    return scorecard.card(people.worker.pk)


def test_nothing_done_is_an_empty_card(people: People):
    assert mine(people) == Scorecard(Period(), Period())
    assert (mine(people).recent.on_time.percent, mine(people).recent.on_time.words) == (None, "")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Period(completed=1, on_time=Share(1, 1))),  # no check-in asked: never late
        ({"until": NOON, "came": NOON}, Period(completed=1, on_time=Share(1, 1))),
        ({"until": NOON, "came": NOON + MINUTE}, Period(completed=1, on_time=Share(0, 1))),
        (
            {"due": NOON, "delivered": NOON},
            Period(completed=1, on_time=Share(1, 1), deliverables_on_time=Share(1, 1)),
        ),
        (
            {"due": NOON, "delivered": NOON + MINUTE},
            Period(completed=1, on_time=Share(1, 1), deliverables_on_time=Share(0, 1)),
        ),
        ({"due": NOON}, Period(completed=1, on_time=Share(1, 1), deliverables_on_time=Share(0, 1))),
        ({"end": "backed_out"}, Period(noticed=1)),
        ({"end": "backed_out", "late": True}, Period(cancelled=1, cancelled_late=1, on_time=Share(0, 1))),
        ({"end": "unassigned", "reason": "worker_cancelled"}, Period(noticed=1)),
        (
            {"end": "unassigned", "reason": "worker_cancelled", "late": True},
            Period(cancelled=1, cancelled_late=1, on_time=Share(0, 1)),
        ),
        ({"end": "unassigned", "reason": "worker_abandoned"}, Period(abandoned=1, on_time=Share(0, 1))),
        ({"end": "unassigned", "reason": "scope_changed"}, Period()),
        ({"end": "declined_hold"}, Period()),
        ({"end": "cancelled"}, Period()),
        # not settled yet
        ({"until": NOON, "came": NOON + MINUTE, "fault": "open"}, Period(completed=1, on_time_open=1)),
        (
            {"due": NOON, "fault": "open"},
            Period(completed=1, on_time=Share(1, 1), deliverables_open=1),
        ),
        ({"end": "backed_out", "late": True, "fault": "open"}, Period(on_time_open=1, cancelled_open=1)),
        (
            {"end": "unassigned", "reason": "worker_abandoned", "fault": "open"},
            Period(on_time_open=1, abandoned_open=1),
        ),
        # settled as another's
        ({"until": NOON, "came": NOON + MINUTE, "fault": "site"}, Period(completed=1)),
        ({"until": NOON, "came": NOON, "fault": "site"}, Period(completed=1, on_time=Share(1, 1))),
        ({"due": NOON, "fault": "parts"}, Period(completed=1, on_time=Share(1, 1))),
        ({"end": "backed_out", "late": True, "fault": "client"}, Period()),
        ({"end": "unassigned", "reason": "worker_abandoned", "fault": "nobody"}, Period()),
        # with notice, and yet settled as the worker's own
        ({"end": "backed_out", "fault": "worker"}, Period(cancelled=1)),
    ],
)
def test_each_end_counts_as_its_rule_says(people: People, facts, expected):
    ended(people, **facts)
    assert mine(people).recent == mine(people).all_time == expected


@pytest.mark.parametrize(("client", "worker", "share"), [(1, 0, (0, 0)), (0, 1, (0, 0)), (1, 1, (1, 1))])
def test_a_rating_counts_only_where_both_sides_rated(people: People, client, worker, share):
    row = ended(people)
    rated(people, row, client="satisfied" if client else "", worker="unsatisfied" if worker else "")
    assert mine(people).recent.satisfaction == Share(*share)


def test_after_three_months_only_all_time_remembers(people: People):
    ended(people, at=NOON - 91 * DAY)
    ended(people, at=NOON - 92 * DAY)
    assert (mine(people).recent.completed, mine(people).all_time.completed) == (1, 2)


@pytest.mark.parametrize(
    ("now", "since"),
    [("2026-05-31", "2026-02-28"), ("2026-01-15", "2025-10-15"), ("2024-05-30", "2024-02-29")],
)
def test_three_calendar_months_go_back_to_the_same_day(now: str, since: str):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert scorecard.recent_since(at).date().isoformat() == since


def test_many_workers_cost_as_many_questions_as_one(people: People, django_assert_num_queries):
    some = (people.worker, people.applicant, people.stranger)
    for who in some:
        rated(people, ended(people, by=who), client="excellent", worker="satisfied")
    ids = [who.pk for who in (*some, people.invited)]
    with django_assert_num_queries(1):
        scorecard.cards(ids[:1])
    with django_assert_num_queries(1):
        found = scorecard.cards(ids)
    full = Period(completed=1, on_time=Share(1, 1), satisfaction=Share(1, 1))
    assert found == {**{pk: Scorecard(full, full) for pk in ids[:3]}, ids[3]: Scorecard()}


@given(good=st.integers(0, 10**6), bad=st.integers(0, 10**6))
def test_one_more_on_time_never_lowers_and_one_more_late_never_raises(good: int, bad: int):
    before = Share(good, good + bad).percent
    better, worse = Share(good + 1, good + bad + 1).percent, Share(good, good + bad + 1).percent
    assert better is not None and worse is not None
    if before is not None:
        assert worse <= before <= better


@pytest.mark.parametrize(
    ("good", "of", "words"), [(87, 92, "94.5%"), (1, 1, "100%"), (9_999, 10_000, "99.9%"), (0, 3, "0%")]
)
def test_a_percentage_is_rounded_down_so_that_only_all_is_100(good, of, words):
    assert Share(good, of).words == words


def test_the_first_check_in_is_kept_with_the_limit_of_that_moment(people: People):
    start = clock.now() - 3 * HOUR
    row = assignment_in(
        State.IN_PROGRESS, owner=people.owner, by=people.worker, start_at=start, checkin_required=True
    )
    visit = row.check_ins.get()
    assert Engagement.objects.get().on_time_until_at == start + 15 * MINUTE
    visits.edit_check_in(
        row.pk, visit.pk, actor=people.worker.user, in_at=start, out_at=None, reason="Forgot"
    )
    walk = Walk(row.pk, people.owner, people.worker, steps(clock.now(), start), start)
    walk.to_pending_approval()
    walk.to_approved()
    kept = Engagement.objects.get()
    assert (kept.first_in_at, kept.start_at, kept.on_time_until_at) == (start, start, start + 15 * MINUTE)
    assert mine(people).recent.on_time == Share(1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.update(first_in_at=None)


def test_leaving_keeps_the_notice_given(people: People):
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=clock.now() + 24 * HOUR, title="Keep"
    )
    with clock.moved(clock.now() + MINUTE):
        assigning.back_out(row.pk, actor=people.worker.user, reason="ill", note="")
    again = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    unassign(again, people.owner, reason="worker_cancelled")
    found = Engagement.objects.order_by("pk").values_list("was_late_notice", "start_at")
    assert list(found) == [(True, row.start_at), (False, again.start_at)]


def test_the_hand_in_counts_as_it_stood_at_the_deadline():
    due = NOON

    def file(given, *, back=None, again=None) -> Deliverable:
        return Deliverable(
            uploaded_at=due + given, removed_at=back and due + back, rejected_at=again and due + again
        )

    early, late = file(-2 * HOUR), file(HOUR)
    assert complete_at([early], 1, due) == due - 2 * HOUR
    assert complete_at([early, late], 2, due) == due + HOUR
    assert complete_at([early], 2, due) is None
    assert complete_at([file(-2 * HOUR, again=-HOUR), late], 1, due) == due + HOUR
    assert complete_at([file(-2 * HOUR, again=HOUR), late], 1, due) == due - 2 * HOUR
    assert complete_at([file(-2 * HOUR, back=-HOUR)], 1, due) is None


def test_rating_after_approval_reaches_the_card(people: People):
    row = assignment_in(State.APPROVED, owner=people.owner, by=people.worker)
    ratings.rate_worker(row.pk, actor=people.owner, grade="unsatisfied")
    assert mine(people).all_time.satisfaction == Share(0, 0)
    ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent")
    assert mine(people).all_time.satisfaction == Share(0, 1)
