"""Many rows of everything that hangs on one assignment, and many assignments: for tests of how often a page asks."""

import uuid
from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from typing import Any

from django.db.models.base import ModelState

from assignments import search
from assignments.models import (
    Application,
    Assignment,
    AssignmentRequirement,
    Attachment,
    CheckIn,
    CheckInEdit,
    CustomField,
    CustomFieldGroup,
    CustomLabel,
    DeliverableRequirement,
    DeviceTime,
    Invitation,
    Message,
    MoneyRequest,
    Problem,
    Question,
    RescheduleRequest,
    WorkDay,
)
from assignments.states import State
from clients.models import Agreement, Pool
from clients.models import Test as Exam
from common import clock
from notifications.models import Notice
from payments.models import Invoice
from tests.factories import WorkerFactory
from timeline.models import Entry
from workers.models import Credential, Skill, Worker


def crowd(row: Assignment, count: int) -> None:
    """So many of each kind, written as they are: the stage was reached by the real actions, these rows only fill it."""
    numbers = range(count)
    row.skills.add(*(Skill.objects.create(name=f"Crowded skill {n}") for n in numbers))
    _content(row, count)
    _asked(row, count)
    _talk(row, count)
    if row.engagement_id:
        _site(row, count)
    else:
        _sourcing(row, count)


def _content(row: Assignment, count: int) -> None:
    group = CustomFieldGroup.objects.create(assignment=row, title="Crowd", is_required=False)
    made: list[Any] = []
    for n in range(count):
        made += [
            DeliverableRequirement(assignment=row, title=f"Photo {n}", due_minutes=n + 60),
            CustomField(assignment=row, group=group, label=f"Field {n}", is_required=False),
            Attachment(
                assignment=row, file=f"crowd/{n}", name=f"plan-{n}.txt", size=5, sha256="0" * 64,
                uploaded_by=row.owner,
            ),
            CustomLabel(assignment=row, client=row.client, text=f"Label {n}", key=f"label {n}", added_by=row.owner),
        ]  # fmt: skip
        if n < 25:
            made.append(WorkDay(assignment=row, after_minutes=1_440 * (n + 1), duration_minutes=60))
    _create(made)


def _asked(row: Assignment, count: int) -> None:
    """Requirements of each kind, the named ones as often as there are figures."""
    client, made = row.client, []
    for n in range(count):
        named = {
            "credential": Credential.objects.create(kind="licence", name=f"Crowd {n}"),
            "agreement": Agreement.objects.create(client=client, title=f"Crowd {n}"),
            "test": Exam.objects.create(client=client, name=f"Crowd {n}"),
            "pool": Pool.objects.create(client=client, name=f"Crowd {n}"),
        }
        made += [
            AssignmentRequirement(assignment=row, kind=kind, **{kind: one}) for kind, one in named.items()
        ]
        for kind in ("satisfaction", "on_time", "cancelled", "abandoned"):
            made.append(AssignmentRequirement(assignment=row, kind=kind, number=n))
    _create(made)


def _talk(row: Assignment, count: int) -> None:
    person = row.worker.user if row.worker else row.owner
    side = "worker" if row.worker else "client"
    made: list[Any] = []
    for n in range(count):
        made += [
            Message(
                assignment=row, engagement=row.engagement, author=person, side=side, body=f"Message {n}",
                key=uuid.uuid4(),
            ),
            Entry(
                kind="assignment.edited", subject_type="assignment", subject_id=row.pk, sequence=10_000 + n,
                actor=row.owner, role="client", at=clock.now(), facts={},
            ),
        ]  # fmt: skip
    _create(made)


def _site(row: Assignment, count: int) -> None:
    on_it = {"assignment": row, "engagement": row.engagement}
    person, now = row.worker.user, clock.now()  # type: ignore[union-attr]
    for n in range(count):
        came = now - timedelta(days=20, hours=-n * 2)
        visit = CheckIn.objects.create(**on_it, in_at=came, out_at=came + timedelta(hours=1), made_by=person)
        _create(
            [
                CheckInEdit(check_in=visit, old_in_at=came, edited_by=person, reason="Typed late"),
                DeviceTime(check_in=visit, side="in", device_at=came, received_at=now),
                Problem(
                    **on_it, kind="parts", severity="delays", text=f"Problem {n}", side="worker", reported_by=person
                ),
                MoneyRequest(
                    **on_it, kind="expense", amount_minor=100, reason="Parking", asked_by=person, state="declined"
                ),
                RescheduleRequest(**on_it, side="worker", asked_by=person, start_at=now, state="declined"),
            ]
        )  # fmt: skip


def _sourcing(row: Assignment, count: int) -> None:
    if row.state != "sent":
        return
    for _ in range(count):
        somebody: Worker = WorkerFactory()
        terms = {
            name: getattr(row, name) for name in ("pricing_type", "price_minor", "start_at", "schedule_kind")
        }
        _create(
            [
                Application(assignment=row, worker=somebody, **terms),
                Question(assignment=row, asker=somebody, text="Is parking free?"),
                Invitation(assignment=row, worker=somebody, invited_by=row.owner),
            ]
        )


def _create(made: list[Any]) -> None:
    for model in {type(one) for one in made}:
        model.objects.bulk_create([one for one in made if type(one) is model])  # type: ignore[attr-defined]


def crowd_lists(rows: Mapping[str, Assignment], count: int) -> None:
    """So many more assignments like these (by stage), with what lists show beside them: invoices, threads, notices,
    requirements, and their rows for the search."""
    for row in rows.values():
        made = _copies(row, count)
        if row.state == State.SENT:
            _findable(made)
        invoice = Invoice.objects.filter(assignment=row).first()
        if invoice is not None:
            _create([_copy(invoice, assignment=one, number=f"C{one.pk}") for one in made])
        if row.worker is not None and row.state != State.CANCELLED:
            _create([_message(one) for one in made])
    people = {row.owner for row in rows.values()} | {row.worker.user for row in rows.values() if row.worker}
    notice = {"kind": "assignment.sent", "title": "More work", "url": "/", "at": clock.now()}
    _create([Notice(user=one, **notice) for one in people for _ in range(count)])


def _copies(row: Assignment, count: int) -> list[Assignment]:
    named = ({"title": f"{row.title} {n}", "external_id": "", "create_key": None} for n in range(count))
    return Assignment.objects.bulk_create([_copy(row, **one) for one in named])


def _copy(row: Any, **values: Any) -> Any:
    made = copy(row)
    made._state, made.pk = ModelState(), None
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _findable(rows: list[Assignment]) -> None:
    what, skill = Credential.objects.create(kind="licence", name="Lists"), Skill.objects.create(name="Lists")
    for row in rows:
        row.skills.add(skill)
        search.keep(row, clock.now())
    lines = [AssignmentRequirement(assignment=row, kind="credential", credential=what) for row in rows]
    _create([*lines, *(AssignmentRequirement(assignment=row, kind="on_time", number=90) for row in rows)])


def _message(row: Assignment) -> Message:
    author = row.worker.user  # type: ignore[union-attr]
    return Message(
        assignment=row,
        engagement=row.engagement,
        author=author,
        side="worker",
        body="Hello",
        key=uuid.uuid4(),
    )
