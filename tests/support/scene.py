"""One scene for all access tests: an assignment in every stage, each with the rows that hang on it.

It is built once for a module and taken back after it; each request of a test runs in a savepoint of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from assignments.actions import assigning, changes, money, problems, reschedules, scope, sourcing, talk
from assignments.actions.changes import Extra
from assignments.actions.deliverables import fill_fields
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Assignment
from assignments.pricing import Terms
from assignments.states import State
from clients.models import Invite
from clients.queries import membership
from common import clock
from common.money import Money
from common.uploads import check_upload
from notifications.models import Notice
from payments import quotes
from payments.actions import fastfunds
from payments.models import Advance, Dispute, Invoice
from tests.conftest import NOON
from tests.factories import (
    CustomerFactory,
    LocationFactory,
    People,
    ProjectFactory,
    assignment_in,
    company,
    deliver,
    make_people,
    member,
    picture,
)
from tests.support import asks
from tests.support.http import Visitor
from tests.support.markers import marked

NAMES: Final = (
    "anonymous", "owner", "manager", "controller", "user_member", "view_only", "other_client", "worker", "applicant",
    "removed", "stranger", "staff",
)  # fmt: skip
"""The personas, in the order of the columns of the access table."""
OFFER, REASON = "$402.10", "Marker reason of Adam"
"""What the applicant asked and wrote: for nobody but the client."""
TROUBLE: Final = "Marker trouble: the rack is empty"
"""Of the worker's problem report: for both sides, and nobody else."""
PROOF_NUMBER: Final = "MARKER-PROOF-77"
"""On the worker's background check: for nobody but the worker and reviewers."""


@dataclass
class Scene:
    """The people and the rows that addresses speak of."""

    people: People
    rows: dict[str, Assignment]
    visitors: dict[str, Visitor]
    """A browser for each persona, without the CSRF check (which has its own test)."""

    def __getitem__(self, state: str) -> Assignment:
        return self.rows[state]

    def parts(self, state: str) -> dict[str, Any]:
        """What an address below the assignment in that stage may name; 0 where the stage has no such row."""
        row = self.rows[state]
        first: dict[str, Any] = {
            "pk": row.pk,
            "application": row.applications.first(),
            "question": row.questions.first(),
            "attachment": row.attachments.first(),
            "requirement": row.requirements.first(),
            "deliverable": row.deliverables.first(),
            "group": row.field_groups.first(),
            "visit": row.check_ins.first(),
            "money": row.money_requests.first(),
            "reschedule": row.reschedules.first(),
            "order": row.change_orders.first(),
            "proposal": row.scope_proposals.first(),
            "fault_id": row.faults.first(),
            "problem": row.problems.first(),
            "turn": 1,
            "invoice": Invoice.objects.filter(assignment_id=row.pk).first(),
            "advance": Advance.objects.filter(invoice__assignment_id=row.pk).first(),
            "dispute": Dispute.objects.filter(assignment_id=row.pk).first(),
        }
        return {name: getattr(found, "pk", found) or 0 for name, found in first.items()}


def build() -> Scene:
    """All of it, by the real actions, at NOON."""
    people = make_people()
    rows = {
        state: marked(people, state, title=f"Marked {state}", hours_ahead=AHEAD.get(state))
        for state in State
        if state not in BUSY
    }
    rows["eligible"] = marked(people, State.APPROVED, fastfunds_eligible=True, title="Marked eligible")
    rows["advanced"] = _advanced(people)
    rows |= {state: _busy(people, state) for state in BUSY}
    _sourcing(people, rows[State.SENT])
    rows["other"] = assignment_in(State.SENT, owner=people.other_client, title="Work of another company")
    rows["left"] = _left(people)
    rows["with_pay"] = marked(
        people, State.CANCELLED, pay=Money(6_000, "USD"), title="Cancelled with pay", hours_ahead=90
    )
    _book(people)
    _proofs(people)
    for user in User.objects.all():  # as a sign-up leaves it
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Scene(people, rows, {name: _session(people, name) for name in NAMES})


def _session(people: People, name: str) -> Visitor:
    return Visitor(None if name == "anonymous" else people.user(name), csrf=False)


BUSY: Final = (State.ASSIGNED, State.IN_PROGRESS)
AHEAD: Final = {State.DRAFT: 48, State.SENT: 54, State.ON_HOLD: 60, State.CANCELLED: 66}
"""Hours until the start, apart from each other: nobody is booked twice. What has begun started two hours ago."""


