"""The due columns that follow from a row: pure, at their exact instants."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from assignments import deadlines
from assignments.states import ScheduleKind, State

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
START = NOW + timedelta(days=2)
H, M = timedelta(hours=1), timedelta(minutes=1)


def row(state: str = State.ASSIGNED, **more: Any) -> Any:
    base = {
        "state": state,
        "schedule_kind": ScheduleKind.FIXED,
        "start_at": START,
        "window_end_at": None,
        "checkin_required": True,
        "confirm_hours": None,
        "confirmed_at": None,
        "confirm_due_at": None,
        "has_check_in": False,
        "deliverables_due_at": None,
        "deliverables_fulfilled": True,
        "open_by_default": True,
        "open_due_minutes": None,
        "auto_approve_days": None,
    }
    return SimpleNamespace(**{**base, **more})


def due(made: Any, now: datetime = NOW, *, swept: bool = False) -> dict[str, Any]:
    deadlines.set_due(made, now, swept=swept)
    names = ("auto_start_due_at", "confirm_due_at", "late_from_at", "flags_due_at")
    return {name: getattr(made, name) for name in names if getattr(made, name) is not None}


def test_assigned_with_check_in_waits_for_lateness():
    late = START + 15 * M
    assert due(row()) == {"late_from_at": late, "flags_due_at": late}


def test_without_check_in_the_clock_starts_it_and_nobody_is_late():
    assert due(row(checkin_required=False)) == {"auto_start_due_at": START}


def test_a_window_is_late_after_its_end():
    end = START + 4 * H
    made = row(schedule_kind=ScheduleKind.WINDOW, window_end_at=end)
    assert due(made)["late_from_at"] == end + 15 * M


@pytest.mark.parametrize(
    ("hours", "since", "confirm"),
    [
        (24, NOW, START - 24 * H),
        (47, NOW, NOW + 2 * H),  # an hour to answer would be too short
        (72, NOW, NOW + 2 * H),
    ],
)
def test_confirmation_gives_at_least_two_hours(hours: int, since: datetime, confirm: datetime):
    made = row(confirm_hours=hours)
    assert (due(made, since)["confirm_due_at"], made.flags_due_at) == (confirm, confirm)


def test_the_confirmation_time_stays_when_the_row_changes_again():
    made = row(confirm_hours=24)
    due(made)
    assert due(made, NOW + 5 * H)["confirm_due_at"] == START - 24 * H


def test_who_confirmed_is_not_flagged_for_it():
    made = row(confirm_hours=24, confirmed_at=NOW)
    assert due(made)["flags_due_at"] == START + 15 * M


def test_deliverables_count_until_they_are_all_there():
    made = row(State.IN_PROGRESS, has_check_in=True, deliverables_due_at=START, deliverables_fulfilled=False)
    assert due(made)["flags_due_at"] == START
    made.deliverables_fulfilled = True
    assert "flags_due_at" not in due(made)


@pytest.mark.parametrize(
    ("by_default", "own", "late_from"),
    [(True, None, 5), (False, 90, 1.5), (True, 90, 1.5), (True, 600, 5), (False, None, None)],
)
def test_the_earliest_due_time_of_a_missing_file_counts(
    by_default: bool, own: int | None, late_from: float | None
):
    """Its own due time counts from the start and moves with it."""
    for start in (START, START + 30 * H):
        made = row(
            State.IN_PROGRESS, has_check_in=True, deliverables_fulfilled=False, open_by_default=by_default,
            open_due_minutes=own, start_at=start, deliverables_due_at=start + 5 * H,
        )  # fmt: skip
        assert due(made).get("flags_due_at") == (late_from and start + late_from * H)
        assert made.files_late_from_at == (late_from and start + late_from * H)


@pytest.mark.parametrize("window_end_at", [None, START + 3 * H])
def test_what_nobody_took_is_looked_at_when_its_time_has_passed(window_end_at: datetime | None):
    made = row(State.SENT, confirm_hours=24, window_end_at=window_end_at)
    passed = window_end_at or START
    assert due(made) == {"flags_due_at": passed}
    assert due(made, passed, swept=True) == {}


@pytest.mark.parametrize("state", ["draft", "on_hold", "pending_approval", "approved", "paid", "cancelled"])
def test_no_timer_runs_elsewhere(state: str):
    made = row(state, confirm_hours=24, deliverables_due_at=START, deliverables_fulfilled=False)
    assert due(made) == {}


def test_only_the_sweep_moves_past_an_instant():
    made = row(confirm_hours=24)
    due(made)
    after = START - 23 * H
    assert due(made, after)["flags_due_at"] == START - 24 * H
    assert due(made, after, swept=True)["flags_due_at"] == START + 15 * M


def test_fixed_periods(settings: Any):
    assert deadlines.check_in_opens(START) == START - 12 * H
    assert deadlines.escalate_from(NOW, 72 * 60) == NOW + 120 * H
    settings.ONSITE_ON_TIME_AFTER_MIN, settings.ONSITE_ON_TIME_BEFORE_MIN = 5, 10
    settings.ONSITE_CHECKIN_OPENS_HOURS, settings.ONSITE_ESCALATE_AFTER_HOURS = 1, 2
    assert deadlines.on_time_until(ScheduleKind.FIXED, START, None) == START + 5 * M
    assert deadlines.on_time_before() == 10 * M
    assert deadlines.check_in_opens(START) == START - H
    assert deadlines.escalate_from(NOW, 60) == NOW + 3 * H
