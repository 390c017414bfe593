"""One of everything, with names too long for a line, for the pages that are looked at as a whole."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from accounts.models import User
from assignments import sweeps
from assignments.actions import drafting, money, reschedules, sourcing, talk
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, CustomField, DeliverableRequirement, RouteMode
from assignments.routing import MARKET, by_name
from assignments.states import MoneyKind, ScheduleKind, State
from clients.models import Client
from common import clock
from payments.actions import open_dispute
from payments.models import Invoice
from payments.states import Ground
from tests.factories import StaffFactory, assignment_in, company, deliver, member, worker
from workers.models import Worker

LONG: Final = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauuut"
"""60 characters without a space."""
ASKED: Final = Content(
    wanted=[
        Wanted("Photos of both switches", DeliverableRequirement.Kind.PHOTO, 3, "From the front."),
        Wanted(LONG, DeliverableRequirement.Kind.DOCUMENT),
    ],
    asked=[Asked("Serial number"), Asked(LONG, CustomField.Kind.CHOICE, ["Yes", LONG])],
    skills=["Cabling", LONG],
)


@dataclass(frozen=True)
class Scene:
    """The people, and the numbers by which the page list names addresses."""

    client: Client
    owner: User
    worker: Worker
    newcomer: User
    beginner: Worker
    staff: User
    numbers: dict[str, int | str]

    def path(self, template: str) -> str:
        return template.format(**self.numbers)


def build() -> Scene:
    """Assignments of a company in every stage, with requests, messages and labels; two people without anything."""
    client = company(LONG)
    owner = member(client, f"Olivia {LONG}", user__email="olivia@onsite.test")
    member(client, "Mia Manager", "manager")
    mine, rival = (
        worker(f"Wanda {LONG}", user__email="wanda@onsite.test", city=LONG),
        worker("Adam Applicant"),
    )
    newcomer = member(company("Newcomer", cash=0, terms=0), "Nora Newcomer")
    beginner = worker("Ben Beginner", lat=None, lon=None, postcode="", city="", region="")
    rows = {
        state: assignment_in(
            state, owner=owner, by=mine, applicants=(rival,), content=ASKED, title=LONG, **_columns(state)
        )
        for state in State
    }
    _fill(rows, owner, mine)
    sweeps.raise_flags()
    numbers: dict[str, int | str] = {str(state): row.pk for state, row in rows.items()}
    numbers["offered"] = _offered(owner, mine).pk
    offer = Application.objects.get(assignment=rows[State.SENT], worker=mine)
    wanted = rows[State.IN_PROGRESS].requirements.first()
    invoice = Invoice.objects.get(assignment=rows[State.APPROVED])
    numbers |= {"offer": offer.pk, "wanted": wanted.pk if wanted else 0, "worker": mine.pk}
    numbers |= {
        "invoice": invoice.pk,
        "invoice_number": invoice.number,
        "disputed": _disputed(owner, mine).pk,
    }
    return Scene(client, owner, mine, newcomer, beginner, StaffFactory(name="Stella Staff"), numbers)


STARTS_IN_HOURS: Final = {
    State.SENT: 48,
    State.ASSIGNED: -5,
    State.IN_PROGRESS: -2,
    State.ON_HOLD: 72,
    State.PENDING_APPROVAL: -9,
    State.APPROVED: -13,
    State.PAID: -17,
    State.CANCELLED: 96,
}
"""Apart from each other: a worker is never booked twice at a time. Nobody came to the Assigned one: it is late."""


def _columns(state: State) -> dict[str, Any]:
    start = clock.now() + timedelta(hours=STARTS_IN_HOURS.get(state, 48))
    columns: dict[str, Any] = {"start_at": start, "fastfunds_eligible": state == State.APPROVED}
    if state == State.SENT:
        columns |= {"schedule_kind": ScheduleKind.WINDOW, "window_end_at": start + timedelta(hours=4)}
    if state == State.ASSIGNED:
        columns["confirm_hours"] = 4
    return columns


def _offered(owner: User, mine: Worker) -> Assignment:
    """One that the worker can accept, with a wave still to come."""
    row = assignment_in(State.DRAFT, owner=owner, by=mine, title=f"Racks {LONG}")
    waves = [by_name([mine], RouteMode.ACCEPT), replace(MARKET, delay_minutes=60)]
    drafting.send_out(row.pk, actor=owner, waves=waves)
    return row


def _disputed(owner: User, mine: Worker) -> Assignment:
    """Another one, overdue and escalated."""
    with clock.moved(clock.now() - timedelta(days=10)):
        row = assignment_in(State.PENDING_APPROVAL, owner=owner, by=mine, title=f"Signs {LONG}")
    talk.post_message(row.pk, actor=mine.user, body="When do you approve it?")
    open_dispute(row.pk, actor=mine.user, ground=Ground.OVERDUE, statement=f"All of it was done. {LONG}")
    return row


def _fill(rows: dict[State, Assignment], owner: User, mine: Worker) -> None:
    """Offers, questions, messages, requests and files, some of them waiting."""
    sent, running = rows[State.SENT].pk, rows[State.IN_PROGRESS]
    counter = Offer(expenses_minor=4_000, reason=f"Two people are needed. {LONG}")
    sourcing.apply(sent, counter, actor=mine.user)
    sourcing.ask(sent, f"Is there a ladder? {LONG}", actor=mine.user)
    talk.post_message(running.pk, actor=mine.user, body=f"I am at the door. {LONG}")
    talk.post_note(running.pk, actor=owner, body="He is never late.")
    money.request_money(
        running.pk, Ask(MoneyKind.EXPENSE, f"Cable {LONG}", amount_minor=1_250), actor=mine.user
    )
    money.request_money(
        rows[State.ASSIGNED].pk, Ask(MoneyKind.INCREASE, "More", amount_minor=5_000), actor=mine.user
    )
    when = (ScheduleKind.FIXED, clock.now() + timedelta(days=4), None)
    reschedules.request_reschedule(running.pk, actor=owner, schedule=when, note=f"The site asks. {LONG}")
    deliver(running, running.requirements.all()[0], mine.user, LONG)
