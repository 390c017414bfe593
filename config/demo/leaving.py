"""Who stands by, who did not come, and what a second visit takes over."""

from datetime import datetime, timedelta
from typing import Any

from assignments.actions import assigning, revisits, standbys, timers
from assignments.models import Assignment
from common import clock
from config.demo.stage import Stage
from workers.models import Worker


def play(s: Stage) -> None:
    """A standby who agreed, one who is asked, a no-show that can be reported, and an incomplete visit with its
    revisit."""
    north, _ = s.cast.companies
    w = s.cast.worker
    row = _assigned(s, w("omar"), s.workday(18), s.ago(days=2), title="Move the core switch after closing")
    with clock.moved(s.ago(days=1)):
        standbys.name_standby(row.pk, w("worker2"), actor=north.boss, promote_unconfirmed=True)
    with clock.moved(s.ago(hours=20)):
        standbys.accept_standby(row.pk, actor=w("worker2").user)
    row = _assigned(s, w("ivan"), s.workday(19), s.ago(days=2), title="Swap the alarm panel")
    with clock.moved(s.ago(hours=4)):
        standbys.name_standby(row.pk, w("worker"), actor=north.boss)
    start = s.ago(hours=4, minutes=40)
    row = _assigned(s, w("sofia"), start, s.ago(days=3), title="Reset the loading-dock scanners")
    with clock.moved(start + timedelta(minutes=16)):
        timers.raise_flags(row.pk)
    start = s.ago(days=1, hours=5)
    row = _assigned(s, w("grace"), start, s.ago(days=4), fields=True, title="Fit two access points")
    s.confirm(row, w("grace"), s.ago(days=3))
    s.check_in(row, w("grace"), start)
    s.deliver(row, w("grace"), start + timedelta(minutes=30), most=2)
    s.check_out(row, w("grace"), start + timedelta(minutes=80))
    with clock.moved(s.ago(hours=9)):
        note = "The second access point was missing in the box. Fit it when it is there."
        revisits.make_revisit(row.pk, actor=north.boss, note=note, price_minor=9_000)


def _assigned(s: Stage, worker: Worker, start_at: datetime, written: datetime, **over: Any) -> Assignment:
    """With the worker's offer alone: by now some of the others take no work of this company."""
    row = s.sent(s.cast.companies[0], start_at, written, **over)
    offer = s.apply(row, worker, written + timedelta(hours=2))
    with clock.moved(written + timedelta(hours=3)):
        return assigning.assign(row.pk, offer, actor=row.owner)
