"""The fault record of the demo: lateness that is settled, one that waits for the client's answer, one for Onsite's."""

from datetime import timedelta

from assignments import fault_sweeps
from assignments.actions import closeout, faults
from assignments.fault_states import FaultKind, Party
from assignments.models import FaultEntry
from common import clock
from config.demo import till
from config.demo.stage import Stage


def play(s: Stage) -> None:
    """The worker came late three times; what stands for more than a week is settled, as the sweep does it."""
    _late(s, 16, "Replace the night safe's reader")
    asked = _late(s, 3, "Move the back-office printer")
    answered = _late(s, 4, "Rewire the loading dock scanner")
    worker, (north, _) = s.cast.worker("worker").user, s.cast.companies
    with clock.moved(s.ago(days=2, hours=2)):
        gate = (
            "The gate was locked until a quarter to. I stood there from five to, and called the desk twice."
        )
        faults.contest_fault(asked.pk, actor=worker, party=Party.SITE, text=gate)
        crew = "The crew before me was still in the dock. I could not get to the scanner."
        faults.contest_fault(answered.pk, actor=worker, party=Party.CLIENT, text=crew)
    with clock.moved(s.ago(days=1, hours=3)):
        log = "The dock was free from four on, as the door's log shows."
        faults.answer_fault(answered.pk, actor=north.boss, agrees=False, text=log)
    fault_sweeps.settle_due()


def _late(s: Stage, days: int, title: str) -> FaultEntry:
    """Done for the first company so many days ago, with a check-in 50 minutes after the start; approved."""
    north, _ = s.cast.companies
    worker = s.cast.worker("worker")
    start = s.ago(days=days).replace(hour=4, minute=0, second=0, microsecond=0)
    row = s.assigned(
        north, worker, start, start - timedelta(days=3), photos=False, title=title, price_minor=14_000
    )
    s.check_in(row, worker, start + timedelta(minutes=50))
    s.check_out(row, worker, start + timedelta(minutes=170))
    with clock.moved(start + timedelta(minutes=180)):
        closeout.submit(row.pk, closeout.Submission("Done and tested."), actor=worker.user)
    till.approve(row, north.boss, start + timedelta(hours=9))
    return FaultEntry.objects.get(assignment=row, kind=FaultKind.LATE)
