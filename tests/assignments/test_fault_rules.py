"""The written rules of the fault record over logs of all kinds, and that replaying a history gives the same (N5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from assignments import fault_queries, fault_sweeps
from assignments.actions import assigning, faults, holds, visits
from assignments.actions.fault_log import follow, replayed
from assignments.fault_causes import HOLD_CAUSES, PROBLEM_CAUSES, Logged
from assignments.fault_rules import BY_KEY, RULES, attribute, replay
from assignments.fault_states import FaultKind, Party
from assignments.models import Engagement, FaultEntry, FaultStatement
from assignments.states import HoldReason, ProblemKind, State
from common import clock
from common.errors import NotAllowed
from tests.conftest import NOON
from tests.factories import People, assignment_in
from timeline.models import Entry

HOUR = timedelta(hours=1)
DUE = NOON + timedelta(minutes=15)


def said(kind: str, /, at: datetime = NOON, role: str = "client", **facts: Any) -> Logged:
    return Logged(1, f"assignment.{kind}", role, at, facts)


def log(*entries: Logged) -> list[Logged]:
    """A worker's log with numbered entries, the event last."""
    rows = [said("assigned", NOON - 48 * HOUR), *entries]
    return [Logged(pk, one.kind, one.role, one.at, one.facts) for pk, one in enumerate(rows, 1)]


LATE = said("late", DUE, "system", due_at=DUE)
HELD = said("held", NOON - 5 * HOUR, reason="site_not_ready")
RESUMED = said("resumed", NOON - 4 * HOUR, "worker")


def left(reason: str, hours: int, *, arrived: bool = False, kind: str = "unassigned") -> Logged:
    """So many hours before the start."""
    return said(kind, NOON, start_at=NOON + hours * HOUR, has_arrived=arrived, reason=reason)


@pytest.mark.parametrize(
    ("entries", "rule", "party"),
    [
        ([LATE], "late_own", "worker"),
        ([said("checked_in", DUE + HOUR, "worker", due_at=DUE)], "late_own", "worker"),
        ([HELD, RESUMED, LATE], "late_hold", "site"),
        ([said("held", NOON - HOUR, reason="weather"), LATE], "late_hold", "weather"),
        ([said("held", NOON - HOUR, reason="other"), LATE], "late_hold", "client"),
        (
            [said("held", NOON - 40 * HOUR, reason="weather"), said("resumed", NOON - 30 * HOUR), LATE],
            "late_own",
            "worker",
        ),
        (
            [said("problem_reported", NOON - HOUR, "worker", kind="parts"), LATE],
            "late_problem",
            "parts",
        ),
        ([said("problem_reported", NOON - HOUR, "worker", kind="equipment"), LATE], "late_own", "worker"),
        ([said("delay_reported", NOON - HOUR, "worker"), LATE], "late_announced", "worker"),
        ([said("delay_reported", NOON - HOUR, "client"), LATE], "late_client_delay", "client"),
        ([said("deliverables_late", DUE, "system", due_at=DUE)], "files_own", "worker"),
        (
            [said("deliverable_rejected", DUE + HOUR), said("deliverables_late", DUE + HOUR, due_at=DUE)],
            "files_asked_again",
            "nobody",
        ),
        ([left("vehicle", 24, kind="backed_out")], "back_out_notice", "nobody"),
        ([left("vehicle", 23, kind="backed_out")], "back_out_late", "worker"),
        ([left("ill", 1, kind="backed_out")], "back_out_ill", "nobody"),
        ([left("scope", 1, kind="backed_out")], "back_out_scope", "client"),
        ([left("worker_cancelled", 30)], "said_notice", "nobody"),
        ([left("worker_cancelled", 3)], "said_late", "worker"),
        ([HELD, left("worker_cancelled", 3)], "removed_on_hold", "nobody"),
        ([left("worker_abandoned", 3)], "absent_early", "nobody"),
        ([left("worker_abandoned", -3)], "abandoned_own", "worker"),
        ([said("checked_in", NOON - HOUR), left("worker_abandoned", 3)], "abandoned_own", "worker"),
        ([left("no_show", -1)], "no_show_own", "worker"),
        ([said("checked_in", NOON - HOUR), left("no_show", -1, arrived=True)], "no_show_was_there", "nobody"),
        (
            [said("problem_reported", NOON - HOUR, "worker", kind="access"), left("no_show", -1)],
            "absent_problem",
            "site",
        ),
        ([left("scope_changed", 3)], "removed_late", "client"),
        ([left("scope_changed", 30)], "removed_notice", "nobody"),
        ([left("other", 30, arrived=True)], "removed_late", "client"),
        ([left("schedule_conflict", 3)], "removed_schedule", "nobody"),
        ([left("not_needed", 23, kind="cancelled")], "cancel_late", "client"),
        ([left("not_needed", 24, kind="cancelled")], "cancel_notice", "nobody"),
        ([left("quality", 30, arrived=True, kind="cancelled")], "cancel_late", "client"),
        (
            [said("held", NOON - HOUR, reason="weather"), left("other", 1, kind="cancelled")],
            "cancel_weather",
            "weather",
        ),
        ([HELD], "hold_site", "site"),
        ([said("held", reason="no_access")], "hold_site", "site"),
        ([said("held", reason="parts_not_available")], "hold_parts", "parts"),
        ([said("held", reason="weather")], "hold_weather", "weather"),
        ([said("held", reason="customer_request")], "hold_client", "client"),
        ([said("problem_reported", role="worker", kind="access")], "problem_site", "site"),
    ],
)
def test_each_rule_says_whose_it_is(entries, rule, party):
    found = attribute(log(*entries))
    assert found is not None
    assert (found.rule.key, found.party) == (rule, party)
    assert found.entries[-1] == len(entries) + 1


