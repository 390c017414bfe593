"""Due work for fault tests, made by the real actions in a clock that stood in the past."""
# ruff: noqa: S608 (SQL of constants of ours, in a throw-away database)

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import User
from assignments.actions.sourcing import Offer
from assignments.models import Assignment, Engagement, Site
from assignments.states import State
from clients.models import Member
from common import clock
from tests.factories import assignment_in, company, member, worker
from timeline.models import Entry
from workers.models import Worker

AGO = timedelta(days=12)
SILENCE_DAYS, TERMS_DAYS = 3, 7
"""Both end between AGO and now."""
OWNER = "Olga Owner"
READ = Offer(understood=True)
"""With the tick that an offer asks for where a company approves late, as this one does."""


def owner() -> User:
    """The one who gives all this work; the company has money, pays on the due date and lets silence approve."""
    known = Member.objects.filter(user__name=OWNER).select_related("user").first()
    if known is not None:
        return known.user
    with transaction.atomic(), clock.moved(clock.now() - AGO - timedelta(days=9)):
        rules = {"auto_approve_days": SILENCE_DAYS, "auto_pay": True}
        made = member(company("Fault Tests", cash=10_000_000_000, terms=10_000_000_000, **rules), OWNER)
        EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
        return made


def due(*, start: int = 0, silence: int = 0, pay: int = 0) -> None:
    """So many assignments that wait for their start, for the approval by silence, and for auto-pay."""
    now, by = clock.now(), owner()
    with transaction.atomic(), clock.moved(now - timedelta(days=3)):
        for _ in range(start):
            starting(by, now - timedelta(minutes=1))
    with transaction.atomic(), clock.moved(now - AGO):
        for _ in range(silence):
            assignment_in(State.PENDING_APPROVAL, owner=by, by=somebody(), offer=READ, terms_days=TERMS_DAYS)
        for _ in range(pay):
            assignment_in(State.APPROVED, owner=by, by=somebody(), offer=READ, terms_days=TERMS_DAYS)


def starting(by: User, at: Any) -> Any:
    """One assigned assignment that asks for no check-in."""
    return assignment_in(
        State.ASSIGNED, owner=by, by=somebody(), offer=READ, checkin_required=False, start_at=at
    )


def somebody() -> Worker:
    """A worker of a name of their own, also where several processes make them."""
    return worker(f"Worker {uuid4().hex[:12]}")


def asked(*, send: int = 0, approve: int = 0, pay: int = 0) -> dict[str, list[int]]:
    """So many assignments that wait for each of these verbs of their owner, by verb; for pay, of invoices."""
    by = owner()
    with transaction.atomic():
        drafts = [assignment_in(State.DRAFT, owner=by).pk for _ in range(send)]
        finished = [
            assignment_in(State.PENDING_APPROVAL, owner=by, by=somebody(), offer=READ, terms_days=0).pk
            for _ in range(approve)
        ]
        open_ = [
            assignment_in(State.APPROVED, owner=by, by=somebody(), offer=READ, terms_days=TERMS_DAYS)
            for _ in range(pay)
        ]
    return {"send": drafts, "approve": finished, "pay": [row.pk for row in open_]}


def day_without_sweeps(*, starts: int, silence: int, pay: int) -> None:
    """Work that fell due one after the other in the last 24 hours, in which nothing ran."""
    now, by, day = clock.now(), owner(), timedelta(days=1)
    for number in range(starts):
        with transaction.atomic(), clock.moved(now - timedelta(days=3)):
            starting(by, now - day * (number + 1) / (starts + 1))
    for number in range(silence):  # immediate terms: what is approved is paid in the same breath
        with (
            transaction.atomic(),
            clock.moved(now - timedelta(days=SILENCE_DAYS) - day * number / (silence + 1)),
        ):
            assignment_in(State.PENDING_APPROVAL, owner=by, by=somebody(), offer=READ, terms_days=0)
    for number in range(pay):
        with (
            transaction.atomic(),
            clock.moved(now - timedelta(days=TERMS_DAYS + 1) - day * number / (pay + 1)),
        ):
            assignment_in(State.APPROVED, owner=by, by=somebody(), offer=READ, terms_days=TERMS_DAYS)


def later(*, start: int) -> None:
    """So many assignments that start tomorrow; the test lets them fall due when it is ready."""
    now, by = clock.now(), owner()
    with transaction.atomic(), clock.moved(now - timedelta(days=3)):
        for _ in range(start):
            starting(by, now + timedelta(days=1))


def copies(*, start: int) -> None:
    """So many assignments that start tomorrow: one made by the real actions, copied by SQL with engagement, site and
    history. The money set aside is not copied, so the books' audit says nothing here (PostgreSQL only)."""
    with transaction.atomic():
        pattern = starting(owner(), clock.now() + timedelta(days=1))
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, Assignment, start, id=f"{pattern.pk} + i", engagement_id=f"{pattern.engagement_id} + i")
        _copy(cursor, Engagement, start, id=f"{pattern.engagement_id} + i", assignment_id=f"{pattern.pk} + i",
              where=f"id = {pattern.engagement_id}")  # fmt: skip
        _copy(cursor, Site, start, assignment_id=f"{pattern.pk} + i", where=f"assignment_id = {pattern.pk}")
        _copy(cursor, Entry, start, subject_id=f"{pattern.pk} + i",
              where=f"subject_type = 'assignment' AND subject_id = {pattern.pk}")  # fmt: skip
        for model in (Assignment, Engagement):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("ANALYZE")


def _copy(cursor: Any, model: type[Model], times: int, *, where: str = "", **changed: str) -> None:
    """Insert each row that fits so many times, with `i` from 1 on in the changed columns; other keys are made anew."""
    table, key = model._meta.db_table, model._meta.pk.column
    names = [field.column for field in model._meta.concrete_fields if field.column != key or key in changed]
    where = where or f"id = {changed[key].split()[0]}"
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, generate_series(1, {times}) i WHERE {where}"
    )
