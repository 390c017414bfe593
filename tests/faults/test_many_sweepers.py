"""R8: two beats and four sweepers over the same due rows. Each is moved once, and not slower than by one sweeper.

Four sweepers: two workers over Redis, which the beats wake, and two loops of `manage.py sweep`. A rate counts the rows
that are seen to have moved, from the first to the last.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults import broken, naive, seeding_work
from tests.faults.portal import Portal, portal
from tests.faults.programs import Program, Redis, wait_until
from tests.support.figures import tell

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.row(id="R8")]
STARTED = "FROM timeline_entry WHERE kind = 'assignment.started'"


def fall_due(made: Portal, rows: int) -> None:
    """Let so many that wait for tomorrow be due since a minute ago."""
    made.ask(
        "UPDATE assignments_assignment SET start_at = now() - interval '1 minute', auto_start_due_at = now() - "
        "interval '1 minute' WHERE id IN (SELECT id FROM assignments_assignment WHERE state = 'assigned' "
        "AND auto_start_due_at > now() ORDER BY id LIMIT %s) RETURNING id",
        rows,
    )


def rate(made: Portal, rows: int, before: int) -> float:
    """Wait until so many more have started; how many in a second, from the first that are seen to the last."""
    first = [0, 0.0]

    def has_ended() -> bool:
        count = made.one(f"SELECT count(*) {STARTED}") - before
        if count and not first[0]:
            first[:] = [count, time.monotonic()]
        return bool(count >= rows)

    wait_until(has_ended, f"{rows} starts", 1800)
    return (rows - first[0]) / max(time.monotonic() - first[1], 0.001)


def one(made: Portal) -> list[Program]:
    return [made.sweeper("alone")]


def many(made: Portal) -> list[Program]:
    return [
        made.worker("worker-1"), made.worker("worker-2"), made.sweeper("loop-1"), made.sweeper("loop-2"),
        made.beat("beat-1"), made.beat("beat-2"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [150, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_sweepers_move_each_row_once(own_database: str, tmp_path: Path, redis: Redis, rows: int) -> None:
    rates = []
    with portal(tmp_path, own_database, redis=redis) as made, made.warm() as act:
        act(seeding_work.copies, start=rows * 2)
        for number, sweepers in enumerate((one, many)):
            began = datetime.now(UTC)
            running = sweepers(made)
            swept = "SELECT count(*) FROM config_heartbeat WHERE at > %s"
            wait_until(lambda since=began, sql=swept: made.one(sql, since), "the first sweep")
            fall_due(made, rows)
            rates.append(rate(made, rows, number * rows))
            for program in running:
                program.kill()
        moved = made.one("SELECT count(*) FROM assignments_assignment WHERE state = 'in_progress'")
        found = act(broken.found)
    assert moved == rows * 2
    assert {name for name, count in found.items() if count} <= {"ledger", "mails not sent"}, found
    words = "too few to tell a rate"
    if rows >= 10_000:
        assert rates[1] >= rates[0], rates
        words = f"{rates[1]:.0f} a second, one sweeper alone {rates[0]:.0f} ({rates[1] / rates[0]:.2f} times)"
    tell("R8", f"two beats and four sweepers over {rows:,} due: each moved once; {words}")


def test_the_control_without_a_second_look_moves_rows_twice(own_database: str, tmp_path: Path) -> None:
    """Four sweepers that choose first and then act on what they chose: the checks of the test above see it."""
    with portal(tmp_path, own_database) as made, made.warm() as act:
        act(seeding_work.later, start=8)
        fall_due(made, 8)
        said = act(naive.four_at_once)
        doubled = made.one(
            "SELECT count(*) FROM (SELECT 1 FROM notifications_notice WHERE kind = 'assignment.started' "
            "GROUP BY subject_id HAVING count(*) > 2) twice"
        )
    assert doubled > 0, said
    tell("R8", f"choose, then act without a second look: {doubled} of 8 rows told twice", is_control=True)