@pytest.mark.parametrize(
    "event",
    [
        said("checked_in", role="worker"),
        said("delivered", role="worker"),
        said("cancelled"),  # nobody was on it
        said("cancelled", role="admin", start_at=NOON, has_arrived=True),  # a dispute was decided
        said("resume_declined", role="worker"),  # D1
        said("problem_reported", role="worker", kind="safety"),
        said("problem_reported", role="client", kind="scope"),  # the rule is about what the worker reports
        said("approved"),
    ],
)
def test_of_other_entries_nothing_is_recorded(event):
    assert attribute(log(event)) is None


def test_the_entries_that_a_rule_read_are_named():
    found = attribute(log(HELD, RESUMED, LATE))
    assert found is not None
    assert found.entries == (2, 4)


def test_the_table_is_whole():
    """Every kind ends with a rule that always applies, keys are unique, and each rule is a sentence."""
    assert len(BY_KEY) == len(RULES)
    for rule in RULES:
        assert rule.words.endswith(".") and rule.words[0].isupper()
        assert " " in rule.title and "_" not in rule.title, f"{rule.key} has a title for people"
        assert rule.party in ("", *Party.values)
    assert {kind for rule in RULES for kind in rule.kinds} == set(FaultKind)


def test_every_kind_of_problem_is_decided_on_purpose():
    """A new kind of problem or reason of a hold fails here until the table says whose it is."""
    assert set(PROBLEM_CAUSES) == set(ProblemKind)
    assert set(HOLD_CAUSES) | {HoldReason.OTHER} == set(HoldReason)
    named = {party for party in PROBLEM_CAUSES.values() if party}
    assert named == {rule.party for rule in RULES if FaultKind.PROBLEM in rule.kinds}


@pytest.mark.parametrize("kind", ProblemKind.values)
def test_a_reported_problem_is_whose_the_table_says(kind):
    report = said("problem_reported", NOON - HOUR, "worker", kind=kind)
    found, late = attribute(log(report)), attribute(log(report, LATE))
    party = PROBLEM_CAUSES[kind]
    assert (found.party if found else "") == party
    assert late is not None
    assert late.party == (party or Party.WORKER)


def test_what_is_late_is_told_once_for_each_time():
    entries = log(LATE, said("checked_in", DUE + HOUR, "worker", due_at=DUE))
    assert [one.kind for one in replay(entries)] == [FaultKind.LATE]
    moved = said("late", DUE + 24 * HOUR, "system", due_at=DUE + 24 * HOUR)
    assert len(replay([*entries, moved])) == 2


EVENTS = st.sampled_from(
    [
        ("late", "system", {"due_at": DUE}),
        ("late", "system", {"due_at": DUE + 24 * HOUR}),
        ("checked_in", "worker", {}),
        ("checked_in", "worker", {"due_at": DUE}),
        ("held", "client", {"reason": "weather"}),
        ("held", "client", {"reason": "other"}),
        ("resumed", "worker", {}),
        ("problem_reported", "worker", {"kind": "parts"}),
        ("delay_reported", "worker", {}),
        ("deliverable_rejected", "client", {}),
        ("deliverables_late", "system", {"due_at": DUE}),
        ("unassigned", "client", {"reason": "no_show", "start_at": NOON, "has_arrived": False}),
        ("backed_out", "worker", {"reason": "conflict", "start_at": NOON, "has_arrived": False}),
        ("assigned", "client", {}),
    ]
)


@given(st.lists(st.tuples(EVENTS, st.integers(0, 600)), max_size=25))
def test_a_replay_gives_the_same_and_nothing_later_changes_what_was_said(steps):
    at, entries = NOON - 48 * HOUR, []
    for number, ((kind, role, facts), minutes) in enumerate(steps, 1):
        at += timedelta(minutes=minutes)
        entries.append(Logged(number, f"assignment.{kind}", role, at, facts))
    whole = replay(entries)
    assert replay(entries) == whole
    for length in range(len(entries)):
        before = replay(entries[:length])
        assert before == whole[: len(before)]
    late = [(one.kind, one.due_at) for one in whole if one.due_at]
    starts = sum(one.kind == "assignment.assigned" for one in entries)
    assert len(late) <= len(set(late)) * (starts + 1)


# --- the record follows the history


