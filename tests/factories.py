"""Rows for tests, and `assignment_in(state)`, which walks there through the real actions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zlib import crc32

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import User
from assignments.actions import (
    assigning,
    closeout,
    deliverables,
    drafting,
    holds,
    sourcing,
    timers,
    visits,
)
from assignments.actions.closeout import Submission
from assignments.actions.deliverables import Signer
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, CheckIn, CustomField, DeliverableRequirement
from assignments.states import State
from clients.models import Client, Customer, DirectConsent, Location, Member, Project
from clients.roles import Role
from common import clock
from common.actor import SYSTEM
from common.money import Money
from common.uploads import check_upload
from ledger.post import Leg, post
from ledger.purposes import CASH, CLEARING, CLIENT, PROVIDER
from ledger.reserve import grant_terms
from payments.actions import approving, paying
from payments.models import Invoice
from payments.states import InvoiceState
from workers.models import Worker

PASSWORD = "onsite-demo"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda o: f"{o.name.lower().replace(' ', '.')}@onsite.test")
    time_zone = "America/New_York"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        user: User = model_class.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)
        return user


class StaffFactory(UserFactory):
    is_staff = True
    is_superuser = True


class WorkerFactory(DjangoModelFactory[Worker]):
    class Meta:
        model = Worker

    user = factory.SubFactory(UserFactory, hat="worker")
    city = "Albany"
    region = "NY"
    postcode = "12207"
    lat = 42.65
    lon = -73.75


class ClientFactory(DjangoModelFactory[Client]):
    """A company with a platform fee of 10 %, without money: see `company` and `fund`."""

    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Company {n}")
    industry = "Retail"
    fee_bps = 1000


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    client = factory.SubFactory(ClientFactory)
    user = factory.SubFactory(UserFactory, hat="client")
    role = Role.ADMINISTRATOR


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    client = factory.SubFactory(ClientFactory)
    name = factory.Sequence(lambda n: f"Store {n}")
    street = "12 State Street"
    city = "Albany"
    region = "NY"
    postcode = "12207"
    contact_name = "Sam Site"


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    client = factory.SubFactory(ClientFactory)
    name = factory.Sequence(lambda n: f"Customer {n}")


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"Project {n}")


def fund(client: Client, *, cash: int = 1_000_000, terms: int = 2_000_000) -> None:
    """Put money behind a company, in minor units: a deposit and a terms limit."""
    at = clock.now()
    with transaction.atomic():
        if cash:
            money = Money(cash, client.currency)
            legs = [Leg(CLIENT, client.pk, CASH, money), Leg(PROVIDER, 0, CLEARING, -money)]
            post("deposit.received", key=f"deposit:{client.pk}:{at.isoformat()}", legs=legs, at=at)
        limit = Money(terms, client.currency)
        grant_terms(client.pk, limit, key=f"terms:{client.pk}:{at.isoformat()}", at=at, actor=SYSTEM)


def company(
    name: str = "Acme Retail", *, cash: int = 1_000_000, terms: int = 2_000_000, **fields: Any
) -> Client:
    """A company with money behind it."""
    client = ClientFactory(name=name, **fields)
    fund(client, cash=cash, terms=terms)
    return client


def member(client: Client, name: str, role: str = Role.ADMINISTRATOR, **fields: Any) -> User:
    """A person of a company."""
    return MemberFactory(client=client, user__name=name, role=role, **fields).user


def worker(name: str, **fields: Any) -> Worker:
    return WorkerFactory(user__name=name, **fields)


def consent(to: Client, by: Worker) -> DirectConsent:
    """The worker lets the company assign directly."""
    return DirectConsent.objects.create(client=to, worker=by)


@dataclass(frozen=True)
class People:
    """The personas of the matrix tests: `people.user("worker")` is the account behind each.

    `owner` is an administrator; `user_owner`, `follower` and `user_member` have the role User.
    """

    client: Client
    owner: User
    manager: User
    controller: User
    user_owner: User
    follower: User
    user_member: User
    view_only: User
    other_client: User
    worker: Worker
    applicant: Worker
    removed: Worker
    stranger: Worker
    invited: Worker
    staff: User

    def user(self, name: str) -> User:
        found = getattr(self, name)
        account: User = found.user if isinstance(found, Worker) else found
        return account


PERSONAS = (
    "owner", "manager", "controller", "user_owner", "follower", "user_member", "view_only", "other_client",
    "worker", "applicant", "removed", "stranger", "invited", "staff",
)  # fmt: skip


def make_people() -> People:
    """Two funded companies and five workers. No assignment yet."""
    client = company("Acme Retail")
    other = company("Other Company")
    return People(
        client=client,
        owner=member(client, "Olivia Owner"),
        manager=member(client, "Mia Manager", Role.MANAGER),
        controller=member(client, "Carl Controller", Role.CONTROLLER),
        user_owner=member(client, "Ugo Owner", Role.USER),
        follower=member(client, "Fay Follower", Role.USER),
        user_member=member(client, "Uma User", Role.USER),
        view_only=member(client, "Vera View", Role.VIEW_ONLY),
        other_client=member(other, "Otto Other"),
        worker=worker("Wanda Worker"),
        applicant=worker("Adam Applicant"),
        removed=worker("Rita Removed"),
        stranger=worker("Stan Stranger"),
        invited=worker("Ivan Invited"),
        staff=StaffFactory(name="Stella Staff"),
    )


REACHED_BEFORE: dict[str, str | None] = {
    State.DRAFT: None,
    State.SENT: State.DRAFT,
    State.ASSIGNED: State.SENT,
    State.IN_PROGRESS: State.ASSIGNED,
    State.ON_HOLD: State.ASSIGNED,
    State.PENDING_APPROVAL: State.IN_PROGRESS,
    State.APPROVED: State.PENDING_APPROVAL,
    State.PAID: State.APPROVED,
    State.CANCELLED: State.ASSIGNED,
}
"""The way to each stage. `via=` takes another one for On Hold and Cancelled."""
STARTED = frozenset({State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED, State.PAID})


def assignment_in(
    state: str,
    *,
    owner: User | None = None,
    by: Worker | None = None,
    applicants: tuple[Worker, ...] = (),
    invite: tuple[Worker, ...] = (),
    via: str | None = None,
    site: dict[str, Any] | None = None,
    content: Content | None = None,
    offer: Offer | None = None,
    pay: Money | None = None,
    **columns: Any,
) -> Assignment:
    """An assignment that walked to `state` in the days before now, so that "now" fits the stage.

    `owner` creates it and decides (by default a new administrator of a new funded company), `by` is its worker,
    `applicants` apply before the choice, `invite` are asked by name. `columns` are those of the form
    (drafting.COLUMNS); `content` adds deliverables, fields and skills. `pay`: cancelled with this pay.
    Up to Assigned the work starts in two days; later stages started two hours ago.
    """
    now = clock.now()
    path = path_to(state, via)
    owner = owner or MemberFactory(client=company()).user
    by = by or WorkerFactory()
    start = now - timedelta(hours=2) if STARTED & set(path) else now + timedelta(days=2)
    at = steps(now, start)
    row = _draft(at("draft"), owner, content, site, {"start_at": start, **columns})
    walk = Walk(row.pk, owner, by, at, columns.get("start_at", start))
    for step in path[1:]:
        if step == State.SENT:
            walk.send(invite)
        elif step == State.ASSIGNED:
            walk.assign(applicants, offer)
        elif step == State.CANCELLED:
            walk.cancel(pay)
        else:
            getattr(walk, f"to_{step}")()
    if path[-1] == State.SENT:
        walk.apply_all(applicants)
    return Assignment.objects.get(pk=row.pk)


def path_to(state: str, via: str | None) -> list[str]:
    path = [state]
    before = via or REACHED_BEFORE[state]
    while before is not None:
        path.insert(0, before)
        before = REACHED_BEFORE[before]
    return path


At = Callable[[str], AbstractContextManager[None]]


def steps(now: datetime, start: datetime) -> At:
    """The instant of each step: before the start for the agreement, between start and now for the work."""
    moments = {
        "draft": now - timedelta(days=4),
        "sent": now - timedelta(days=3),
        "applied": now - timedelta(days=2),
        "assigned": now - timedelta(days=1),
        "check_in": now - timedelta(hours=2),
        "check_out": now - timedelta(minutes=60),
        "submit": now - timedelta(minutes=45),
        "hold": now - timedelta(minutes=30),
        "approve": now - timedelta(minutes=30),
        "pay": now - timedelta(minutes=15),
        "cancel": now - timedelta(minutes=10),
    }
    return lambda step: clock.moved(moments[step])


def _draft(
    at: AbstractContextManager[None],
    owner: User,
    content: Content | None,
    site: dict[str, Any] | None,
    columns: dict[str, Any],
) -> Assignment:
    base = {
        "title": "Replace two switches",
        "industry": "Networking",
        "description": "Swap both switches and label the cables.",
        "special_instructions": "Ask for the key at the desk of North Bank.",
        "city": "Albany",
        "region": "NY",
        "postcode": "12207",
        "price_minor": 35_000,
    }
    where = {"street": "12 State Street", "contact_name": "Sam Site", "contact_phone": "+1 518 555 0100"}
    content = content or Content()
    full = Content(
        columns={**base, **content.columns, **columns},
        site={**where, **content.site, **(site or {})},
        skills=content.skills,
        wanted=content.wanted,
        asked=content.asked,
    )
    with at:
        return drafting.create(full, actor=owner)


@dataclass(frozen=True)
class Walk:
    """The steps of one assignment through the real actions, each at its own time."""

    pk: int
    owner: User
    by: Worker
    at: At
    start_at: datetime

    @property
    def row(self) -> Assignment:
        return Assignment.objects.get(pk=self.pk)

    def send(self, invite: tuple[Worker, ...] = ()) -> None:
        with self.at("sent"):
            drafting.send(self.pk, actor=self.owner, invite=invite)

    def apply_all(self, applicants: tuple[Worker, ...], offer: Offer | None = None) -> None:
        with self.at("applied"):
            for applicant in applicants:
                sourcing.apply(self.pk, offer or Offer(), actor=applicant.user)

    def assign(self, applicants: tuple[Worker, ...] = (), offer: Offer | None = None) -> None:
        self.apply_all(tuple(a for a in applicants if a != self.by))
        self.apply_all((self.by,), offer)
        with self.at("assigned"):
            chosen = Application.objects.get(assignment_id=self.pk, worker=self.by)
            assigning.assign(self.pk, chosen.pk, actor=self.owner)

    def to_in_progress(self) -> None:
        """By check-in; where none is required, by the timer."""
        with self.at("check_in"):
            if self.row.checkin_required:
                visits.check_in(self.pk, actor=self.by.user)
            else:
                timers.start(self.pk)

    def to_on_hold(self) -> None:
        with self.at("hold"):
            holds.hold(self.pk, actor=self.owner, reason="site_not_ready", note="The rack is missing.")

    def to_pending_approval(self) -> None:
        if CheckIn.objects.filter(assignment_id=self.pk, out_at=None).exists():
            with self.at("check_out"):
                visits.check_out(self.pk, actor=self.by.user)
        with self.at("submit"):
            finish_closeout(self.row)
            units = self.row.max_units
            closeout.submit(
                self.pk, Submission("Both switches are in.", units_done=units), actor=self.by.user
            )

    def to_approved(self) -> None:
        with self.at("approve"):
            approving.approve(self.pk, actor=self.owner)

    def to_paid(self) -> None:
        """Immediate terms are paid by approving already."""
        with self.at("pay"):
            for invoice in Invoice.objects.filter(assignment_id=self.pk, state=InvoiceState.OPEN):
                paying.pay([invoice.pk], actor=self.owner)

    def cancel(self, pay: Money | None) -> None:
        with self.at("cancel"):
            came = CheckIn.objects.filter(assignment_id=self.pk).exists()
            note = "The customer stopped it." if came and not pay else ""
            approving.cancel(self.pk, actor=self.owner, reason="not_needed", note=note, pay=pay)


def finish_closeout(row: Assignment) -> None:
    """Add what the closeout checklist still asks of the assigned worker: confirmation, files, fields."""
    actor = row.worker.user
    for wanted in DeliverableRequirement.objects.filter(assignment=row):
        mine = wanted.deliverables.filter(engagement=row.engagement, rejected_at=None, removed_at=None)
        for number in range(mine.count(), wanted.count):
            deliver(row, wanted, actor, f"{wanted.pk}-{number}")
    fields = CustomField.objects.filter(assignment=row, is_required=True)
    if fields:
        answers = {field.pk: field.choices[0] if field.choices else "Done" for field in fields}
        deliverables.fill_fields(row.pk, answers, actor=actor)


def picture(name: str = "photo") -> SimpleUploadedFile:
    """A real, small picture; another name makes another picture."""
    made = BytesIO()
    Image.new("RGB", (8, 8), f"#{crc32(name.encode()) % 0x1000000:06x}").save(made, "PNG")
    return SimpleUploadedFile(f"{name}.png", made.getvalue(), content_type="image/png")


def deliver(row: Assignment, wanted: DeliverableRequirement, actor: User, name: str = "photo") -> Any:
    """Add one picture to a requirement; one that wants a signature is signed by Sam Site."""
    file = picture(name)
    signer = Signer("Sam Site", "Manager") if wanted.kind == DeliverableRequirement.Kind.SIGNATURE else None
    checked = check_upload(file)
    return deliverables.deliver(row.pk, wanted.pk, actor=actor, file=file, checked=checked, signer=signer)
