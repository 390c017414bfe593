"""Receipts: the rows behind a figure are the ones it counted, and each reader gets the own part of them (N4)."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from assignments import receipts, scorecard
from assignments.models import CheckIn, CheckInEdit
from assignments.receipts import Reader, Review
from assignments.scorecard import RULES
from tests.assignments.engagements import draft, ended, rated
from tests.conftest import NOON
from tests.factories import People

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def own(people: People) -> Reader:
    return Reader(people.worker.user, is_own=True)


def page(people: People, figure: str, reader: Reader | None = None, address: str = ""):
    return receipts.page(people.worker, RULES[figure], reader or own(people), QueryDict(address))


@pytest.mark.parametrize(
    ("figure", "facts", "outcome"),
    [
        ("on_time", {"until": NOON, "came": NOON + 90 * MINUTE}, ("bad", "Late by 1 h 30 min")),
        ("on_time", {"until": NOON, "came": NOON}, ("ok", "On time")),
        ("on_time", {}, ("ok", "On time: no check-in asked")),
        (
            "on_time",
            {"end": "backed_out", "start_at": NOON + 3 * DAY},
            ("info", "Not counted: cancelled 3 days before the start"),
        ),
        ("on_time", {"end": "unassigned", "reason": "worker_abandoned"}, ("bad", "Abandoned")),
        (
            "cancelled",
            {"end": "backed_out", "start_at": NOON + 30 * HOUR},
            ("info", "Not counted: cancelled 30 h before the start"),
        ),
        (
            "cancelled",
            {"end": "backed_out", "late": True, "fault": "client"},
            ("info", "Not counted: cancelled late: after the start. At fault: the client"),
        ),
        (
            "on_time",
            {"until": NOON, "came": NOON + 90 * MINUTE, "fault": "open"},
            ("info", "Not counted yet: late by 1 h 30 min"),
        ),
        (
            "on_time",
            {"until": NOON, "came": NOON + 90 * MINUTE, "fault": "site"},
            ("info", "Not counted: late by 1 h 30 min. At fault: the site"),
        ),
        (
            "deliverables",
            {"due": NOON, "fault": "parts"},
            ("info", "Not counted: not all files given. At fault: missing parts"),
        ),
        ("cancelled", {"end": "backed_out", "late": True}, ("bad", "Cancelled late: after the start")),
        ("deliverables", {"due": NOON, "delivered": NOON + 2 * HOUR}, ("bad", "Late by 2 h")),
        ("deliverables", {"due": NOON}, ("bad", "Not all files given")),
        ("deliverables", {"due": NOON, "delivered": NOON}, ("ok", "On time")),
        ("completed", {}, ("ok", "Completed")),
        ("abandoned", {"end": "unassigned", "reason": "worker_abandoned"}, ("bad", "Abandoned")),
    ],
)  # fmt: skip
def test_each_row_says_what_was_counted(people: People, figure, facts, outcome):
    ended(people, **facts)
    (row,), _ = page(people, figure)
    assert (row.kind, row.outcome) == outcome


def test_the_rows_of_a_figure_are_those_that_it_counted(people: People):
    """For each rule: as many rows as counted, those that are good among them, whatever else there is."""
    ended(people, until=NOON, came=NOON + MINUTE, due=NOON, delivered=NOON)
    rated(people, ended(people, until=NOON, came=NOON), client="unsatisfied", worker="excellent")
    rated(people, ended(people), client="excellent")
    for facts in ({"end": "backed_out"}, {"end": "backed_out", "late": True}, {"end": "cancelled"}):
        ended(people, **facts)
    ended(people, end="unassigned", reason="worker_abandoned")
    card = scorecard.card(people.worker.pk).all_time
    for key, rule in RULES.items():
        found = list(receipts.rows_of(people.worker, rule))
        counted = [row for row in found if row.is_counted]
        good = sum(row.is_good for row in counted)
        share = card.share(key)
        assert (len(counted), good) == ((share.counted, share.good) if share else (card.count(key),) * 2)


def test_a_corrected_check_in_shows_what_stood_there_before(people: People):
    row = ended(people, until=NOON, came=NOON)
    made = {"assignment": row.assignment, "engagement": row, "made_by": people.worker.user}
    visit = CheckIn.objects.create(in_at=NOON, out_at=NOON + HOUR, is_edited=True, **made)
    for minutes in (50, 20):
        CheckInEdit.objects.create(
            check_in=visit,
            old_in_at=NOON + minutes * MINUTE,
            edited_by=people.worker.user,
            edited_at=NOON - minutes * MINUTE,
            reason="Forgot",
        )
    (shown,), _ = page(people, "on_time")
    assert "corrected from Tue, Dec 1, 7:50 AM EST" in shown.fact


def test_a_rating_is_shown_with_its_marks_and_words(people: People):
    rated(people, ended(people), client="satisfied", worker="excellent", quality="excellent", text="Neat.")
    (shown,), _ = page(people, "satisfaction")
    assert shown.review == Review("Satisfied", "ok", (("Quality", "Excellent"),), "Neat.")
    assert receipts.reviews(people.worker) == [("Dec 1", "Networking", shown.review)]


def test_pages_go_on_by_key_and_cost_the_same_questions(people: People, django_assert_num_queries):
    work = draft(people.owner)
    reader = Reader(people.owner, client_id=people.client.pk)
    for n in range(3):
        rated(people, ended(people, work=work, at=NOON - n * DAY), client="excellent", worker="excellent")
    with django_assert_num_queries(6) as few:
        page(people, "satisfaction", reader)
    for n in range(3, receipts.SIZE + 2):
        rated(people, ended(people, work=work, at=NOON - n * DAY), client="excellent", worker="excellent")
    with django_assert_num_queries(len(few.captured_queries)):
        rows, pager = page(people, "satisfaction", reader)
    rest, last = page(people, "satisfaction", reader, pager["next_url"].removeprefix("?"))
    assert (len(rows), len(rest), bool(last["prev_url"]), last["next_url"]) == (receipts.SIZE, 2, True, "")
    assert not {row.on for row in rows} & {row.on for row in rest}
