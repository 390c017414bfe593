"""Due work for fault tests, made by the real actions in a clock that stood in the past."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from assignments.states import State
from clients.models import Member
from common import clock
from tests.factories import assignment_in, company, member, worker
from workers.models import Worker

AGO = timedelta(days=12)
SILENCE_DAYS, TERMS_DAYS = 3, 7
"""Both end between AGO and now."""
OWNER = "Olga Owner"


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
            assignment_in(State.PENDING_APPROVAL, owner=by, by=somebody(), terms_days=TERMS_DAYS)
        for _ in range(pay):
            assignment_in(State.APPROVED, owner=by, by=somebody(), terms_days=TERMS_DAYS)


def starting(by: User, at: Any) -> Any:
    """One assigned assignment that asks for no check-in."""
    return assignment_in(State.ASSIGNED, owner=by, by=somebody(), checkin_required=False, start_at=at)


def somebody() -> Worker:
    """A worker of a name of their own, also where several processes make them."""
    return worker(f"Worker {uuid4().hex[:12]}")


def asked(*, send: int = 0, approve: int = 0, pay: int = 0) -> dict[str, list[int]]:
    """So many assignments that wait for each of these verbs of their owner, by verb; for pay, of invoices."""
    by = owner()
    with transaction.atomic():
        drafts = [assignment_in(State.DRAFT, owner=by).pk for _ in range(send)]
        finished = [assignment_in(State.PENDING_APPROVAL, owner=by, by=somebody()).pk for _ in range(approve)]
        open_ = [assignment_in(State.APPROVED, owner=by, by=somebody(), terms_days=TERMS_DAYS) for _ in range(pay)]
    return {"send": drafts, "approve": finished, "pay": [row.pk for row in open_]}
