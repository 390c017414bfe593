"""People at work in several processes: each does verb after verb on shared assignments and logs what it heard.

The log is the client's: what was acknowledged, and what the client saw before and after. It is compared with the
database afterwards (tests/races/explaining.py).
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes import c_longlong
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from assignments.actions import assigning, closeout, holds, sourcing, visits
from assignments.actions.closeout import Submission
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from assignments.states import State
from common import clock
from common.busy import is_busy
from common.errors import Conflict, DomainError
from config.management.commands.sweep import run_all
from payments.actions import approving, paying
from payments.models import Invoice
from tests.factories import PERSONAS, People, assignment_in, fund, make_people, worker
from tests.races.explaining import Act, Row, Told
from tests.support.processes import together
from tests.walks.verbs import VERBS, newest
from timeline.models import Entry

STAGES = (State.SENT, State.ASSIGNED, State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED)
MOST, LIVE = 20_000, 24
"""Assignments of one run at most; how many of the newest are worked on."""
PACE = 120
"""The clock of the portal runs so much faster, so that dates and deadlines come up."""


def pay(row: Assignment, who: Any) -> None:
    """Pay the open invoice. Raises Conflict when there is none, or when the run says that it failed."""
    ids = list(Invoice.objects.filter(assignment=row, state="open").values_list("pk", flat=True))
    if not ids:
        raise Conflict("Nothing is open.")
    for item in paying.pay(ids, actor=who).items.all():
        if item.result != "paid":
            raise Conflict(item.sentence or "It was not paid.")


def withdraw(row: Assignment, who: Any) -> None:
    sourcing.withdraw(row.pk, actor=who)


def unassign(row: Assignment, who: Any) -> None:
    assigning.unassign(row.pk, actor=who, reason="other", note="Plan.", original_budget=True)


def cancel(row: Assignment, who: Any) -> None:
    approving.cancel(row.pk, actor=who, reason="not_needed", note="The shop closed.")


Verb = Callable[[Assignment, Any], object]
PROMISED: dict[str, tuple[str, Verb, bool]] = {
    "apply": ("applied", lambda row, who: sourcing.apply(row.pk, Offer(), actor=who), False),
    "withdraw": ("withdrawn", withdraw, False),
    "assign": (
        "assigned",
        lambda row, who: assigning.assign(row.pk, newest(Application, row), actor=who),
        True,
    ),
    "unassign": ("unassigned", unassign, True),
    "back_out": (
        "backed_out",
        lambda row, who: assigning.back_out(row.pk, actor=who, reason="ill", note=""),
        False,
    ),
    "confirm": ("confirmed", lambda row, who: visits.confirm(row.pk, actor=who), False),
    "check_in": ("checked_in", lambda row, who: visits.check_in(row.pk, actor=who), False),
    "check_out": ("checked_out", lambda row, who: visits.check_out(row.pk, actor=who), False),
    "hold": ("held", lambda row, who: holds.hold(row.pk, actor=who, reason="weather"), True),
    "submit": ("submitted", lambda row, who: closeout.submit(row.pk, Submission("Done."), actor=who), False),
    "send_back": (
        "sent_back",
        lambda row, who: closeout.send_back(row.pk, actor=who, reason="Better."),
        True,
    ),
    "approve": ("approved", lambda row, who: approving.approve(row.pk, actor=who), True),
    "stop_payment": (
        "payment_stopped",
        lambda row, who: paying.stop_payment(row.pk, actor=who, reason="Wrong."),
        True,
    ),
    "pay": ("paid", pay, True),
    "cancel": ("cancelled", cancel, True),
}
"""Verb -> the entry that its acknowledgement promises, the act, and whether it is one of the client's."""
LIKELY = {
    State.SENT: ("apply", "apply", "apply", "withdraw", "assign", "assign", "assign", "cancel"),
    State.ASSIGNED: ("confirm", "check_in", "check_in", "check_in", "hold", "unassign", "back_out"),
    State.IN_PROGRESS: ("check_out", "check_out", "check_in", "submit", "submit", "hold", "unassign"),
    State.ON_HOLD: ("unassign", "cancel"),
    State.PENDING_APPROVAL: ("approve", "approve", "send_back", "cancel"),
    State.APPROVED: ("pay", "stop_payment"),
}
"""What people do in a stage; the rest is tried too, and refused."""
OTHERS = {
    name: act
    for name, act in VERBS.items()
    if name not in PROMISED and name not in ("assign_again", "counteroffer")
}
"""Every other verb of the random walk, for the mixed traffic."""


def rich_people(at: datetime) -> People:
    """The personas; money is never what stops them."""
    people = make_people()
    with clock.moved(at - timedelta(hours=1)):
        fund(people.client, cash=1_000_000_000)
    return people


