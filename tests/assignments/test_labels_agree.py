"""One rule for each label: the list's filter, the list's row, the single row and the sweep say the same of every row,
at every instant that matters."""

from datetime import datetime, timedelta

import pytest

from assignments import labels, sweeps
from assignments.actions import (
    changes,
    holds,
    money,
    problems,
    reschedules,
    scope,
    sourcing,
    timers,
    visits,
)
from assignments.actions.changes import Extra
from assignments.actions.drafting import Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.label_history import RULES
from assignments.models import Assignment, LabelEvent
from assignments.states import State
from common import clock
from tests.assignments.acts import new_date
from tests.assignments.scenes import apply, unassign
from tests.factories import People, assignment_in, worker

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
M, H = timedelta(minutes=1), timedelta(hours=1)


def busy(people: People, state: str, hours: float, name: str) -> Assignment:
    """An assignment that asks for everything, with a worker of its own."""
    start = clock.now() + hours * H
    columns = {"confirm_hours": 24, "fastfunds_eligible": True, "start_at": start, "title": name}
    columns["deliverables_due_at"] = start + 2 * H
    content = Content(wanted=[Wanted("Photo of the rack")])
    return assignment_in(state, owner=people.owner, by=worker(name), content=content, **columns)


def field(people: People) -> None:
    """Rows in every stage that carry, between them, every label there is."""
    late = busy(people, State.ASSIGNED, 3, "Late")
    money.request_money(late.pk, Ask("increase", "More.", 500), actor=late.worker.user)
    running = busy(people, State.IN_PROGRESS, -2, "Running")
    for kind in ("expense", "bonus"):
        money.request_money(running.pk, Ask(kind, "More.", 500), actor=running.worker.user)
    confirmed = busy(people, State.ASSIGNED, 5, "Confirmed")
    visits.confirm(confirmed.pk, actor=confirmed.worker.user)
    reschedules.request_reschedule(
        confirmed.pk, actor=confirmed.worker.user, schedule=new_date(), note="Van."
    )
    scope.propose_scope(
        late.pk, scope.Scope(**{**vars_of(late), "duration_minutes": 400}), actor=people.owner, note="More."
    )
    held = busy(people, State.ON_HOLD, 4, "Held")
    assert held.state == State.ON_HOLD
    sent = assignment_in(State.SENT, owner=people.owner)
    apply(sent, people.worker)
    apply(sent, people.applicant, Offer(expenses_minor=500))
    sourcing.ask(sent.pk, "Is there a ladder?", actor=people.stranger.user)
    unassign(busy(people, State.ASSIGNED, 40, "Gone"), people.owner, reason="worker_cancelled")
    unassign(busy(people, State.IN_PROGRESS, -4, "Left"), people.owner, reason="worker_abandoned")
    problems.report_problem(
        running.pk, actor=running.worker.user, kind="access", severity="stops", text="Locked."
    )
    changes.order_change(running.pk, Extra("One more switch.", 500), actor=running.worker.user)
    facts = {
        State.IN_PROGRESS: {"sent_back_at": clock.now()},
        State.PENDING_APPROVAL: {"disputed_at": clock.now(), "auto_approve_due_at": None},
        State.APPROVED: {"past_due_at": clock.now()},
    }
    for number, (state, columns) in enumerate(facts.items()):
        row = busy(people, state, -2 - 3 * number, f"Fact {number}")
        Assignment.objects.filter(pk=row.pk).update(**columns)
    busy(people, State.DRAFT, 3, "Draft")
    busy(people, State.CANCELLED, 70, "Cancelled")


def vars_of(row: Assignment) -> dict[str, object]:
    found = scope.scope_of(row)
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def agreed(at: datetime, side: str) -> dict[str, set[int]]:
    """Label -> rows, after making sure that filter, list and single row say the same."""
    rows = Assignment.objects.all()
    seen = [key for key, label in labels.LABELS.items() if side in label.seen_by]
    by_filter = {key: set(labels.filtered(rows, key, at).values_list("pk", flat=True)) for key in seen}
    listed = list(labels.annotated(rows, at, side))
    by_list = {key: {row.pk for row in listed if key in labels.keys(labels.carried(row))} for key in seen}
    by_page = {key: {row.pk for row in rows if key in labels.keys(labels.of(row, at, side))} for key in seen}
    assert by_filter == by_list == by_page
    return by_filter


def test_filter_row_page_and_sweep_agree_on_every_label(people: People):
    field(people)
    met: set[str] = set()
    for hours in (0, 3, 3.25, 5.25, 7, 48, 49):
        with clock.moved(clock.now() + hours * H):
            sweeps.raise_flags()
            found = {side: agreed(clock.now(), side) for side in ("client", "worker")}
            met |= {key for side in found.values() for key, rows in side.items() if rows}
            open_now = set(LabelEvent.objects.filter(cleared_at=None).values_list("label", "assignment_id"))
            timed = {(label.key, pk) for label in labels.TIMED for pk in found["client"][label.key]}
            assert open_now == timed
    assert met == set(labels.LABELS)


def test_what_a_label_shares_between_sides_holds_for_the_same_rows(people: People):
    field(people)
    with clock.moved(clock.now() + 6 * H):
        client, mine = agreed(clock.now(), "client"), agreed(clock.now(), "worker")
    shared = [key for key, label in labels.LABELS.items() if label.seen_by == labels.BOTH]
    assert {key: client[key] for key in shared} == {key: mine[key] for key in shared}


def test_the_end_of_a_span_is_the_end_of_the_label(people: People):
    """What ends a label closes its span in the same transaction, and the span says which act it was."""
    row = busy(people, State.ASSIGNED, 3, "Ends")
    actor = row.worker.user
    with clock.moved(row.start_at + 3 * H):
        timers.raise_flags(row.pk)
        visits.check_in(row.pk, actor=actor)
        holds.hold(row.pk, actor=people.owner, reason="weather")
        assert not any(agreed(clock.now(), "client")[label.key] for label in labels.TIMED)
    assert set(LabelEvent.objects.values_list("label", "cleared_why")) == {
        ("late", "assignment.checked_in"),
        ("not_confirmed", "assignment.checked_in"),
        ("late_deliverables", "assignment.held"),
    }


def test_every_version_of_a_timed_rule_has_its_words():
    assert {(label.key, label.version) for label in labels.TIMED} <= set(RULES)
