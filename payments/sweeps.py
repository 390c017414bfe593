"""The timers of money: rows that fell due, oldest first, each in its own transaction with a re-check under the lock.

A row that fails is logged, parked with a growing wait, and blocks nobody (house.md "A timer").
"""

import logging
from collections.abc import Callable, Iterable

from django.db import models
from django.db.models import Q

from assignments import silence
from assignments.models import Assignment
from assignments.states import State
from assignments.sweeps import awake
from clients.models import Client
from common import clock, parking
from common.errors import DomainError
from payments import actions, automatic, deadlines
from payments.actions.autopay import follow_auto_pay
from payments.actions.bundling import state_month
from payments.actions.past_due import note_past_due
from payments.models import Dispute, Invoice, SettlementOffer
from payments.states import InvoiceState, OfferState

log = logging.getLogger(__name__)
BATCH = 500


def pay_due(limit: int = BATCH) -> int:
    """Pay what is due where the client opted in, oldest first (C05). Returns how many were paid."""
    now = clock.now()
    opted_in = Invoice.objects.filter(
        state=InvoiceState.OPEN,
        autopay_due_at__isnull=True,
        client__auto_pay=True,
        assignment__terms_days__gt=0,
    )
    for pk in list(opted_in.order_by("due_on", "id").values_list("pk", flat=True)[:limit]):
        follow_auto_pay(pk)
    due = Invoice.objects.filter(state=InvoiceState.OPEN, autopay_due_at__lte=now)
    due = due.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)).order_by("due_on", "id")
    return _each(Invoice, due.values_list("pk", flat=True)[:limit], actions.pay_due, "next_try_at")


def approve_silent(limit: int = BATCH) -> int:
    """Approve what nobody answered in the agreed days, oldest first (N1). Returns how many were approved."""
    now = clock.now()
    due = Assignment.objects.filter(state=State.PENDING_APPROVAL, auto_approve_due_at__lte=now)
    due = awake(due.exclude(silence.held_up()), now).order_by("auto_approve_due_at", "id")
    return _each(Assignment, due.values_list("pk", flat=True)[:limit], actions.approve_silent, "parked_until")


def flag_past_due(limit: int = BATCH) -> int:
    """Say that a payment is past due, on the days on which it is said. Returns how many."""
    now = clock.now()
    due = Invoice.objects.filter(state=InvoiceState.OPEN, past_due_next_at__lte=now)
    due = due.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now) | Q(autopay_due_at__isnull=False))
    ids = due.order_by("past_due_next_at", "id").values_list("pk", flat=True)[:limit]
    return _each(Invoice, ids, note_past_due, "next_try_at")


def make_statements(limit: int = BATCH) -> int:
    """Make the statement of the month that ended where it ended, for companies that want them. Returns how many.

    One query for each time zone; a company whose month was looked at is found no more.
    """
    now = clock.now()
    wanting = Client.objects.filter(monthly_statements=True)
    made = 0
    for tz_name in sorted(set(wanting.order_by().values_list("time_zone", flat=True))):
        month = deadlines.month_before(deadlines.issued_on(now, tz_name))
        there = wanting.filter(time_zone=tz_name).exclude(months_done__month=month).order_by("id")
        for pk in list(there.values_list("pk", flat=True)[:limit]):
            try:
                made += state_month(pk, month)
            except Exception as error:
                log.exception("client %s: no statement of %s", pk, month)
                parking.note_unparked(Client, pk, error)
    return made


def step_disputes(limit: int = BATCH) -> int:
    """Lead unanswered disputes one step further. Returns how many moved."""
    now = clock.now()
    due = Dispute.objects.filter(step_due_at__lte=now)
    due = due.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now)).order_by("step_due_at", "id")
    return _each(Dispute, due.values_list("pk", flat=True)[:limit], actions.step_dispute, "parked_until")


def expire_settlements(limit: int = BATCH) -> int:
    """End proposals that nobody answered in time. Returns how many."""
    due = SettlementOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=clock.now())
    done = 0
    for pk in list(due.order_by("expires_at", "id").values_list("pk", flat=True)[:limit]):
        try:
            done += bool(actions.expire_settlement(pk))
        except Exception as error:
            log.exception("Proposal %s: not expired", pk)
            parking.note_unparked(SettlementOffer, pk, error)
    return done


def take_fastfunds(limit: int = BATCH) -> int:
    """FastFunds by itself, within 15 minutes of approval, for those who chose it. Returns how many were taken."""
    due = automatic.due(clock.now()).order_by("issued_at", "id")
    due = due.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=clock.now()))
    return _each(Invoice, due.values_list("pk", flat=True)[:limit], actions.take_by_itself, "next_try_at")


def _each(model: type[models.Model], ids: Iterable[int], step: Callable[[int], bool], parked: str) -> int:
    done = 0
    for pk in list(ids):
        try:
            done += bool(step(pk))
        except DomainError as refused:
            log.info("%s %s: nothing to do: %s", model.__name__, pk, refused)
        except Exception as error:
            log.exception("%s %s: timer failed, parked", model.__name__, pk)
            _park(model, pk, parked, error)
    return done


def _park(model: type[models.Model], pk: int, column: str, error: Exception) -> None:
    row = model._default_manager.filter(pk=pk).values("failures").first()
    if row is not None:
        wait = deadlines.next_try(clock.now(), row["failures"] + 1)
        model._default_manager.filter(pk=pk).update(**{"failures": row["failures"] + 1, column: wait})
        parking.note(model, pk, error, wait)
