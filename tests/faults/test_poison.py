"""R13: one poisonous row among many. The others move, it is parked with a growing wait, and staff are told."""

from pathlib import Path

import pytest

from config.timetable import timetable
from tests.faults import broken, naive, seeding_work
from tests.faults.portal import Portal, portal
from tests.support.figures import tell

pytestmark = [pytest.mark.django_db, pytest.mark.row(id="R13")]

HAS_ALERTS = any(timer.name == "watch" for timer in timetable())
"""Whether this portal looks for causes of alerts by a timer of its own."""


def alerts(made: Portal) -> int:
    """Alerts about parked assignments that somebody was told of; asserts that a notice carries each."""
    told = "SELECT count(*) FROM config_alert WHERE cause = 'parked:assignments.assignment' AND told_at IS NOT NULL"
    notices = (
        "SELECT count(*) FROM notifications_notice WHERE kind = 'operations.alert' AND dedupe_key LIKE %s"
    )
    assert made.one(notices, "%:parked:%") == made.one(told)
    return int(made.one(told))


def started(made: Portal) -> int:
    return int(made.one("SELECT count(*) FROM assignments_assignment WHERE state = 'in_progress'"))


def failures(made: Portal, pk: int) -> int:
    return int(made.one("SELECT failures FROM assignments_assignment WHERE id = %s", pk))


@pytest.mark.parametrize("count", [12, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_poisonous_row_is_parked_and_the_others_move(own_database: str, tmp_path: Path, count: int) -> None:
    with portal(tmp_path, own_database) as made, made.warm() as act:
        act(broken.staff)
        act(seeding_work.due, start=count)
        pk = act(broken.poison)
        for _ in range(count // 500 + 1):  # one run takes a bounded number of rows
            assert act(broken.sweep) == []
        assert (started(made), failures(made, pk)) == (count - 1, 1)
        said = Path(act.log.name).read_text()
        assert f"assignment {pk}: timer failed, parked" in said
        for minutes, expected in ((0, 1), (1.2, 2), (2.4, 2), (3.4, 3)):  # after 1, then 2, then 4 minutes
            act(broken.sweep_in, minutes=minutes)
            assert failures(made, pk) == expected, minutes
        told = alerts(made) if HAS_ALERTS else 0
        made.ask("UPDATE assignments_assignment SET version = version + 1 WHERE id = %s RETURNING id", pk)
        act(broken.sweep_in, minutes=60)
        assert started(made) == count, "put right, it moves by itself"
    assert told == HAS_ALERTS
    words = "staff told once" if told else "the alert was not there to be measured"
    tell(
        "R13",
        f"one poisonous row among {count:,}: {count - 1:,} moved, 1 parked for 1, 2, 4 minutes, {words}",
    )


def test_the_control_without_a_guard_around_each_row_stops(own_database: str, tmp_path: Path) -> None:
    """The check of the test above sees rows that are left."""
    with portal(tmp_path, own_database) as made, made.warm() as act:
        act(seeding_work.due, start=4)
        act(broken.poison)
        assert (act(naive.start_all), started(made)) == (0, 0)
    tell(
        "R13",
        "a loop that nothing guards: the poisonous row comes first, 0 of 3 others moved",
        is_control=True,
    )