def _busy(people: People, state: str) -> Assignment:
    """With a file asked and given, a field, open requests of money and date, and a thread."""
    content = (Wanted("Photo of the rack", count=2),)
    asked = (Asked("Serial number", is_required=False), Asked("Rating plate", "photo", is_required=False))
    row = marked(people, state, wanted=content, asked=asked, title=f"Marked {state}", confirm_hours=24)
    actor = people.worker.user
    with clock.moved(clock.now() - timedelta(minutes=40)):
        deliver(row, row.requirements.get(), actor, f"rack-{state}")
        plate = picture(f"plate-{state}")
        photos = {row.custom_fields.get(kind="photo").pk: (plate, check_upload(plate))}
        fill_fields(row.pk, {}, actor=actor, photos=photos)
        talk.post_message(row.pk, actor=actor, body="Hello from the worker", files=_photos(f"door-{state}"))
        receipt = picture(f"slip-{state}")
        ask = Ask("expense", "Parking", amount_minor=1_840)
        money.request_money(row.pk, ask, actor=actor, receipt=receipt, checked=check_upload(receipt))
        schedule = ("fixed", clock.now() + timedelta(days=6), None)
        reschedules.request_reschedule(row.pk, actor=actor, schedule=schedule, note="Another day, please")
        if state == State.IN_PROGRESS:
            problems.report_problem(
                row.pk,
                actor=actor,
                kind="parts",
                severity="delays",
                text=TROUBLE,
                photos=_photos("rack-empty"),
            )
        if state == State.ASSIGNED:
            other = replace(scope.scope_of(row), duration_minutes=240)
            scope.propose_scope(row.pk, other, actor=people.owner, note="One more floor")
        else:
            photo = picture(f"extra-{state}")
            extra = Extra("One more rack", 5_000)
            changes.order_change(row.pk, extra, actor=actor, photo=photo, checked=check_upload(photo))
    return Assignment.objects.get(pk=row.pk)


def _photos(name: str) -> list[Any]:
    photo = picture(name)
    return [(photo, check_upload(photo))]


def _sourcing(people: People, row: Assignment) -> None:
    with clock.moved(clock.now() - timedelta(hours=5)):
        sourcing.ask(row.pk, "Is a ladder there?", actor=people.applicant.user)
        offer = Offer(terms=Terms("flat", "USD", 40_210), reason=REASON)
        sourcing.apply(row.pk, offer, actor=people.applicant.user)


def _advanced(people: People) -> Assignment:
    """Approved, and paid to the worker by FastFunds a quarter of an hour ago."""
    row = marked(people, State.APPROVED, fastfunds_eligible=True, title="Marked advanced")
    with clock.moved(clock.now() - timedelta(minutes=15)):
        offer = quotes.quote(row.invoices.get(), clock.now())
        fastfunds.take(row.pk, offer.signed, actor=people.worker.user)
    return Assignment.objects.get(pk=row.pk)


def _left(people: People) -> Assignment:
    """Available again after `people.removed` was taken off it."""
    row = assignment_in(
        State.ASSIGNED,
        owner=people.owner,
        by=people.removed,
        title="Marked left",
        content=Content(asked=[Asked("Serial number")]),
    )
    talk.post_message(row.pk, actor=people.removed.user, body="I was here", files=_photos("was-here"))
    assigning.unassign(row.pk, actor=people.owner, reason="other", note="Changed", original_budget=True)
    sourcing.ask(row.pk, "Is parking free?", actor=people.applicant.user)
    return Assignment.objects.get(pk=row.pk)


def _book(people: People) -> None:
    """Address book and an open invitation of a colleague, for both companies."""
    for client, user in (
        (people.client, people.owner),
        (membership(people.other_client).client, people.other_client),
    ):
        customer = CustomerFactory(client=client, name=f"Customer of {client.name}")
        ProjectFactory(customer=customer, name=f"Project of {client.name}")
        LocationFactory(
            client=client, name=f"Store of {client.name}", contact_name=f"Contact of {client.name}"
        )
        Invite.objects.create(
            client=client, email=f"new@{client.pk}.test", token_hash=f"hash-{client.pk}", invited_by=user,
            created_at=clock.now(), expires_at=clock.now() + timedelta(days=7),
        )  # fmt: skip


def _proofs(people: People) -> None:
    """A set with an agreement and a test, which no assignment asks; a result and a screening of the worker."""
    text, test = asks.agreement(people.owner), asks.exam(people.owner)
    asks.asks(people.owner, asks.line(text), asks.line(test))
    asks.result(people.owner, test, people.worker, 90)
    check = asks.credential("background_check", "Federal")
    asks.prove(people.worker, check, people.staff, number=PROOF_NUMBER)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """The scene at NOON, for one module."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(clock.moved(NOON))
        stack.enter_context(transaction.atomic())
        yield build()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is changed inside the block is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def other_company(name: str = "Third Company") -> Any:
    """One more company with an administrator, as (company, person)."""
    client = company(name)
    return client, member(client, f"Admin of {name}")


def text_file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def notice_of(user: Any) -> int:
    """A notice of this person."""
    found = Notice.objects.filter(user=user).first()
    return found.pk if found else 0
