"""Work on several days, a worker on the way who is late, dates answered with dates, and days off."""

from datetime import timedelta

from assignments.actions import assigning, countering, drafting, on_the_way, reschedules
from assignments.actions.drafting import Content
from assignments.planned import DayPlan
from assignments.states import ScheduleKind
from common import clock
from common.localtime import local
from config.demo.stage import Stage
from workers import calendar_actions


def play(s: Stage) -> None:
    """Each of them once; the second worker of the sign-ins has most of it, but is free today: see README.md."""
    north, _ = s.cast.companies
    w = s.cast.worker
    draft = s.create(north, s.workday(12), s.ago(hours=20))
    with clock.moved(s.ago(hours=19)):
        days = [DayPlan(24 * 60, 180), DayPlan(2 * 24 * 60 + 60, 120)]
        due = s.workday(14) + timedelta(hours=8)
        drafting.edit(draft.pk, Content(days=days, columns={"deliverables_due_at": due}), actor=north.boss)
        assigning.assign_directly(draft.pk, w("worker2"), actor=north.boss)
    soon = s.assigned(north, w("mei"), s.ahead(minutes=50), s.ago(days=2))
    with clock.moved(s.ago(minutes=25)):
        on_the_way.set_out(soon.pk, actor=w("mei").user, eta_at=s.ahead(minutes=40))
    with clock.moved(s.ago(minutes=4)):
        on_the_way.report_delay(
            soon.pk,
            actor=w("mei").user,
            eta_at=s.ahead(minutes=75),
            reason="The bridge is closed, I have to drive around.",
        )
    row = s.assigned(north, w("worker2"), s.workday(16), s.ago(days=3))
    with clock.moved(s.ago(days=2)):
        asked = reschedules.request_reschedule(
            row.pk,
            actor=w("worker2").user,
            schedule=(ScheduleKind.FIXED, s.workday(17), None),
            note="My daughter has her first day at school.",
        )
    with clock.moved(s.ago(days=1)):
        countering.counter_reschedule(
            row.pk,
            asked.pk,
            actor=north.boss,
            schedule=(ScheduleKind.FIXED, s.workday(18), None),
            note="On that day the store is full. The day after is fine.",
        )
    first = local(s.workday(20), w("worker2").user.time_zone).date()
    calendar_actions.add_time_off(
        w("worker2").pk,
        actor=w("worker2").user,
        from_on=first,
        to_on=first + timedelta(days=4),
        note="At the lake",
    )