def recorded(row: Any) -> list[tuple[Any, ...]]:
    rows = FaultEntry.objects.filter(assignment=row).order_by("pk")
    return [(f.kind, f.party, f.rule, tuple(f.evidence), f.at, f.due_at) for f in rows]


def from_history(row: Any) -> list[tuple[Any, ...]]:
    entries = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence")
    return [(a.kind, a.party, a.rule.key, a.entries, a.at, a.due_at) for a in replayed(entries)]


@pytest.mark.django_db
def test_replaying_a_real_history_gives_the_entries_of_the_record(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=NOON + 2 * HOUR)
    holds.hold(row.pk, actor=people.owner, reason="parts_not_available")
    with clock.moved(NOON + HOUR):
        assigning.unassign(row.pk, actor=people.owner, reason="other", note="Later.", original_budget=True)
    again = assignment_in(State.PAID, owner=people.owner, by=people.worker, start_at=NOON - 3 * HOUR)
    assert [(one[0], one[1]) for one in recorded(row)] == [("hold", "parts"), ("removed", "nobody")]
    assert [(one[0], one[1]) for one in recorded(again)] == [("late_check_in", "worker")]
    for each in (row, again):
        assert from_history(each) == recorded(each)
    entry = Entry.objects.get(subject_id=again.pk, kind="assignment.checked_in")
    assert follow(entry, again, {"engagement_id": again.engagement_id}) is None


@pytest.fixture
def fault(people: People) -> FaultEntry:
    row = assignment_in(State.PAID, owner=people.owner, by=people.worker, start_at=NOON - 3 * HOUR)
    return FaultEntry.objects.get(assignment=row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"party": "moon"},
        {"settled_at": NOON},
        {"final_party": "worker"},
        {"how": "unopposed", "final_party": "client", "settled_at": NOON},
        {"contested_by": "worker"},
        {"contested_by": "worker", "proposed_party": "worker", "contested_at": NOON, "answer_until": NOON},
        {"contested_by": "worker", "proposed_party": "site", "contested_at": NOON, "answer_until": NOON},
    ],
)
def test_the_database_refuses_half_said_entries(fault: FaultEntry, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        FaultEntry.objects.filter(pk=fault.pk).update(**columns)


@pytest.mark.django_db
def test_one_entry_for_each_event_and_statements_only_grow(fault: FaultEntry, people: People):
    copy = FaultEntry.objects.filter(pk=fault.pk).values().get()
    copy.pop("id")
    with pytest.raises(IntegrityError), transaction.atomic():
        FaultEntry.objects.create(**copy)
    faults.contest_fault(fault.pk, actor=people.worker.user, party="site", text="The gate was shut.")
    one = FaultStatement.objects.get()
    for act in (lambda: FaultStatement.objects.update(text="Other words"), one.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.django_db
def test_only_the_sides_of_an_entry_take_part(fault: FaultEntry, people: People):
    for name in ("stranger", "applicant", "other_client", "view_only", "staff"):
        with pytest.raises(NotAllowed):
            faults.contest_fault(fault.pk, actor=people.user(name), party="site", text="Not mine.")
    with pytest.raises(NotAllowed):
        faults.decide_fault(fault.pk, actor=people.owner, party="site", reason="Mine.")
    assert not FaultStatement.objects.exists()


@pytest.mark.django_db
def test_a_corrected_check_in_counts_as_on_time_though_the_entry_stands(people: People):
    row = assignment_in(
        State.IN_PROGRESS,
        owner=people.owner,
        by=people.worker,
        start_at=NOON - 3 * HOUR,
        checkin_required=True,
    )
    assert Engagement.objects.get().late_fault == "open"
    visit = row.check_ins.get()
    start = NOON - 3 * HOUR
    visits.edit_check_in(
        row.pk, visit.pk, actor=people.worker.user, in_at=start, out_at=None, reason="The phone was dead."
    )
    fault = FaultEntry.objects.get()
    assert (fault.party, fault.state) == ("worker", "standing")
    Engagement.objects.update(first_in_at=start)  # as its end keeps it
    assert fault_queries.came_after_all(FaultEntry.objects.get())


@pytest.mark.django_db
def test_an_entry_that_fails_is_parked_and_blocks_no_other(fault: FaultEntry, people: People, monkeypatch):
    other = assignment_in(State.PAID, owner=people.owner, by=people.worker, start_at=NOON - 3 * HOUR)
    settle = faults.settle_fault

    def fails(pk: int) -> bool:
        if pk == fault.pk:
            raise RuntimeError("broken")
        return settle(pk)

    monkeypatch.setattr(faults, "settle_fault", fails)
    at = NOON + 8 * 24 * HOUR
    with clock.moved(at):
        assert (fault_sweeps.settle_due(), fault_sweeps.settle_due()) == (1, 0)
    broken, fine = FaultEntry.objects.get(pk=fault.pk), FaultEntry.objects.get(assignment=other)
    assert (broken.state, broken.failures, fine.state) == ("standing", 1, "settled")
    monkeypatch.setattr(faults, "settle_fault", settle)
    with clock.moved(at + HOUR):
        assert fault_sweeps.settle_due() == 1