class Traffic:
    """One run: its people, its shared assignments, its processes and their logs."""

    def __init__(self, people: People, folder: Path, began: datetime, *, is_mixed: bool) -> None:
        """`is_mixed`: with every verb that there is and the sweeps; else only those whose entry is promised."""
        self.people, self.folder, self.is_mixed = people, folder, is_mixed
        self.began, self.zero = began, time.monotonic()
        shared = get_context("fork")
        self.ids = shared.Array(c_longlong, MOST)
        self.came_at = shared.Array(c_longlong, MOST)
        self.count = shared.Value(c_longlong, 0)

    def now(self) -> datetime:
        """The same for all processes of a machine, and never backwards."""
        return self.began + timedelta(seconds=(time.monotonic() - self.zero) * PACE)

    def make(self, dice: Random, name: str) -> None:
        """One more shared assignment, walked to some stage by a worker of its own."""
        by = worker(name)
        row = assignment_in(
            dice.choice(STAGES), owner=self.people.owner, by=by, terms_days=dice.choice((0, 30, 30))
        )
        with self.count.get_lock():
            number = self.count.value
            self.ids[number], self.came_at[number] = row.pk, row.version
            self.count.value = number + 1

    def run(self, processes: int, *, seconds: float = 3600, acts: int = 1_000_000_000) -> None:
        """People in so many processes, each for so long or for so many acts."""
        for number in range(LIVE // 4):
            with clock.moved(self.now()):
                self.make(Random(number), f"Walter First{number}")
        end = time.monotonic() + seconds
        together([partial(self.work, number, end, acts) for number in range(processes)])

    def work(self, number: int, end: float, acts: int) -> None:
        """One process: until the end, or until so many acts are done."""
        dice, made = Random(f"traffic {number}"), 0
        with (self.folder / f"client-{number}.log").open("w", encoding="utf-8") as log:
            for _ in range(acts):
                if time.monotonic() > end:
                    return
                with clock.moved(self.now()):
                    if dice.random() < 0.05:
                        made += 1
                        with suppress(DomainError):
                            self.make(dice, f"Walter {number} {made}")
                    elif self.is_mixed and dice.random() < 0.02:
                        failed = run_all()
                        line = {"verb": "sweep", "heard": f"error: {failed}" if failed else "swept"}
                        log.write(json.dumps(line) + "\n")
                    else:
                        log.write(json.dumps(self.act(dice)) + "\n")
                log.flush()

    def act(self, dice: Random) -> dict[str, Any]:
        """One verb by one person on one assignment; what the client saw and heard."""
        row = Assignment.objects.select_related("worker__user").get(pk=self.ids[self.pick(dice)])
        names = sorted(PROMISED) + (sorted(OTHERS) if self.is_mixed else [])
        name = dice.choice(names)
        if row.state in LIKELY and dice.random() < (0.4 if self.is_mixed else 0.7):
            name = dice.choice(LIKELY[row.state])
        who = self.person(dice, name, row)
        people = self.people
        row.everybody = [people.worker, people.applicant, people.removed, people.stranger, people.invited]  # type: ignore[attr-defined]
        verb = PROMISED[name][1] if name in PROMISED else OTHERS[name]
        seen = {"verb": name, "subject": row.pk, "actor": who.pk, "after": row.version}
        heard = listen(partial(verb, row, who))
        if heard == "done":
            seen["until"] = Assignment.objects.values_list("version", flat=True).get(pk=row.pk)
        return {**seen, "heard": heard}

    def pick(self, dice: Random) -> int:
        count = int(self.count.value)
        return dice.randrange(max(0, count - LIVE), count)

    def person(self, dice: Random, name: str, row: Assignment) -> Any:
        """Mostly somebody who may; sometimes anybody."""
        if dice.random() < 0.2:
            return self.people.user(dice.choice(PERSONAS))
        is_clients = PROMISED[name][2] if name in PROMISED else dice.random() < 0.5
        if is_clients:
            return dice.choice((self.people.owner, self.people.owner, self.people.owner, self.people.manager))
        if row.worker is not None:
            return row.worker.user
        return dice.choice((self.people.worker, self.people.applicant, self.people.stranger)).user

    # --- afterwards

    def heard(self) -> Iterator[dict[str, Any]]:
        """All lines of all clients."""
        for path in sorted(self.folder.glob("client-*.log")):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)

    def acts(self) -> list[Act]:
        """What was acknowledged and promises an entry."""
        return [
            Act(one["subject"], one["actor"], PROMISED[one["verb"]][0], one["after"], one["until"])
            for one in self.heard()
            if one["heard"] == "done" and one["verb"] in PROMISED
        ]

    def entries(self) -> list[Told]:
        """The stored history of the shared assignments."""
        found = Entry.objects.filter(subject_type="assignment", subject_id__in=self.subjects())
        kinds = found.values_list("subject_id", "sequence", "kind", "actor_id").iterator()
        return [
            Told(pk, number, kind.removeprefix("assignment."), actor) for pk, number, kind, actor in kinds
        ]

    def subjects(self) -> dict[int, int]:
        """Each shared assignment, and the version it had when clients came."""
        return {self.ids[number]: self.came_at[number] for number in range(self.count.value)}

    def rows(self) -> list[Row]:
        """Where the shared assignments are now."""
        came_at = self.subjects()
        found = Assignment.objects.filter(pk__in=came_at).values_list("pk", "state", "version")
        return [Row(pk, state, version, came_at[pk]) for pk, state, version in found]


def listen(act: Callable[[], object]) -> str:
    """What the client hears: "done", "refused: ...", "busy: ..." (the page that asks to try again), "error: ..."."""
    try:
        act()
    except DomainError as refused:
        return f"refused: {type(refused).__name__}"
    except Exception as error:
        if is_busy(error):
            return f"busy: {getattr(error.__cause__, 'sqlstate', None) or error}"
        return f"error: {error!r}"[:500]
    return "done"
