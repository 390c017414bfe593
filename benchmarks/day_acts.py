"""The plan of each assignment of benchmarks/day.py, and its acts by the portal's own actions."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from assignments.actions import assigning, closeout, drafting, sourcing, visits
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from clients.models import Client, Member
from payments.actions import approving
from workers.models import Worker

BEGIN: Final = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
"""The simulated day: from five in the morning."""
LENGTH: Final = timedelta(hours=18)
SLOTS: Final = 4
"""Assignments of one worker on the day, one after the other."""
SPACE: Final = uuid.UUID("6f0a8a0e-2b0e-4c55-9a60-0d4b7b1c5a11")
KINDS: Final = {
    "create": "assignment.created",
    "send": "assignment.sent",
    "apply": "assignment.applied",
    "assign": "assignment.assigned",
    "check_in": "assignment.checked_in",
    "check_out": "assignment.checked_out",
    "submit": "assignment.submitted",
    "approve": "assignment.approved",
    "cancel": "assignment.cancelled",
}
"""The entry that each acknowledged act must have left, exactly once."""
REACHED: Final = {
    "create": {"draft"},
    "send": {"sent"},
    "apply": {"sent"},
    "assign": {"assigned"},
    "check_in": {"in_progress"},
    "check_out": {"in_progress"},
    "submit": {"pending_approval"},
    "approve": {"approved", "paid"},
    "cancel": {"cancelled"},
}


@dataclass(frozen=True, order=True)
class Step:
    """One act of one assignment at an instant of the day."""

    at: datetime
    number: int
    verb: str


def plan(number: int, workers: int) -> list[Step]:
    """The day of one assignment: made in the morning, done in its slot, mostly approved by the evening.

    One in twenty is cancelled before it starts, one in five waits for approval over night, one in four starts late.
    """
    chance = random.Random(number)
    start = starts_at(number, workers)
    made = start - timedelta(minutes=150 + chance.randrange(30))
    late = chance.randrange(20, 45) if chance.random() < 0.25 else chance.randrange(-10, 10)
    came = start + timedelta(minutes=late)
    left = came + timedelta(minutes=chance.randrange(40, 100))
    steps = [
        (made, "create"),
        (made + timedelta(minutes=2), "send"),
        (made + timedelta(minutes=10 + chance.randrange(20)), "apply"),
        (start - timedelta(minutes=75 - chance.randrange(20)), "assign"),
    ]
    if chance.random() < 0.05:
        steps.append((start - timedelta(minutes=15), "cancel"))
    else:
        steps += [(came, "check_in"), (left, "check_out"), (left + timedelta(minutes=5), "submit")]
        if chance.random() < 0.8:
            steps.append((left + timedelta(minutes=20 + chance.randrange(120)), "approve"))
    return [Step(at, number, verb) for at, verb in steps]


def starts_at(number: int, workers: int) -> datetime:
    """Slots of three hours from eight on; nobody is in two places at once."""
    slot = number // workers
    return BEGIN + timedelta(hours=3 + 3 * slot, minutes=random.Random(-number).randrange(40))


class Cast:
    """Who acts for which assignment, read once."""

    def __init__(self) -> None:
        members = Member.objects.select_related("user").order_by("client_id")
        self.owners = [one.user for one in members]
        self.workers = list(Worker.objects.select_related("user").order_by("pk"))
        self._ids: dict[int, int] = {}

    def do(self, step: Step) -> None:
        """The act, by whoever does it in life. Raises DomainError when a rule refuses it."""
        number = step.number
        owner = self.owners[number % len(self.owners)]
        worker = self.workers[number % len(self.workers)]
        if step.verb == "create":
            self._ids[number] = create(number, owner, starts_at(number, len(self.workers)))
            return
        pk = self.pk(number)
        doing: dict[str, Callable[[], Any]] = {
            "send": lambda: drafting.send(pk, actor=owner),
            "apply": lambda: sourcing.apply(pk, Offer(), actor=worker.user),
            "assign": lambda: assigning.assign(pk, _offer(pk, worker), actor=owner),
            "check_in": lambda: visits.check_in(pk, actor=worker.user),
            "check_out": lambda: visits.check_out(pk, actor=worker.user),
            "submit": lambda: closeout.submit(pk, Submission("Both switches are in."), actor=worker.user),
            "approve": lambda: approving.approve(pk, actor=owner),
            "cancel": lambda: approving.cancel(pk, actor=owner, reason="not_needed", note=""),
        }
        doing[step.verb]()

    def pk(self, number: int) -> int:
        if number not in self._ids:
            self._ids[number] = Assignment.objects.values_list("pk", flat=True).get(title=title(number))
        return self._ids[number]


def title(number: int) -> str:
    return f"Switches of rack {number}"


def create(number: int, owner: Any, start: datetime) -> int:
    """A draft with an idempotency key of its number: made again after a kill, it is the same one."""
    columns = {
        "title": title(number),
        "industry": "Networking",
        "description": "Swap both switches and label the cables.",
        "city": "Albany",
        "region": "NY",
        "postcode": "12207",
        "price_minor": 20_000 + 500 * (number % 40),
        "start_at": start,
    }
    site = {"street": "12 State Street", "contact_name": "Sam Site", "contact_phone": "+1 518 555 0100"}
    content = Content(columns=columns, site=site)
    return int(drafting.create(content, actor=owner, key=uuid.uuid5(SPACE, str(number))).pk)


def _offer(pk: int, worker: Worker) -> int:
    return Application.objects.values_list("pk", flat=True).get(assignment_id=pk, worker=worker)


def seed(assignments: int) -> None:
    """Companies with money and workers enough for the day."""
    from tests.factories import company, member, worker  # noqa: PLC0415 - Django is set up only now

    for number in range(max(assignments // 100, 4)):
        made: Client = company(f"Company {number:04}", cash=500_000_000, terms=500_000_000)
        member(made, f"Owner {number:04}")
    for number in range(-(-assignments // SLOTS)):
        worker(f"Worker {number:05}")
